"""Doc blocks for dbt, made from the models, so that each column is described once.

Here: `python -m pipeline.schemas.docs`, which writes `dbt/models/docs/columns.md` and the pages of reference_pages.py. Not
here: the descriptions (the models).
Blocks are named `<table>` and `<table>__<column>`; a model's .yml uses them as `{{ doc('events__event_type') }}`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.schemas.descriptions import column_descriptions, table_description
from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.schemas.reference_pages import codebook, data_dictionary
from pipeline.settings import PROJECT_ROOT

DOC_BLOCKS: Final = PROJECT_ROOT / "dbt" / "models" / "docs" / "columns.md"
_HEAD: Final = "Made by `python -m pipeline.schemas.docs` from `pipeline/schemas/`; edit the descriptions there.\n"


def doc_blocks() -> str:
    """The whole Markdown file: one block a table, one a column."""
    blocks = [_HEAD]
    for table, model in PUBLIC_TABLES.items():
        blocks.append(_block(table, table_description(model)))
        blocks.extend(_block(f"{table}__{name}", text) for name, text in column_descriptions(model).items())
    return "\n".join(blocks)


def _block(name: str, text: str) -> str:
    if "{%" in text or "{{" in text:
        raise ValueError(f"the description of {name} would be read as a template: leave {{% and {{{{ out of it.")
    return f"{{% docs {name} %}}\n{text}\n{{% enddocs %}}\n"


def documents() -> dict[Path, str]:
    """Every file that is made from the models, with its content."""
    pages = PROJECT_ROOT / "docs"
    return {
        DOC_BLOCKS: doc_blocks(),
        pages / "data-dictionary.md": data_dictionary(),
        pages / "codebook.md": codebook(),
    }


def main() -> None:
    """Write the files anew."""
    for path, content in documents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
