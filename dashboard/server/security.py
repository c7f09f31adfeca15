"""Headers of every answer: what the browser may load, guess and remember."""

from collections.abc import Sequence

from flask import Flask, Response, request

ASSETS_AGE = 86_400
"""Seconds a browser may keep maps, style sheets and scripts."""
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
"""Headers that are the same on every answer, refusals and faults included."""
SCRIPTS = "/_dash-component-suites/"


def policy(script_hashes: Sequence[str]) -> str:
    """Return the content security policy: nothing but this server, no evaluated code.

    Plotly and Mantine write style attributes, hence `unsafe-inline` for styles only.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(script_hashes)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def add_headers(server: Flask, script_hashes: Sequence[str]) -> None:
    """Make *server* send the headers. Call after all clientside callbacks exist: they are hashed."""
    csp = policy(script_hashes)

    def send(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", csp)
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if response.status_code != 200:
            return response
        if request.path.startswith("/assets/"):
            response.headers["Cache-Control"] = f"public, max-age={ASSETS_AGE}"
        elif request.path.startswith(SCRIPTS):
            # Dash lets Plotly, its largest script, be fetched anew with every page.
            response.headers.setdefault("Cache-Control", f"public, max-age={ASSETS_AGE}")
        return response

    # At the first place, which is asked last: nothing that answers otherwise after it can lose the headers.
    server.after_request_funcs.setdefault(None, []).insert(0, send)
