"""A browser that can do little: no network, no files but its own page, its sandbox wherever the system allows.

The library that drives it opens it wide (files read files, no same-origin rule): those switches are taken back here.
"""

import json
import logging
import warnings
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any, Final

from choreographer.browsers.chromium import Chromium

log = logging.getLogger(__name__)

OPEN: Final = ("--allow-file-access-from-files", "--disable-web-security", "--disable-ipc-flooding-protection")
"""Switches of the library that loosen what a page may do."""
CLOSED: Final = (
    "--proxy-bypass-list=<-loopback>",  # else what listens on this machine could be asked past the proxy
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-background-networking",
    "--disable-remote-fonts",
    "--no-pings",
    "--disable-features=DnsOverHttps,Prerender2,SpareRendererForSitePerProcess",
    "--deny-permission-prompts",
)
"""Switches that tighten it."""
FOREIGN: Final = ("http://*", "https://*", "ws://*", "wss://*", "ftp://*", "file://*", "filesystem:*")
"""Addresses of which nothing is loaded, once the page that draws stands."""
PASSED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "FONTCONFIG_PATH", "FONTCONFIG_FILE")
"""What of the environment a browser is told; no setting of this program, no key that stands beside it."""
NOWHERE: Final = "127.0.0.1:9"
"""The browser's proxy: nothing listens there, so that whatever a page asks of the network fails at once."""


class ConfinedChromium(Chromium):
    """Chromium with what it needs to draw, and nothing else."""

    def get_cli(self) -> Sequence[str]:
        """Return the command, its switches tightened."""
        return [*(part for part in super().get_cli() if part not in OPEN), *CLOSED]

    def get_env(self) -> MutableMapping[str, str]:
        """Return the environment, without what is none of its business."""
        return {k: v for k, v in super().get_env().items() if k in PASSED}


class WholePage:
    """The page in which figures are drawn, all in one: libraries and outlines of countries stand in it.

    What loads nothing can be forbidden to load anything.
    """

    def __init__(self, outlines: Path) -> None:
        self._outlines = outlines

    def generate_index(self) -> str:
        """Return the page, as the library that drives the browser wants it."""
        import plotly
        from kaleido import _page_generator

        library = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
        texts = [self._countries(), library.read_text("utf-8"), _page_generator.KJS_PATH.read_text("utf-8")]
        safe = [text.replace("</script", r"<\/script") for text in texts]
        scripts = "".join(f"<script>{text}</script>" for text in safe)
        return (
            '<!DOCTYPE html><html><head><meta charset="utf-8"><style id="head-style"></style><title>drawn</title>'
            f'{scripts}</head><body style="margin:0;padding:0"><img id="kaleido-image"></body></html>'
        )

    def _countries(self) -> str:
        paths = sorted(self._outlines.glob("*.json"))
        each = {path.stem: json.loads(path.read_text("utf-8")) for path in paths}
        return f"window.PlotlyGeoAssets = {{topojson: {json.dumps(each)}}};"


def confined_browser(path: str, outlines: Path, *, sandboxed: bool) -> Any:
    """Return a browser at *path*, not open yet, in whose page the outlines of countries of a folder stand."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import kaleido

    for name in ("choreographer", "kaleido"):  # they warn of what is mended here
        logging.getLogger(name).setLevel(logging.ERROR)
    return kaleido.Kaleido(
        n=1,
        path=path,
        page_generator=WholePage(outlines),
        timeout=None,
        proxy_server=NOWHERE,
        browser_cls=ConfinedChromium,
        enable_sandbox=sandboxed,
    )


async def shut(tab: Any, own: str = "") -> None:
    """Let a tab load nothing from anywhere but its *own* page.

    Each request of the tab is held until it is judged here; those that cannot be held are blocked by their scheme.
    """

    async def judge(event: Any) -> None:
        asked = event["params"]
        known = asked["request"]["url"].partition("#")[0] == own
        command = "Fetch.continueRequest" if known else "Fetch.failRequest"
        reason = {} if known else {"errorReason": "AccessDenied"}
        await tab.send_command(command, params={"requestId": asked["requestId"], **reason})

    tab.subscribe("Fetch.requestPaused", judge)
    for command, params in (
        ("Network.enable", {}),
        ("Network.setBlockedURLs", {"urls": list(FOREIGN)}),
        ("Fetch.enable", {"patterns": [{"urlPattern": "*"}]}),
    ):
        answer = await tab.send_command(command, params=params)
        if "error" in answer:
            raise ConnectionError(f"the browser cannot be shut: {answer['error']}")
