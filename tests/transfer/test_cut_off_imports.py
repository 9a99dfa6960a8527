"""An import that loses its disk or its database half-way: reported in words, and the old state stays."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from tests.transfer.folders import SOUND, content_of, write
from webapp.database import Database, DatabaseUnavailable
from webapp.transfer import import_folder

FULL, WRONG = 7, 8


def test_a_full_disk_leaves_the_old_state(sqlite_database: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", dict(SOUND))
    before = content_of(sqlite_database)
    child = os.fork()
    if child == 0:
        # No file of this process may grow past a size that the database's log of writes would need.
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
        try:
            import_folder(Database(sqlite_database.url.render_as_string()), folder)
        except DatabaseUnavailable as away:
            os._exit(FULL if "disk" in str(away) else WRONG)
        finally:
            os._exit(WRONG)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == FULL
    assert content_of(sqlite_database) == before
    assert import_folder(sqlite_database, folder).changes == 8


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
# After the first of these steps the rows of bookings.csv are copied, which is no statement of SQLAlchemy's.
@pytest.mark.parametrize("step", ["SELECT bookings.id", "CREATE INDEX", "INSERT INTO bookings", "UPDATE users"])
def test_a_connection_that_is_cut_leaves_the_old_state(database: Database, tmp_path: Path, step: str) -> None:
    folder = write(tmp_path / "in", dict(SOUND))
    before = content_of(database)
    url = database.url.render_as_string(hide_password=False)
    importer = Database(url)

    def cut(_connection: Any, _cursor: Any, words: str, *_more: Any) -> None:
        if words.strip().startswith(step):
            others = text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            with database.writing() as connection:
                connection.execute(others)

    event.listen(importer.engine, "after_cursor_execute", cut)
    with pytest.raises(DatabaseUnavailable):
        import_folder(importer, folder)
    importer.dispose()
    assert content_of(database) == before
    assert import_folder(database, folder).changes == 8
