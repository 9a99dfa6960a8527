"""The stage of an import: a connection with temporary tables, and rows into and out of them in bulk.

Values here are raw, the same for both databases: GUIDs 16 bytes, moments seconds since 1970, days ISO text, booleans 1
or 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, Index, Table, delete, func, literal_column, select
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.schema import CreateTable

from webapp.column_types import Guid, Instant
from webapp.database import LOCK_WAIT_MILLISECONDS, Database, DatabaseUnavailable
from webapp.transfer.files import ASSIGNMENTS, FILES, USERS, File
from webapp.transfer.staging.bulk_load import HAVE_TWINS, make_twin
from webapp.transfer.staging.tables import CHANGED, STAGING

_STAGE_CACHE_KIB, _WRITING_CACHE_KIB, _SORTING_MIB = 40 * 1024, 64 * 1024, 64
Values = tuple[Any, ...]


class Stage:
    """A connection of its own with empty temporary tables; it and they go when the import ends."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.database = database
        self.connection = connection
        self.is_sqlite = database.is_sqlite
        self.twins: dict[File, Table] = {}
        self.empty: frozenset[File] = frozenset()  # the files of whose rows the database holds none
        self._duplicates: set[Table] = set()

    @contextmanager
    def preparing(self) -> Iterator[None]:
        """The unit of work that reads the database, as it is at one moment, and fills the tables of the stage."""
        with self.database.within(self.connection):
            if not self.is_sqlite:  # there every unit of work reads one moment
                self.connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield

    def make_tables(self) -> None:
        """Make the tables, empty and without their indexes: those are made when all rows are there."""
        self.empty = frozenset(
            file for file in FILES if self.connection.execute(select(file.table.c.id).limit(1)).first() is None
        )
        if self.is_sqlite:
            self.twins = {file: make_twin(self.connection, file) for file in HAVE_TWINS if file in self.empty}
        for table in STAGING.sorted_tables:
            if table not in self._replaced():
                self.connection.execute(CreateTable(table))

    def add_changed(self, file: File, rows: Iterable[tuple[int, bool, int, Values]]) -> None:
        """Stage rows that are new or changed: line, whether it is new, what differs, and the stored fields."""
        twin, names = self.twins.get(file), file.stored
        if twin is None:
            flat = [(line, is_new, differs, *row) for line, is_new, differs, row in rows]
            self.add(CHANGED[file], flat, ("line", "is_new", "differs", *names))
        else:
            self.add(twin, [(line, *row) for line, _, _, row in rows], ("rowid", *names))

    def add(self, table: Table, rows: Sequence[Values], names: Sequence[str]) -> None:
        """Put rows, whose values have these names, into a temporary table."""
        if not rows:
            return
        into = f"{table.name} ({', '.join(names)})"
        with self._cursor() as cursor:
            if self.is_sqlite:
                cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join('?' * len(names))})", rows)  # noqa: S608  own names only
            else:
                with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                    copy.write("".join(map(_copied, rows)))

    def delete_duplicates(self, table: Table, row_id: UUID, *, but_line: int) -> None:
        """Take the rows with an id out of a temporary table, except for one line."""
        real = self._replaced().get(table, table)
        line = table.c.line if real is table else literal_column("rowid")
        self.connection.execute(delete(real).where(real.c.id == row_id, line != but_line))

    def has_duplicates(self, table: Table) -> bool:
        """Whether a temporary table may hold two rows with the same id or other unique value."""
        return self._replaced().get(table, table) in self._duplicates

    def find_stored(self, file: File, ids: Sequence[bytes]) -> dict[bytes, Any]:
        """The rows of the database that have these ids, as rows of the file without UNSET."""
        if file in self.empty or not ids:
            return {}
        found = self.fetch(file.table, file.stored, "id", ids)
        if file is not USERS:
            return {row.id: row for row in map(file.row._make, found)}
        centers: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for user, center in self.fetch(ASSIGNMENTS, ("user_id", "center_id"), "user_id", ids):
            centers[user].add(center)
        users = (dict(zip(file.stored, values, strict=True)) for values in found)
        return {user["id"]: file.row(**user, centers=frozenset(centers[user["id"]])) for user in users}

    def fetch(self, table: Table, columns: Sequence[str], key: str = "", ids: Sequence[bytes] = ()) -> list[Values]:
        """These columns of the rows whose `key` is among `ids`, or of all rows, straight from the driver.

        SQLAlchemy would make objects of each value.
        """
        raw = columns if self.is_sqlite else [_raw(table.c[name]) for name in columns]
        query, values = f"SELECT {', '.join(raw)} FROM {table.name}", ids  # noqa: S608  own names only
        if key and self.is_sqlite:
            query += f" WHERE {key} IN ({', '.join('?' * len(ids))})"
        elif key:
            query, values = f"{query} WHERE {key} = ANY(%s::uuid[])", cast(Any, ([value.hex() for value in ids],))
        with self._cursor() as cursor:
            cursor.execute(query, values)
            rows: list[Values] = cursor.fetchall()
        return rows

    def index(self) -> None:
        """Index the temporary tables, once all rows are staged, and let PostgreSQL collect their statistics."""
        tables = [self._replaced().get(table, table) for table in STAGING.sorted_tables]
        for index in (index for table in tables for index in sorted(table.indexes, key=str)):
            self._create(index)
        if not self.is_sqlite:
            for table in tables:
                self.connection.exec_driver_sql(f"ANALYZE {table.name}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The unit of work that writes to the tables of the database."""
        if self.is_sqlite:
            # References were checked; SQLite would look each one up again. Ignored inside a transaction, so now.
            self.connection.connection.execute("PRAGMA foreign_keys=OFF")
            # The stage no longer needs its cache; the growing indexes of the database do.
            self.connection.connection.execute(f"PRAGMA temp.cache_size=-{_STAGE_CACHE_KIB // 4}")
            self.connection.connection.execute(f"PRAGMA main.cache_size=-{_WRITING_CACHE_KIB}")
        with self.database.within(self.connection, LOCK_WAIT_MILLISECONDS):
            if not self.is_sqlite:
                # PostgreSQL skips these checks too if the role may: they are half of the cost of a first load.
                with suppress(ProgrammingError), self.connection.begin_nested():
                    self.connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield

    def final(self, file: File, name: str) -> Any:
        """A column of CHANGED as the table of the database stores it."""
        column = CHANGED[file].c[name]
        return func.to_timestamp(column) if isinstance(column.type, BigInteger) and not self.is_sqlite else column

    def _replaced(self) -> dict[Table, Table]:
        """The twins by the tables whose place they take."""
        return {CHANGED[file]: twin for file, twin in self.twins.items()}

    def _create(self, index: Index) -> None:
        """Create an index. If rows break its uniqueness, note that the table has duplicates, and create a plain one."""
        table = cast(Table, index.table)
        try:
            with self.connection.begin_nested():
                index.create(self.connection)
        except IntegrityError:
            self._duplicates.add(table)
            columns = ", ".join(index.columns.keys())
            self.connection.exec_driver_sql(f"CREATE INDEX {index.name} ON {table.name} ({columns})")

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        cursor = self.connection.connection.cursor()
        try:
            yield cursor
        except self.connection.dialect.loaded_dbapi.OperationalError as error:
            raise DatabaseUnavailable(str(error)) from error
        finally:
            cursor.close()


@contextmanager
def open_stage(database: Database) -> Iterator[Stage]:
    """A stage on a connection outside the pool. Raises DatabaseUnavailable."""
    with database.dedicated_connection() as connection:
        if database.is_sqlite:
            connection.connection.execute(f"PRAGMA temp.cache_size=-{_STAGE_CACHE_KIB}")
            connection.connection.execute("PRAGMA temp.journal_mode=MEMORY")  # what is staged is new: little to undo
        else:
            with database.within(connection):
                for setting in ("work_mem", "temp_buffers"):  # of this connection alone: it sorts millions of rows
                    connection.exec_driver_sql(f"SET {setting} = '{_SORTING_MIB}MB'")
        yield Stage(database, connection)


def _raw(column: Column[Any]) -> str:
    """A column's raw value in PostgreSQL."""
    if isinstance(column.type, Guid):
        return f"uuid_send({column.name})"
    if isinstance(column.type, Instant):
        return f"extract(epoch FROM {column.name})::bigint"
    if isinstance(column.type, Boolean):
        return f"{column.name}::int"
    return f"{column.name}::text" if isinstance(column.type, Date) else column.name


def _copied(row: Values) -> str:
    """A row in the text format of COPY."""
    return "\t".join([_COPIED[value.__class__](value) for value in row]) + "\n"


def _copied_text(text: str) -> str:
    # COPY gives them a meaning. Stored text may hold a backslash, and keys made of text a line break.
    return text.replace("\\", "\\\\").replace("\n", "\\n") if "\\" in text or "\n" in text else text


_COPIED: Final[dict[type, Callable[[Any], str]]] = {
    bytes: bytes.hex,
    int: str,
    bool: lambda value: "1" if value else "0",
    str: _copied_text,
    type(None): lambda _none: r"\N",
}
