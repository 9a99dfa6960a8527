"""Let the large tables of SQLite take in a first load whole.

SQLite copies a table with its indexes as they stand only where both say alike what becomes of a row that is there
twice. An index made afterwards says so in words; a primary key must, too. What happens to a row is the same as before.
"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Rebuild the two tables with all their rows; PostgreSQL needs nothing."""
    if op.get_bind().dialect.name == "sqlite":
        for table in ("encounters", "bookings"):
            _rebuild(table)


def _rebuild(table: str) -> None:
    # Alembic's own way reads the table from the database, and its checks get lost.
    connection = op.get_bind()
    find = "SELECT sql FROM sqlite_master WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL"
    (made,) = connection.exec_driver_sql(find, ("table", table)).scalars()
    indexes = connection.exec_driver_sql(find, ("index", table)).scalars().all()
    rebuilt = made.replace(f"CREATE TABLE {table} (", f"CREATE TABLE new_{table} (", 1)
    rebuilt = rebuilt.replace("PRIMARY KEY (id)", "PRIMARY KEY (id) ON CONFLICT ABORT", 1)
    for statement in (
        rebuilt,
        f"INSERT INTO new_{table} SELECT * FROM {table}",  # noqa: S608  own names only
        f"DROP TABLE {table}",
        f"ALTER TABLE new_{table} RENAME TO {table}",
        *indexes,
    ):
        connection.exec_driver_sql(statement)
