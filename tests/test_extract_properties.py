"""What holds for any text: valid rows that reproduce it, whatever is in it, whatever it is read together with."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from extract_data import SATURDAY, articles
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from pipeline import lexicon
from pipeline.extract.cascade import Extraction, Extractor, version
from pipeline.extract.sentences import MAX_SENTENCES
from pipeline.schemas import Entities, Events
from pipeline.schemas.validate import empty, split
from pipeline.settings import PROJECT_ROOT

SAMPLES = PROJECT_ROOT / "seeds" / "articles"

EXAMPLES = [str(pattern["example"]) for pattern in lexicon.patterns()]
WORDS = [
    *lexicon.table("sides")["surface"],
    *lexicon.table("speech_verbs")["verb"],
    *lexicon.table("numbers")["word"],
    *lexicon.table("dates")["words"],
    *lexicon.table("quantifiers")["pattern"],
    *lexicon.aliases("weapons")["surface"].head(60),
    *lexicon.aliases("facilities")["surface"].head(60),
    *lexicon.table("voices")["pattern"].head(60),
    *[word for pattern in lexicon.patterns() for word in list(pattern["anchor"])[:2]],  # type: ignore[call-overload]
    *["Kyiv", "Sumy", "Donetsk region", "Kherson", "Kalynove", "Kursk", "Crimea", "Poland", "Toretsk", "Belgorod"],
    *["in", "near", "of", "the", "and", "to", "by", "from", "was", "were", "killed", "wounded", "he", "they", "no one"],
    *["12", "5 to 8", "1,200", "9" * 60, "3.5 km", "24 of 28", "August 6", "31 February", "in 2022"],
    *[".", ",", '"', ". ", "\n", " - ", "'s", "(", "…", "“", "”", "\x00", "\x01", "\x02", "\x1e", "\x1f", "=", "N=", "é", "Ж", "🚑"],
]  # fmt: skip

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=600)
NEWSLIKE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join)
MIXED = st.lists(st.one_of(st.sampled_from(EXAMPLES), st.sampled_from(WORDS)), min_size=1, max_size=30).map(" ".join)
TEXTS = st.lists(st.one_of(ANY_TEXT, NEWSLIKE, MIXED), min_size=1, max_size=12)
# each example is a whole batch: a failing one is shown as it is, for making it smaller takes minutes
FEW = settings(
    max_examples=18,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def assert_holds(found: Extraction, batch: pl.DataFrame) -> None:
    """Every row keeps its model's rules and reproduces the text of its article."""
    for frame, model, words in ((found.entities, Entities, "surface"), (found.events, Events, "quote")):
        parts = split(frame, model, stage="events", source="article_id")
        assert parts.rejected.is_empty(), parts.rejected.to_dicts()
        texts = dict(batch.select("article_id", "text").rows())
        for row in frame.iter_rows(named=True):
            assert texts[row["article_id"]][row["char_start"] : row["char_end"]] == row[words]
    ids = set(found.events["event_id"])
    assert set(found.events["duplicate_of"].drop_nulls()) <= ids
    assert found.events.filter(pl.col("event_id") == pl.col("duplicate_of")).is_empty()
    for name in ("actor_name", "target_name", "weapon", "place_text", "date_text", "attribution_text"):
        for article_id, words in found.events.select("article_id", name).drop_nulls().rows():
            assert words and words in texts[article_id]


@FEW
@given(TEXTS, st.sampled_from([SATURDAY, None, dt.date(2024, 2, 29)]))
@example(["\x00\x01\x02\x1e\x1f" * 20, "", " ", "\n\n", "." * 500, '"' * 99, "A" * 3000], SATURDAY)
@example([" ".join(EXAMPLES), "\n".join(EXAMPLES), '"' + " ".join(EXAMPLES) + '" he said.'], SATURDAY)
@example([text.upper() for text in EXAMPLES], SATURDAY)
def test_any_text_gives_valid_rows_and_no_exception(
    extractor: Extractor, texts: list[str], day: dt.date | None
) -> None:
    batch = articles(*texts, day=day)
    assert_holds(extractor(batch), batch)


