"""Settings from the environment, validated at the start, and the paths of the shipped folders."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from webapp.private_files import make_private_folder
from webapp.refusals import Refused

PACKAGE = Path(__file__).resolve().parent
MINIMUM_SECRET_BYTES = 32


class SettingsError(Refused):
    """An invalid setting: one line with the variable, the value and what is allowed."""

    def __init__(self, variable: str, value: str, allowed: str) -> None:
        super().__init__(f"{variable}: {value!r} is not allowed; allowed: {allowed}")


def shipped_folder(name: str) -> Path:
    """The folder `name` (templates, static or seed_data): the checkout's if there is one, else the wheel's."""
    checkout = PACKAGE.parent / name
    return checkout if checkout.is_dir() else PACKAGE / name


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, validated. The README's section "Settings" lists the variables, defaults and meanings."""

    database_url: str
    secret_key: str
    secret_key_file: Path = Path("instance", "secret_key")
    production: bool = False
    units_ahead: int = 1
    horizon_days: int = 28
    lead_minutes: int = 0
    refresh_seconds: int = 15
    idle_minutes: int = 60
    session_hours: int = 12
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], folder: Path | None = None) -> Settings:
        """The settings in `environ`; database and secret key default to files in `folder`/instance.

        `folder` is the working directory unless given. A missing key is made and saved. Raises SettingsError for an
        invalid value, OSError if the instance folder cannot be written.
        """
        instance = (folder or Path.cwd()) / "instance"
        secret_key_file = instance / "secret_key"
        production = _choice(environ, "ENCOUNTERS_ENV", ("development", "production")) == "production"
        defaults = cls(
            database_url=_database_url(environ, instance), secret_key=_secret_key(environ, secret_key_file, production)
        )
        return replace(
            defaults,
            secret_key_file=secret_key_file,
            production=production,
            units_ahead=_whole(environ, "ENCOUNTERS_UNITS_AHEAD", defaults.units_ahead, 0, 79),
            horizon_days=_whole(environ, "ENCOUNTERS_HORIZON_DAYS", defaults.horizon_days, 1, 366),
            lead_minutes=_whole(environ, "ENCOUNTERS_LEAD_MINUTES", defaults.lead_minutes, 0, 10_080),
            refresh_seconds=_refresh_seconds(environ, defaults.refresh_seconds),
            idle_minutes=_whole(environ, "ENCOUNTERS_IDLE_MINUTES", defaults.idle_minutes, 1, 10_080),
            session_hours=_whole(environ, "ENCOUNTERS_SESSION_HOURS", defaults.session_hours, 1, 720),
            trusted_hosts=_trusted_hosts(environ, production),
            trusted_proxies=_whole(environ, "ENCOUNTERS_TRUSTED_PROXIES", defaults.trusted_proxies, 0, 10),
            host=environ.get("HOST", "").strip() or defaults.host,
            port=_whole(environ, "PORT", defaults.port, 1, 65_535),
            workers=_whole(environ, "WEB_CONCURRENCY", os.cpu_count() or 1, 1, 256),
        )


def _whole(environ: Mapping[str, str], variable: str, default: int, low: int, high: int) -> int:
    text = environ.get(variable, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
        raise SettingsError(variable, text, f"a whole number from {low} to {high}")
    return int(text)


def _choice(environ: Mapping[str, str], variable: str, allowed: tuple[str, ...]) -> str:
    text = environ.get(variable, "").strip() or allowed[0]
    if text not in allowed:
        raise SettingsError(variable, text, " or ".join(allowed))
    return text


def _refresh_seconds(environ: Mapping[str, str], default: int) -> int:
    variable = "ENCOUNTERS_REFRESH_SECONDS"
    seconds = _whole(environ, variable, default, 0, 3600)
    if 0 < seconds < 5:
        raise SettingsError(variable, str(seconds), "0 (never), or a whole number from 5 to 3600")
    return seconds


def _trusted_hosts(environ: Mapping[str, str], production: bool) -> tuple[str, ...]:
    variable = "ENCOUNTERS_TRUSTED_HOSTS"
    text = environ.get(variable, "")
    hosts = tuple(host for host in text.replace(",", " ").split() if host)
    for host in hosts:
        if "/" in host or "*" in host:
            raise SettingsError(variable, host, "host names separated by commas, without scheme, path or *")
    if production and not hosts:
        raise SettingsError(variable, text, "in production at least one host name that is served")
    return hosts


def _database_url(environ: Mapping[str, str], instance: Path) -> str:
    variable = "DATABASE_URL"
    text = environ.get(variable, "").strip()
    if not text:
        return f"sqlite:///{instance / 'encounters.sqlite3'}"
    allowed = "sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
    try:
        url = make_url(text)
    except ArgumentError:
        raise SettingsError(variable, "(hidden: it may hold a password)", allowed) from None
    if url.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise SettingsError(variable, url.render_as_string(hide_password=True), allowed)
    if url.drivername.startswith("sqlite") and url.database in {None, "", ":memory:"}:
        raise SettingsError(variable, text, allowed + " (a file: workers share no memory)")
    return text


def _secret_key(environ: Mapping[str, str], file: Path, production: bool) -> str:
    variable = "SECRET_KEY"
    key = environ.get(variable, "")
    shown = f"(hidden: {len(key.encode())} bytes)" if key else ""
    if production and (len(key.encode()) < MINIMUM_SECRET_BYTES or len(set(key)) < 8):
        raise SettingsError(variable, shown, f"in production {MINIMUM_SECRET_BYTES} random bytes or more")
    return key or _saved_secret(file)


def _saved_secret(file: Path) -> str:
    """The key in `file`, made if it is missing. A hard link is atomic: workers that start together agree on one."""
    if not file.exists():
        make_private_folder(file.parent)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
        finally:
            draft.unlink()
    return file.read_text(encoding="ascii")
