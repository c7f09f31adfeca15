"""A browser for tests: Chromium from the system, with its console and its requests on record."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlparse

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    # Whoever watches a page makes V8 read Plotly's 4.5 MB again for the line of each error it throws and catches:
    # half a second a page that no visitor pays. With this it notes the lines at once.
    "--js-flags=--no-enable-lazy-source-positions",
    # All visitors' pages are drawn by one process, which has read the scripts once: half of what a load costs.
    "--process-per-site",
]
ANCHOR = "/health"
"""What stays open for as long as a browser does, so that the process that draws the pages stays too."""
LOCAL = {"127.0.0.1", "localhost", ""}
SERIOUS = {"serious", "critical"}
LOOK = """async ([serious, colours]) => {
  const spared = axe._audit.rules.filter((rule) =>
    rule.impact && !serious.includes(rule.impact) || colours && !rule.tags.includes("cat.color"));
  const rules = Object.fromEntries(spared.map((rule) => [rule.id, { enabled: false }]));
  return (await axe.run(document, { resultTypes: ["violations"], rules })).violations;
}"""
"""Asks axe for violations, but of rules whose findings are never serious: they are a quarter of its time.

Of the rules on colours alone where nothing but the colours has changed."""
MARK_TWINS = """() => {
  document.querySelectorAll("[data-twin]").forEach((twin) => twin.removeAttribute("data-twin"));
  const seen = {};
  const kind = (e) => e.tagName + Array.from(e.attributes, (a) => a.name +
    (["class", "role", "style", "type", "scope"].includes(a.name) || a.name.startsWith("aria-") && a.name !== "aria-label"
      ? a.value.replace(/[0-9.]+/g, "") : a.value === "" ? "=" : "")).sort().join() + (e.children.length ? "" : !e.textContent);
  for (const row of document.querySelectorAll("tbody tr, li, details.save")) {
    if (row.closest("[data-twin]")) continue;
    const place = row.parentElement;
    const key = [place.tagName, place.className, (row.closest("section, nav, [id]") || row).className,
                 ...[row, ...row.querySelectorAll("*")].map(kind)].join(">");
    seen[key] = (seen[key] || 0) + 1;
    if (seen[key] > 2) row.setAttribute("data-twin", "");
  }
}"""
"""Marks rows, list items and lists of files of which two with the same elements, attributes and colours stand before."""
PUT_ASIDE = """() => {
  const aside = [];
  const told = ["role", "tabindex", "aria-label", "aria-labelledby", "aria-hidden"].map((name) => `[${name}]`).join();
  const charts = [...document.querySelectorAll(".main-svg")].flatMap((chart) => [...chart.children])
    .filter((part) => !part.matches(told) && !part.querySelector(told + ", a, title, desc"));
  const shapes = `.main-svg path:not(${told})`;
  for (const one of [...charts, ...document.querySelectorAll("[data-twin], " + shapes)]) {
    if (!one.isConnected) continue;
    aside.push([one, one.parentNode, one.nextSibling]);
    one.remove();
  }
  window.putBack = () => aside.reverse().forEach(([one, parent, next]) => {
    if (parent.isConnected && (next === null || next.parentNode === parent)) parent.insertBefore(one, next);
  });
}"""
"""Takes twins, and what charts draw without a role or a name, out of the page: axe has no rule for it, but looks at all.

Of words in a drawing it cannot tell what they stand on, and finds no fault whatever their colour (test_browser_visits).

