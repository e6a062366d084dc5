"""`sources.toml`: where articles come from, one card a source, and how politely they are fetched.

Here: the file's shape, clear errors, and the cards as rows for the table `sources`. Not here: fetching (night.py) and sources
that are known without a card (seeds/reference/known_sources.csv).
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import polars as pl
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, ValidationError
from pydantic import model_validator as rule

CARDS_SCHEMA: Final = pl.Schema(
    {
        "source": pl.String,
        "country_code": pl.String,
        "side": pl.String,
        "language": pl.String,
        "licence": pl.String,
        "articles_per_day_min": pl.Int32,
        "articles_per_day_max": pl.Int32,
        "is_in_use": pl.Boolean,
    }
)
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")


class SourcesError(ValueError):
    """A `sources.toml` that cannot be used; the message says where and what is wrong."""


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds characters that do not print")
    return text.strip()


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is no address that begins with https:// or http://")
    if parts.username or parts.password:
        raise ValueError("holds a user name or password: put none into an address")
    return text


Line = Annotated[str, AfterValidator(_printable), Field(max_length=300)]
WebAddress = Annotated[str, AfterValidator(_web_address), Field(max_length=2000, pattern=r"^[\x21-\x7e]+$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Volume(_Table):
    """Articles that a source publishes on a day, at least and at most, as its card expects."""

    min: int = Field(ge=0, le=1_000_000)
    max: int = Field(ge=0, le=1_000_000)

    @rule(mode="after")
    def _in_order(self) -> Volume:
        if self.max < self.min:
            raise ValueError("max is smaller than min")
        return self


class _Card(_Table):
    """What every source has: who it is, and whether it is in use."""

    name: Annotated[Line, Field(min_length=1, max_length=60)]  # as the column `source` of its articles shows it
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]  # ISO 3166-1
    side: Literal["UA", "RU", "other"]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]  # ISO 639-1
    licence: Annotated[Line, Field(min_length=1)]  # what may be done with its texts, or where that stands
    articles_per_day: Volume
    enabled: bool = True

    @property
    def slug(self) -> str:
        """The name as a folder's: small letters, digits and hyphens."""
        return _UNSAFE.sub("-", self.name.lower()).strip("-")


class Fetched(_Card):
    """A feed (RSS, Atom) or sitemap, whose articles are fetched page by page."""

    kind: Literal["feed", "sitemap"]
    address: WebAddress
    per_night: PositiveInt = 100  # pages of this source
    recheck_days: int = Field(default=2, ge=0, le=30)  # so long a page is asked for again, in case it was corrected


class Folder(_Card):
    """A folder that somebody else fills; read where it lies."""

    kind: Literal["folder"]
    folder: Path


Card = Annotated[Fetched | Folder, Field(discriminator="kind")]


class Limits(_Table):
    """How far any fetching goes."""

    contact: Line = ""  # a mail address or page, told to every server
    per_night: PositiveInt = 1000  # pages of all sources together
    pause_seconds: float = Field(default=2.0, ge=0)  # between two requests to one host; robots.txt may ask for more
    connect_seconds: PositiveFloat = 10.0
    read_seconds: PositiveFloat = 20.0  # without a byte
    total_seconds: PositiveFloat = 90.0  # for one answer, from the look-up of its name to its last byte
    max_bytes: PositiveInt = 5 * 2**20  # as sent
    max_unpacked_bytes: PositiveInt = 20 * 2**20
    redirects: int = Field(default=5, ge=0, le=20)
    attempts: PositiveInt = Field(default=3, le=10)
    retry_seconds: PositiveFloat = 2.0  # before the second attempt, doubled after each
    max_wait_seconds: PositiveFloat = 120.0  # a server that asks to wait longer is left for the next night


class Sources(_Table):
    """The whole file."""

    fetch: Limits = Limits()
    source: tuple[Card, ...] = ()

    @rule(mode="after")
    def _told_apart(self) -> Sources:
        seen: dict[str, str] = {}
        for card in self.source:
            if not card.slug:
                raise ValueError(f"source {card.name!r}: the name has no letter or digit of the Latin alphabet")
            if card.slug in seen:
                raise ValueError(f"sources {seen[card.slug]!r} and {card.name!r}: their names are too much alike")
            seen[card.slug] = card.name
        return self

    @property
    def enabled(self) -> tuple[Fetched | Folder, ...]:
        """Sources that are in use."""
        return tuple(card for card in self.source if card.enabled)

    @property
    def fetched(self) -> tuple[Fetched, ...]:
        """Feeds and sitemaps in use."""
        return tuple(card for card in self.enabled if isinstance(card, Fetched))

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders in use; a relative one begins at the folder of `sources.toml`."""
        return tuple(card.folder for card in self.enabled if isinstance(card, Folder))


def read_sources(path: Path) -> Sources:
    """The file's content; no sources where there is no file. Raises SourcesError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Sources()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourcesError(f"{path} cannot be read: {error}. docs/sources.md shows what it looks like.") from error
    try:
        found = Sources.model_validate(content)
    except ValidationError as error:
        faults = "; ".join(_fault(content, fault["loc"], fault["msg"]) for fault in error.errors())
        raise SourcesError(f"{path}: {faults}. docs/sources.md says what each line means.") from error
    cards = tuple(
        card.model_copy(update={"folder": path.parent / card.folder.expanduser()}) if isinstance(card, Folder) else card
        for card in found.source
    )
    return found.model_copy(update={"source": cards})


def card_rows(sources: Sources) -> pl.DataFrame:
    """One row a source, in use or not, sorted by `source`; the columns of CARDS_SCHEMA."""
    rows = [
        (
            card.name,
            card.country,
            card.side,
            card.language,
            card.licence,
            card.articles_per_day.min,
            card.articles_per_day.max,
            card.enabled,
        )
        for card in sources.source
    ]
    return pl.DataFrame(rows, schema=CARDS_SCHEMA, orient="row").sort("source")


def _fault(content: dict[str, object], where: tuple[int | str, ...], message: str) -> str:
    """One fault, with the source's place and name where it is one of a source's."""
    message = message.removeprefix("Value error, ")
    if where[:1] != ("source",) or len(where) < 2 or not isinstance(where[1], int):
        return f"{'.'.join(map(str, where))}: {message}" if where else message
    cards = content["source"]
    card = cards[where[1]] if isinstance(cards, list) else None
    name = f" ({card['name']!r})" if isinstance(card, dict) and isinstance(card.get("name"), str) else ""
    line = ".".join(str(part) for part in where[2:] if part not in ("feed", "sitemap", "folder") or part == where[-1])
    return f"source {where[1] + 1}{name}{', ' + line if line else ''}: {message}"
