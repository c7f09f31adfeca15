"""Under a path of a site, behind nginx, in a real browser: links, saving, a presentation, and nothing outside the path."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser import visit
from tests.conftest import free_port, serve

PREFIX = "/observatory"
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
CONFIGURATION = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 128; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location {prefix}/ {{
      proxy_pass {base};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $host;
    }}
    location / {{ return 418; }}
  }}
}}
"""
"""The path given on as it is asked; what is outside it is somebody else's."""


@contextmanager
def nginx(base: str, prefix: str) -> Iterator[str]:
    """Yield the address of an nginx in front of *base*."""
    with tempfile.TemporaryDirectory() as name:
        port, folder = free_port(), Path(name)
        (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port, prefix=prefix, base=base))
        command = [str(NGINX), "-p", name, "-e", f"{name}/error.log", "-c", f"{name}/nginx.conf"]
        process = subprocess.Popen(command)
        try:
            for _ in range(100):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/")
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=10)


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian's package nginx-light)")
def test_behind_nginx_under_a_path_all_that_is_asked_is_under_the_path(browser, built_url) -> None:
    own = {"SCIDIP_URL_PREFIX": PREFIX, "SCIDIP_PROXY": "127.0.0.1", "SCIDIP_ACCESS_LOG": ""}
    with serve(built_url, **own) as base, nginx(base, PREFIX) as front, visit(browser, front + PREFIX) as seen:
        asked: list[str] = []
        page = seen.page
        page.on("request", lambda r: asked.append(r.url))
        seen.go("/", plots=1)
        page.locator(".site-nav a", has_text="Ranking").click()
        page.wait_for_url(f"**{PREFIX}/ranking*")
        seen.settle()
        expect(page.locator(".site-nav [aria-current=page]")).to_have_text("Ranking")
        page.locator("a.area-link").first.click()
        page.wait_for_url(f"**{PREFIX}/country?area=*")
        seen.settle()
        page.locator("details.save:has(a[data-save=csv]) > summary").first.click()
        with page.expect_download() as saved:
            page.locator("details.save[open] a[data-save=csv]").click()
        assert saved.value.suggested_filename.startswith("scidip-country-")
        page.locator("[data-act=add-view]").first.click()
        page.goto(f"{front}{PREFIX}/present")
        page.locator(".view-row").first.wait_for()
        assert page.locator(".view-row").first.get_attribute("data-address").startswith("/country?")
        page.locator("[data-act=start]").click()
        page.wait_for_selector(".stage iframe.is-on.is-drawn")
        assert seen.complaints == [] and seen.strangers == []
        inside = [a for a in asked if a.startswith(f"{front}{PREFIX}/")]
        assert len(inside) > 40
        assert set(asked) - set(inside) <= {a for a in asked if a.startswith(("blob:", "data:"))}
