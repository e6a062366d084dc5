"""Raw files in, the `articles` layer and the rejected rows out.

    discover.py   which files, in which order, and which are refused before they are opened
    opening.py    bytes of a file, decompressed, with limits;  decode.py  bytes to text
    mojibake.py   text that was decoded wrongly before it came here
    manifest.py   what `manifest.csv` says about the text files beside it
    readers/      one file a format: bytes to records
    dating.py     when a text was published;  dateline.py  where it was filed;  language.py  what it is written in
    articles.py   records to rows of `articles`;  inputs.py  many files to batches of rows, in bounded memory
    copies.py     near copies and versions of articles
    ledger.py     what was read already;  merge.py  new rows into day files;  ingest.py  the step that does all this
    mend.py       damaged files of the layers set aside, their articles taken from what was published

Not here: what the texts say (extract/), which articles are copies (dbt), Dagster (orchestration/).
"""
