"""Work spread over processes: jobs in, results out, in the order of the jobs.

Here: starting, feeding and ending worker processes, and what one says when it fails. Not here: what they work at.

A worker is a fresh process that has nothing of its parent but a pipe, so it cannot outlive it: where the pipe closes,
it ends. One job is under way in each worker at a time, and few results wait for their turn, so that memory does not
grow with the number of jobs.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from math import ceil
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")
Item = TypeVar("Item")
Prepare = Callable[[], Callable[[Job], Result]]

AHEAD: Final = 2  # results a worker that may wait for an earlier one
THREADS: Final = "POLARS_MAX_THREADS"
# memory that one batch has used is there for the next: a fifth less is held; not handed back to be asked for again
# within the second, it costs half of the page faults (in huge pages fewer still, but a tenth more is held)
JEMALLOC: Final = "_RJEM_MALLOC_CONF"  # of polars, which sets it itself; the last to name an option decides it
SPARING: Final = "narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0"
ALLOCATORS: Final = {
    "MALLOC_MMAP_THRESHOLD_": "2097152",  # of Python and numpy, under glibc
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


class WorkerError(RuntimeError):
    """A worker failed or was ended; the message says how and what to do, a note holds the worker's traceback."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    place: int = -1  # of the job that it is at
    peak_mib: int = 0


