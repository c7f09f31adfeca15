"""Presentations: a list survives its address and its file; nothing from outside becomes a view."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scidip.dashboard.core import view_list
from scidip.dashboard.core.view_list import View, ViewRefused
from scidip.dashboard.pages.present import page as present
from scidip.dashboard.pages.present import views as present_views
from scidip.dashboard.server.factory import create_app
from scidip.indicators.errors import ScidipError
from tests.test_pages import make_context, notices, pieces, text_of

PAGES = {
    "/": ["node", "year", "area", "view"],
    "/country": ["area", "year", "peers", "own"],
    "/ranking": ["region", "group", "year"],
    "/pair": ["a", "b", "year"],
}
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
PLACES = st.sampled_from(sorted(PAGES)).flatmap(
    lambda path: st.tuples(st.just(path), st.dictionaries(st.sampled_from([*PAGES[path], "v"]), TEXT, max_size=4))
)


@st.composite
def lists(draw: Any) -> list[View]:
    """Lists of views as they come out of `view_list.view`."""
    found = []
    for path, query in draw(st.lists(PLACES, max_size=6)):
        address = path + ("?" + view_list.urlencode(query) if query else "")
        found.append(view_list.view(address, draw(TEXT | st.just("one\ntwo; 5 % ~ three!")), PAGES))
    return found


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


@pytest.fixture(scope="module")
def server(ctx):
    return create_app(ctx).server


@pytest.fixture(scope="module")
def client(server):
    return server.test_client()


@pytest.fixture
def asked(server):
    """A request under way, as pages expect."""
    with server.test_request_context("/present"):
        yield


@given(lists())
@settings(max_examples=150, deadline=None)
def test_a_list_survives_its_address(views) -> None:
    encoded = view_list.encoded(view_list.to_text(views))
    sent = dict(view_list.parse_qsl(f"views={encoded}", keep_blank_values=True))
    assert view_list.from_text(sent["views"], PAGES) == (views, [])


@given(lists())
@settings(max_examples=80, deadline=None)
def test_a_list_survives_its_file(views) -> None:
    if not views:
        return
    assert view_list.from_file(view_list.to_file(views, None), PAGES) == (views, [])


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_whatever_an_address_says_only_own_pages_come_out(text) -> None:
    views, _refused = view_list.from_text(text, PAGES)
    for found in views:
        assert found.address.partition("?")[0] in PAGES
        assert view_list.own_address(found.address, PAGES) == found.address


def test_an_address_is_short_and_readable() -> None:
    views = [View("/"), View("/ranking?region=South+Asia&year=2021"), View("/country?area=PRT", "Say this!")]
    text = view_list.encoded(view_list.to_text(views))
    assert text == "/~/ranking?region=South+Asia;year=2021~/country?area=PRT!Say+this%2521"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/",
        "javascript:alert(1)",
        "//example.org/",
        "/\\example.org",
        "\\\\example.org",
        "data:text/html,x",
        " //example.org",
        "/\t/example.org",
        "/unknown",
        "/present?views=/",
        "/country?area=PRT&evil=1",
        "/country?area=PRT&area=GRC",
        "/assets/present.js",
        "/_dash-layout",
        "/download/scores.csv",
        "country?area=PRT",
        "",
        "/../country",
        "/country/",
        "/country?area=" + "A" * 2000,
        "/country?area=\x00",
        "/%2F%2Fexample.org",
    ],
)
def test_a_hostile_address_is_refused_and_the_rest_is_kept(address) -> None:
    views, refused = view_list.listed([("/", ""), (address, ""), ("/pair?a=FRA&b=DEU", "x")], PAGES)
    assert [v.address for v in views] == ["/", "/pair?a=FRA&b=DEU"]
    assert len(refused) == 1 and len(refused[0]) < 200


def test_what_belongs_to_the_visitor_and_the_version_of_today_is_left_out() -> None:
    found = view_list.view("/country?lang=fr&area=PRT&present=1&v=0123456789#top", "", PAGES)
    assert found.address == "/country?area=PRT&v=0123456789"
    assert view_list.with_version(found, "0123456789").address == "/country?area=PRT"
    assert view_list.with_version(found, "9876543210") == found


def test_a_list_has_limits() -> None:
    views, refused = view_list.from_text("~".join(["/"] * 33), PAGES)
    assert len(views) == view_list.MOST_VIEWS and "3 more" in refused[0]
    views, refused = view_list.from_text("/" * 8000, PAGES)
    assert views == [] and "file" in refused[0]
    assert view_list.listed([("/", "n" * 1001)], PAGES)[0] == []


def a_file(**changed: Any) -> str:
    content = {
        "format": "scidip-presentation",
        "format_version": 1,
        "data_version": "b951c5b412",
        "views": [{"address": "/country?area=PRT", "notes": "x"}],
    }
    return json.dumps(content | changed)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "line 1, column 2"),
        ("[" * 100_000, "cannot be read|can be read"),
        ("[]", "not a file of a presentation"),
        ("null", "not a file of a presentation"),
        (a_file(format="x"), "lacks"),
        (a_file(format_version=2), "version 2"),
        (a_file(views=[]), "no views"),
        (a_file(views={"a": 1}), "no views"),
        (" " * 200_001, "larger than 200000"),
        (None, "larger"),
    ],
    ids=lambda v: str(v)[:24],
)
def test_a_bad_file_is_refused_with_a_sentence(text, sentence) -> None:
    with pytest.raises(ViewRefused, match=sentence) as told:
        view_list.from_file(text, PAGES)
    assert isinstance(told.value, ScidipError)


def test_a_file_keeps_what_is_good_and_the_version_it_was_made_with() -> None:
    entries = [{"address": "/country?area=PRT", "notes": "x"}, {"address": "//evil"}, 7, {"address": 7}, {"notes": "x"}]
    views, refused = view_list.from_file(a_file(views=entries), PAGES)
    assert views == [View("/country?area=PRT&v=b951c5b412", "x")]
    assert len(refused) == 4


def face(ctx, **query: str):
    state, refused = present.State.from_query(query, present.allowed(ctx))
    assert refused == []
    return present.layout(ctx, state)


def test_every_page_of_the_site_but_this_one_can_be_presented(ctx) -> None:
    known = present_views.known()
    assert {"/", "/ranking", "/country", "/pair", "/robustness", "/network", "/compare", "/indicator"} <= set(known)
    assert "/present" not in known
    assert "area" in known["/country"]


def test_the_example_is_five_views_without_fault(ctx, asked) -> None:
    listed = present_views.shown(ctx, present_views.example(ctx))
    assert [s.view.address.partition("?")[0] for s in listed] == ["/", "/ranking", "/country", "/pair", "/robustness"]
    assert [s.notices for s in listed] == [()] * 5
    assert all(view_list.own_address(s.view.address, present_views.known()) for s in listed)
    assert listed[2].title == "Portugal" and listed[3].title == "France – Germany"


def test_an_address_becomes_a_stage_notes_or_sheets_and_says_what_it_refused(ctx, asked) -> None:
    views = "/~//evil~/country?area=PRT!Say this"
    for mode, kind in (("", "stage"), ("notes", "notes"), ("print", "sheets")):
        page = face(ctx, views=views, mode=mode)
        found = next(p for p in pieces(page) if getattr(p, "id", None) == f"present-{kind}")
        listed = json.loads(getattr(found, "data-views"))
        assert [v["source"] for v in listed] == ["/?present=1", "/country?area=PRT&present=1"]
        assert listed[1]["notes"] == "Say this"
        assert len(notices(page)) == 1


def test_without_views_or_with_none_that_is_good_the_list_is_shown(ctx, asked) -> None:
    for query in ({}, {"views": "//evil~javascript:alert(1)"}, {"views": "/", "mode": "edit"}):
        page = face(ctx, **query)
        assert "An example" in text_of(page)
        assert len(notices(page)) == (2 if "evil" in query.get("views", "") else 0)


def test_a_value_that_the_page_does_not_know_is_told_in_the_list(ctx, asked) -> None:
    assert "1800" in notices(face(ctx, views="/country?area=PRT;year=1800", mode="edit"))[0]


def ask(client, output: str, trigger: str, value: Any):
    body = {
        "output": output,
        "outputs": [
            {"id": o.rpartition(".")[0], "property": o.rpartition(".")[2]} for o in output.strip(".").split("...")
        ],
        "inputs": [{"id": trigger, "property": "data", "value": value}],
        "changedPropIds": [f"{trigger}.data"],
        "state": [],
    }
    return client.post("/_dash-update-component", json=body)


REDRAW = "..present-body.children...present-notices.children.."


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        "x",
        {"a": 1},
        [1, None, "x"],
        [{"address": 7, "notes": []}],
        [{"notes": "x"}],
        [{"address": "//evil"}] * 500,
        [{"address": "/", "notes": "\ud800"}],
    ],
    ids=lambda v: str(v)[:20],
)
def test_the_server_answers_whatever_list_the_browser_sends(client, sent) -> None:
    answer = ask(client, REDRAW, "present-list", sent)
    assert answer.status_code == 200
    assert "view-row" not in json.dumps(answer.json["response"]["present-body"])


def test_an_address_copied_with_the_name_of_the_site_is_one_of_this_site(client) -> None:
    answer = ask(client, REDRAW, "present-list", [{"address": "http://localhost/pair?a=FRA&b=DEU", "notes": ""}])
    assert "France – Germany" in json.dumps(answer.json, ensure_ascii=False)


def test_a_document_says_when_it_is_a_view(client) -> None:
    assert 'data-present="view"' in client.get("/country?area=PRT&present=1").text
    assert "data-present" not in client.get("/country?area=PRT").text
    assert 'data-present="view"' not in client.get("/?present=%22%3E%3Cscript%3E").text
