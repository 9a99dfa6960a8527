"""Verbs that move data: `import` and `export`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from webapp.cli.opening import open_migrated, open_restricted, read_settings
from webapp.migrations import require_current
from webapp.transfer import ImportRefused, Progress, export_folder, import_folder, write_problems


@click.command("import")
@click.argument("folder", metavar="DIR", type=Path)
@click.option("--dry-run", is_flag=True, help="Check and report, write nothing.")
@click.option("--problems", metavar="FILE.csv", type=Path, help="Write all problems beside their rows.")
def import_verb(folder: Path, dry_run: bool, problems: Path | None) -> None:
    """Load the CSV files of the folder DIR, all or nothing."""
    progress = _make_progress()
    database = open_restricted(read_settings())
    require_current(database)
    try:
        report = import_folder(database, folder, dry_run=dry_run, progress=progress, announce=progress.say)
    except ImportRefused as refused:
        if problems:
            write_problems(refused.problems, folder, problems)
        raise
    finally:
        progress.clear()
    if dry_run:
        print("dry run: nothing was written; an import would make these changes:")
    print("\n".join(report.lines()))


@click.command("export")
@click.argument("folder", metavar="DIR", type=Path)
@click.option("--with-password-hashes", is_flag=True, help="Write password hashes too; the files get mode 0600.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
def export_verb(folder: Path, with_password_hashes: bool, force: bool) -> None:
    """Write the database to the folder DIR as CSV files that `import` reads."""
    progress = _make_progress()
    database = open_migrated()
    try:
        lines = export_folder(
            database, folder, with_password_hashes=with_password_hashes, force=force, progress=progress
        )
    finally:
        progress.clear()
    print("\n".join(lines))


def _make_progress() -> Progress:
    return Progress(sys.stderr if sys.stderr.isatty() else sys.stdout)
