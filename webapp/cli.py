"""The verbs of the terminal: only arguments, printing and exit codes."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from webapp import checks, demo
from webapp.accounts import people, tokens
from webapp.accounts.passwords import WeakPassword
from webapp.app import utc_now
from webapp.database import Database, DatabaseUnavailable
from webapp.migrations import NotMigrated, has_trigram_index, require_current, upgrade
from webapp.models import UserType
from webapp.private_files import restrict_to_owner
from webapp.server import AddressTaken, serve
from webapp.settings import Settings, SettingsError
from webapp.text import BadInput, parse_guid
from webapp.transfer import ImportRefused, Progress, export_folder, import_folder, write_problems

DONE, REFUSED = 0, 1
_NO_TRIGRAMS = (
    "note: without the extension pg_trgm a search over many centers reads all their students, which is slow in a large "
    "network; let the owner of the database run `CREATE EXTENSION pg_trgm`, then migrate again"
)
_REASONS = (
    AddressTaken,
    BadInput,
    DatabaseUnavailable,
    NotMigrated,
    OSError,
    SettingsError,
    WeakPassword,
    demo.DemoRefused,
    people.PersonRefused,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb: 0 done, 1 refused with a reason on standard error, 2 wrong usage (by SystemExit)."""
    given = _parser().parse_args(arguments)
    verb: Callable[[argparse.Namespace], int] = given.verb
    try:
        return verb(given)
    except ImportRefused as refused:
        print(refused, file=sys.stderr)
    except _REASONS as reason:
        print(f"encounters: {' '.join(str(reason).split())}", file=sys.stderr)
    except KeyboardInterrupt:
        print("encounters: interrupted; nothing half-done was kept", file=sys.stderr)
    return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="encounters", description="Which encounters a student can take next.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _verb(verbs, "serve", _serve, "serve the pages and the JSON endpoint (HOST, PORT, WEB_CONCURRENCY)")
    _verb(verbs, "demo", _demo, "load the invented network of seed_data, moved to this week, and serve it")
    _verb(verbs, "migrate", _migrate, "bring the database to this version")
    loading = _verb(verbs, "import", _import, "load a folder of CSV files, all or nothing")
    loading.add_argument("folder", metavar="DIR", type=Path)
    loading.add_argument("--dry-run", action="store_true", help="check and report, write nothing")
    loading.add_argument("--problems", metavar="FILE.csv", type=Path, help="write all problems beside their rows")
    saving = _verb(verbs, "export", _export, "write the database as a folder of CSV files that import understands")
    saving.add_argument("folder", metavar="DIR", type=Path)
    saving.add_argument(
        "--with-password-hashes", action="store_true", help="also how passwords are checked (mode 0600)"
    )
    saving.add_argument("--force", action="store_true", help="overwrite files that are there")
    _verb(verbs, "check", _check, "verify settings, database, migrations and data")
    _user_verbs(verbs.add_parser("user", help="list, add, deactivate and activate users; set passwords"))
    _token_verbs(verbs.add_parser("token", help="create, list and revoke API tokens"))
    return parser


def _user_verbs(user: argparse.ArgumentParser) -> None:
    verbs = user.add_subparsers(required=True, metavar="VERB")
    _verb(verbs, "list", _list_users, "list all users")
    add = _verb(verbs, "add", _add_user, "add a user, without a password yet")
    add.add_argument("--user-name", required=True)
    add.add_argument("--type", required=True, choices=[str(kind) for kind in UserType])
    add.add_argument("--first-name", required=True)
    add.add_argument("--last-name")
    add.add_argument("--email")
    add.add_argument("--center", action="append", default=[], metavar="REF", help="reference id; may be repeated")
    changes = (
        ("set-password", _set_password, "set a password, asked for or read from standard input"),
        ("deactivate", _deactivate, "end all sign-ins and allow no new ones"),
        ("activate", _activate, "allow signing in again"),
    )
    for name, verb, words in changes:
        _verb(verbs, name, verb, words).add_argument("identifier", metavar="ID", help="GUID or user name")


def _token_verbs(token: argparse.ArgumentParser) -> None:
    verbs = token.add_subparsers(required=True, metavar="VERB")
    create = _verb(verbs, "create", _create_token, "create a token; it is shown once")
    create.add_argument("--user", required=True, metavar="ID", help="GUID or user name of whom it acts as")
    create.add_argument("--label", required=True, help="what it is for")
    create.add_argument("--days", type=int, default=365, help="how long it is valid, 1 to 3650 (default: 365)")
    _verb(verbs, "list", _list_tokens, "list all tokens, without the tokens themselves")
    _verb(verbs, "revoke", _revoke_token, "end a token for good").add_argument("token_id", metavar="TOKEN_ID")


def _verb(verbs: Any, name: str, verb: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=words, description=words)
    parser.set_defaults(verb=verb)
    return parser


def _settings() -> Settings:
    return Settings.from_environment(os.environ)


def _migrated_database() -> Database:
    database = Database(_settings().database_url)
    require_current(database)
    return database


def _restricted_database(settings: Settings) -> Database:
    """The database; its files and the secret key are now for their owner alone, or it is said which are not."""
    database = Database(settings.database_url)
    for failure in restrict_to_owner([settings.secret_key_file, *database.files]):
        print(f"encounters: {failure}", file=sys.stderr)
    return database


