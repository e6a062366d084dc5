"""The `sitrep` command: one group, its subcommands loaded when they are called.

Here: the group and how an error becomes one sentence. Not here: what a subcommand does (commands/).
"""

from __future__ import annotations

import importlib
import sys
from typing import Final

import click

from pipeline import __version__

COMMANDS: Final = {
    "refresh": "Read what is new, extract, validate, load, build and publish.",
    "fetch": "Fetch what is new from the feeds and sitemaps of sources.toml.",
    "extract": "Extract events from articles into Parquet files, without Dagster or a database.",
    "explain": "Show articles with their rows, and why each row is there.",
    "sql": "Run SQL on the published file, read-only.",
    "gazetteer": "Show which places are known, and add all of GeoNames' to them.",
    "check": "Check the installation, what is read, stored and published, and the daemon.",
}


class CommandGroup(click.Group):
    """Knows every subcommand's name and help text without importing it: polars and Dagster take seconds to load."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of a first session."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the subcommand's module; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"pipeline.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands from COMMANDS."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; without ``--debug`` every error is one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            sys.stderr.close()  # the reader of the pipe has left, as `| head` does
            raise click.exceptions.Exit(1) from None
        except Exception as error:
            if ctx.params["debug"]:
                raise
            raise click.ClickException(one_line(error)) from error


def one_line(error: BaseException) -> str:
    """The error in one line, with the way to see all of it."""
    words = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, (OSError, ValueError, RuntimeError)):
        return words
    return f"{type(error).__name__}: {words} (`sitrep --debug ...` shows where)"


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sitrep")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(debug: bool) -> None:
    """From raw war-news texts to an auditable conflict-event data set."""
