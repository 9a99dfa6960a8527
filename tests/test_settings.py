"""Settings: their defaults, and the one line that refuses a wrong one."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from webapp.settings import Settings, SettingsError

GOOD_KEY = "0123456789abcdefghijklmnopqrstuv"


def test_without_any_variable_the_defaults_hold(tmp_path: Path) -> None:
    settings = Settings.from_environment({}, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/encounters.sqlite3"
    assert (settings.units_ahead, settings.horizon_days, settings.lead_minutes) == (1, 28, 0)
    assert (settings.refresh_seconds, settings.idle_minutes, settings.session_hours) == (15, 60, 12)
    assert (settings.host, settings.port, settings.production) == ("127.0.0.1", 8000, False)
    assert (settings.trusted_hosts, settings.trusted_proxies) == ((), 0)


def test_the_secret_key_is_made_once_and_kept_for_the_owner_alone(tmp_path: Path) -> None:
    first, second = (Settings.from_environment({}, tmp_path).secret_key for _ in range(2))
    kept = tmp_path / "instance" / "secret_key"
    assert first == second == kept.read_text()
    assert len(first) >= 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [file.name for file in kept.parent.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    ("variable", "field", "lowest", "highest"),
    [
        ("ENCOUNTERS_UNITS_AHEAD", "units_ahead", 0, 79),
        ("ENCOUNTERS_HORIZON_DAYS", "horizon_days", 1, 366),
        ("ENCOUNTERS_LEAD_MINUTES", "lead_minutes", 0, 10_080),
        ("ENCOUNTERS_REFRESH_SECONDS", "refresh_seconds", 0, 3600),
        ("ENCOUNTERS_IDLE_MINUTES", "idle_minutes", 1, 10_080),
        ("ENCOUNTERS_SESSION_HOURS", "session_hours", 1, 720),
        ("ENCOUNTERS_TRUSTED_PROXIES", "trusted_proxies", 0, 10),
        ("PORT", "port", 1, 65_535),
        ("WEB_CONCURRENCY", "workers", 1, 256),
    ],
)
def test_a_number_is_read_from_its_lowest_to_its_highest_value(
    tmp_path: Path, variable: str, field: str, lowest: int, highest: int
) -> None:
    for number in (lowest, highest):
        for text in (str(number), f" {number} ", f"0{number}"):
            assert getattr(Settings.from_environment({variable: text}, tmp_path), field) == number
    for wrong in (lowest - 1, highest + 1):
        with pytest.raises(
            SettingsError, match=f"^{variable}: '{wrong}' is not allowed; allowed: a whole number from "
        ):
            Settings.from_environment({variable: str(wrong)}, tmp_path)


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("ENCOUNTERS_ENV", " development ", "production", False),
        ("ENCOUNTERS_REFRESH_SECONDS", "5", "refresh_seconds", 5),
        ("ENCOUNTERS_TRUSTED_HOSTS", "desk.example", "trusted_hosts", ("desk.example",)),
        ("ENCOUNTERS_TRUSTED_HOSTS", " a.example, b.example ,", "trusted_hosts", ("a.example", "b.example")),
        ("ENCOUNTERS_TRUSTED_HOSTS", "a.example b.example", "trusted_hosts", ("a.example", "b.example")),
        ("HOST", " 0.0.0.0 ", "host", "0.0.0.0"),
        ("SECRET_KEY", "short, but not in production", "secret_key", "short, but not in production"),
        ("DATABASE_URL", " sqlite:////srv/x.db ", "database_url", "sqlite:////srv/x.db"),
        (
            "DATABASE_URL",
            "postgresql+psycopg://u:p@db/x",
            "database_url",
            "postgresql+psycopg://u:p@db/x",
        ),
    ],
)
def test_a_text_is_read_without_the_blanks_around_it(
    tmp_path: Path, variable: str, text: str, field: str, value: object
) -> None:
    assert getattr(Settings.from_environment({variable: text}, tmp_path), field) == value


def test_empty_variables_are_the_defaults(tmp_path: Path) -> None:
    names = [
        "ENCOUNTERS_ENV",
        "ENCOUNTERS_UNITS_AHEAD",
        "ENCOUNTERS_HORIZON_DAYS",
        "ENCOUNTERS_LEAD_MINUTES",
        "ENCOUNTERS_REFRESH_SECONDS",
        "ENCOUNTERS_IDLE_MINUTES",
        "ENCOUNTERS_SESSION_HOURS",
        "ENCOUNTERS_TRUSTED_HOSTS",
        "ENCOUNTERS_TRUSTED_PROXIES",
        "HOST",
        "PORT",
        "WEB_CONCURRENCY",
        "DATABASE_URL",
    ]
    empty = Settings.from_environment(dict.fromkeys(names, "") | {"SECRET_KEY": ""}, tmp_path)
    blank = Settings.from_environment(dict.fromkeys(names, "  "), tmp_path)
    assert empty == blank == Settings.from_environment({}, tmp_path)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ENCOUNTERS_ENV", "prod"),
        ("ENCOUNTERS_UNITS_AHEAD", "one"),
        ("ENCOUNTERS_UNITS_AHEAD", "1_0"),
        ("ENCOUNTERS_UNITS_AHEAD", "+1"),
        ("ENCOUNTERS_UNITS_AHEAD", "1.0"),
        ("ENCOUNTERS_UNITS_AHEAD", "٥"),
        ("ENCOUNTERS_UNITS_AHEAD", "0000000001"),
        ("ENCOUNTERS_REFRESH_SECONDS", "1"),
        ("ENCOUNTERS_REFRESH_SECONDS", "4"),
        ("ENCOUNTERS_TRUSTED_HOSTS", "https://desk.example"),
        ("ENCOUNTERS_TRUSTED_HOSTS", "*.example"),
        ("ENCOUNTERS_TRUSTED_PROXIES", "many"),
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("DATABASE_URL", "postgresql://localhost/x"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_with_what_is_allowed(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({variable: value}, tmp_path)
    line = str(refused.value)
    assert line.startswith(f"{variable}: {value!r} is not allowed; allowed: ")
    assert "\n" not in line


@pytest.mark.parametrize("key", ["", "short", "a" * 64])
def test_production_refuses_a_weak_secret_key_without_showing_it(tmp_path: Path, key: str) -> None:
    environ = {"ENCOUNTERS_ENV": "production", "ENCOUNTERS_TRUSTED_HOSTS": "desk.example", "SECRET_KEY": key}
    with pytest.raises(SettingsError, match="SECRET_KEY") as refused:
        Settings.from_environment(environ, tmp_path)
    assert not key or key not in str(refused.value)
    assert Settings.from_environment({**environ, "SECRET_KEY": GOOD_KEY}, tmp_path).production


def test_production_asks_which_hosts_are_served(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ENCOUNTERS_TRUSTED_HOSTS"):
        Settings.from_environment({"ENCOUNTERS_ENV": "production", "SECRET_KEY": GOOD_KEY}, tmp_path)


def test_a_password_in_a_wrong_database_address_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"DATABASE_URL": "mysql://u:hush@db/x"}, tmp_path)
    assert "hush" not in str(refused.value)
