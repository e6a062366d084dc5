"""From feeds and sitemaps to raw files: what is new since the last night, politely, within limits.

    cards.py      `sources.toml`: which sources there are, and a card for each
    addresses.py  which addresses may be called, and until when: the network underneath every request
    http.py       one answer: bounded, unpacked, redirects followed, retried;  robots.py  what a site asks of robots
    listings.py   feeds and sitemaps to the articles that they list
    store.py      answers to files that ingest/ reads, and what is remembered of each source
    night.py      the step that does all this for every source;  inputs.py  which paths are raw folders then

Not here: what a page says (ingest/), Dagster (orchestration/). Whatever comes from outside is data: it names no file,
no command, and no address inside the own network.
"""
