"""Articles in, entities and events out: pure functions over polars frames.

A cascade over whole columns, each stage one file:

    sentences.py       sentences, paragraphs, litter        spans.py            words and patterns with offsets
    names.py           names of the lexicon and gazetteer   numbers.py          numbers and their bounds
    dates.py           date words and their days            back_references.py  "the city", "the plant"
    mask.py            sentences with classes for names     triggers.py         event words in context
    places.py          places with homonym and role         homonyms.py         which homonym
    place_roles.py     where it happened, or was said       distances.py        "25 km south-east of B"
    arguments.py       clause, target, places named         actors.py           who did it
    placing.py         places told elsewhere                unnamed_places.py   places that are not named
    modality.py        what did not happen                  context_types.py    talks, aid, sanctions, aims
    victims.py         numbers of killed, injured, missing  tolls.py            whose victims they are
    counts.py          numbers of weapons, settlements      measures.py         which row they belong to
    dating.py          which day                            states.py           what has no day of its own
    own_dates.py       dates of the sentence itself         carried_dates.py    days of the sentences around it
    news_days.py       the day of the news                  retold_dates.py     days of what is told again
    voices.py          who says so                          speakers.py         who speaks
    speech.py          over which sentences a voice reaches topic.py            whether it is about the war
    rows.py            coded values of the codebook         coding.py           coded columns
    assemble.py        the parts put together               entities.py         mentions as rows
    within_article.py  repetitions in one article           confidence.py       how sure a row is
    parts.py           what the stages share                cascade.py          the stages in order

Texts are folded to ASCII first, character for character (`pipeline/text.py`), so that offsets hold for the original.

The knowledge lies in `pipeline/lexicon/`; `rule_id` of a row names its pattern there.
"""
