"""The command line as a shell knows it: help, version, wrong usage, prompts, interrupts, and a reader that leaves."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import click
import pytest

from tests.terminal import ROOT, Terminal
from webapp import cli

USAGE = {
    "": "encounters [OPTIONS] COMMAND [ARGS]...",
    "check": "encounters check [OPTIONS]",
    "demo": "encounters demo [OPTIONS]",
    "export": "encounters export [OPTIONS] DIR",
    "import": "encounters import [OPTIONS] DIR",
    "migrate": "encounters migrate [OPTIONS]",
    "serve": "encounters serve [OPTIONS]",
    "token": "encounters token [OPTIONS] COMMAND [ARGS]...",
    "token create": "encounters token create [OPTIONS]",
    "token list": "encounters token list [OPTIONS]",
    "token revoke": "encounters token revoke [OPTIONS] TOKEN_ID",
    "user": "encounters user [OPTIONS] COMMAND [ARGS]...",
    "user activate": "encounters user activate [OPTIONS] ID",
    "user add": "encounters user add [OPTIONS]",
    "user deactivate": "encounters user deactivate [OPTIONS] ID",
    "user list": "encounters user list [OPTIONS]",
    "user set-password": "encounters user set-password [OPTIONS] ID",
}
ADD_X = "user add --user-name x --first-name X"
TYPES = "'StaffMember', 'Student', 'Administrator', 'Prospect', 'ProspectWithTrial', 'ProspectWithoutTrial', 'User'"
WRONG_USAGE = {
    "fly": "No such command 'fly'.",
    "user ad": "No such command 'ad'. Did you mean 'add'?",
    "import": "Missing argument 'DIR'.",
    "import a b": "Got unexpected extra argument (b)",
    "import a --dry": "No such option '--dry'. Did you mean '--dry-run'?",
    f"{ADD_X} --type Teacher": f"Invalid value for '--type': 'Teacher' is not one of {TYPES}.",
    "user add --user-name x --type User": "Missing option '--first-name'.",
    "user set-password": "Missing argument 'ID'.",
    "user set-password x Tin-Whistle-30-Harbor": "Got unexpected extra argument (Tin-Whistle-30-Harbor)",
    "user set-password x --password y": "No such option '--password'.",
    "token create --user x --label y --days z": "Invalid value for '--days': 'z' is not a valid integer.",
    "token revoke": "Missing argument 'TOKEN_ID'.",
}
END_OF_INPUT = "\x04"
PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
USERS = 5_000  # their list is several times as long as what a pipe holds
GOOD_PASSWORD = "Tin-Whistle-30-Harbor"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of many users; nobody has a password."""
    folder = tmp_path_factory.mktemp("crowd")
    rows = (f"{UUID(int=number)},Student,student.{number},Ada" for number in range(1, USERS + 1))
    (folder / "csv").mkdir()
    (folder / "csv" / "users.csv").write_text("\n".join(["id,type,user_name,first_name", *rows]))
    terminal = Terminal(folder)
    assert terminal.run("migrate")[0] == 0
    assert terminal.run("import", "csv")[0] == 0
    return folder


@pytest.mark.parametrize(("verb", "usage"), USAGE.items(), ids=USAGE)
def test_every_verb_and_group_explains_itself(terminal: Terminal, verb: str, usage: str) -> None:
    code, out, err = terminal.run(*verb.split(), "--help")
    assert (code, out.splitlines()[0], err) == (0, f"Usage: {usage}", "")
    assert terminal.run(*verb.split(), "-h") == (0, out, "")


