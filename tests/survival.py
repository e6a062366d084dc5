"""A small installation that is disturbed on purpose: its raw files before and after some news, its refreshes, its tables.

Here: starting `sitrep refresh`, stopping it at a chosen moment, and what a reader finds. Not here: which disturbances
there are (test_survival.py).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.settings import PROJECT_ROOT

STEPS: Final = {
    "ingest": "Reading raw files",
    "extract": "Extracting events",
    "link": "Linking incidents",
    "load": "Loading the database",
    "dbt": "Building the tables",
    "publish": "Publishing",
}
SEED: Final = 20240907
PATIENCE: Final = 600  # seconds until a refresh counts as hung
# when something happened to us, not what happened: compared by whether it is there
OUR_TIMES: Final = ("first_seen_at", "last_changed_at", "valid_from", "valid_to", "revised_at")
NOT_COMPARED: Final = ("pipeline_runs",)  # each attempt that published leaves a row

FIRST_NEWS: Final = {
    "2024-09-07-alpha.txt": "Russian drones struck a power plant in the city of Kharkiv on Saturday, the governor said.\n"
    "At least three people were injured in the attack.\n",
    "2024-09-08-beta.txt": "Ukrainian forces repelled four assaults near the town of Toretsk on Sunday, the staff said.\n",
    "gamma.txt": "Officials have ordered the evacuation of children from Pokrovsk.\n",
    "2024-09-08/wire.jsonl": '{"id": "1", "published_at": "2024-09-08", "source": "Oskol Wire", "text": '
    '"A missile hit a warehouse in Odesa on Sunday and killed two guards, the mayor said."}\n',
}
MORE_NEWS: Final = {
    "2024-09-07-alpha.txt": "Russian drones struck a power plant in the city of Kharkiv on Saturday, the governor said.\n"
    "At least five people were injured in the attack, he said in an update.\n",
    "2024-09-09-delta.txt": "A glide bomb fell on a school in Sumy on Monday. One teacher was killed, the police said.\n",
    "2024-09-08/wire.jsonl": '{"id": "1", "published_at": "2024-09-09", "source": "Oskol Wire", "text": '
    '"A missile hit a warehouse in Odesa on Sunday and killed two guards, the mayor said."}\n',
}
Digest = Mapping[str, tuple[int, int]]


class KillPoint(NamedTuple):
    """Where a refresh is killed: so far into a step, alone or with the processes that it started."""

    step: str
    share: float
    with_children: bool


def kill_rounds(n_kills: int) -> list[list[KillPoint]]:
    """Rounds of one kill in each step, until there are `n_kills`; where in the step is chance, the same every time."""
    chance = random.Random(SEED)  # noqa: S311
    n_rounds = -(-n_kills // len(STEPS))
    return [
        [KillPoint(step, round(chance.random(), 3), chance.random() < 0.5) for step in STEPS] for _ in range(n_rounds)
    ]


@dataclass
class Installation:
    """A raw and a data folder, and a copy of both as they were after the first news."""

    home: Path
    durations: dict[str, float] = field(default_factory=dict)

    @property
    def raw(self) -> Path:
        """Raw folder."""
        return self.home / "raw"

    @property
    def data(self) -> Path:
        """Data folder."""
        return self.home / "data"

    def write(self, news: Mapping[str, str]) -> None:
        """Put files into the raw folder."""
        for name, text in news.items():
            path = self.raw / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def start(self, *arguments: str, prefix: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Begin a refresh in a process group of its own."""
        code = "import sys; sys.argv[0] = 'sitrep'; from pipeline.cli import main; main()"
        command = [sys.executable, "-c", code, "refresh", "--raw", str(self.raw), "--data", str(self.data), *arguments]
        return subprocess.Popen(
            [*prefix, *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=PROJECT_ROOT,
            env={**os.environ, "COLUMNS": "10000"},
            start_new_session=True,
        )

    def refresh(self, *arguments: str, prefix: Sequence[str] = ()) -> tuple[int, str]:
        """A refresh to its end: exit code and what it said; notes how long each step took."""
        process = self.start(*arguments, prefix=prefix)
        said, began = [], dict[str, float]()
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            began |= {name: time.monotonic() for name, title in STEPS.items() if line.startswith(title)}
        code = process.wait(PATIENCE)
        ends = [] if not began else [*list(began.values())[1:], time.monotonic()]
        self.durations = {name: end - start for (name, start), end in zip(began.items(), ends, strict=True)}
        return code, "".join(said)

    def refresh_killed_at(self, point: KillPoint, durations: Mapping[str, float]) -> int:
        """A refresh that is killed; its exit code, 0 where it had ended before."""
        process = self.start()
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(STEPS[point.step]):
                time.sleep(point.share * durations[point.step])
                break
        if point.with_children:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        code = process.wait(PATIENCE)
        process.stderr.close()
        return code

    def keep(self) -> None:
        """Keep the data folder as it is now."""
        shutil.copytree(self.data, self.home / "kept", symlinks=True)

    def restore(self) -> None:
        """Bring back the data folder that was kept."""
        shutil.rmtree(self.data)
        shutil.copytree(self.home / "kept", self.data, symlinks=True)

    def published(self) -> Digest:
        """Digest of the published file."""
        return digest(self.data / "sitrep.duckdb")

    def exports_are_the_snapshot(self) -> bool:
        """Whether each exported file holds what the published file holds."""
        with duckdb.connect(str(self.data / "sitrep.duckdb"), read_only=True) as connection:
            return all(
                _digest(connection, f"read_parquet('{self.data}/export/{table}.parquet')")
                == _digest(connection, f"main.{table}")
                for table in PUBLIC_TABLES
            )

    def leftovers(self) -> list[str]:
        """Temporary files in the data folder."""
        return [str(path) for path in self.data.rglob("*.tmp")]


def digest(published: Path) -> Digest:
    """Rows and a digest of them for every published table."""
    with duckdb.connect(str(published), read_only=True) as connection:
        return {table: _digest(connection, f"main.{table}") for table in PUBLIC_TABLES if table not in NOT_COMPARED}


def _digest(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[int, int]:
    names = [name for name, *_ in connection.execute(f"describe from {relation}").fetchall()]
    replaced = [f"{name} is null as {name}" for name in names if name in OUR_TIMES]
    shown = f"* replace ({', '.join(replaced)})" if replaced else "*"
    rows = connection.execute(
        f"select count(*), coalesce(sum(hash(r)::hugeint), 0)::hugeint from (select {shown} from {relation}) as r"
    ).fetchall()
    return rows[0]


@contextmanager
def watched(installation: Installation, allowed: Sequence[Digest]) -> Iterator[list[str]]:
    """Read the published file and the exports again and again meanwhile; the list gets what no reader should see."""
    seen: list[str] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.wait(0.5):
            try:
                if installation.published() not in allowed:
                    seen.append("a release that is neither the old one nor the new one")
                for table in PUBLIC_TABLES:
                    duckdb.connect().execute(
                        "select count(*) from read_parquet(?)", [f"{installation.data}/export/{table}.parquet"]
                    ).fetchall()
            except duckdb.Error as error:
                seen.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield seen
    finally:
        ended.set()
        reader.join()
