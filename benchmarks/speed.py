"""Speed of this installation, measured in this very run: extraction, ingest, a whole refresh, and a peer beside them.

Here: what is timed, each in a process of its own so that peak memory and start-up are its own, and the table. Not here:
judging the figures; nothing fails because it is slow.

The peer is spaCy's blank English pipeline (tokenizer, sentencizer) with a PhraseMatcher over the places, actors and
weapons that the extraction looks for. It only finds names, which is the smaller part of what the extraction does.
"""

from __future__ import annotations

import importlib.util
import json
import math
import multiprocessing
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

import click

# heavy libraries are imported in the processes that measure: their loading is part of the start-up
if TYPE_CHECKING:
    from cProfile import Profile

    import polars as pl

    from pipeline.extract.cascade import Extractor

Inputs = ParamSpec("Inputs")
Result = TypeVar("Result")

SAMPLES: Final = Path(__file__).resolve().parent.parent / "seeds" / "articles"
SAMPLE_ARTICLES: Final = 2_000
RUNS: Final = 3
PACKAGES: Final = ("sitrep", "polars", "pandera", "duckdb", "dagster", "dbt-core", "dbt-duckdb", "spacy")
PEER: Final = "spacy"
PEER_PART: Final = "spaCy, names only"
SMALLEST_SHARE: Final = 0.5
TEXTS, CACHE, RAW = "texts.parquet", "cache", "raw"
REFRESH: Final = ("-c", "from pipeline.cli import main; main()", "refresh")
REFRESH_SECONDS: Final = 3600


@dataclass(frozen=True)
class Figure:
    """One line of the table; `slowest` and `fastest` stand where several runs were made."""

    part: str
    what: str
    value: float | None
    unit: str = ""
    slowest: float | None = None
    fastest: float | None = None
    note: str = ""


@click.command()
@click.option(
    "--articles",
    type=click.Path(exists=True, path_type=Path),
    default=SAMPLES,
    help="File or folder; default the samples.",
)
@click.option(
    "--repeat",
    type=click.IntRange(min=1),
    help=f"Repeat the articles until there are so many; samples: {SAMPLE_ARTICLES:,}.",
)
@click.option("--runs", type=click.IntRange(min=1), default=RUNS, show_default=True, help="Runs; the median is shown.")
@click.option("--no-refresh", is_flag=True, help="Leave out the two whole refreshes.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here too."
)
def main(articles: Path, repeat: int | None, runs: int, no_refresh: bool, json_file: Path | None) -> None:
    """Measure the speed of extraction, ingest and a whole refresh, and of spaCy beside them."""
    from rich.console import Console

    articles = articles.resolve()
    n_wanted = repeat or (SAMPLE_ARTICLES if articles == SAMPLES else 1)
    with tempfile.TemporaryDirectory(prefix="sitrep-bench-") as name, Console(stderr=True).status("") as status:
        folder = Path(name)
        status.update("reading the articles, compiling the gazetteer")
        about = (
            conditions() | in_process(prepare, articles, folder, n_wanted) | {"runs": f"{runs} of each, medians shown"}
        )
        figures: list[Figure] = []
        status.update("measuring the extraction")
        figures += in_process(measure_extraction, folder, runs, "extraction")
        with one_polars_thread():
            figures += in_process(measure_extraction, folder, runs, "extraction, one thread")
        status.update("measuring its stages")
        figures += in_process(measure_stages, folder)
        status.update("measuring the ingest")
        figures += in_process(measure_ingest, folder, runs)
        status.update("measuring the peer")
        figures += peer_figures(folder, runs)
        if not no_refresh:
            status.update("measuring two refreshes")
            figures += measure_refresh(articles, folder / "data")
    show(about, figures)
    if json_file:
        report = {"conditions": about, "figures": [asdict(figure) for figure in figures]}
        json_file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def in_process(work: Callable[Inputs, Result], *args: Inputs.args, **options: Inputs.kwargs) -> Result:
    """Call a function of this module in a fresh process."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *args, **options).result()


@contextmanager
def one_polars_thread() -> Iterator[None]:
    """Processes started meanwhile run polars on one thread, as the peer does."""
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = before


def conditions() -> dict[str, str]:
    """Date, machine and versions that the figures belong to."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "CPU": f"{cpu_model()}, {cores} cores usable, load average before the run {load}",
        "system": platform.platform(),
        "Python": platform.python_version(),
        "packages": ", ".join(f"{name} {version}" for name in PACKAGES if (version := installed(name))),
    }


