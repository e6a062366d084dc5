"""Fit the weights of `confidence` on coded articles, and show how well confidence and truth agree.

Here: which extracted rows count, the fit, cross-validation over articles, writing pipeline/lexicon/confidence.csv. Not here:
what a row shows about itself (pipeline/extract/confidence.py) and when it is right (pipeline/scoring.py).

The fit is a logistic regression with a ridge penalty, by Newton's method. The table that it prints is
cross-validated: each article's rows are judged by weights that were fitted on the other articles.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click
import numpy as np
import polars as pl
from accuracy import ARTICLES, GOLD, calibration_table, read_coded_articles, read_gold_files
from rich.console import Console

from pipeline import lexicon, scoring
from pipeline.extract.confidence import ALWAYS, LEAST, MOST, features
from pipeline.extraction import extract_batched, load_extractor
from pipeline.settings import settings

WEIGHTS: Final = lexicon.FOLDER / "confidence.csv"
N_FOLDS: Final = 10
STEPS: Final = 50

PathType = click.Path(exists=True, path_type=Path)


@click.command()
@click.option("--gold", "given", multiple=True, type=PathType, help="JSONL file or folder; default tests/gold/.")
@click.option("--articles", multiple=True, type=PathType, help="Their articles; default seeds/articles/.")
@click.option("--penalty", default=3.0, show_default=True, help="Ridge penalty: more pulls the weights to zero.")
@click.option("--write/--no-write", default=False, help="Put the weights into the lexicon.")
def main(given: tuple[Path, ...], articles: tuple[Path, ...], penalty: float, write: bool) -> None:
    """Fit the weights of `confidence` on gold rows and print the calibration."""
    gold = read_gold_files(given or (GOLD,))
    coded = {row["article_id"] for rows in gold.values() for row in rows}
    texts = read_coded_articles(articles or (ARTICLES,), coded, coded)
    events = extract_batched(texts, load_extractor(settings().cache)).events
    extracted = scoring.extracted_rows(events, texts)
    judged = scoring.judged([row for rows in gold.values() for row in rows], extracted)
    rows = pl.DataFrame([row for row, _ in judged], infer_schema_length=None)
    right = np.array([is_right for _, is_right in judged], dtype=float)

    names, matrix = design(rows)
    folds = fold_of(rows["article_id"])
    chance = np.empty(len(right))
    for fold in range(N_FOLDS):
        held_out = folds == fold
        chance[held_out] = probability(matrix[held_out] @ fit(matrix[~held_out], right[~held_out], penalty))
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    n_articles = rows["article_id"].n_unique()
    console.print(f"{len(right)} rows of {n_articles} articles, {right.mean():.3f} of them right; cross-validated:")
    console.print(calibration_table(scoring.calibration(list(zip(chance.tolist(), right.tolist(), strict=True)))))
    if write:
        save(names, fit(matrix, right, penalty))
        click.echo(f"weights written to {WEIGHTS}")


def design(rows: pl.DataFrame) -> tuple[list[tuple[str, str]], np.ndarray]:
    """Names (feature, value) and a 0/1 matrix of shape (rows, names), the constant first."""
    shown = rows.select(**features())
    names = [(ALWAYS, "row")]
    columns = [np.ones(rows.height)]
    for name in shown.columns:
        if name == ALWAYS:
            continue
        for value in shown[name].drop_nulls().unique().sort():
            names.append((name, value))
            columns.append((shown[name] == value).fill_null(False).to_numpy().astype(float))
    return names, np.column_stack(columns)


def fit(matrix: np.ndarray, right: np.ndarray, penalty: float) -> np.ndarray:
    """Weights of shape (names,): maximum likelihood less `penalty` / 2 times their squares, the constant's apart."""
    ridge = np.full(matrix.shape[1], penalty)
    ridge[0] = 1e-6
    weights = np.zeros(matrix.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-matrix @ weights))
        gradient = matrix.T @ (right - chance) - ridge * weights
        hessian = (matrix * (chance * (1 - chance))[:, None]).T @ matrix + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        weights += step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def probability(total: np.ndarray) -> np.ndarray:
    """Chances as `confidence` publishes them."""
    return np.round(np.clip(1 / (1 + np.exp(-total)), LEAST, MOST), 2)


def fold_of(article_ids: pl.Series) -> np.ndarray:
    """Fold number 0 to N_FOLDS - 1 of each row; all rows of an article are in one."""
    return article_ids.rank("dense").to_numpy() % N_FOLDS


def save(names: list[tuple[str, str]], weights: np.ndarray) -> None:
    """Write the weights as the lexicon's table."""
    columns = [("feature", pl.String), ("value", pl.String)]
    table = pl.DataFrame(names, schema=columns, orient="row").with_columns(weight=pl.Series(weights).round(3))
    table.write_csv(WEIGHTS)


if __name__ == "__main__":
    main()
