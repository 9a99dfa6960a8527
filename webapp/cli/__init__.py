"""The command line: `main` runs one verb and turns what it raises into an exit code and a line on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import click

from webapp.cli.exit_codes import DONE, OUTPUT_CLOSED, REFUSED
from webapp.cli.serving import demo, serve
from webapp.cli.tokens import token
from webapp.cli.transfer import export_verb, import_verb
from webapp.cli.upkeep import check, migrate
from webapp.cli.users import user
from webapp.database import DatabaseUnavailable
from webapp.refusals import Refused
from webapp.transfer import ImportRefused


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="encounters", message="%(prog)s %(version)s")
def encounters() -> None:
    """Which encounters a student can take next."""


for verb in (serve, demo, migrate, import_verb, export_verb, check, user, token):
    encounters.add_command(verb)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb with `arguments`, by default those of the process, and return the exit code.

    0 is done, 1 refused with the reason on standard error, 2 wrong usage, and 141 that the reader of the output closed
    it before the end.
    """
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except BrokenPipeError:
        _discard(sys.stdout)
        _discard(sys.stderr)
        return OUTPUT_CLOSED


def _run(arguments: list[str]) -> int:
    try:
        return _invoke(arguments)
    except BrokenPipeError:
        raise
    except click.ClickException as wrong_usage:
        wrong_usage.show()
        return wrong_usage.exit_code
    except ImportRefused as refused:
        print(refused, file=sys.stderr)
    except (Refused, DatabaseUnavailable, OSError) as reason:
        print(f"encounters: {' '.join(str(reason).split())}", file=sys.stderr)
    except KeyboardInterrupt:
        print("encounters: interrupted; nothing half-done was kept", file=sys.stderr)
    return REFUSED


def _invoke(arguments: list[str]) -> int:
    # Not click's own main(), which writes a line of its own when it is interrupted.
    try:
        with encounters.make_context("encounters", arguments) as context:
            encounters.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    finally:
        _flush_output()
    return DONE


def _flush_output() -> None:
    """Write what is buffered now: at the end of the interpreter nobody could report that it failed."""
    try:
        if sys.stdout is not None:  # None where standard output was closed from the start
            sys.stdout.flush()
    except OSError:
        _discard(sys.stdout)
        raise


def _discard(stream: TextIO) -> None:
    """Discard what a stream still buffers, so that the interpreter does not try to write it once more."""
    with suppress(AttributeError, OSError), Path(os.devnull).open("w") as nowhere:  # None, or not a file
        os.dup2(nowhere.fileno(), stream.fileno())
