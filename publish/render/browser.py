"""Figures and documents as pictures and PDF: one browser, one job at a time, a short queue, a time-out.

The browser starts with the first job and stays; one that has died or hangs is replaced at the next.
It draws figures and documents of this program only, and no request of it leaves the machine.
"""

import asyncio
import atexit
import base64
import logging
import os
import shutil
import signal
import threading
import time
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal

import plotly.graph_objects as go

from scidip.indicators.errors import ScidipError

log = logging.getLogger(__name__)

Kind = Literal["png", "svg", "pdf"]
Job = Callable[[Any], Awaitable[bytes]]

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
"""Names under which a browser is looked for, in this order."""
QUEUE: Final = 12
"""Jobs that may be waiting or drawn at the same time; at a fifth of a second each they are done in time."""
GRACE: Final = 5.0
"""Seconds that closing may take before the browser is killed."""


class NoBrowser(ScidipError):
    """No browser is installed, or it does not start."""

    def __init__(self, why: str = "") -> None:
        super().__init__(
            "Pictures and PDF are drawn by a browser, and none "
            + (f"could be started ({why}). " if why else "is installed. ")
            + "Install the package chromium (Debian, Fedora: chromium; Ubuntu: chromium-browser) or Google Chrome, "
            "and ask again. Tables, slides and all other files need none."
        )


class PictureTimeout(ScidipError):
    """A picture was not finished in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The picture was not finished within {seconds:g} seconds. Ask again in a moment.")


class PicturesBusy(PictureTimeout):
    """Too many pictures are waiting already."""

    def __init__(self) -> None:
        ScidipError.__init__(self, f"{QUEUE} pictures are being made already. Ask again in a moment.")


class PictureFailed(ScidipError):
    """The browser could not draw this figure."""


class Pictures:
    """The browser that draws. Started on first use, safe between threads; `close` ends it."""

    def __init__(self, outlines: Path, timeout: float = 20.0) -> None:
        """Draw maps with the outlines in the folder *outlines*; give up after *timeout* seconds."""
        self._folder = outlines.resolve()
        self._outlines = self._folder.as_uri() + "/"
        self._timeout = timeout
        self._places = threading.BoundedSemaphore(QUEUE)
        self._lock = threading.Lock()
        self._worker: _Worker | None = None
        self._process = 0

    def render(self, figure: go.Figure, kind: Kind, width: int, height: int, scale: float = 1.0) -> bytes:
        """Return *figure* as a file of *width* × *height* logical pixels; *scale* enlarges a PNG's pixels.

        Raises NoBrowser, PictureTimeout (also while too many wait: PicturesBusy), PictureFailed.
        """
        spec = figure.to_plotly_json()
        opts = {"format": kind, "width": width, "height": height, "scale": scale}

        async def draw(browser: Any) -> bytes:
            drawn: bytes = await browser.calc_fig(spec, opts=opts, topojson=self._outlines)
            return drawn

        return self._ask(draw)

    def print_page(self, html: str) -> bytes:
        """Return a self-contained HTML document as PDF, A4 unless its style sheet says otherwise."""

        async def draw(browser: Any) -> bytes:
            return await _printed(browser, html)

        return self._ask(draw)

    def close(self) -> None:
        """End the browser; the next job would start another."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            atexit.unregister(self.close)
            worker.close()

    def _ask(self, job: Job) -> bytes:
        if not self._places.acquire(blocking=False):
            raise PicturesBusy
        try:
            return self._working().do(job, self._timeout)
        finally:
            self._places.release()

    def _working(self) -> "_Worker":
        """Return the worker of this process: one made before a fork does not count."""
        with self._lock:
            if self._worker is None or self._process != os.getpid():
                self._worker, self._process = _Worker(self._folder), os.getpid()
                atexit.register(self.close)
            return self._worker


