"""The developer's entry: prepares .venv, a browser and PostgreSQL, and hands every verb to a module of tests or webapp.

python3 dev.py setup        make .venv with the command `encounters` and all tools
python3 dev.py demo         the fictional network on this week's dates, served
python3 dev.py test [...]   everything that must hold; --quick leaves out what takes long; further words go to pytest
python3 dev.py check        format, lint, types, layers, templates and scripts, without running a test
python3 dev.py fix          format and make the safe changes, then check
python3 dev.py proof        what takes too long for every test run: 10,000 killed imports, imports of a large network
python3 dev.py bench        what a request costs in a large network, beside what it may cost; --help says more
python3 dev.py world DIR    a fictional network of any size, written as CSV files to import; --help says more
python3 dev.py lock         compile requirements.txt and requirements-dev.txt from pyproject.toml
"""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
CHECK = [str(PYTHON), "-m", "tests.house_rules.check"]
STAMP = VENV / "installed.txt"
RUNTIME, ALL = "requirements.txt", "requirements-dev.txt"
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
PROBE = (
    "import sys; from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as p:\n"
    "    path = sys.argv[1] or None\n"
    "    browser = p.chromium.launch(executable_path=path); print(browser.version); browser.close()\n"
)
DOWNLOAD_SECONDS = 180
MOST_TEST_PROCESSES = 4  # each starts a PostgreSQL and a browser of its own


class Stop(Exception):
    """Something that a person must do first, in words."""