def cpu_model() -> str:
    """The CPU's own name where the system tells it, else its architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def installed(package: str) -> str | None:
    """Version of an installed package; null where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def prepare(articles: Path, folder: Path, n_wanted: int) -> dict[str, str]:
    """Read the articles and write them into `folder`, repeated, for extraction and peer, and as one JSONL for ingest."""
    import polars as pl

    from pipeline.gazetteer.build import load_gazetteer
    from pipeline.ingest.inputs import read_articles

    read = read_articles([articles], now=datetime.now(UTC)).articles
    english = read.filter(pl.col("language") == "en")
    if english.is_empty():
        raise click.ClickException(f"{articles} holds no English article: name another file or folder with --articles.")
    texts = repeated(english, n_wanted)
    texts.write_parquet(folder / TEXTS)
    (folder / RAW).mkdir()
    repeated(read, n_wanted).select(
        "source",
        "url",
        "title",
        "text",
        id="article_id",
        published_at=pl.col("published_at").dt.to_string("iso:strict"),
    ).write_ndjson(folder / RAW / "articles.jsonl")
    load_gazetteer(folder / CACHE)
    return {
        "articles": f"{texts.height:,} English ones ({english.height:,} different) of {articles.name}, "
        f"{megabytes(texts):.1f} MB, {texts['n_sentences'].sum():,} sentences"
    }


def repeated(articles: pl.DataFrame, n_wanted: int) -> pl.DataFrame:
    """At least all of the articles, and copies up to `n_wanted`, each with an `article_id` of its own."""
    import polars as pl

    n_copies = math.ceil(n_wanted / articles.height)
    rest = pl.col("article_id").str.slice(4)
    copies = [articles.with_columns(article_id=pl.concat_str(pl.lit(f"{n:04x}"), rest)) for n in range(n_copies)]
    return pl.concat(copies).head(max(n_wanted, articles.height))


def megabytes(articles: pl.DataFrame) -> float:
    """Size of the texts in UTF-8, 10^6 bytes."""
    return float(articles["text"].str.len_bytes().sum()) / 1e6


def measure_extraction(folder: Path, runs: int, part: str) -> list[Figure]:
    """Start-up, rates and peak memory of the extraction alone; validation apart."""
    began = time.perf_counter()
    import polars as pl

    from pipeline.extract.cascade import Extractor
    from pipeline.extraction import extract_batched
    from pipeline.gazetteer.build import load_gazetteer

    start_up = {"load the libraries": time.perf_counter() - began}
    began = time.perf_counter()
    gazetteer = load_gazetteer(folder / CACHE)
    start_up["load the gazetteer"] = time.perf_counter() - began
    began = time.perf_counter()
    extractor = Extractor(gazetteer)
    start_up["compile the names"] = time.perf_counter() - began
    texts = pl.read_parquet(folder / TEXTS)
    began = time.perf_counter()
    extractor(texts.head(1))
    start_up["first article, with the patterns"] = time.perf_counter() - began

    n_events = extract_all(texts, extractor)
    seconds = timed(lambda: extract_all(texts, extractor), runs)
    memory = Figure(part, "peak memory of its process", peak_memory_mib(), "MiB")
    validated = median(timed(lambda: extract_batched(texts, extractor), 1))
    return [
        rate(part, "articles", texts.height, seconds),
        rate(part, "text", megabytes(texts), seconds, unit="MB/s"),
        rate(part, "sentences", int(texts["n_sentences"].sum()), seconds),
        rate(part, "events", n_events, seconds),
        Figure(part, "articles, every row validated", texts.height / validated, "a second", note="one run"),
        memory,
        *(Figure(part, f"start-up: {what}", value, "s") for what, value in start_up.items()),
    ]


def extract_all(texts: pl.DataFrame, extractor: Extractor) -> int:
    """Extract in the pipeline's own batches; the number of events."""
    from pipeline.extraction import BATCH_ARTICLES

    return sum(extractor(batch).events.height for batch in texts.iter_slices(BATCH_ARTICLES))


def measure_stages(folder: Path) -> list[Figure]:
    """Share of the time that each function takes which the cascade calls, in one profiled run."""
    import cProfile

    import polars as pl

    from pipeline.extract import cascade
    from pipeline.gazetteer.build import load_gazetteer

    texts = pl.read_parquet(folder / TEXTS)
    extractor = cascade.Extractor(load_gazetteer(folder / CACHE))
    extractor(texts.head(1))
    profile = cProfile.Profile()
    began = time.perf_counter()
    profile.runcall(extract_all, texts, extractor)
    return stage_shares(profile, Path(cascade.__file__), time.perf_counter() - began)


def stage_shares(profile: Profile, caller: Path, seconds: float) -> list[Figure]:
    """Percent of `seconds` in each function of the modules beside `caller` that its module calls; the rest last."""
    spent: dict[str, float] = defaultdict(float)
    for entry in profile.getstats():
        if isinstance(entry.code, str) or Path(entry.code.co_filename) != caller:
            continue
        for call in entry.calls or ():
            if isinstance(call.code, str):
                continue
            file = Path(call.code.co_filename)
            if file.parent == caller.parent and file != caller:
                spent[f"{file.stem}.{call.code.co_name}"] += call.totaltime
    spent["joining them, and overhead"] = seconds - sum(spent.values())
    ordered = sorted(spent.items(), key=lambda item: -item[1])
    shares = [Figure("share of the time", name, 100 * value / seconds, "%") for name, value in ordered]
    return [share for share in shares if share.value and share.value >= SMALLEST_SHARE]