class Pool(Generic[Job, Result]):
    """Workers that stand ready; none where the work is done in this process."""

    def __init__(self, workers: Sequence[_Worker], work: Callable[[Job], Result] | None = None) -> None:
        self._workers = workers
        self._work = work

    @property
    def peak_memory_mib(self) -> int:
        """Most resident memory that this process and each worker has held, summed: never less than all held at once."""
        return peak_memory_mib() + sum(worker.peak_mib for worker in self._workers)

    def map(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Results in the order of `jobs`, which are taken as they are needed. Raises WorkerError."""
        if self._work:
            yield from map(self._work, jobs)
            return
        numbered = enumerate(jobs)
        following = next(numbered, None)
        idle, busy = deque(self._workers), dict[Connection, _Worker]()
        finished: dict[int, Result] = {}
        n_given = 0
        while busy or following:
            while following and idle and following[0] < n_given + AHEAD * len(self._workers):
                worker = idle.popleft()
                worker.place = following[0]
                _send(worker, following[1])
                busy[worker.pipe] = worker
                following = None  # it is the worker's now: the next need not lie beside it
                following = next(numbered, None)
            for pipe in wait(list(busy)):
                worker = busy.pop(pipe)  # type: ignore[arg-type]  # these are connections, and nothing else
                finished[worker.place] = _receive(worker)
                idle.append(worker)
            while n_given in finished:
                yield finished.pop(n_given)
                n_given += 1


@contextmanager
def pool(prepare: Prepare[Job, Result], n_workers: int) -> Iterator[Pool[Job, Result]]:
    """Workers that have called `prepare` for the function that does a job; they are ended when the block is left.

    One worker is this process itself. `prepare`, jobs and results must be picklable. Raises WorkerError where a worker
    cannot make itself ready.
    """
    if n_workers == 1:
        yield Pool((), prepare())
        return
    workers: list[_Worker] = []
    try:
        with _environment(n_workers):
            workers.extend(_start(prepare) for _ in range(n_workers))  # one by one: those started are ended
        for worker in workers:
            _receive(worker)
        yield Pool(workers)
    finally:
        for worker in workers:  # idle, or at something that nobody wants any more
            worker.process.kill()
        for worker in workers:
            worker.process.join()
            worker.pipe.close()


def shared_out(ahead: deque[list[Item]], following: Iterable[list[Item]], n_workers: int) -> Iterator[list[Item]]:
    """The batches `ahead`, one a worker, and those `following`, in order; the last are cut anew.

    What they hold is shared out so that all workers end at about the same time: who is behind gets more.
    """
    n_given = n_items = 0
    for batch in following:
        given = ahead.popleft()
        n_given, n_items = n_given + 1, n_items + len(given)
        ahead.append(batch)
        yield given
    largest = max(map(len, ahead), default=0)
    rest = list(chain.from_iterable(ahead))
    ahead.clear()
    passed = 0
    for size in _shares(len(rest), n_given, n_items / n_given if n_given else largest, n_workers):
        yield rest[passed : passed + size]
        passed += size


def _shares(n_rest: int, n_given: int, size: float, n_workers: int) -> list[int]:
    """How many of `n_rest` items each of the last batches takes, after `n_given` batches of about `size` items.

    In the order in which workers will be idle if items take alike; no share is larger than the batches were.
    """
    done = [size * (n_given // n_workers + (worker < n_given % n_workers)) for worker in range(n_workers)]
    level = (sum(done) + n_rest) / n_workers
    # a batch costs something whatever it holds
    behind = [begin for begin in done if level - begin > size / 10] or [min(done)]
    level = (sum(behind) + n_rest) / len(behind)
    shares = []
    for begin in behind:
        n_parts = ceil((level - begin) / size) if size else 0
        shares += [(begin + (level - begin) * part / n_parts, (level - begin) / n_parts) for part in range(n_parts)]
    ends = [round(end) for end in accumulate(share for _, share in sorted(shares))]
    return [share for share in (end - begin for begin, end in pairwise([0, *ends])) if share]


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def peak_memory_mib() -> int:
    """Most resident memory that this process has held at a time, MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux hands a parent's peak on to rusage of its children
        lines = (line.split() for line in status.read_text(encoding="ascii", errors="replace").splitlines())
        return next(int(words[1]) // 1024 for words in lines if words and words[0] == "VmHWM:")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


@contextmanager
def _environment(n_workers: int) -> Iterator[None]:
    """Processes started meanwhile share the cores among their polars threads and hold little memory that they do not use.

    What the environment itself says of these goes before, but for the allocator of polars.
    """
    wanted = {THREADS: str(max(1, usable_cores() // n_workers)), **ALLOCATORS}
    before = {name: os.environ.get(name) for name in (*wanted, JEMALLOC)}
    os.environ.update({name: value for name, value in wanted.items() if before[name] is None})
    os.environ[JEMALLOC] = ",".join(filter(None, (before[JEMALLOC], SPARING)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _start(prepare: Prepare[Any, Any]) -> _Worker:
    context = multiprocessing.get_context("spawn")  # threads of polars do not survive a fork
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    worker = _Worker(process, ours)
    _send(worker, prepare)  # not with the process: what it imports takes seconds, in which an interrupt would be heard
    return worker


def _send(worker: _Worker, message: object) -> None:
    try:
        worker.pipe.send(message)
    except (BrokenPipeError, ConnectionResetError):
        raise _ended(worker) from None


def _receive(worker: _Worker) -> Any:
    try:
        result, failure, worker.peak_mib = worker.pipe.recv()
    except (EOFError, ConnectionResetError):
        raise _ended(worker) from None
    if failure:
        words, trace = failure
        error = WorkerError(f"A worker process failed: {words}")
        error.add_note(trace)
        raise error
    return result


def _ended(worker: _Worker) -> WorkerError:
    worker.process.join()
    code = worker.process.exitcode or 0
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended by itself (exit code {code})"
    advice = "where memory ran out, run it again with fewer workers or smaller texts; nothing was replaced"
    return WorkerError(f"A worker process {how}: {advice}.")


def _serve(pipe: Connection) -> None:
    """What a worker does: get ready, then job by job until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    try:
        prepare = pipe.recv()
        gc.disable()
        work, failure = _tried(prepare)
        gc.freeze()  # what is ready stays to the end: no collection need look at it
        pipe.send((None, failure, peak_memory_mib()))
        while work:
            job = pipe.recv()
            result, failure = _tried(work, job)
            pipe.send((result, failure, peak_memory_mib()))
            del job, result
            gc.collect()  # between jobs only: within one it would look at the same objects again and again
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _tried(work: Callable[..., Any], *job: object) -> tuple[Any, tuple[str, str] | None]:
    """The result, or the error in words and with its traceback: not every exception can be sent."""
    try:
        return work(*job), None
    except Exception as error:
        return None, (f"{type(error).__name__}: {error}", traceback.format_exc())
