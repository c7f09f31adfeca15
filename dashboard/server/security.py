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
FRAMES = "/embed/"
"""What pages of other sites may show, those that the operator names."""
SCRIPTS = "/_dash-component-suites/"


def policy(script_hashes: Sequence[str], embeds: Sequence[str] = ()) -> str:
    """Return the content security policy: nothing but this server, no evaluated code.

    Of a frame, *embeds* are the sites whose pages may show it.
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
            " ".join(("frame-ancestors 'self'", *embeds)),
        )
    )


def add_headers(server: Flask, script_hashes: Sequence[str], embeds: Sequence[str] = ()) -> None:
    """Make *server* send the headers. Call after all clientside callbacks exist: they are hashed."""
    csp, of_frames = policy(script_hashes), policy(script_hashes, embeds)

    def send(response: Response) -> Response:
        is_frame = request.path.startswith(FRAMES)
        response.headers.setdefault("Content-Security-Policy", of_frames if is_frame else csp)
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
