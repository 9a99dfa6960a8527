"""Page objects: the only place with selectors. Every page that they open is checked for common faults."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.factories import PASSWORD

COMMON_FAULTS = """() => {
  const faults = [];
  const headings = [...document.querySelectorAll('h1')].map((h) => h.textContent.trim());
  if (headings.length !== 1) faults.push(`${headings.length} h1`);
  else if (!document.title.startsWith(headings[0])) faults.push(`title ${document.title} for h1 ${headings[0]}`);
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((i) => i === id).length > 1) faults.push(`id ${id} twice`);
  for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
    if (!field.labels.length && !field.ariaLabel) faults.push(`field ${field.name} without a label`);
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);
  return faults;
}"""

COUNT_ALERTS = """() => {
  window.alertsAnnounced = 0;
  const isAlert = (node) => node.nodeType === 1 && (node.matches('[role=alert]') || node.querySelector('[role=alert]'));
  new MutationObserver((changes) => {
    for (const change of changes) window.alertsAnnounced += [...change.addedNodes].filter(isAlert).length;
  }).observe(document.querySelector('main'), {childList: true, subtree: true});
}"""


@dataclass
class Desk:
    """A browser window for the application at `address`."""

    page: Page
    address: str

    def open(self, path: str) -> None:
        """Go to a path, wait until scripts run, and check the page for common faults."""
        self.page.goto(self.address + path)
        self.settle()

    def settle(self) -> None:
        """Wait until scripts run, and check the page for common faults."""
        if self.page.evaluate("typeof matchMedia('(scripting: enabled)') === 'object'"):
            self.page.locator("html[data-ready]").wait_for(state="attached")
        assert self.page.evaluate(COMMON_FAULTS) == []

    def sign_in(self, name: str, path: str = "/") -> None:
        """Go to a path signed out, and sign in through the form."""
        self.page.goto(self.address + path)
        form = self.page.locator('form[action="/login"]')
        form.locator("input[name=user_name]").fill(name)
        form.locator("input[name=password]").fill(PASSWORD)
        form.locator("button").click()
        self.page.wait_for_url(lambda url: "/login" not in url)

    def sign_out(self) -> None:
        """Press the button in the header."""
        self.page.locator('form[action="/logout"] button').click()
        self.page.wait_for_url("**/login")

    @property
    def path(self) -> str:
        """The path and query string in the address bar."""
        return self.page.url.removeprefix(self.address)

    @property
    def alert(self) -> Locator:
        """The alerts of the page."""
        return self.page.locator("main [role=alert]")

    @property
    def try_again(self) -> Locator:
        """The button in the alert of a failed request."""
        return self.page.get_by_role("button", name="Try again")

    def count_alerts(self) -> None:
        """Start counting the alerts that are announced."""
        self.page.evaluate(COUNT_ALERTS)

    def alerts(self) -> int:
        """The number of alerts announced since count_alerts."""
        number: int = self.page.evaluate("window.alertsAnnounced")
        return number


class SearchPage(Desk):
    """The student search."""

    @property
    def box(self) -> Locator:
        """The search box."""
        return self.page.locator("input[name=q]")

    def found(self) -> Locator:
        """One row for each student found."""
        return self.page.locator("#students [data-user-id]")

    @property
    def part(self) -> Locator:
        """The element with the students found."""
        return self.page.locator("#students")

    def expect_settled(self, *, settled: bool = True) -> None:
        """Wait until the list is marked as matching the search box, or as out of date."""
        expect(self.page.locator("#students[aria-busy=true]")).to_have_count(0 if settled else 1)

    def expect_found(self, *names: str) -> None:
        """Wait until these names are listed, in this order."""
        expect(self.found().locator("a")).to_have_text(list(names))


class ClassesPage(Desk):
    """The encounters of a student."""

    def expect_settled(self, *, settled: bool = True) -> None:
        """Wait until the table is marked as matching the filters, or as out of date."""
        expect(self.page.locator("#availability[aria-busy=true]")).to_have_count(0 if settled else 1)

    def rows(self) -> Locator:
        """One row for each class."""
        return self.page.locator("#availability tr[data-encounter-id]")

    def ids(self) -> list[str]:
        """The ids of the classes shown, in order."""
        found: list[str] = self.rows().evaluate_all("rows => rows.map((row) => row.dataset.encounterId)")
        return found

    def expect_ids(self, *ids: object) -> None:
        """Wait until these classes are shown, in this order."""
        expect(self.rows()).to_have_count(len(ids))
        for number, wanted in enumerate(ids):
            expect(self.rows().nth(number)).to_have_attribute("data-encounter-id", str(wanted))

    def choice(self, name: str, value: str) -> Locator:
        """A checkbox or radio button of the filters."""
        return self.page.locator(f'#filters [name="{name}"][value="{value}"]')

    @property
    def empty(self) -> Locator:
        """The element in place of an empty table."""
        return self.page.locator("#availability [data-empty]")
