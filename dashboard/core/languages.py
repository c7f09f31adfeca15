"""The language of a request: from the address, else the visitor's choice before, else the browser's."""

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component
from flask import Flask, Response, g, request

from scidip.dashboard.core.fast_html import aria, for_scripts
from scidip.indicators.language.current import ENGLISH, Language, _, current, speak

COOKIE = "scidip-language"
HEADER = "X-Scidip-Language"
"""What a frame in another site's page asks by: it has no cookies."""
FIELD = "lang"
"""The key of the language in an address; every page accepts it."""
YEAR = 31_536_000
STILL = ("/assets/", "/_dash-component-suites/")
"""Files that are the same in every language: a browser may keep one copy for all."""

MACHINES = ("/api/", "/download/", "/llms.txt", "/robots.txt", "/sitemap.xml", "/manifest.webmanifest", "/metrics")
"""What machines read: the same for everyone, in English."""


def chosen(languages: Mapping[str, Language]) -> Language:
    """Return the language of the present request; the first of all when it asks for none that is known."""
    for code in (request.args.get(FIELD), request.headers.get(HEADER), request.cookies.get(COOKIE)):
        if code is not None and code in languages:
            return languages[code]
    best = request.accept_languages.best_match(list(languages))
    return languages.get(best or "", next(iter(languages.values()), ENGLISH))


def register(server: Flask, languages: Mapping[str, Language]) -> None:
    """Make *server* answer each request in its language, and remember one that an address asked for."""

    @server.before_request
    def listen() -> None:
        g.spoken_before = current()
        speak(ENGLISH if request.path.startswith(MACHINES) else chosen(languages))

    @server.after_request
    def remember(response: Response) -> Response:
        asked = request.args.get(FIELD)
        if asked is not None and asked in languages and request.method == "GET":
            response.set_cookie(COOKIE, asked, max_age=YEAR, samesite="Lax", path=request.script_root or "/")
        if not request.path.startswith(STILL):
            response.headers.setdefault("Content-Language", current().code)
            response.vary.update(("Cookie", "Accept-Language"))
        return response

    @server.teardown_request
    def fall_silent(_error: BaseException | None) -> None:
        """Leave the thread to what comes next in the language it was found in."""
        speak(g.pop("spoken_before", current()))


def switch(languages: Mapping[str, Language]) -> Component | None:
    """Return the list of languages, folded under the one that is spoken; nothing when there is only one.

    The links ask for the present address in the other language (`url_state.js` completes them).
    """
    if len(languages) < 2:
        return None
    now = current()
    links = [
        html.Li(
            html.A(
                language.name,
                href=f"?{FIELD}={code}",
                lang=code,
                className="language-link",
                **for_scripts(language=code),
                **aria(current="true" if code == now.code else None),
            )
        )
        for code, language in languages.items()
    ]
    name = html.Summary(now.name, **aria(label=_("Language: {name}").format(name=now.name)))
    return html.Details([name, html.Ul(links)], className="languages", id="languages")
