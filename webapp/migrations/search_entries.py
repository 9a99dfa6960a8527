"""The triggers that maintain search_entries, and the indexes of its trigrams, on SQLite and PostgreSQL.

Triggers update the entries in any transaction that changes a user or an assignment. SQLite refuses to
rename a table that a trigger refers to: a migration that rebuilds `users` or `assignments` there calls `drop_triggers`
before and `create_triggers` after. Two writers never miss each other's rows, because the lock of the network lets only
one of them write at a time.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

_TRIGRAM_INDEX: Final = "ix_search_entries_trigrams"

_FILL: Final = """
INSERT INTO search_entries (center_id, user_id, sort_key, search_key, phone_digits)
SELECT a.center_id, u.id, u.sort_key, u.search_key, u.phone_digits
FROM assignments a JOIN users u ON u.id = a.user_id
WHERE u.active AND u.type = 'Student'
ORDER BY a.center_id, u.sort_key
"""

_SQLITE_TRIGRAMS: Final = (
    """
    CREATE VIRTUAL TABLE search_trigrams USING fts5(
        search_key, phone_digits,
        content='search_entries', content_rowid='number', detail=column, tokenize='trigram case_sensitive 1'
    )
    """,
    "INSERT INTO search_trigrams (search_trigrams) VALUES ('rebuild')",
)
_SQLITE: Final = {
    "search_user_changed": """
        AFTER UPDATE OF type, active, sort_key, search_key, phone_digits ON users
        WHEN (OLD.type, OLD.active, OLD.sort_key, OLD.search_key, OLD.phone_digits)
            IS NOT (NEW.type, NEW.active, NEW.sort_key, NEW.search_key, NEW.phone_digits)
        BEGIN
            DELETE FROM search_entries WHERE user_id = OLD.id;
            INSERT INTO search_entries (center_id, user_id, sort_key, search_key, phone_digits)
            SELECT center_id, NEW.id, NEW.sort_key, NEW.search_key, NEW.phone_digits
            FROM assignments WHERE user_id = NEW.id AND NEW.active AND NEW.type = 'Student';
        END
    """,
    "search_assigned": """
        AFTER INSERT ON assignments
        BEGIN
            INSERT INTO search_entries (center_id, user_id, sort_key, search_key, phone_digits)
            SELECT NEW.center_id, id, sort_key, search_key, phone_digits
            FROM users WHERE id = NEW.user_id AND active AND type = 'Student';
        END
    """,
    "search_unassigned": """
        AFTER DELETE ON assignments
        BEGIN
            DELETE FROM search_entries WHERE user_id = OLD.user_id AND center_id = OLD.center_id;
        END
    """,
    "search_entry_added": """
        AFTER INSERT ON search_entries
        BEGIN
            INSERT INTO search_trigrams (rowid, search_key, phone_digits)
            VALUES (NEW.number, NEW.search_key, NEW.phone_digits);
        END
    """,
    "search_entry_removed": """
        AFTER DELETE ON search_entries
        BEGIN
            INSERT INTO search_trigrams (search_trigrams, rowid, search_key, phone_digits)
            VALUES ('delete', OLD.number, OLD.search_key, OLD.phone_digits);
        END
    """,
}
_POSTGRESQL: Final = {
    "search_user_changed": (
        "users",
        "AFTER UPDATE ON users REFERENCING OLD TABLE AS before NEW TABLE AS after",
        """
        DELETE FROM search_entries e USING before b, after u
        WHERE e.user_id = u.id AND b.id = u.id
            AND (b.type, b.active, b.sort_key, b.search_key, b.phone_digits)
            IS DISTINCT FROM (u.type, u.active, u.sort_key, u.search_key, u.phone_digits);
        INSERT INTO search_entries (center_id, user_id, sort_key, search_key, phone_digits)
        SELECT a.center_id, u.id, u.sort_key, u.search_key, u.phone_digits
        FROM after u JOIN before b ON b.id = u.id JOIN assignments a ON a.user_id = u.id
        WHERE u.active AND u.type = 'Student'
            AND (b.type, b.active, b.sort_key, b.search_key, b.phone_digits)
            IS DISTINCT FROM (u.type, u.active, u.sort_key, u.search_key, u.phone_digits);
        """,
    ),
    "search_assigned": (
        "assignments",
        "AFTER INSERT ON assignments REFERENCING NEW TABLE AS after",
        """
        INSERT INTO search_entries (center_id, user_id, sort_key, search_key, phone_digits)
        SELECT a.center_id, u.id, u.sort_key, u.search_key, u.phone_digits
        FROM after a JOIN users u ON u.id = a.user_id
        WHERE u.active AND u.type = 'Student'
        ORDER BY a.center_id, u.sort_key;
        """,
    ),
    "search_unassigned": (
        "assignments",
        "AFTER DELETE ON assignments REFERENCING OLD TABLE AS before",
        """
        DELETE FROM search_entries e USING before a WHERE e.user_id = a.user_id AND e.center_id = a.center_id;
        """,
    ),
}


def drop_triggers(connection: Connection) -> None:
    """Drop the triggers that exist; until they are created again, changes do not reach the entries."""
    if connection.dialect.name == "sqlite":
        for name in _SQLITE:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        return
    for name, (table, _, _) in _POSTGRESQL.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def create_triggers(connection: Connection) -> None:
    """Create the triggers, none of which may exist."""
    if connection.dialect.name == "sqlite":
        for name, body in _SQLITE.items():
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {body}")
        return
    for name, (table, event, body) in _POSTGRESQL.items():
        function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        connection.exec_driver_sql(f"{function} $$ BEGIN {body} RETURN NULL; END $$")
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {event} FOR EACH STATEMENT EXECUTE FUNCTION {name}()")
        # An import sets session_replication_role to skip checks of references; only ALWAYS triggers still fire then.
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def fill(connection: Connection) -> None:
    """Write the entries of all students who exist already, and on SQLite index their trigrams."""
    connection.exec_driver_sql(_FILL)
    if connection.dialect.name == "sqlite":
        for statement in _SQLITE_TRIGRAMS:
            connection.exec_driver_sql(statement)


def index_trigrams(connection: Connection) -> None:
    """On PostgreSQL, index the trigrams unless they are indexed already or the role may not use pg_trgm."""
    if has_trigram_index(connection):
        return
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DBAPIError:  # not installed on the server, or not for this role to create
        return
    connection.exec_driver_sql(
        f"CREATE INDEX {_TRIGRAM_INDEX} ON search_entries "
        "USING gin (search_key gin_trgm_ops, phone_digits gin_trgm_ops)"
    )


def has_trigram_index(connection: Connection) -> bool:
    """Whether the trigrams of a migrated database are indexed; SQLite's always are."""
    if connection.dialect.name == "sqlite":
        return True
    return connection.execute(select(func.to_regclass(_TRIGRAM_INDEX))).scalar() is not None
