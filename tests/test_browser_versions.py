"""A tab stays in its version, its links lead on in it, and another tab is of another. What is revised is invented."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from scidip.store import versions
from scidip.store.database.engine import open_engine
from tests.conftest import serve
from tests.dated import revise


@pytest.fixture(scope="module")
def dated(built_url, tmp_path_factory):
    """A server of two versions: its address, the first and the second."""
    path = tmp_path_factory.mktemp("dated") / "dated.sqlite"
    shutil.copy(built_url.removeprefix("sqlite:///"), path)
    writer = open_engine(f"sqlite:///{path}", create=True)
    first = versions.present(writer)
    second = revise(writer)
    writer.dispose()
    with serve(f"sqlite:///{path}") as base:
        yield base, first, second


def test_a_tab_stays_in_its_version_and_two_do_not_mix(browser, dated) -> None:
    base, first, second = dated
    context = browser.new_context()
    old, new = context.new_page(), context.new_page()
    asked: list[str] = []
    old.on(
        "request", lambda r: asked.append(r.headers.get("x-scidip-version", "")) if "_dash-update" in r.url else None
    )
    old.goto(f"{base}/ranking?v={first}")
    expect(old.locator(".notice.past")).to_contain_text(re.compile(rf"Figures as of .* \(version {first}\)"))
    new.goto(f"{base}/ranking")
    new.wait_for_selector(".page-ranking table")
    assert new.locator(".notice.past").count() == 0
    old.locator(".nav-link", has_text="Sources").click()
    expect(old).to_have_url(re.compile(rf"/sources\?v={first}$"))
    expect(old.locator(".page-sources .notice.past")).to_be_visible()
    assert asked and set(asked) == {first}
    link = old.locator("a[href^='/downloads']").first
    link.focus()
    expect(link).to_have_attribute("href", re.compile(rf"v={first}"))
    old.get_by_role("link", name="Newest figures").click()
    expect(old).to_have_url(re.compile(rf"/sources\?v={second}$"))
    expect(old.locator(".notice.past")).to_have_count(0)
    context.close()
