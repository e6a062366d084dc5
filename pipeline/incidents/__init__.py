"""Which event rows tell of one incident.

Here: frames in, frames out. `link.py` puts the steps together:

    features.py   event rows -> what they are compared by          tables.py      the tables beside them
    blocks.py     which rows are compared                            clusters.py    links -> groups of rows
    pairs.py      what agrees in a pair, and what that is worth      identity.py    groups -> incidents with stable ids

Not here: what an incident's rows say together (dbt: `int_incidents`), repetitions within one article (extract/within_article.py).
"""
