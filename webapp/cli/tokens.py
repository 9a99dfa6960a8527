"""The verbs of `token`: create, list and revoke API tokens."""

from __future__ import annotations

import click

from webapp.accounts import tokens, users
from webapp.app import utc_now
from webapp.cli.opening import open_migrated
from webapp.text import parse_guid


@click.group()
def token() -> None:
    """Create, list and revoke API tokens."""


@token.command()
@click.option("--user", "identifier", metavar="ID", required=True, help="GUID or user name of the user it acts as.")
@click.option("--label", metavar="TEXT", required=True, help="What it is for.")
@click.option("--days", type=int, default=365, show_default=True, help="How long it is valid, 1 to 3650 days.")
def create(identifier: str, label: str, days: int) -> None:
    """Create a token and print it, this once."""
    with open_migrated().writing() as connection:
        user_id = users.get_user_id(connection, identifier)
        new = tokens.create_token(connection, user_id, label, days, utc_now())
    print(new)


@token.command("list")
def list_tokens() -> None:
    """List all tokens by their ids, without the tokens themselves."""
    now = utc_now()
    with open_migrated().reading() as connection:
        lines = tokens.list_tokens(connection)
    for line in lines:
        until = f"{line.state(now):<8}  until {line.expires_at:%Y-%m-%d}"
        print(f"{line.id}  {until}  {line.user_name}  {line.label}")


@token.command()
@click.argument("token_id", metavar="TOKEN_ID")
def revoke(token_id: str) -> None:
    """End the token TOKEN_ID for good."""
    parsed = parse_guid(token_id)
    with open_migrated().writing() as connection:
        if parsed is None or not tokens.revoke_token(connection, parsed, utc_now()):
            raise tokens.TokenRefused(f"there is no token {token_id!r}; `encounters token list` shows them all")
    print("revoked")