class _Worker:
    """A thread with an event loop, and the browser that lives in it."""

    def __init__(self, outlines: Path) -> None:
        self._outlines = outlines
        self._sandboxed = os.geteuid() != 0
        """Chromium refuses its sandbox to root."""
        self._loop = asyncio.new_event_loop()
        self._turn = asyncio.Lock()
        self._browser: Any = None
        threading.Thread(target=self._run, name="pictures", daemon=True).start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def do(self, job: Job, seconds: float) -> bytes:
        """Return what *job* draws, within *seconds* of now."""
        until = time.monotonic() + seconds
        asked = asyncio.run_coroutine_threadsafe(self._in_turn(job, until), self._loop)
        try:
            return asked.result(seconds + 2 * GRACE)
        except TimeoutError:
            asked.cancel()
            raise PictureTimeout(seconds) from None

    async def _in_turn(self, job: Job, until: float) -> bytes:
        await asyncio.wait_for(self._turn.acquire(), max(until - time.monotonic(), 0.01))
        try:
            return await self._draw(job, until)
        finally:
            self._turn.release()

    async def _draw(self, job: Job, until: float) -> bytes:
        """Draw, once more with a new browser when the old one turns out to have died."""
        fresh = await self._open_browser(until)
        try:
            return await self._limited(job(self._browser), until)
        except (PictureFailed, TimeoutError):
            raise
        except Exception as died:
            log.info("the browser is gone (%r)", died)
            await self._retire()
            if fresh:
                raise PictureFailed(f"The browser ended while it was drawing ({died!r}).") from died
        await self._open_browser(until)
        return await self._limited(job(self._browser), until)

    async def _limited(self, drawing: Awaitable[bytes], until: float) -> bytes:
        """Wait for a drawing; TimeoutError, and no browser any more, when it is late."""
        task = asyncio.ensure_future(drawing)
        task.add_done_callback(_looked_at)
        # not wait_for: it would wait for the library to tidy up a page that no longer answers
        done, _ = await asyncio.wait({task}, timeout=max(until - time.monotonic(), 0.01))
        if not done:
            await self._retire()
            task.cancel()
            raise TimeoutError
        if task.cancelled():
            raise ConnectionError("it closed its pipe")
        fault = task.exception()
        if fault is not None and type(fault).__name__ in ("KaleidoError", "JavascriptError"):
            raise PictureFailed(f"The browser could not draw this figure: {fault}") from fault
        return task.result()

    async def _open_browser(self, until: float) -> bool:
        """Make sure of a browser; return whether it is a new one."""
        if self._browser is not None and self._browser.subprocess.poll() is None:
            return False
        await self._retire()
        path = next(filter(None, map(shutil.which, BROWSERS)), None)
        if path is None:
            raise NoBrowser
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Half a second, and only for those who draw.
            from scidip.publish.render.confined import confined_browser, shut
        browser = confined_browser(path, self._outlines, sandboxed=self._sandboxed)
        opening = asyncio.ensure_future(browser.open())
        opening.add_done_callback(_looked_at)
        done, _ = await asyncio.wait({opening}, timeout=max(until - time.monotonic(), 0.01))
        self._browser = browser if hasattr(browser, "subprocess") else None
        if not done:
            await self._retire()
            opening.cancel()
            raise TimeoutError
        if opening.cancelled() or opening.exception() is not None or not browser.tabs:
            await self._retire()
            if self._sandboxed:
                # Its sandbox needs what not every system gives: better drawn without it than not at all.
                log.warning("%s does not start with its sandbox; it is started without", path)
                self._sandboxed = False
                return await self._open_browser(until)
            raise NoBrowser(f"{path} ended at once")
        for tab in browser.tabs.values():
            await shut(tab, (Path(browser._html_tmp_dir.path) / "index.html").as_uri())
        log.info("started %s", path)
        return True

    async def _retire(self) -> None:
        """End the browser, politely if it answers; its whole family of processes if it does not."""
        browser, self._browser = self._browser, None
        if browser is None:
            return
        if browser.subprocess.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(browser.subprocess.pid, signal.SIGKILL)
        closing = asyncio.ensure_future(browser.close())
        closing.add_done_callback(_looked_at)
        await asyncio.wait({closing}, timeout=GRACE)

    def close(self) -> None:
        """End the browser and the thread."""
        browser = self._browser
        if browser is not None and browser.subprocess.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(browser.subprocess.pid, signal.SIGKILL)
        with suppress(TimeoutError, RuntimeError):
            asyncio.run_coroutine_threadsafe(self._retire(), self._loop).result(GRACE)
        self._loop.call_soon_threadsafe(self._loop.stop)


def _looked_at(task: "asyncio.Task[Any]") -> None:
    """Take a fault out of a task that nobody waits for any more."""
    if not task.cancelled() and task.exception() is not None:
        log.debug("%r", task.exception())


async def _printed(browser: Any, html: str) -> bytes:
    """Return a document as PDF, through a tab of its own: it stands at no address, so that it can load no file."""
    from scidip.publish.render.confined import shut

    tab = await browser.create_tab("about:blank")
    try:
        await shut(tab)
        await tab.send_command("Page.enable")
        tree = await tab.send_command("Page.getFrameTree")
        frame = tree["result"]["frameTree"]["frame"]["id"]
        loaded = tab.subscribe_once("Page.loadEventFired")
        await tab.send_command("Page.setDocumentContent", params={"frameId": frame, "html": html})
        await loaded
        answer = await tab.send_command(
            "Page.printToPDF",
            params={
                "printBackground": True,
                "preferCSSPageSize": True,
                "paperWidth": 210 / 25.4,
                "paperHeight": 297 / 25.4,
                "generateTaggedPDF": True,
                "generateDocumentOutline": True,
            },
        )
    finally:
        with suppress(Exception):  # the browser itself may have ended
            await tab.close()
    if "error" in answer:
        raise PictureFailed(f"The browser could not print this document: {answer['error']}")
    return base64.b64decode(answer["result"]["data"])
