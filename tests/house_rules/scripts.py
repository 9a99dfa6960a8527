"""Biome, the lint of static/*.js: installed by npm into .venv, at one version, so that nothing else shows of Node."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

VERSION: Final = "2.6.8"
_SECONDS_TO_INSTALL: Final = 120


class Missing(Exception):
    """Why scripts cannot be linted on this machine."""


def biome() -> tuple[str, ...]:
    """The command, installed at its first use. Raises Missing where there is no Node, or npm cannot install."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Missing("Node is not installed")
    place = Path(sys.prefix) / f"biome-{VERSION}"
    if not place.exists():
        _install(npm, place)
    return (node, str(place / "node_modules" / "@biomejs" / "biome" / "bin" / "biome"))


def _install(npm: str, place: Path) -> None:
    """Under another name first: two test processes may come here at once, and a process may be stopped."""
    unfinished = Path(tempfile.mkdtemp(prefix="biome-", dir=place.parent))
    options = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    command = [npm, "install", "--prefix", str(unfinished), *options, f"@biomejs/biome@{VERSION}"]
    try:
        subprocess.run(command, capture_output=True, timeout=_SECONDS_TO_INSTALL, check=True)
        if not place.exists():
            unfinished.rename(place)
    except (subprocess.SubprocessError, OSError) as error:
        if not place.exists():
            raise Missing(f"npm cannot install Biome {VERSION}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
