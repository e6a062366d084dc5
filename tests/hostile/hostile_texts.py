"""Texts that are fine to read and made to hurt what reads, stores or shows them.

Each has a report in it that must come out right all the same, so that no defence is to throw the text away.
"""

from __future__ import annotations

from typing import Final

REPORT: Final = "Two people were killed in a missile strike on the city of Kharkiv on Friday, the governor said."

WORST: Final = {
    "a_million_equal_words": "drone " * 333_000,
    "a_million_equal_letters": "a" * 1_900_000,
    "capitals_in_a_row": "Kharkiv Donetsk " * 60_000,
    "names_in_a_row": "Vasyl Petrovych Ivanenko, " * 40_000,
    "weekdays_in_a_row": "on Friday morning and " * 50_000,
    "numbers_in_a_row": "1,000,000.5 and 12 of " * 50_000,
    "number_words_in_a_row": "twenty-one hundred and " * 50_000,
    "commas": "," * 1_900_000,
    "full_stops": ". " * 900_000,
    "line_ends": "\n" * 1_800_000,
    "open_brackets": "(" * 900_000 + "[" * 900_000,
    "open_quotes": "\u201c" * 900_000 + '"' * 900_000,
    "hyphens": "a-" * 900_000,
    "apostrophes": "d'" * 900_000,
    "abbreviations": "U.S. Gen. Col. " * 100_000,
    "verbs_of_saying": "said the governor, who said, " * 40_000,
    "attacks_without_end": "killed in a strike on the shelling of the attack on " * 25_000,
    "combining_marks": "e" + "\u0301" * 1_800_000,
    "zero_width": "K\u200by\u200bi\u200bv\ufeff\u2060 " * 100_000,
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 " * 100_000,
    "digits": "9" * 1_900_000,
    "sentences_as_long_as_are_read": ("killed in a strike on Kharkiv and " * 170 + "left. ") * 20,
    "many_short_sentences": "Two people were killed in Sumy. " * 2_000,
}

TEXTS: Final[dict[str, str]] = {
    **{name: f"{REPORT}\n\n{worst}\n" for name, worst in WORST.items()},
    "numbers_of_400_digits": f"{REPORT} At least {'9' * 400} people were killed and {'1,' * 400}000 injured in a strike on Sumy. Russia "
    f"launched {'8' * 400} drones and took {'7' * 25} villages, {'6' * 300}.5 km from Izium.",
    "numbers_at_the_edge": f"{REPORT} At least 2147483648 people were killed and 9223372036854775808 hurt in Sumy on Friday. "
    "Russia launched 99999999999 drones; 4294967296 were shot down; -5 people died; 0x10 were hurt; 1e9 fled Sumy.",
    "dates_at_the_edge": f"{REPORT} A drone hit Sumy on 31 February 2024, on September 7, 0000, on 99 May 9999, on December 31, 9999, "
    "in the year 0, 999999999 days ago, twelve years ago, since 1900, and on 00/00/0000.",
    "sql": f"{REPORT} '; DROP TABLE articles; -- ') OR 1=1; COPY (SELECT 1) TO 'escaped'; ATTACH 'x.db'; \\g $$",
    "jinja_and_dbt": REPORT + " {{ 7*7 }} {% for x in ().__class__.__base__.__subclasses__() %}{{ ref('x') }}{% endfor %} {# #}",
    "html": f"{REPORT} <script>alert(1)</script><img src=x onerror=alert(1)> </pre></td></style><!-- ]]> &lt;b&gt; &#x3c;",
    "shell": f"{REPORT} $(touch escaped) `touch escaped`; touch escaped | tee escaped > escaped && rm -rf ~ %PATH% !!",
    "format_strings": REPORT + " %s %n %x {0} {name!r} {__import__('os')} ${HOME} \\x41 \\u0041 \\N{DIGIT ONE}",
    "ansi_escapes": f"{REPORT} \x1b[2J\x1b[1;31mred\x1b[0m \x1b]0;title\x07 \x1b]8;;http://x\x1b\\link \x9b31m \x08\x08",
    "right_to_left": f"{REPORT} \u202eevil\u202c \u2066isolated\u2069 \u200f\u061c \u05d0\u05d1",
    "homoglyphs": f"{REPORT} \u0422\u0430\u043d\u043as struck \u041ahar\u043aiv; the \u0410rmy of Ru\u0455\u0455ia l\u043est.",
    "noncharacters": f"{REPORT} \ufffe \uffff \U0010ffff \ue000 \ufdd0 \U000e0041 \u2028 \u2029 \x85 \x0b \x0c",
    "all_that_unicode_has": f"{REPORT} " + "".join(chr(code) for code in range(0x100, 0x3000, 3)),
    "path_names": f"{REPORT} ../../etc/passwd file:///etc/passwd \\\\host\\share C:\\windows /dev/null \\0",
    "csv_cells": f'=1+1 "{REPORT}"\n+1\n-1\n@SUM(A1)\n\t=1\n{REPORT}',
    "json_in_text": REPORT + ' {"text": "x", "published_at": "2020-01-01"} \\" \\\\ \\ud800 ]}',
    "markdown_links": f"{REPORT} [x](javascript:alert(1)) ![y](http://169.254.169.254/) <http://x>",
}  # fmt: skip