def _serve(_given: argparse.Namespace) -> int:
    settings = _settings()
    database = _restricted_database(settings)
    require_current(database)
    database.dispose()
    serve(settings)
    return DONE


def _demo(_given: argparse.Namespace) -> int:
    os.environ.setdefault("DATABASE_URL", demo.own_database_url(Path.cwd()))
    settings = _settings()
    _restricted_database(settings)
    for line in demo.prepare(settings, utc_now()):
        print(line)
    print(f"Open http://{settings.host}:{settings.port}/ and sign in; all passwords: {demo.PASSWORD}")
    for user_name, what in demo.SIGN_INS:
        print(f"  {user_name:<20} {what}")
    sys.stdout.flush()
    serve(settings)
    return DONE


def _migrate(_given: argparse.Namespace) -> int:
    database = _restricted_database(_settings())
    print("migrated" if upgrade(database) else "nothing to do")
    if not has_trigram_index(database):
        print(_NO_TRIGRAMS)
    database.dispose()
    return DONE


def _import(given: argparse.Namespace) -> int:
    progress = Progress(sys.stderr if sys.stderr.isatty() else sys.stdout)
    database = _restricted_database(_settings())
    require_current(database)
    try:
        report = import_folder(database, given.folder, dry_run=given.dry_run, progress=progress, announce=progress.say)
    except ImportRefused as refused:
        if given.problems:
            write_problems(refused.problems, given.folder, given.problems)
        raise
    finally:
        progress.clear()
    if given.dry_run:
        print("dry run: nothing was written; an import would bring")
    print("\n".join(report.lines()))
    return DONE


def _export(given: argparse.Namespace) -> int:
    progress = Progress(sys.stderr if sys.stderr.isatty() else sys.stdout)
    hashes = given.with_password_hashes
    lines = export_folder(
        _migrated_database(), given.folder, with_password_hashes=hashes, force=given.force, progress=progress
    )
    progress.clear()
    print("\n".join(lines))
    return DONE


def _check(_given: argparse.Namespace) -> int:
    settings = _settings()
    database = Database(settings.database_url)
    files = [settings.secret_key_file, *database.files]
    exposed = list(checks.find_exposed_files(files))
    for note in [*checks.find_open_folders(files), *([] if settings.production else exposed)]:
        print(f"note: {note}")
    faults = [*(exposed if settings.production else []), *checks.find_faults(database)]
    database.dispose()
    print("\n".join(faults) or "all is well")
    return REFUSED if faults else DONE


def _list_users(_given: argparse.Namespace) -> int:
    with _migrated_database().reading() as connection:
        for user in people.list_users(connection):
            state = "active" if user.active else "deactivated"
            password = "password" if user.has_password else "no password"
            print(f"{user.id}  {user.type:<20}  {state:<11}  {password:<11}  {user.user_name}")
    return DONE


def _add_user(given: argparse.Namespace) -> int:
    new = people.NewUser(
        given.user_name, given.type, given.first_name, given.last_name, given.email, tuple(given.center)
    )
    with _migrated_database().writing() as connection:
        print(people.add_user(connection, new))
    return DONE


def _set_password(given: argparse.Namespace) -> int:
    database = _migrated_database()
    with database.reading() as connection:
        user_id = people.get_user_id(connection, given.identifier)
    password = _ask_for_password()
    with database.writing() as connection:
        people.set_password(connection, user_id, password)
    print("the password is set; all sign-ins of this user have ended")
    return DONE


def _ask_for_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("New password: ")
    if getpass.getpass("Once more: ") != password:
        raise WeakPassword("the two passwords differ; nothing was changed")
    return password


def _deactivate(given: argparse.Namespace) -> int:
    return _set_active(given.identifier, active=False)


def _activate(given: argparse.Namespace) -> int:
    return _set_active(given.identifier, active=True)


def _set_active(identifier: str, *, active: bool) -> int:
    with _migrated_database().writing() as connection:
        people.set_active(connection, people.get_user_id(connection, identifier), active=active)
    print("active" if active else "deactivated; all sign-ins of this user have ended")
    return DONE


def _create_token(given: argparse.Namespace) -> int:
    with _migrated_database().writing() as connection:
        user_id = people.get_user_id(connection, given.user)
        print(tokens.create_token(connection, user_id, given.label, given.days, utc_now()))
    return DONE


def _list_tokens(_given: argparse.Namespace) -> int:
    now = utc_now()
    with _migrated_database().reading() as connection:
        for token in tokens.list_tokens(connection):
            until = f"{token.state(now):<8}  until {token.expires_at:%Y-%m-%d}"
            print(f"{token.id}  {until}  {token.user_name}  {token.label}")
    return DONE


def _revoke_token(given: argparse.Namespace) -> int:
    token_id = parse_guid(given.token_id)
    with _migrated_database().writing() as connection:
        if token_id is None or not tokens.revoke_token(connection, token_id, utc_now()):
            raise people.PersonRefused(f"there is no token {given.token_id!r}; `encounters token list` shows them all")
    print("revoked")
    return DONE
