"""The exports beside the Parquet tables: other people's layouts, and metadata that machines read.

Here: frames and files in, files out, all of them in one release's `export` folder. Not here: the database (warehouse/),
what a column means (schemas/). Nothing here opens a database or asks which release is the present one.

    acled.py        incidents in ACLED's columns          hxl.py         daily summary with HXL tags and P-codes
    geojson.py      incidents as points                   cells.py       CSV that no spreadsheet runs as a formula
    datapackage.py  Frictionless Data Package             croissant.py   Croissant (schema.org) metadata
    release.py      which files there are, writing and checking them
"""
