"""One article with everything that was read in it: why a row exists, and why it says what it says.

    reading.py    an article, its marks, its rows and the words each rests on, from the tables and the extractor
    marks.py      overlapping spans of a text to pieces that do not overlap
    facts.py      a row in words, with the reason for each choice; meanings.csv says what the codes mean
    terminal.py   on the terminal;  page.py, page.html.jinja, page.css, page.js  as one HTML file

Not here: how texts are read (extract/), where articles come from (commands/explain.py).
"""
