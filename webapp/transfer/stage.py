"""The workbench of an import: temporary tables beside the database's own, and rows to and from both in bulk.

Values here are raw, the same for both databases: GUIDs 16 bytes, moments seconds since 1970, days ISO text, truths
1 or 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    Table,
    delete,
    func,
    literal_column,
    select,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.schema import CreateTable

from webapp.column_types import Guid, Instant
from webapp.database import PATIENT_MILLISECONDS, Database, DatabaseUnavailable
from webapp.transfer.files import ASSIGNMENTS, BOOKINGS, ENCOUNTERS, FILES, USERS, File
from webapp.transfer.twins import HAVE_TWINS, fill_twin, make_twin

_METADATA: Final = MetaData()
_STAGE_CACHE_KIB, _WRITING_CACHE_KIB, _SORTING_MIB = 40 * 1024, 64 * 1024, 64
# The columns of the tables that follow from others.
DERIVED: Final = {
    USERS.name: ("user_name_key", "email_key", "phone_digits", "search_key", "sort_key"),
    ENCOUNTERS.name: ("ends_at",),
}
Values = tuple[Any, ...]
Changed = tuple[int, bool, bool, Values]  # its line, whether it is new, whether its keys move, and its values


def _temporary(name: str, *columns: Column[Any]) -> Table:
    return Table(name, _METADATA, *columns, prefixes=["TEMPORARY"])


def _changed(file: File) -> Table:
    """The columns that are told, in their order, and then those that follow from them."""
    own = file.table.columns
    derived = DERIVED.get(file.name, ())
    types = {name: BigInteger() if isinstance(own[name].type, Instant) else own[name].type for name in own.keys()}  # noqa: SIM118
    copies = [Column(name, types[name]) for name in (*file.stored, *derived)]
    about = (Column("line", Integer), Column("is_new", Boolean), Column("moves", Boolean))
    return _temporary(f"changed_{file.table.name}", *about, *copies)


# Of each file: the rows that are new or changed, as they will be, and the ids and lines of the others.
CHANGED: Final = {file.name: _changed(file) for file in FILES}
SAME: Final = {
    file.name: _temporary(f"same_{file.table.name}", Column("line", Integer), Column("id", Guid)) for file in FILES
}
COME: Final = _temporary("come_assignments", Column("user_id", Guid), Column("center_id", Guid))
GONE: Final = _temporary("gone_assignments", Column("user_id", Guid), Column("center_id", Guid))
for _table in (*CHANGED.values(), *SAME.values()):
    Index(f"ix_{_table.name}_id", _table.c.id, unique=True)
# All that is asked about the bookings of a class, in one walk along this order.
Index(
    "ix_changed_bookings_class",
    *(CHANGED[BOOKINGS.name].c[name] for name in ("encounter_id", "student_id", "mode", "is_cancelled")),
)


class Stage:
    """A connection of its own with empty temporary tables; it and they go when the import ends."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.database = database
        self.connection = connection
        self.is_sqlite = database.is_sqlite
        self._twins: dict[str, Table] = {}  # in place of tables of these names
        self._repeating: set[Table] = set()

    def start(self) -> None:
        """Make the tables, empty; call it within a unit of work."""
        for file in FILES:
            changed = CHANGED[file.name]
            if self.is_sqlite and file.name in HAVE_TWINS and self.is_empty(file):
                self._twins[changed.name] = make_twin(self.connection, file, changed)
        for table in _METADATA.sorted_tables:  # without their indexes: those are made when all rows are there
            if table.name not in self._twins:
                self.connection.execute(CreateTable(table))

    def add_changed(self, file: File, rows: Sequence[Changed]) -> None:
        """Put rows that are new or changed on the stage; their values are in the order of the columns of CHANGED."""
        table = CHANGED[file.name]
        if table.name in self._twins:
            with self._cursor() as cursor:
                cursor.executemany(fill_twin(file, table), [(line, *row) for line, _, _, row in rows])
        else:
            self.add(table, [(line, is_new, moves, *row) for line, is_new, moves, row in rows])

    def add(self, table: Table, rows: Sequence[Values]) -> None:
        """Put rows into another temporary table; their values are in the order of its columns."""
        if not rows:
            return
        into = f"{table.name} ({', '.join(table.columns.keys())})"
        with self._cursor() as cursor:
            if self.is_sqlite:
                places = ", ".join("?" * len(table.columns))
                cursor.executemany(f"INSERT INTO {into} VALUES ({places})", rows)  # noqa: S608  own names only
            else:
                with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                    copy.write("".join(map(_copied, rows)))

    def forget(self, table: Table, row_id: UUID, *, but_line: int) -> None:
        """Take the rows with an id out of a temporary table, except for one line."""
        real = self._twins.get(table.name, table)
        line = table.c.line if real is table else literal_column("rowid")
        self.connection.execute(delete(real).where(real.c.id == row_id, line != but_line))

    def is_repeating(self, table: Table) -> bool:
        """Whether what is unique, an id above all, may stand in a temporary table twice."""
        return self._twins.get(table.name, table) in self._repeating

    def has_twin(self, file: File) -> bool:
        """Whether all rows of a file are new, and ready to move in."""
        return CHANGED[file.name].name in self._twins

    def stored(self, file: File, ids: Sequence[bytes]) -> dict[bytes, Values]:
        """The rows of the database that have these ids, with the columns that the file tells."""
        place = file.stored.index("id")
        return {row[place]: row for row in self._fetch(file.table, file.stored, "id", ids)}

    def stored_centers_of(self, users: Sequence[bytes]) -> Iterable[Values]:
        """User id and center id of each assignment of these users."""
        return self._fetch(ASSIGNMENTS, ("user_id", "center_id"), "user_id", users)

    def all_stored(self, file: File) -> list[Values]:
        """All rows of a small table of the database."""
        return self._select(file.table, file.stored, "", ())

    def is_empty(self, file: File) -> bool:
        """Whether the database holds no row of a table yet."""
        return self.connection.execute(select(file.table.c.id).limit(1)).first() is None

    def finish(self) -> None:
        """All rows are there: index them, and tell the database how many they are."""
        tables = [self._twins.get(table.name, table) for table in _METADATA.sorted_tables]
        for index in (index for table in tables for index in sorted(table.indexes, key=str)):
            self._create(index)
        if not self.is_sqlite:
            for table in tables:
                self.connection.exec_driver_sql(f"ANALYZE {table.name}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The unit of work that writes to the database's own tables."""
        if self.is_sqlite:
            # References were checked; SQLite would look each one up again. Ignored inside a transaction, so now.
            self.connection.connection.execute("PRAGMA foreign_keys=OFF")
            # What the stage has used is now of better use to the indexes that grow.
            self.connection.connection.execute(f"PRAGMA temp.cache_size=-{_STAGE_CACHE_KIB // 4}")
            self.connection.connection.execute(f"PRAGMA main.cache_size=-{_WRITING_CACHE_KIB}")
        with self.database.within(self.connection, PATIENT_MILLISECONDS):
            if not self.is_sqlite:
                self._trust_references()
            yield

    def _trust_references(self) -> None:
        """PostgreSQL leaves the same out if it may: this is half of what a first load costs there."""
        with suppress(ProgrammingError), self.connection.begin_nested():
            self.connection.exec_driver_sql("SET LOCAL session_replication_role = replica")

    def final(self, table: Table, column: str) -> Any:
        """A column of CHANGED as the database's own table keeps it."""
        is_moment = isinstance(table.c[column].type, BigInteger)
        return func.to_timestamp(table.c[column]) if is_moment and not self.is_sqlite else table.c[column]

    def _create(self, index: Index) -> None:
        """Where it cannot be unique, which is how to learn of it at no cost, it is made so that the rows are found."""
        table = cast(Table, index.table)
        try:
            with self.connection.begin_nested():
                index.create(self.connection)
        except IntegrityError:
            self._repeating.add(table)
            columns = ", ".join(index.columns.keys())
            self.connection.exec_driver_sql(f"CREATE INDEX {index.name} ON {table.name} ({columns})")

    def _fetch(self, table: Table, columns: Sequence[str], key: str, ids: Sequence[bytes]) -> list[Values]:
        if self.is_sqlite:
            return self._select(table, columns, f"WHERE {key} IN ({', '.join('?' * len(ids))})", ids)
        return self._select(table, columns, f"WHERE {key} = ANY(%s::uuid[])", ([value.hex() for value in ids],))

    def _select(self, table: Table, columns: Sequence[str], where: str, values: Sequence[Any]) -> list[Values]:
        """Rows of raw values straight from the driver: SQLAlchemy would make objects of each."""
        raw = columns if self.is_sqlite else [_raw(table.c[name]) for name in columns]
        query = f"SELECT {', '.join(raw)} FROM {table.name} {where}"  # noqa: S608  own names only
        with self._cursor() as cursor:
            cursor.execute(query, values)
            rows: list[Values] = cursor.fetchall()
        return rows

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
    with database.own_connection() as connection:
        if database.is_sqlite:
            connection.connection.execute(f"PRAGMA temp.cache_size=-{_STAGE_CACHE_KIB}")
            connection.connection.execute(
                "PRAGMA temp.journal_mode=MEMORY"
            )  # what is on the stage is new: little to keep
        else:
            with database.within(connection):
                for setting in ("work_mem", "temp_buffers"):  # of this connection alone: it sorts millions of rows
                    connection.exec_driver_sql(f"SET {setting} = '{_SORTING_MIB}MB'")
        yield Stage(database, connection)


def _raw(column: Column[Any]) -> str:
    """How PostgreSQL tells a column's raw value."""
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
    # Of what COPY would take for its own, stored text holds the backslash, and keys made of text the line break.
    return text.replace("\\", "\\\\").replace("\n", "\\n") if "\\" in text or "\n" in text else text


_COPIED: Final[dict[type, Callable[[Any], str]]] = {
    bytes: bytes.hex,
    int: str,
    bool: lambda value: "1" if value else "0",
    str: _copied_text,
    type(None): lambda _none: r"\N",
}
