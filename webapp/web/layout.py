"""The frame of every page: static files and the header with its links."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final, cast

from flask import Flask, current_app, request, url_for

from webapp.accounts.sign_ins import Account
from webapp.database import DatabaseUnavailable
from webapp.policy import Actor, may_search, may_see_own_encounters
from webapp.web.access import SignedInUser, signed_in_user
from webapp.web.view_models import Assets, NavLink, Viewer

_FILES: Final = {
    "style": "app.css",
    "favicon": "favicon.svg",
}
# In the order in which they run: htmx processes the page before our own scripts do.
_SCRIPTS: Final = ("vendor/htmx-2.0.11.min.js", "notices.js", "queries.js", "refresh.js", "app.js")


def init_app(app: Flask) -> None:
    """Compute the versions of the static files once, and make `frame` available to every template."""
    folder = Path(app.static_folder or "")

    def address(file: str) -> str:
        return f"{app.static_url_path}/{file}?v={_version(folder / file)}"

    app.extensions["encounters_assets"] = Assets(
        **{name: address(file) for name, file in _FILES.items()}, scripts=tuple(address(file) for file in _SCRIPTS)
    )
    app.context_processor(lambda: {"frame": PageFrame(signed_in_user)})


class PageFrame:
    """What layout.html shows around a page; computed on access, because parts do not need it."""

    def __init__(self, find_user: Callable[[], SignedInUser | None]) -> None:
        self._find_user = find_user

    @property
    def assets(self) -> Assets:
        """The addresses of the static files."""
        return cast(Assets, current_app.extensions["encounters_assets"])

    @cached_property
    def viewer(self) -> Viewer | None:
        """The signed-in user with their links; None when signed out.

        Also None while the database is unavailable, so that pages without queries of their own are still served.
        """
        try:
            user = self._find_user()
        except DatabaseUnavailable:
            return None
        return _viewer(user.account) if user else None


SIGNED_OUT: Final = PageFrame(lambda: None)


def _viewer(account: Account) -> Viewer:
    actor = Actor(account.id, account.type)
    links = []
    if may_search(actor):
        links.append(_link("Students", url_for("student_pages.search")))
    elif may_see_own_encounters(actor):
        links.append(_link("My encounters", url_for("encounter_pages.show_encounters", identifier="me")))
    return Viewer(account.full_name, tuple(links))


def _link(text: str, href: str) -> NavLink:
    return NavLink(text, href, request.path == href)


def _version(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:12]