def main(words: list[str]) -> int:
    """Run a verb; its exit code."""
    if not words or words[0] not in verbs():
        print(__doc__)
        return 0 if words[:1] in (["--help"], ["-h"], ["help"]) else 2
    try:
        if sys.version_info < OLDEST:
            raise Stop(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}")
        return verbs()[words[0]](words[1:])
    except Stop as reason:
        print(f"dev.py: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def verbs() -> dict[str, Callable[[list[str]], int]]:
    """The verbs by name, in the order in which they are listed above."""
    return {
        "setup": setup,
        "demo": demo,
        "test": test,
        "check": check,
        "fix": fix,
        "proof": proof,
        "bench": bench,
        "world": world,
        "lock": lock,
    }


def setup(_words: list[str]) -> int:
    """Everything that a developer needs, without running anything."""
    install(ALL)
    run([*CHECK, "--prepare"])
    print(f"ready: {BIN / 'encounters'}")
    return 0


def demo(words: list[str]) -> int:
    """Only what the product itself needs, then the demo."""
    install(RUNTIME)
    return hand_over([str(BIN / "encounters"), "demo", *words], dict(os.environ))


def test(words: list[str]) -> int:
    """All tools, a browser and PostgreSQL, then pytest."""
    start = time.monotonic()
    install(ALL)
    environ = dict(os.environ)
    if "--quick" not in words:  # a quick run uses neither
        environ["E2E_BROWSER"] = find_browser()
        find_postgresql()
    # The tests report this apart from their own time.
    environ["PREPARED_SECONDS"] = f"{time.monotonic() - start:.0f}"
    processes = ["-n", str(min(os.cpu_count() or 1, MOST_TEST_PROCESSES)), "--dist", "worksteal"]
    return subprocess.call([str(PYTHON), "-m", "pytest", *processes, *words], cwd=ROOT, env=environ)


def check(_words: list[str]) -> int:
    """All tools, then what they find."""
    install(ALL)
    return hand_over(CHECK, dict(os.environ))


def fix(_words: list[str]) -> int:
    """All tools, then what they can mend by themselves, and what they find after that."""
    install(ALL)
    return hand_over([*CHECK, "--fix"], dict(os.environ))


def proof(words: list[str]) -> int:
    """What a test run shows in short, in full: PROOF_KILLS killed imports on each database, then large imports."""
    install(ALL)
    find_postgresql()
    environ = {"PROOF_KILLS": "10000", **os.environ}
    killed = [str(PYTHON), "-m", "pytest", "-n", "2", "tests/transfer/test_killed_imports.py"]
    code = subprocess.call(killed, cwd=ROOT, env=environ)
    return code or subprocess.call([str(PYTHON), "-m", "tests.benchmark.imports", *words], env=environ)


def bench(words: list[str]) -> int:
    """All tools and PostgreSQL, then the measurement of requests."""
    install(ALL)
    find_postgresql()
    return hand_over([str(PYTHON), "-m", "tests.benchmark.bench", *words], dict(os.environ))


def world(words: list[str]) -> int:
    """All tools, then a generated network."""
    install(ALL)
    return hand_over([str(PYTHON), "-m", "tests.benchmark.world", *words], dict(os.environ))


def lock(_words: list[str]) -> int:
    """Compile the lock files: hashes for every platform, and no host names."""
    uv = shutil.which("uv") or uv_of_its_own()
    for target, groups in ((RUNTIME, ["build"]), (ALL, ["build", "dev"])):
        options = [word for group in groups for word in ("--group", group)]
        command = [uv, "pip", "compile", "--quiet", "--upgrade", "--universal", "--generate-hashes", "--no-annotate"]
        command += ["--python-version", "3.11", "--custom-compile-command", "python3 dev.py lock", *options]
        run([*command, "pyproject.toml", "--output-file", target])
    return 0


def uv_of_its_own() -> str:
    """uv in a virtual environment that is used for nothing else."""
    folder = ROOT / ".venv" / "lock"
    if not (folder / BIN.name / "uv").exists():
        make_venv(folder)
        run([str(folder / BIN.name / PYTHON.name), "-m", "pip", "install", "--quiet", "uv"])
    return str(folder / BIN.name / "uv")


def install(requirements: str) -> None:
    """Bring .venv to the state of the lock file; nothing to do if it is there, or holds more."""
    wanted = fingerprint(requirements)
    present = STAMP.read_text().split() if STAMP.exists() and PYTHON.exists() else []
    if wanted in present or (requirements == RUNTIME and fingerprint(ALL) in present):
        return
    if not PYTHON.exists() or not present:
        make_venv(VENV)
    print(f"installing {requirements} into .venv ...", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv = shutil.which("uv")
    # uv is faster, but pip knows settings (of proxies, of certificates) that uv does not.
    if not (uv and install_with([uv, "pip", "install", "--quiet", "--python", str(PYTHON)], requirements)):
        if uv:
            print("uv could not; asking pip ...", flush=True)
        if not install_with(pip, requirements):
            raise Stop(f"{requirements} could not be installed into .venv; the lines above say why")
    STAMP.write_text(wanted + "\n")


def install_with(installer: list[str], requirements: str) -> bool:
    """Whether one installer could install the lock file and the project itself."""
    steps = (["--require-hashes", "-r", requirements], ["--no-deps", "--no-build-isolation", "--editable", "."])
    return all(subprocess.call([*installer, *step], cwd=ROOT) == 0 for step in steps)


def fingerprint(requirements: str) -> str:
    """What decides whether .venv is up to date: the lock, the project's own metadata, and the Python."""
    digest = hashlib.sha256(sys.version.encode())
    for file in (requirements, "pyproject.toml"):
        digest.update((ROOT / file).read_bytes())
    digest.update(str(ROOT).encode())
    return f"{requirements}:{digest.hexdigest()[:32]}"


def make_venv(folder: Path) -> None:
    """A fresh virtual environment."""
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        missing = "ensurepip is not available" in made.stdout + made.stderr
        hint = "; on Debian and Ubuntu: apt-get install python3-venv" if missing else f": {made.stderr.strip()}"
        raise Stop(f"cannot make a virtual environment{hint}")


def find_browser() -> str:
    """The path of a Chromium that starts, or "" for Playwright's own; installs one if there is none."""
    given = os.environ.get("E2E_BROWSER")
    if given:
        if not starts(given):
            raise Stop(f"E2E_BROWSER: {given!r} does not start as a browser")
        return given
    found = first_that_starts()
    if found is not None:
        return found
    print("no browser found; asking Playwright for its own ...", flush=True)
    if attempt([str(PYTHON), "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS) and starts(""):
        return ""
    if can_use_apt() and apt_install("chromium"):
        found = first_that_starts()
        if found is not None:
            return found
    raise Stop("no browser starts here: install chromium, or name one in E2E_BROWSER")


def first_that_starts() -> str | None:
    """Playwright's own browser, else the first known name on PATH that starts."""
    paths = ["", *filter(None, (shutil.which(name) for name in BROWSERS))]
    return next((path for path in paths if starts(path)), None)


def starts(path: str) -> bool:
    """Whether the browser at `path` ("": Playwright's own) starts and reports its version."""
    return attempt([str(PYTHON), "-c", PROBE, path], 60)


def find_postgresql() -> None:
    """PostgreSQL's programs, installed if they are missing and may be; the tests find and start them."""
    if os.environ.get("SKIP_POSTGRESQL") == "1":
        print("SKIP_POSTGRESQL=1: nothing is tested on PostgreSQL", flush=True)
        return
    folders = [os.environ.get("PG_BINDIR", ""), *glob.glob("/usr/lib/postgresql/*/bin")]
    path = os.pathsep.join([*filter(None, folders), os.environ.get("PATH", "")])
    if shutil.which("initdb", path=path) or not can_use_apt():
        return
    settings = Path("/etc/postgresql-common/createcluster.conf")
    if not settings.exists():  # no cluster that starts with the machine: the tests start their own
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("create_main_cluster = false\n")
    apt_install("postgresql-15")


def can_use_apt() -> bool:
    """Whether packages of Debian can be installed here."""
    return not WINDOWS and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(package: str) -> bool:
    """Install a package of Debian; the list of packages is fetched if it is missing."""
    print(f"installing {package} ...", flush=True)
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    command = ["apt-get", "install", "-y", "--no-install-recommends", package]
    return attempt(command, 600) or (attempt(["apt-get", "update"], 300) and attempt(command, 600))


def attempt(command: list[str], seconds: int) -> bool:
    """Whether a command ends well within its time."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def run(command: list[str]) -> None:
    """Run a command that must end well."""
    if subprocess.call(command, cwd=ROOT):
        raise Stop(f"this failed: {' '.join(command)}")


def hand_over(command: list[str], environ: dict[str, str]) -> int:
    """Become another command, so that signals reach it."""
    sys.stdout.flush()
    if not WINDOWS:
        os.execve(command[0], command, environ)
    return subprocess.call(command, env=environ)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
