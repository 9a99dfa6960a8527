"""Files for their owner alone: made so, restricted to it where they are not, and found where others can read them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def make_private_folder(folder: Path) -> None:
    """Make a folder with mode 0700; one that exists is left alone. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_private_file(file: Path) -> None:
    """Make an empty file with mode 0600; does nothing if it exists or cannot be made."""
    # O_EXCL, because to open and close a file that SQLite has open would end the locks of the whole process on it.
    with suppress(OSError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def restrict_to_owner(files: Iterable[Path]) -> list[str]:
    """Take all access of group and others from those of `files` that exist; returns what failed, in words."""
    failures = []
    for file, exposure in find_exposed(files):
        try:
            file.chmod(0o600)
        except FileNotFoundError:  # SQLite removes its files when the last connection ends
            continue
        except OSError as error:
            failures.append(f"{exposure}, and its mode could not be changed ({error.strerror})")
    return failures


def find_exposed(files: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Those of `files` that exist and that group or others can use, each with the words that say so."""
    for file in files:
        mode = mode_open_to_others(file)
        if mode:
            yield file, f"{file} can be read by others (mode {mode})"


def mode_open_to_others(path: Path) -> str | None:
    """The mode, in octal, of a file or folder that group or others can use; None if they cannot or if it is missing."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None
    return f"{mode:04o}" if mode & _OTHERS else None