def measure_ingest(folder: Path, runs: int) -> list[Figure]:
    """The ingest step over one JSONL file, into layers of its own each time."""
    from pipeline.ingest.ingest import ingest

    reports = []

    def run() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as layers:
            reports.append(ingest([folder / RAW], Path(layers), now=datetime.now(UTC)))

    run()  # loads the language profiles
    seconds = timed(run, runs)
    return [
        rate("ingest", "articles, from JSONL", reports[-1].n_articles_read, seconds),
        Figure("ingest", "peak memory of its process", peak_memory_mib(), "MiB"),
    ]


def peer_figures(folder: Path, runs: int) -> list[Figure]:
    """What the peer does, or that it is not installed."""
    if importlib.util.find_spec(PEER) is None:
        return [Figure(PEER_PART, "not installed", None, note="`make bench` installs it where it can")]
    return in_process(measure_peer, folder, runs)


def measure_peer(folder: Path, runs: int) -> list[Figure]:
    """Start-up, rates and peak memory of spaCy looking for the same names in the same texts."""
    import polars as pl
    import spacy
    from spacy.matcher import PhraseMatcher

    from pipeline.extract.names import compile_names
    from pipeline.gazetteer.build import load_gazetteer

    names = compile_names(load_gazetteer(folder / CACHE))
    wanted = names.entries.filter(pl.col("source").is_in(["place", "actor", "weapon"]))["surface"]
    texts = pl.read_parquet(folder / TEXTS)
    began = time.perf_counter()
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    matcher = PhraseMatcher(nlp.vocab)
    matcher.add("NAME", [nlp.make_doc(name) for name in wanted])
    start_up = time.perf_counter() - began
    n_found = [0]

    def run() -> None:
        n_found[0] = sum(len(matcher(document)) for document in nlp.pipe(texts["text"]))

    run()  # fills its vocabulary
    seconds = timed(run, runs)
    return [
        rate(PEER_PART, "articles", texts.height, seconds),
        rate(PEER_PART, "text", megabytes(texts), seconds, unit="MB/s"),
        rate(PEER_PART, "names", n_found[0], seconds),
        Figure(PEER_PART, "peak memory of its process", peak_memory_mib(), "MiB"),
        Figure(PEER_PART, f"start-up: put {wanted.len():,} names into its matcher", start_up, "s"),
    ]


def measure_refresh(articles: Path, data: Path) -> list[Figure]:
    """Seconds of a whole refresh into an empty folder, and of the same command again."""
    command = [sys.executable, *REFRESH, "--raw", str(articles), "--data", str(data)]
    figures = []
    for what in ("first, on an empty data folder", "again, nothing new"):
        began = time.perf_counter()
        result = subprocess.run(command, capture_output=True, text=True, timeout=REFRESH_SECONDS, check=False)
        seconds = time.perf_counter() - began
        if result.returncode:
            raise click.ClickException(f"`sitrep refresh` failed, run it by itself to see why: {result.stderr[-2000:]}")
        figures.append(Figure("refresh", what, seconds, "s", note="articles as they are, not repeated"))
    return figures


def timed(work: Callable[[], object], runs: int) -> list[float]:
    """Seconds of each run."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return seconds


def rate(part: str, what: str, amount: float, seconds: Sequence[float], *, unit: str = "") -> Figure:
    """Amount per second of the median run, with the slowest and the fastest."""
    return Figure(
        part,
        what,
        amount / median(seconds),
        unit or "a second",
        slowest=amount / max(seconds),
        fastest=amount / min(seconds),
    )


def peak_memory_mib() -> float:
    """Most memory that this process has held at a time, MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux hands a parent's peak on to rusage of its children
        lines = (line.split() for line in status.read_text(encoding="ascii", errors="replace").splitlines())
        return next(int(words[1]) / 1024 for words in lines if words and words[0] == "VmHWM:")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def show(about: dict[str, str], figures: Sequence[Figure]) -> None:
    """The conditions and the table on standard output."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    for name, value in about.items():
        console.print(f"{name:>9}  {value}", markup=False)
    table = Table("", "", "median", "", "slowest - fastest", "", box=SIMPLE_HEAD)
    table.columns[1].no_wrap = True
    for column in (2, 4):
        table.columns[column].justify = "right"
    before = ""
    for figure in figures:
        if before and figure.part != before:
            table.add_section()
        spread = "" if figure.slowest is None else f"{number(figure.slowest)} - {number(figure.fastest)}"
        part = figure.part if figure.part != before else ""
        table.add_row(part, figure.what, number(figure.value), figure.unit, spread, figure.note)
        before = figure.part
    console.print(table)


def number(value: float | None) -> str:
    """Three digits at least, whole numbers from 100 on."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    main()