def test_a_long_text_is_read_to_its_end(extractor: Extractor) -> None:
    # some examples are two sentences, and what stands behind the last that is read is left unread
    batch = articles("\n".join((EXAMPLES * 10)[: MAX_SENTENCES * 9 // 10]))
    found = extractor(batch)
    assert_holds(found, batch)
    assert found.events["char_end"].max() > len(batch["text"][0]) - 200  # type: ignore[operator]


@pytest.fixture(scope="module")
def alone(extractor: Extractor) -> tuple[pl.DataFrame, Extraction]:
    """Thirty articles of three examples each, read in one batch."""
    texts = ["\n".join(EXAMPLES[n : n + 3]) for n in range(0, len(EXAMPLES), 3)]
    batch = articles(*texts)
    return batch, extractor(batch)


def test_the_order_of_articles_changes_nothing(extractor: Extractor, alone: tuple[pl.DataFrame, Extraction]) -> None:
    batch, found = alone
    shuffled = extractor(batch.sample(fraction=1, shuffle=True, seed=7))
    assert shuffled.events.equals(found.events)
    assert shuffled.entities.equals(found.entities)


def test_the_articles_before_and_behind_change_nothing(extractor: Extractor) -> None:
    """Forbids ties that fall as rows happen to lie: the sample articles are read forwards and backwards."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(SAMPLES.rglob("*.txt"))]

    def rows(found: pl.DataFrame, ids: list[str]) -> list[pl.DataFrame]:
        other_ids = [name for name in ("article_id", "event_id", "entity_id", "duplicate_of") if name in found.columns]
        return [found.filter(pl.col("article_id") == article_id).drop(other_ids) for article_id in ids]

    forwards, backwards = articles(*texts), articles(*reversed(texts))
    one, other = extractor(forwards), extractor(backwards)
    ids = forwards["article_id"].to_list()
    for ahead, behind in ((one.events, other.events), (one.entities, other.entities)):
        for left, right in zip(rows(ahead, ids), rows(behind, ids[::-1]), strict=True):
            assert left.equals(right)


def test_the_batch_that_an_article_is_read_in_changes_nothing(
    extractor: Extractor, alone: tuple[pl.DataFrame, Extraction]
) -> None:
    """Forbids state that passes from article to article, and ids that count over a batch."""
    batch, found = alone
    pieces = [extractor(piece) for piece in batch.iter_slices(7)]
    assert pl.concat(piece.events for piece in pieces).equals(found.events)
    assert pl.concat(piece.entities for piece in pieces).equals(found.entities)


def test_the_same_twice(extractor: Extractor, alone: tuple[pl.DataFrame, Extraction]) -> None:
    """Forbids results that hang on the order of threads or hashes."""
    batch, found = alone
    again = extractor(batch)
    assert again.events.equals(found.events)
    assert again.entities.equals(found.entities)


@pytest.mark.parametrize(
    "batch",
    [
        articles(),
        articles("", "  ", "\n"),
        articles("12 - 14 - 2024"),
        articles("rain fell all day in the hills."),
        articles("Drohnen trafen ein Haus in Cherson.", language="de"),
        articles("A drone hit a house in Kherson.", language="uk"),
    ],
    ids=["no article", "no words", "no letter", "no known name", "German", "not English"],
)
def test_nothing_to_tell_gives_empty_frames_of_the_models(extractor: Extractor, batch: pl.DataFrame) -> None:
    found = extractor(batch)
    assert found.events.is_empty()
    assert found.events.schema == empty(Events).schema
    assert found.entities.schema == empty(Entities).schema


def test_rows_come_sorted(alone: tuple[pl.DataFrame, Extraction]) -> None:
    _, found = alone
    assert found.events.select("article_id", "char_start").rows() == sorted(
        found.events.select("article_id", "char_start").rows()
    )


def test_the_version_names_this_code() -> None:
    assert len(version()) == 16
    assert version() == version()


def test_a_text_too_short_to_tell_its_language_is_read(extractor: Extractor) -> None:
    """Forbids losing a good short article in silence."""
    unknown = articles("A Russian drone hit a house in Kherson.").with_columns(language=pl.lit(None, pl.String))
    assert extractor(unknown).events["event_type"].to_list() == ["strike"]
