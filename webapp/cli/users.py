"""The verbs of `user`: list, add, deactivate and activate users, and set their passwords."""

from __future__ import annotations

import getpass
import sys
from typing import Final

import click

from webapp.accounts import users
from webapp.accounts.passwords import PasswordRefused
from webapp.cli.opening import open_migrated
from webapp.models import UserType

_LONGEST_LINE: Final = 65_536  # far beyond the longest password, and still nothing to a machine


@click.group()
def user() -> None:
    """List, add, deactivate and activate users; set passwords."""


@user.command("list")
def list_users() -> None:
    """List all users."""
    with open_migrated().reading() as connection:
        lines = users.list_users(connection)
    for line in lines:
        state = "active" if line.active else "deactivated"
        password = "password" if line.has_password else "no password"
        print(f"{line.id}  {line.type:<20}  {state:<11}  {password:<11}  {line.user_name}")


@user.command()
@click.option("--user-name", metavar="NAME", required=True, help="What the user signs in with.")
@click.option("--type", "kind", required=True, type=click.Choice([str(kind) for kind in UserType]), help="The type.")
@click.option("--first-name", metavar="NAME", required=True, help="The first name.")
@click.option("--last-name", metavar="NAME", help="The last name.")
@click.option("--email", metavar="ADDRESS", help="The e-mail address.")
@click.option("--center", "centers", metavar="REF", multiple=True, help="Reference id of a center; repeatable.")
def add(
    user_name: str, kind: str, first_name: str, last_name: str | None, email: str | None, centers: tuple[str, ...]
) -> None:
    """Add a user, without a password yet, and print the new id."""
    new = users.NewUser(user_name, kind, first_name, last_name, email, centers)
    with open_migrated().writing() as connection:
        user_id = users.add_user(connection, new)
    print(user_id)


@user.command()
@click.argument("identifier", metavar="ID")
def set_password(identifier: str) -> None:
    """Set the password of the user ID (a GUID or a user name), from a prompt or standard input."""
    database = open_migrated()
    with database.reading() as connection:
        user_id = users.get_user_id(connection, identifier)
    password = _read_password()
    with database.writing() as connection:
        users.set_password(connection, user_id, password)
    print("the password is set; all sign-ins of this user have ended")


@user.command()
@click.argument("identifier", metavar="ID")
def deactivate(identifier: str) -> None:
    """End all sign-ins of the user ID (a GUID or a user name) and allow no new ones."""
    _set_active(identifier, active=False)
    print("deactivated; all sign-ins of this user have ended")


@user.command()
@click.argument("identifier", metavar="ID")
def activate(identifier: str) -> None:
    """Allow the user ID (a GUID or a user name) to sign in again."""
    _set_active(identifier, active=True)
    print("active")


def _set_active(identifier: str, *, active: bool) -> None:
    with open_migrated().writing() as connection:
        users.set_active(connection, users.get_user_id(connection, identifier), active=active)


def _read_password() -> str:
    """A password, typed twice at a prompt or else the first line of standard input. Raises PasswordRefused."""
    try:
        password = _prompt_twice() if sys.stdin.isatty() else sys.stdin.readline(_LONGEST_LINE).rstrip("\r\n")
        password.encode()  # in some locales Python reads bytes that are not text as lone surrogates
    except EOFError:
        raise PasswordRefused("no password was given; nothing was changed") from None
    except UnicodeError:
        raise PasswordRefused("the password is not text in UTF-8; nothing was changed") from None
    return password


def _prompt_twice() -> str:
    try:
        password = getpass.getpass("New password: ")
        repeated = getpass.getpass("Once more: ")
    except (EOFError, KeyboardInterrupt):
        print(file=sys.stderr)  # the prompt's line is still open
        raise
    if repeated != password:
        raise PasswordRefused("the two passwords differ; nothing was changed")
    return password