What is drawn anew meanwhile stays as it is drawn."""
BUSY = """() => document.querySelector(".part-waiting") !== null || (window.dash_stores || []).some((store) => {
  const { callbacks, isLoading } = store.getState();
  return isLoading || ["requested", "prioritized", "executing", "watched"].some((list) => callbacks[list].length);
})"""
"""Whether an answer to something that was asked on a page is still to come, or a part of it is still to be asked for."""
PATIENCE = 20.0
"""Seconds that a busy machine may take; it is not a fault, and what never comes still fails."""


@dataclass
class Visit:
    """An open page and what happened on it."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    """Errors of the console and of scripts."""
    early: list[str] = field(default_factory=list)
    """Complaints that something was loaded ahead and not used soon: on a busy machine it is used later."""
    has_map: bool = False
    """Whether outlines were drawn: they are what pages load ahead."""
    strangers: list[str] = field(default_factory=list)
    """Requests that left the machine."""
    idle: list[str] = field(default_factory=list)
    """Callbacks that were asked and had nothing to say: each costs a visitor and the server a request."""

    def go(self, path: str, plots: int = 0) -> Page:
        """Open *path* and wait until the page, and *plots* charts on it, are drawn."""
        self.page.goto(self.base + path)
        self.settle(plots)
        return self.page

    def settle(self, plots: int = 0) -> None:
        """Wait until a page is shown, its charts are drawn and no callback is under way."""
        self.page.wait_for_selector("main .page h1")
        if plots:
            # Not wait_for_function: it evaluates text, which the pages' own policy forbids.
            self.page.locator(".js-plotly-plot .main-svg:first-child").nth(plots - 1).wait_for()
        self.page.wait_for_load_state("networkidle")
        self.answered()  # of a page that a link led to the network was quiet before
        self.look_for_map()

    def look_for_map(self) -> None:
        """Note whether a map is drawn now, in the page or in a frame of it."""
        self.has_map |= any(frame.locator(".choroplethlayer path").count() for frame in self.page.frames)

    def answered(self) -> None:
        """Wait until all that was asked on the page is answered, and still is a moment later.

        Not for a quiet network: once a page had one, Playwright waits for none again.
        """
        until, calm = time.monotonic() + 3 * PATIENCE, 0
        while calm < 2:
            assert time.monotonic() < until, "a callback was not answered"
            calm = 0 if self.page.evaluate(BUSY) else calm + 1
            self.page.wait_for_timeout(40)

    def narrow(self, width: int, height: int = 844) -> None:
        """Make the window narrow; its charts are drawn anew at that width, and nothing scrolls sideways then."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.wait_for_timeout(250)
        until = time.monotonic() + PATIENCE
        while (wide := self.page.evaluate("document.documentElement.scrollWidth")) > width:
            assert time.monotonic() < until, f"{wide} px in a window of {width} px"
            self.page.wait_for_timeout(100)

    def violations(self, *, colours: bool = False) -> list[str]:
        """Return the serious and critical findings of axe, one line each; with *colours* of its rules on colours.

        Of rows and list items in one place that differ by their words alone, axe looks at two: colours and names come
        from the markup, and a table of two hundred equal rows takes most of the time of all pages.
        """
        self.answered()  # what is put aside must not be drawn anew meanwhile
        self.page.evaluate(MARK_TWINS)
        self.page.evaluate(PUT_ASIDE)
        try:
            if self.page.evaluate("() => !window.axe"):
                self.page.evaluate(Axe().axe_script)
            found = self.page.evaluate(LOOK, [sorted(SERIOUS), colours])
        finally:
            self.page.evaluate("() => window.putBack()")
        return [
            f"{v['id']}: {v['nodes'][0]['target']} ({len(v['nodes'])} places) {v['nodes'][0].get('failureSummary', '')}"
            for v in found
            if v["impact"] in SERIOUS
        ]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield the system's Chromium. Without one the tests fail and say what to install."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise RuntimeError("no Chromium on the PATH; install the package `chromium` to run the browser tests")
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class OneBrowser:
    """The browser of all tests of a worker that need one; `close` it before others, whose loops it would disturb."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._browser: Browser | None = None

    def get(self) -> Browser:
        """Return the browser; the first to ask starts it."""
        if self._browser is None or not self._browser.is_connected():
            self.close()
            self._browser = self._stack.enter_context(chromium())
        return self._browser

    def close(self) -> None:
        """End the browser, if there is one."""
        self._browser = None
        self._stack.close()


@contextmanager
def visit(browser: Browser, base: str, theme: str = "light", width: int = 1440, **more: Any) -> Iterator[Visit]:
    """Yield a fresh visitor with a chosen theme and window, watched.

    Visitors of one browser share what it has read of scripts and outlines, as people do on their second visit, and
    nothing else: no cookie, no storage, no page of one is there for the next. *more* asks for a context of its own.
    """
    context = _shared(browser, base) if not more else browser.new_context(**more)
    context.add_cookies([{"name": "scidip-theme", "value": theme, "url": base}])
    context.set_default_timeout(3000 * PATIENCE)
    seen = Visit(context.new_page(), base)
    seen.page.set_viewport_size({"width": width, "height": 900})
    seen.page.on("console", lambda m: _note(seen, m.text) if m.type in ("error", "warning") else None)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("response", lambda r: seen.idle.append(_asked(r.request)) if r.status == 204 else None)
    seen.page.on("request", lambda r: seen.strangers.append(r.url) if _leaves(r.url) else None)
    try:
        yield seen
        assert seen.has_map or not seen.early, seen.early
    finally:
        _forget(context, base)
        if more:
            context.close()


def _shared(browser: Browser, base: str) -> BrowserContext:
    """Return the context of all visitors of a site by *browser*, with its anchor as the first page."""
    for context in browser.contexts:
        if context.pages and context.pages[0].url == base + ANCHOR:
            return context
    context = browser.new_context()
    context.new_page().goto(base + ANCHOR)
    return context


def _forget(context: BrowserContext, base: str) -> None:
    """Close the pages of a visitor but for the anchor, and forget what was stored for them."""
    for page in context.pages[1:]:
        page.close()
    context.clear_cookies()
    storage = {"origin": base, "storageTypes": "local_storage,indexeddb,service_workers,cache_storage"}
    session = context.new_cdp_session(context.pages[0])
    session.send("Storage.clearDataForOrigin", storage)
    session.detach()


def _note(seen: Visit, complaint: str) -> None:
    early = "was preloaded using link preload but not used within a few seconds" in complaint
    (seen.early if early else seen.complaints).append(complaint)


def _asked(request: Request) -> str:
    return str((request.post_data_json or {}).get("output", request.url))


def _leaves(address: str) -> bool:
    parts = urlparse(address)
    return parts.scheme in ("http", "https", "ws", "wss") and (parts.hostname or "") not in LOCAL
