"""Worker processes: results in order, errors told, nothing left running. The work is small; starting them is not."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path

import pytest

from pipeline.settings import PROJECT_ROOT
from pipeline.workers import AHEAD, THREADS, WorkerError, pool, shared_out


def slow_when_even(number: int) -> int:
    time.sleep(0.05 if number % 2 == 0 else 0)
    return number * 10


def unlucky(number: int) -> int:
    if number == 3:
        raise ValueError("three is no number")
    if number == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def prepare(work: Callable[[int], int]) -> Callable[[int], int]:
    return work


def threads() -> Callable[[int], str | None]:
    return threads_now


def threads_now(_: int) -> str | None:
    return os.environ.get(THREADS)


def fail() -> Callable[[int], int]:
    raise OSError(28, "No space left on device")


def test_results_come_in_the_order_of_the_jobs_not_of_the_fastest() -> None:
    with pool(partial(prepare, slow_when_even), 2) as workers:
        assert list(workers.map(range(9))) == [number * 10 for number in range(9)]
        assert list(workers.map([])) == []
        assert workers.peak_memory_mib > 0
    assert not multiprocessing.active_children()


def test_one_worker_is_this_process() -> None:
    with pool(partial(prepare, lambda _: os.getpid()), 1) as workers:  # a lambda could not be sent
        assert list(workers.map(range(2))) == [os.getpid()] * 2


def test_jobs_are_taken_as_they_are_needed() -> None:
    """Forbids reading all the input ahead of the work: memory would grow with it."""
    taken = []

    def jobs() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with pool(partial(prepare, slow_when_even), 2) as workers:
        results = workers.map(jobs())
        next(results)
        assert len(taken) <= 2 * AHEAD + 2


def test_an_error_in_a_worker_is_an_error_here_and_ends_all() -> None:
    with (
        pytest.raises(WorkerError, match="ValueError: three is no number") as raised,
        pool(partial(prepare, unlucky), 2) as workers,
    ):
        list(workers.map(range(9)))
    assert "in unlucky" in "".join(raised.value.__notes__)
    assert not multiprocessing.active_children()


def test_a_worker_that_dies_is_told_of_not_waited_for() -> None:
    with pytest.raises(WorkerError, match="ended by SIGKILL"), pool(partial(prepare, unlucky), 2) as workers:
        list(workers.map([1, 13, 2]))
    assert not multiprocessing.active_children()


def test_a_worker_that_cannot_get_ready_says_why() -> None:
    with pytest.raises(WorkerError, match="No space left"), pool(fail, 2):
        pass
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(
    ("sizes", "n_workers", "shares"),
    [
        ((), 1, []),
        ((4,), 1, [4]),
        ((4, 4, 4, 4, 1), 1, [4, 4, 4, 4, 1]),
        # one has three batches behind it, the other two
        ((40, 40, 40, 40, 10), 2, [40, 40, 40, 22, 23, 5]),
        ((40, 40, 40, 40, 40, 10), 2, [40, 40, 40, 40, 25, 25]),
        ((40, 40, 40, 40, 40, 40, 10), 3, [40, 40, 40, 40, 22, 23, 23, 22]),
        ((4, 4, 1), 3, [3, 3, 3]),
        ((40, 40, 1), 1, [40, 40, 1]),
    ],
)
def test_the_last_batches_are_shared_out_evenly(sizes: tuple[int, ...], n_workers: int, shares: list[int]) -> None:
    items = iter(range(sum(sizes)))
    batches = (list(islice(items, size)) for size in sizes)
    given = list(shared_out(deque(islice(batches, n_workers)), batches, n_workers))
    assert [len(batch) for batch in given] == shares
    assert list(chain.from_iterable(given)) == list(range(sum(sizes)))


@pytest.mark.parametrize("n_workers", [1, 2, 3, 8])
def test_sharing_out_loses_nothing(n_workers: int) -> None:
    for n_full in range(10):
        for n_last in (0, 1, 3, 19, 40):
            sizes = [40] * n_full + [n_last] * (n_last > 0)
            items = iter(range(sum(sizes)))
            batches = (list(islice(items, size)) for size in sizes)
            given = list(shared_out(deque(islice(batches, n_workers)), batches, n_workers))
            assert list(chain.from_iterable(given)) == list(range(sum(sizes)))
            assert all(0 < len(batch) <= 41 for batch in given)  # rounding adds one at most


def test_workers_share_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(THREADS, raising=False)
    monkeypatch.setattr("pipeline.workers.usable_cores", lambda: 6)
    before = dict(os.environ)
    with pool(threads, 2) as workers:
        assert list(workers.map([1])) == ["3"]
    assert dict(os.environ) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_its_parent(tmp_path: Path, number: signal.Signals) -> None:
    """A worker inherits nothing that could keep it waiting: neither Ctrl-C nor a killed parent leaves one behind."""
    code = (
        "import os, time; from functools import partial; from pathlib import Path; import test_workers as t\n"
        "from pipeline.workers import pool\n"
        "with pool(partial(t.prepare, partial(t.note, Path('pids'))), 2) as workers:\n"
        "    list(workers.map(range(1000)))\n"
    )
    path = os.pathsep.join([str(PROJECT_ROOT), str(PROJECT_ROOT / "tests")])
    pids = tmp_path / "pids"
    pids.mkdir()
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        until(lambda: len(list(pids.iterdir())) == 2)
        if number == signal.SIGINT:
            os.killpg(parent.pid, number)  # as a terminal does: the workers get it too
        else:
            parent.send_signal(number)
        _, errors = parent.communicate(timeout=20)
        assert errors.count(b"Traceback") <= 1
        until(lambda: not any(runs(int(pid.name)) for pid in pids.iterdir()))
    finally:
        parent.kill()


def note(folder: Path, number: int) -> int:
    (folder / str(os.getpid())).touch()
    time.sleep(0.02)
    return number


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")