def test_no_verb_and_no_option_is_without_words_of_help() -> None:
    verbs = dict(_verbs(cli.encounters))
    assert sorted(verbs) == sorted(USAGE)
    assert [name for name, verb in verbs.items() if not verb.help] == []
    options = [option for verb in verbs.values() for option in verb.params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_version_is_the_one_of_the_package(terminal: Terminal) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert terminal.run("--version") == (0, f"encounters {version}\n", "")


@pytest.mark.parametrize(("words", "says"), WRONG_USAGE.items(), ids=WRONG_USAGE)
def test_wrong_usage_is_2_and_names_what_is_wrong_and_what_is_allowed(
    terminal: Terminal, words: str, says: str
) -> None:
    code, out, err = terminal.run(*words.split())
    assert (code, out, err.splitlines()[-1]) == (2, "", f"Error: {says}")
    assert not (terminal.folder / "instance").exists()


@pytest.mark.parametrize("group", ["", "user", "token"])
def test_a_group_without_a_verb_is_wrong_usage_and_shows_its_verbs(terminal: Terminal, group: str) -> None:
    verbs = terminal.run(*group.split(), "--help")[1]
    assert terminal.run(*group.split()) == (2, "", verbs)


def test_a_missing_type_names_the_types(terminal: Terminal) -> None:
    code, _, err = terminal.run(*ADD_X.split())
    says, *types = err[err.index("Error: ") :].splitlines()
    assert (code, says) == (2, "Error: Missing option '--type'. Choose from:")
    assert ", ".join(repr(name.strip("\t,")) for name in types) == TYPES


@pytest.mark.parametrize("me", ["me", "ME", "ｍｅ"])
@pytest.mark.parametrize("verb", ["set-password", "deactivate", "activate"])
def test_at_a_terminal_nobody_is_me(crowd: Path, verb: str, me: str) -> None:
    says = f"encounters: there is no user '{me}'; `encounters user list` shows them all\n"
    assert Terminal(crowd).run("user", verb, me, stdin=f"{GOOD_PASSWORD}\n") == (1, "", says)


@pytest.mark.parametrize("identifier", ["student.1", "STUDENT.1", "00000000-0000-0000-0000-000000000001"])
def test_a_user_is_named_by_guid_or_user_name(crowd: Path, identifier: str) -> None:
    assert Terminal(crowd).run("user", "activate", identifier) == (0, "active\n", "")


@pytest.mark.slow
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_list_whose_reader_leaves_after_a_line_ends_quietly(crowd: Path, unbuffered: str) -> None:
    with Terminal(crowd, PYTHONUNBUFFERED=unbuffered).start("user", "list") as process:
        out, err = _streams(process)
        assert out.readline().endswith("  student.1\n")
        out.close()
        assert (err.read(), process.wait(timeout=20)) == ("", 141)


@pytest.mark.slow
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("words", ["--help", "check", "user activate student.1"])
def test_a_verb_whose_reader_is_gone_before_its_first_word_ends_quietly(
    crowd: Path, words: str, unbuffered: str
) -> None:
    with Terminal(crowd, PYTHONUNBUFFERED=unbuffered).start(*words.split()) as process:
        out, err = _streams(process)
        out.close()
        assert (err.read(), process.wait(timeout=20)) == ("", 141)


@pytest.mark.slow
@pytest.mark.parametrize("words", ["import nowhere", "user add"])
def test_a_refusal_that_nobody_reads_ends_without_a_traceback(crowd: Path, words: str) -> None:
    with Terminal(crowd).start(*words.split()) as process:
        out, err = _streams(process)
        err.close()
        assert (out.read(), process.wait(timeout=20)) == ("", 141)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("words", ["check", "user list"])
def test_an_output_that_cannot_be_written_is_one_clear_line(crowd: Path, words: str) -> None:
    terminal = Terminal(crowd, PYTHONUNBUFFERED="")
    with Path("/dev/full").open("w") as full:
        process = _start(terminal, words, stdout=full, stderr=subprocess.PIPE)
        err = process.communicate(timeout=20)[1]
    assert (process.returncode, err) == (1, b"encounters: [Errno 28] No space left on device\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "second", "code", "says"),
    [
        (GOOD_PASSWORD, GOOD_PASSWORD, 0, "the password is set; all sign-ins of this user have ended"),
        (GOOD_PASSWORD, "Tin-Whistle-31-Harbor", 1, "encounters: the two passwords differ; nothing was changed"),
        ("", "", 1, "encounters: the password has 0 characters; allowed: 15 to 128"),
        (GOOD_PASSWORD, END_OF_INPUT, 1, "encounters: no password was given; nothing was changed"),
    ],
    ids=["alike", "different", "empty", "end of input"],
)
def test_a_password_is_typed_twice_and_never_shown(crowd: Path, first: str, second: str, code: int, says: str) -> None:
    with _at_a_screen(Terminal(crowd), "user set-password student.2") as (process, screen):
        assert _read_until(screen, "New password: ") == "New password: "
        os.write(screen, f"{first}\n".encode())
        assert _read_until(screen, "Once more: ") == "\nOnce more: "
        os.write(screen, second.encode() if second == END_OF_INPUT else f"{second}\n".encode())
        assert _read_until(screen, f"{says}\n").strip() == says
        assert process.wait(timeout=20) == code


def test_an_interrupt_at_the_prompt_is_one_line_and_changes_nothing(crowd: Path) -> None:
    terminal = Terminal(crowd)
    with _at_a_screen(terminal, "user set-password student.3") as (process, screen):
        _read_until(screen, "New password: ")
        process.send_signal(signal.SIGINT)
        assert _read_until(screen, "kept\n") == "\nencounters: interrupted; nothing half-done was kept\n"
        assert process.wait(timeout=20) == 1
    (line,) = (line for line in terminal.run("user", "list")[1].splitlines() if line.endswith("  student.3"))
    assert line.split("  ")[-2].strip() == "no password"


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["C.UTF-8", "POSIX"])
def test_a_password_that_is_no_text_is_refused_in_words(crowd: Path, locale: str) -> None:
    process = _start(Terminal(crowd, LC_ALL=locale), "user set-password student.4", **PIPES)
    out, err = process.communicate(b"Tin-\xff-Whistle-30-Harbor\n", timeout=20)
    says = b"encounters: the password is not text in UTF-8; nothing was changed\n"
    assert (process.returncode, out, err) == (1, b"", says)


