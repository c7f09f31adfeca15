"""What is answered ahead is what a browser asks: a page and its parts, in each colour, opened by an address."""

from typing import Any

import pytest

from scidip.dashboard.answers import response_cache, visits
from scidip.dashboard.files.file_cache import Kept
from scidip.dashboard.server.factory import create_app
from scidip.dashboard.widgets.components import THEME_COOKIE
from tests.ahead import served_context
from tests.browser import visit

PAGES = ["/", "/country?area=PRT", "/indicator?indicator=researchers_pm", "/network"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_all_that_a_browser_asks_for_a_page_was_answered_ahead(
    browser, live_server, built_url, tmp_path, address, theme
) -> None:
    context = served_context(built_url)
    app, kept = create_app(context, kept=tmp_path), Kept(tmp_path / "answers")
    path, _, search = address.partition("?")
    callbacks, _modules = app.server.extensions[visits.EXTENSION]
    answered = visits.Visitor(app.server, callbacks, theme).open(path, f"?{search}" if search else "")
    asked: list[dict[str, Any]] = []
    with visit(browser, live_server, theme) as seen:
        seen.page.on("request", lambda r: asked.append(r.post_data_json) if r.method == "POST" else None)
        seen.go(address)
        seen.answered()
    assert len(asked) == answered
    for body in asked:
        with app.server.test_request_context(
            response_cache.PATH, method="POST", json=body, headers={"Cookie": f"{THEME_COOKIE}={theme}"}
        ):
            app.server.preprocess_request()
            assert kept.said(response_cache._key(context, ())) is not None, body
