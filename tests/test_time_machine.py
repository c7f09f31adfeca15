"""Pages as of a version: as on its day, said so, and never mixed with another. What is revised is invented."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType, SimpleNamespace

import pytest
from dash import Dash
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import text

from scidip.dashboard.answers import cache_warming, response_cache
from scidip.dashboard.files import expensive
from scidip.dashboard.server import asked_version
from scidip.dashboard.server.factory import create_app, render
from scidip.publish import past
from scidip.publish.past import HEADER
from scidip.store.database.as_of import AS_OF, as_of
from scidip.store.database.engine import open_engine
from tests.asking import page_body, pages_of_one_index
from tests.conftest import ROOT
from tests.dated import revise
from tests.test_pages import make_context

PATH = response_cache.PATH
MODULES: dict[str, ModuleType] = {m.PAGE.path: m for m in pages_of_one_index().values()}
OF_ALL = {"/what-changed"}
"""Pages that say what versions there are: they differ from day to day."""
SHOWN = {"/country": {"area": "PRT"}, "/claim": {"text": "Portugal ranks above Greece in 2022"}}


def body_of(page: object) -> str:
    return hashlib.sha256(json.dumps(page, cls=PlotlyJSONEncoder, sort_keys=True).encode()).hexdigest()


def without_banner(page: object) -> str:
    page.children = [c for c in page.children if "past" not in (getattr(c, "className", None) or "").split()]
    return body_of(page)


@pytest.fixture(scope="module")
def world(tmp_path_factory, built_url, catalogue, areas, sources) -> Iterator[SimpleNamespace]:
    """A database of real figures, every page as it was on the day, and then another version."""
    path = tmp_path_factory.mktemp("time") / "world.sqlite"
    shutil.copy(built_url.removeprefix("sqlite:///"), path)
    url = f"sqlite:///{path}"
    ctx = make_context(url, catalogue, areas, sources)
    first = ctx.data_version
    on_the_day = {p: body_of(render(m, ctx, SHOWN.get(p, {}))) for p, m in MODULES.items()}
    writer = open_engine(url, create=True)
    second = revise(writer)
    writer.dispose()
    app = create_app(make_context(url, catalogue, areas, sources))
    yield SimpleNamespace(first=first, second=second, on_the_day=on_the_day, app=app, ctx=ctx, url=url)
    ctx.engine.dispose()


@pytest.fixture
def client(world):
    return world.app.server.test_client()


@pytest.mark.parametrize("path", sorted(MODULES))
def test_a_page_of_a_version_is_as_on_its_day_and_says_of_when_it_is(world, path) -> None:
    module = MODULES[path]
    with as_of(world.first):
        page = render(module, world.ctx, SHOWN.get(path, {}))
    said = json.dumps(page, cls=PlotlyJSONEncoder)
    assert f'"{world.first}"' in said and "Newest figures" in said
    told = "".join(c if isinstance(c, str) else str(c.children) for c in page.children[0].children)
    assert re.fullmatch(rf"Figures as of \d+ [A-Z][a-z]+ 20\d\d \(version {world.first}\)\. Newest figures", told)
    if path not in OF_ALL:
        assert without_banner(page) == world.on_the_day[path]
    newest = render(module, world.ctx, SHOWN.get(path, {}))
    assert "Figures as of" not in json.dumps(newest, cls=PlotlyJSONEncoder)


def test_the_newest_pages_are_others(world) -> None:
    """Or the test above could not fail."""
    assert body_of(render(MODULES["/ranking"], world.ctx, {})) != world.on_the_day["/ranking"]


def test_a_document_names_its_version_and_whether_it_is_of_the_past(world, client) -> None:
    old = client.get(f"/ranking?v={world.first}").text
    tag = old[old.index("<html") : old.index(">", old.index("<html"))]
    assert f'data-version="{world.first}"' in tag and 'data-past="yes"' in tag
    for address in ("/ranking", f"/ranking?v={world.second}", "/ranking?v=0123456789", "/ranking?v=%F0%9F%92%A5"):
        new = client.get(address)
        assert new.status_code == 200
        assert f'data-version="{world.second}"' in new.text and "data-past" not in new.text
    assert AS_OF.get() == ""


def shown(client, version: str = "", search: str = "", path: str = "/ranking"):
    return client.post(PATH, json=page_body(path, search), headers={HEADER: version} if version else {})


def test_a_tabs_questions_are_answered_in_its_version(world, client) -> None:
    old, new = shown(client, world.first), shown(client, world.second)
    assert "Figures as of" in old.text and "Figures as of" not in new.text
    assert old.text != new.text == shown(client).text
    assert [shown(client, world.first).text, shown(client, world.second).text] == [old.text, new.text]


def test_a_version_that_is_gone_is_a_sentence_never_other_figures(world, client) -> None:
    page = shown(client, search="?v=0123456789")
    assert page.status_code == 200
    words = f"0123456789. The figures have changed since: shown is version {world.second}."
    assert words in page.text
    for wrong in ("0123456789", "nonsense", "x" * 500):
        answer = shown(client, wrong)
        assert answer.status_code == 409 and "no longer kept" in answer.json["error"]["message"]
        assert "Open the page anew" in answer.json["error"]["remedy"]
        for file in ("/figure/ranking.csv?part=table-1&", "/download/scores.csv?node=std&"):
            assert client.get(f"{file}v={wrong}").status_code == 409
    assert client.get("/assets/base.css", headers={HEADER: "nonsense"}).status_code == 200


def _read(answer):
    assert answer.data
    return answer


@pytest.mark.parametrize(
    "file",
    [
        "/figure/ranking.csv?part=table-1",
        "/figure/ranking.xlsx?part=table-1",
        "/download/scores.csv?node=std",
        "/download/scores.csv",
    ],
)
def test_files_are_of_the_version_and_say_so(world, client, file) -> None:
    mark = "&" if "?" in file else "?"
    asked = ((f"{file}{mark}v={world.first}", {}), (file, {HEADER: world.first}), (file, {}))
    # Read at once: a file that is sent row by row keeps its place until its last row.
    old, tabs, new = (_read(client.get(address, headers=headers)) for address, headers in asked)
    assert old.status_code == new.status_code == 200
    assert world.first in old.headers["Content-Disposition"] and world.second in new.headers["Content-Disposition"]
    assert old.data != new.data
    if not file.partition("?")[0].endswith("xlsx"):
        assert tabs.data == old.data
    if file.startswith("/figure/ranking.csv"):
        assert f"v={world.first}" in old.text and world.second not in old.text


def test_a_workshop_makes_a_file_of_the_version_it_was_ordered_of(world) -> None:
    order = {"address": "/download/scores.csv?node=std", "accept": "*/*", "cookie": "", "host": "localhost"}
    fill = expensive.made_by(world.app.server)
    assert fill(order | {"version": world.first})["status"] == 200
    assert fill(order | {"version": "0123456789"})["status"] == 409
    assert fill(order | {"version": ""})["status"] == 200


def test_tabs_of_two_versions_never_mix_in_one_process(world) -> None:
    """Eight visitors at once, each question asked of three versions: the answers kept in memory are told apart."""
    server = world.app.server
    paths = ("/ranking", "/country", "/sources", "/data-quality")
    told = {}
    for path in paths:
        for version in ("", world.first, world.second):
            server.extensions["scidip-answers"].forget()
            told[path, version] = shown(server.test_client(), version, path=path).text
    server.extensions["scidip-answers"].forget()

    def ask(n: int) -> bool:
        path, version = paths[n % 4], ("", world.first, world.second)[n % 3]
        return shown(server.test_client(), version, path=path).text == told[path, version]

    with ThreadPoolExecutor(8) as pool:
        assert all(list(pool.map(ask, range(96))))
    assert told["/ranking", ""] == told["/ranking", world.second] != told["/ranking", world.first]


def test_what_was_asked_of_the_past_is_not_asked_again_of_the_newest(world) -> None:
    with world.app.server.test_request_context(PATH, method="POST", json=page_body("/ranking")) as context:
        assert cache_warming.said_of(context.request)
        with as_of(world.first):
            assert cache_warming.said_of(context.request) == {}


def test_what_was_answered_when_a_version_was_the_newest_is_not_its_answer_now(
    world, built_url, catalogue, areas, sources
) -> None:
    """Answers outlive a server on disk: that of the day has no banner, although all its figures are the same."""
    then = make_context(built_url, catalogue, areas, sources)
    keys = []
    with world.app.server.test_request_context(PATH, method="POST", json=page_body("/sources")):
        keys.append(response_cache._key(then, ()))
        with as_of(world.first):
            assert world.ctx.data_version == then.data_version == world.first
            keys.append(response_cache._key(world.ctx, ()))
    assert keys[0] != keys[1]
    then.engine.dispose()


def test_a_version_that_is_read_ahead_answers_as_the_database_does(world, catalogue, areas, sources) -> None:
    ctx = make_context(world.url, catalogue, areas, sources)
    paths = ("/", "/country", "/ranking", "/indicator")
    for _round in range(2):  # by query, then read ahead: another one takes its place, and is let go again
        with as_of(world.first):
            assert ctx.data_version == world.first
            for path in paths:
                assert without_banner(render(MODULES[path], ctx, SHOWN.get(path, {}))) == world.on_the_day[path]
        ctx.cache.settle("nothing")
        ctx.prepare_past(world.first)
        assert ctx.is_prepared(world.first) and not ctx.is_prepared(world.second)
    ctx.prepare_past(world.second)
    assert ctx.is_prepared(world.second) and not ctx.is_prepared(world.first), "one version of the past at a time"
    ctx.engine.dispose()


def test_a_day_is_in_words() -> None:
    assert asked_version.day("2026-11-29T20:51:58+00:00") == "29 November 2026"


def test_the_version_is_in_no_cookie(world, client) -> None:
    for answer in (client.get(f"/ranking?v={world.first}"), shown(client, world.first)):
        assert not [c for c in answer.headers.getlist("Set-Cookie") if world.first in c or "version" in c]
    script = (ROOT / "assets" / "version.js").read_text()
    assert HEADER in script and "document.cookie" not in script and "localStorage" not in script


def test_the_health_of_a_server_is_of_the_newest(world, client) -> None:
    assert client.get(f"/health?v={world.first}", headers={HEADER: world.first}).status_code in (200, 404)


def test_a_version_pruned_while_it_is_read_is_said(world, client, monkeypatch) -> None:
    monkeypatch.setattr(asked_version, "_is_kept", lambda _ctx, asked: past.read_as_of(asked) is None)
    assert shown(client, "0123456789", path="/sources").status_code == 409


def app_of(world) -> Dash:
    return world.app


def test_pooled_connections_show_the_newest_after_all_this(world) -> None:
    taken = [app_of(world).server.extensions["scidip"].engine.connect() for _ in range(4)]
    found = {c.execute(text("SELECT count(*) FROM temp.sqlite_master")).scalar() for c in taken}
    for connection in taken:
        connection.close()
    assert found == {0}
