"""What the operator's machines ask: alive, ready, counts; and a stop that loses nothing."""

import re
import signal
import subprocess
import sys
import threading
import time
from ipaddress import ip_address

import httpx
import pytest

from scidip.dashboard.operations import counts, health
from scidip.dashboard.operations.counts import Counts, kind_of
from scidip.dashboard.server.factory import create_app
from scidip.dashboard.server.mount import PEER, TOLD
from scidip.indicators.errors import ScidipError
from scidip.settings import Settings
from tests.test_pages import make_context

__all__ = ["empty"]
from tests.test_pages import empty

PROXY = "192.0.2.7"
NETWORK = "198.51.100.0/24"


def made(ctx) -> object:
    app = create_app(ctx)
    health.register(app.server, ctx, Counts(), (NETWORK,))
    return app.server


@pytest.fixture(scope="module")
def server(built_url, catalogue, areas, sources):
    return made(make_context(built_url, catalogue, areas, sources, proxy=PROXY, hosts=("localhost",)))


def test_ready_is_a_database_that_serves_scores(server, empty) -> None:
    answer = server.test_client().get("/ready", headers={"Host": "10.1.2.3"})
    assert answer.status_code == 200 and answer.get_json()["status"] == "ready"
    assert answer.get_json()["ranked_areas"] > 100
    none = made(empty).test_client()
    assert none.get("/health").status_code == 200
    assert none.get("/ready").status_code == 503 and none.get("/ready").headers["Retry-After"]


def test_requests_are_counted_by_a_few_kinds(server) -> None:
    client = server.test_client()
    for address in ("/api/v1/areas", "/nowhere", "/nowhere-else", "/health"):
        client.get(address, headers={"Accept": "application/json"})
    text = client.get("/metrics").text
    assert re.search(r'scidip_requests_total\{kind="api",status="200"\} [1-9]', text)
    assert re.search(r'scidip_requests_total\{kind="page",status="404"\} [2-9]', text)
    assert "nowhere" not in text and re.search(r"scidip_ranked_areas 1\d\d\.0", text)
    assert 'scidip_answer_seconds_bucket{kind="api",le="+Inf"}' in text
    assert {kind_of(p) for p in ("/", "/x/y", "/metrics")} == {"page"}


@pytest.mark.parametrize(
    ("who", "peer", "told", "status"),
    [
        ("127.0.0.1", "127.0.0.1", False, 200),
        ("::1", "::1", False, 200),
        ("198.51.100.20", PROXY, True, 200),
        ("127.0.0.1", "127.0.0.1", True, 403),  # a proxy that is not named speaks for somebody
        ("203.0.113.9", PROXY, True, 403),
        ("203.0.113.9", "203.0.113.9", False, 403),
        ("", "", False, 403),
    ],
)
def test_counts_are_for_the_operator_only(server, who, peer, told, status) -> None:
    environ = {"REMOTE_ADDR": who, PEER: peer, TOLD: told}
    answer = server.test_client().get("/metrics", environ_overrides=environ)
    assert answer.status_code == status
    assert who == "" or ip_address(who)
    assert ("scidip_requests" in answer.text) is (status == 200)


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ScidipError, match=r"SCIDIP_METRICS must be networks like 10\.0\.0\.0/8, not 'here'"):
        Settings.from_env({"SCIDIP_METRICS": "10.0.0.0/8, here"})


COUNTING = """
import os, sys
from pathlib import Path
from scidip.dashboard.operations import counts
os.environ[counts.FOLDER] = sys.argv[1]
counts.count_together()
one = counts.Counts(Path(sys.argv[1]))
for status in (200, 404):
    if os.fork() == 0:
        one.add("page", status, 0.1)
        os._exit(0)
    os.wait()
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
found = CollectorRegistry()
MultiProcessCollector(found, sys.argv[1])
print(generate_latest(found).decode())
"""


def test_processes_count_together_also_those_that_ended(tmp_path) -> None:
    done = subprocess.run([sys.executable, "-c", COUNTING, tmp_path], capture_output=True, text=True, check=True)
    assert 'kind="page",status="200"} 1.0' in done.stdout and 'kind="page",status="404"} 1.0' in done.stdout
    assert 'scidip_answer_seconds_count{kind="page"} 2.0' in done.stdout
    assert counts.FOLDER == "PROMETHEUS_MULTIPROC_DIR"


SLOW = """
import time
from scidip import app
from scidip.settings import Settings
from flask import Response
made = app.create_server
def slow(*args):
    server = made(*args)
    @server.get("/slow")
    def wait():
        time.sleep(1.5)
        return Response("whole")
    return server
app.create_server = slow
app._keep_warm = lambda *_: None
app.run_server(Settings.from_env())
"""


def test_who_is_being_answered_when_it_is_stopped_gets_his_answer(built_url, tmp_path) -> None:
    from tests.conftest import ROOT, free_port, os, wait_for

    port = free_port()
    own = {"SCIDIP_DATABASE_URL": built_url, "SCIDIP_PORT": str(port), "SCIDIP_WORKERS": "1", "SCIDIP_ACCESS_LOG": ""}
    process = subprocess.Popen([sys.executable, "-c", SLOW], cwd=ROOT, env=os.environ | own)
    base, found = f"http://127.0.0.1:{port}", []
    try:
        wait_for(base, process)
        asking = threading.Thread(target=lambda: found.append(httpx.get(f"{base}/slow", timeout=20)))
        asking.start()
        time.sleep(0.4)
        process.send_signal(signal.SIGTERM)
        asking.join(20)
        assert found and found[0].text == "whole"
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait(timeout=10)