def test_a_password_is_the_first_line_of_standard_input_without_its_end(crowd: Path) -> None:
    says = "encounters: the password has 5 characters; allowed: 15 to 128\n"
    for ending in ("\n", "\r\n", "", "\nmore of it\n"):
        assert Terminal(crowd).run("user", "set-password", "student.5", stdin=f"short{ending}") == (1, "", says)


def _verbs(verb: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    yield name, verb
    if isinstance(verb, click.Group):
        for word, below in verb.commands.items():
            yield from _verbs(below, f"{name} {word}".strip())


def _streams(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    """Standard output and standard error of a command."""
    assert process.stdout is not None
    assert process.stderr is not None
    return process.stdout, process.stderr


def _start(terminal: Terminal, words: str, **streams: Any) -> subprocess.Popen[bytes]:
    """A verb with standard streams of the test's choice, in bytes."""
    command = [sys.executable, "-m", "webapp", *words.split()]
    return subprocess.Popen(command, cwd=terminal.folder, env=terminal.environ, **streams)


@contextmanager
def _at_a_screen(terminal: Terminal, words: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A verb that a person runs, and the descriptor of what they type and see."""
    screen, inner = os.openpty()
    process = _start(terminal, words, stdin=inner, stdout=inner, stderr=inner, start_new_session=True)
    os.close(inner)
    try:
        yield process, screen
    finally:
        process.kill()
        process.wait()
        os.close(screen)


def _read_until(screen: int, end: str) -> str:
    """What appears on a screen until `end` does, with plain line ends."""
    seen = ""
    while not seen.endswith(end):
        assert select.select([screen], [], [], 20)[0], seen
        seen += os.read(screen, 1024).decode().replace("\r\n", "\n")
    return seen
