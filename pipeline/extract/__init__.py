"""Articles in, entities and events out: pure functions over polars frames.

A cascade over whole columns, each stage one file:

    sentences.py  sentences, paragraphs, litter                 spans.py      words and patterns with offsets
    names.py      names of the lexicon and gazetteer            numbers.py    numbers and their bounds
    dates.py      date words and their days                     mask.py       sentences with classes for names
    distances.py  "25 km south-east of B"                       places.py     which homonym, which role
    triggers.py   event words in context                        arguments.py  clause, actor, target, places named
    modality.py   what did not happen                           placing.py    places told elsewhere
    victims.py    numbers of killed, injured, missing           tolls.py      whose victims they are
    counts.py     numbers of weapons, settlements, kilometres   measures.py   which row they belong to
    dating.py     which day                                     voices.py     who says so
    rows.py       coded values of the codebook                  coding.py     coded columns
    assemble.py   the parts put together                        entities.py   mentions as rows
    within_article.py  repetitions in one article               parts.py      what the stages share
    cascade.py    the stages in order

Texts are folded to ASCII first, character for character (`pipeline/text.py`), so that offsets hold for the original.

The knowledge lies in `pipeline/lexicon/`; `rule_id` of a row names its pattern there.
"""
