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
    ("variable", "value"),
    [
        ("ENCOUNTERS_ENV", "prod"),
        ("ENCOUNTERS_UNITS_AHEAD", "80"),
        ("ENCOUNTERS_UNITS_AHEAD", "-1"),
        ("ENCOUNTERS_UNITS_AHEAD", "one"),
        ("ENCOUNTERS_UNITS_AHEAD", "1_0"),
        ("ENCOUNTERS_HORIZON_DAYS", "0"),
        ("ENCOUNTERS_HORIZON_DAYS", "367"),
        ("ENCOUNTERS_LEAD_MINUTES", "10081"),
        ("ENCOUNTERS_REFRESH_SECONDS", "4"),
        ("ENCOUNTERS_REFRESH_SECONDS", "3601"),
        ("ENCOUNTERS_IDLE_MINUTES", "0"),
        ("ENCOUNTERS_SESSION_HOURS", "0"),
        ("ENCOUNTERS_TRUSTED_HOSTS", "https://desk.example"),
        ("ENCOUNTERS_TRUSTED_PROXIES", "many"),
        ("PORT", "65536"),
        ("WEB_CONCURRENCY", "0"),
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("DATABASE_URL", "sqlite://"),
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
