"""What others do while an import prepares: nobody's change is lost, and nobody waits for a reader."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.transfer.folders import LUCA, SOUND, write
from webapp.accounts.people import set_active
from webapp.database import Database
from webapp.models import User
from webapp.transfer import ImportRefused, import_folder

USERS = "users.csv"
RENAMED = f"id,type,user_name,first_name,last_name\n{LUCA},Student,luca,Luca,Neri\n"


def _luca(database: Database) -> tuple[str | None, bool]:
    with database.reading() as connection:
        row = connection.execute(select(User.last_name, User.active).where(User.id == UUID(LUCA))).one()
    return row.last_name, row.active


def test_what_somebody_changes_meanwhile_is_compared_anew(database: Database, tmp_path: Path) -> None:
    import_folder(database, write(tmp_path / "sound", dict(SOUND)))
    heard: list[str] = []

    def deactivate_once(what: str, _share: float) -> None:
        heard.append(what)
        if heard.count("writing") == 1 and what == "writing":
            with database.writing() as connection:
                set_active(connection, UUID(LUCA), active=False)

    report = import_folder(database, write(tmp_path / "renamed", {USERS: RENAMED}), progress=deactivate_once)
    assert report.lines() == ["users.csv: 0 new, 1 changed, 0 unchanged"]
    assert heard.count("writing") == 2
    assert _luca(database) == ("Neri", False)


def test_an_import_that_is_overtaken_again_and_again_gives_up_in_words(database: Database, tmp_path: Path) -> None:
    import_folder(database, write(tmp_path / "sound", dict(SOUND)))

    def always_change(what: str, _share: float) -> None:
        if what == "writing":
            with database.writing() as connection:
                set_active(connection, UUID(LUCA), active=not _luca(database)[1])

    with pytest.raises(ImportRefused, match="somebody else keeps changing the network meanwhile"):
        import_folder(database, write(tmp_path / "renamed", {USERS: RENAMED}), progress=always_change)
    assert _luca(database)[0] is None


def test_many_changes_are_announced_on_sqlite_before_they_are_written(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.transfer.importing.UNNOTICED_CHANGES", 7)
    said: list[str] = []
    import_folder(sqlite_database, write(tmp_path, dict(SOUND)), announce=said.append)
    assert said == ["writing 8 changes; sign-ins may have to wait for about 0 seconds"]
