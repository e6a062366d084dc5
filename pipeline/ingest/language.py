"""What language a text is written in, as an ISO 639-1 code.

Here: reading codes of the metadata, and guessing where they tell none. Not here: what other languages are good for.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# the languages that news of the war is read in here; among all languages short texts become rare ones
CANDIDATES: Final = (
    "en", "uk", "ru", "be", "pl", "de", "fr", "es", "it", "pt", "nl", "ro", "cs", "sk", "hu", "bg", "tr", "sv", "no",
    "da", "fi", "lt", "lv", "et", "el", "ka", "ar", "zh", "ja",
)  # fmt: skip
SAMPLE_CHARS: Final = 600  # a page more changes no answer and takes most of a batch's time
MIN_CONFIDENCE: Final = 0.8

# a text with an eighth of these is English whatever a classifier says, which takes ten times as long; each other language
# has but one or two of them
_ENGLISH: Final = re.compile(
    r"\b(?:the|of|and|to|was|were|said|has|have|with|by|from|that|for)\b", re.IGNORECASE | re.ASCII
)
MIN_ENGLISH_SHARE: Final = 0.12
MIN_ENGLISH_WORDS: Final = 20

_NAMES: Final = {
    "eng": "en", "english": "en", "ukr": "uk", "ukrainian": "uk", "rus": "ru", "russian": "ru", "deu": "de",
    "ger": "de", "german": "de", "fra": "fr", "fre": "fr", "french": "fr", "pol": "pl", "polish": "pl", "spa": "es",
    "spanish": "es",
}  # fmt: skip


def language_code(stated: str | None) -> str | None:
    """`en` of `en`, `EN`, `en-GB`, `eng`, `English`; null where that tells no language."""
    if stated is None:
        return None
    word = re.split(r"[-_]", stated.strip().lower(), maxsplit=1)[0]
    return _NAMES.get(word) or (word if re.fullmatch(r"[a-z]{2}", word) else None)


def detect(text: str) -> str | None:
    """The likeliest of CANDIDATES by the text's opening; null where none is clearly likeliest."""
    opening = text[:SAMPLE_CHARS]
    if reads_as_english(opening):
        return "en"
    language, confidence = _identifier().classify(opening)
    return language if confidence >= MIN_CONFIDENCE else None


def reads_as_english(text: str) -> bool:
    """Whether so many of the words are those that hold English sentences together, `the` among them, that it is English."""
    n_words = text.count(" ") + 1
    if n_words < MIN_ENGLISH_WORDS:
        return False
    found = _ENGLISH.findall(text)
    return len(found) >= MIN_ENGLISH_SHARE * n_words and any(word.lower() == "the" for word in found)


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(CANDIDATES)
    return identifier
