"""The tools of assistants: asked by the library's own client, by raw JSON-RPC and by a fuzzer; walked through whole."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from scidip.publish.api.query import Refused
from scidip.publish.mcp import paging
from scidip.publish.mcp.all_tools import TOOLS
from scidip.publish.mcp.desk import Desks
from scidip.publish.mcp.guide import EXAMPLES, document
from scidip.publish.mcp.server import http_app, make_server
from scidip.publish.mcp.tools import call, readable, sentence
from scidip.store.database.engine import open_engine
from tests.conftest import ROOT
from tests.dated import version

WIRE = 20_000
RANKS = ("rank", "rank_before")
MEASURES = {"obs_value", "value", "score", "share", "comparable_p10", "comparable_p90"}
ORIGIN = ("source", "licence", "link")


def bare(part: Any, around: Mapping[str, Any] | None = None, path: str = "") -> Iterator[str]:
    """Where a rank stands without its range, or a figure without unit, year, source, licence or link."""
    around = dict(around or {})
    if isinstance(part, list):
        for n, item in enumerate(part):
            yield from bare(item, around, f"{path}[{n}]")
    if not isinstance(part, Mapping):
        return
    plain = {k: v for k, v in part.items() if not isinstance(v, list | dict)}
    around |= plain | {"units": part.get("units", around.get("units", {}))}
    for rank in RANKS:
        if plain.get(rank) is not None and None in (plain.get(f"{rank}_p05"), plain.get(f"{rank}_p95")):
            yield f"{path}.{rank} has no range"
    for name in MEASURES & {k for k, v in plain.items() if v is not None}:
        if not (around.get("unit") or name in around["units"]):
            yield f"{path}.{name} has no unit"
        yield from (f"{path}.{name} has no {o}" for o in ORIGIN if around.get(o) in (None, ""))
        # A year of the block around would be that of the page, not of the figure.
        yield from [f"{path}.{name} has no time_period"] if plain.get("time_period") is None else ()
    for key, value in part.items():
        if key == "units":
            continue
        yield from bare(value, around, f"{path}.{key}")


@pytest.mark.unit
def test_the_walk_sees_a_bare_rank_and_a_figure_without_a_source() -> None:
    known, of = {"source": "S", "licence": "L", "link": "/"}, {"time_period": 2020}
    assert list(bare([{"rank": 3, "rank_p05": 2}])) == ["[0].rank has no range"]
    assert list(bare({**known, "rows": [{"obs_value": 1.0, **of}]})) == [".rows[0].obs_value has no unit"]
    assert list(bare({**known, **of, "source": "", "units": {"score": "x"}, "score": 1.0})) == [".score has no source"]
    assert list(bare({**known, **of, "unit": "x", "rows": [{"value": 1.0}]})) == [".rows[0].value has no time_period"]
    assert not list(bare({**known, "unit": "people", "rows": [{"obs_value": 0.0, **of}]}))


@pytest.fixture(scope="module")
def desks(built_url, catalogue, areas, sources) -> Iterator[Desks]:
    engine = open_engine(built_url)
    yield Desks(engine, catalogue, areas, {k: s.spec for k, s in sources.items()}, "https://std.example.org")
    engine.dispose()


def test_a_client_lists_and_calls_every_tool(desks) -> None:
    async def talk() -> None:
        async with Client(make_server(desks)) as client:
            tools = (await client.list_tools()).tools
            assert [t.name for t in tools] == list(TOOLS) == list(EXAMPLES)
            for tool in tools:
                assert tool.annotations.read_only_hint and tool.description
                Draft202012Validator.check_schema(tool.input_schema)
                Draft202012Validator(tool.input_schema).validate(EXAMPLES[tool.name])
                found = await client.call_tool(tool.name, EXAMPLES[tool.name])
                assert not found.is_error, found.content[0].text
                Draft202012Validator(tool.output_schema).validate(found.structured_content)
                assert json.loads(found.content[0].text) == found.structured_content
                assert not list(bare(found.structured_content))
            wrong = await client.call_tool("score", {"node": "nationl"})
            assert wrong.is_error and wrong.content[0].text.startswith(
                "There is no node 'nationl'; nearest are national"
            )

    anyio.run(talk)


def test_another_process_is_asked_by_raw_lines_and_by_the_client(built_url) -> None:
    command, env = [sys.executable, "-m", "scidip.cli", "mcp"], {**os.environ, "SCIDIP_DATABASE_URL": built_url}
    told = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}
    lines: list[dict[str, Any]] = [
        {"id": 0, "method": "initialize", "params": told},
        {"method": "notifications/initialized"},
        {"id": 1, "method": "tools/list"},
        *(
            {"id": n, "method": "tools/call", "params": {"name": name, "arguments": asked}}
            for n, (name, asked) in enumerate(EXAMPLES.items(), 2)
        ),
    ]
    with subprocess.Popen(command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        answers = {}
        for line in lines:
            process.stdin.write((json.dumps({"jsonrpc": "2.0", **line}) + "\n").encode())
            process.stdin.flush()
            if "id" in line:
                raw = process.stdout.readline()
                answers[line["id"]] = json.loads(raw)
                assert line["method"] == "tools/list" or len(raw) < WIRE
        process.stdin.close()
        assert process.wait(20) == 0
    assert answers[0]["result"]["serverInfo"]["name"] == "scidip"
    assert [t["name"] for t in answers[1]["result"]["tools"]] == list(TOOLS)
    assert all(not answers[n]["result"].get("isError") for n in range(2, 2 + len(EXAMPLES)))

    async def talk() -> str:
        server = StdioServerParameters(command=command[0], args=command[1:], env=env, cwd=ROOT)
        async with Client(stdio_client(server)) as client:
            return (await client.call_tool("search", {"query": "Ivory Coast"})).structured_content["hits"][0]["code"]

    assert anyio.run(talk) == "CIV"


def test_over_http_only_this_machine_is_answered(desks) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    head = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}

    async def talk() -> list[httpx.Response]:
        app = http_app(desks)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765") as client:
                return [
                    await client.post("/mcp", json=asked, headers=head | more)
                    for more in ({}, {"host": "evil.example"}, {"origin": "https://evil.example"})
                ]

    known, strange, foreign = anyio.run(talk)
    assert [t["name"] for t in known.json()["result"]["tools"]] == list(TOOLS)
    assert (strange.status_code, foreign.status_code) == (421, 403)


NAMES = ["FRA", "Germany", "côte d'ivoire", "TUV", "Atlantis", ""]
WORDS: dict[str, st.SearchStrategy[Any]] = {
    "query": st.sampled_from(["research", "carried", "Ivory Cost", "visa rule", "μ", "'; drop table score"]),
    "indicators": st.lists(
        st.sampled_from(
            ["population", "copublications", "Spending on research and development", "diplomatic_posts", "?"]
        ),
        max_size=3,
    ),
    "areas": st.lists(st.sampled_from(NAMES), max_size=3),
    "partners": st.lists(st.sampled_from(NAMES), max_size=2),
    "years": st.sampled_from(["2022", "2021:", ":1990", "x", "2022:2020", "99999"]),
    "year": st.sampled_from([2022, 1066, "2022", None]),
    "node": st.sampled_from(["std", "National factor", "education", "", "nationl"]),
    "a": st.sampled_from(NAMES),
    "b": st.sampled_from(NAMES),
    "text": st.sampled_from(["Portugal ranks above Greece in 2022", "Chile is in the top 50 in 2022", "Congo leads"]),
    "limit": st.sampled_from([1, 7, 500, 0, -1, 10**9]),
    "cursor": st.sampled_from(["", "0~", "1~", "bm9uc2Vuc2U", "[]", "é"]),
    "before": st.sampled_from(["newest", "0123456789"]),
    "indicator": st.sampled_from(["population", "Population", "unknown"]),
    "table": st.sampled_from(["scores", "nothing"]),
    "exhibit": st.sampled_from(["pair_layers", "pair_joint", "nothing"]),
}


@pytest.mark.parametrize("name", list(TOOLS))
def test_a_thousand_calls_find_no_fault_no_bare_rank_and_no_large_answer(desks, name: str) -> None:
    fields = list(TOOLS[name].takes.model_fields)
    known = {f: WORDS.get(f, st.text(max_size=5)) for f in fields}
    usual = {f: st.just(v) for f, v in EXAMPLES[name].items()}
    odd = st.dictionaries(st.text(max_size=4), st.none() | st.integers() | st.text(max_size=3), max_size=1)
    mixed = st.fixed_dictionaries({}, optional={f: known[f] | usual.get(f, known[f]) for f in fields})
    asked = st.fixed_dictionaries(usual, optional={f: v for f, v in known.items() if f not in usual}) | mixed
    seen = {"answered": 0, "refused": 0}

    @settings(max_examples=125, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(arguments=asked, more=st.just({}) | st.just({}) | odd)
    def ask(arguments: dict[str, Any], more: dict[str, Any]) -> None:
        try:
            answer = call(desks.current(), name, arguments | more)
        except Refused as refused:
            seen["refused"] += 1
            words = sentence(refused)
            assert words.endswith(".") and "\n" not in words and len(words) < 600
            return
        seen["answered"] += 1
        assert paging.size(answer) < WIRE
        assert not list(bare(readable(answer)))

    ask()
    assert min(seen.values()) > 0


def whole(desks, name: str, asked: dict[str, Any]) -> list[Any]:
    """Every answer of a question, page by page."""
    pages = [call(desks.current(), name, asked)]
    while pages[-1].next:
        pages.append(call(desks.current(), name, asked | {"cursor": pages[-1].next}))
    return pages


def test_pages_hold_every_row_once(desks) -> None:
    ranked = [s.ref_area for page in whole(desks, "score", {"years": "2022"}) for s in page.scores.standings]
    assert len(ranked) == len(set(ranked)) > 150
    asked = {"indicators": ["copublications"], "areas": ["France"], "years": "2022:"}
    ties = [
        {f.ref_area, f.counterpart_area} | {f.time_period}
        for page in whole(desks, "figures", asked)
        for s in page.series
        for f in s.figures
    ]
    # A tie without direction is stored once, A before B: both halves of the alphabet are found.
    assert all("FRA" in t for t in ties) and {"DEU", "FRA", 2023} in ties and {"FRA", "JPN", 2023} in ties
    assert len(ties) == len({frozenset(t) for t in ties})


@pytest.mark.parametrize(
    ("name", "asked", "words"),
    [
        ("figures", {"indicators": ["diplomatic_posts"]}, "may not be passed on under the terms of"),
        ("figures", {"indicators": ["population", "copublications"]}, "copublications is per pair"),
        ("figures", {"indicators": ["population"], "partners": ["FRA"]}, "accepted are areas, without partners"),
        ("score", {"nodes": "std"}, "score takes no 'nodes'; accepted are node, areas, years, limit, cursor"),
        ("score", {"areas": ["Atlantis"]}, "There is no area 'Atlantis'"),
        ("compare", {"a": "Portugal", "b": "PRT"}, "PRT is both areas; accepted are two different areas."),
        ("check_claim", {"text": "Water is wet"}, "accepted are claims such as: Portugal ranks above Greece"),
        ("cite", {}, "accepted is either an indicator or a table."),
        ("nothing", {}, "accepted are check_claim, cite, compare, figures"),
    ],
)
def test_a_refusal_is_a_sentence_that_says_what_is_accepted(
    desks, name: str, asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused) as refused:
        call(desks.current(), name, asked)
    assert words in sentence(refused.value)


def test_an_answer_is_what_the_store_says(desks) -> None:
    """A rank and a figure, read by another way: straight from the tables."""
    first = call(desks.current(), "score", {"years": "2022", "limit": 1}).scores.standings[0]
    query = (
        "select s.rank, i.rank_p05, i.rank_p95 from score s join score_interval i using (run_id, framework, node, "
        "time_period, ref_area) join vintage v on v.run_id = s.run_id and v.source_id = 'scores' where s.node = 'std' "
        f"and s.framework = 'three_factors' and s.time_period = 2022 and s.ref_area = '{first.ref_area}'"
    )
    with desks.engine.connect() as connection:
        assert connection.exec_driver_sql(query).one() == (first.rank, first.rank_p05, first.rank_p95)
    (series,) = call(
        desks.current(), "figures", {"indicators": ["population"], "areas": ["FRA"], "years": "2020"}
    ).series
    assert (series.unit, [f.time_period for f in series.figures]) == ("people", [2020])
    assert 60e6 < series.figures[0].obs_value < 70e6 and "CC BY" in series.licence


def test_what_changed_gives_both_ranks_with_their_ranges(fresh_shop, catalogue, areas, sources) -> None:
    before, after = (version(fresh_shop.engine, n, 2.0, 3.0, 4.0, 5.0) for n in (1.0, 4.5))
    desks = Desks(fresh_shop.engine, catalogue, areas, {k: s.spec for k, s in sources.items()}, "")
    found = call(desks.current(), "what_changed", {})
    assert (found.before, found.after, found.time_period is not None) == (before, after, True)
    assert [f.revised for f in found.figures] == [1] and not list(bare(readable(found)))
    with pytest.raises(Refused, match="later than"):
        call(desks.current(), "what_changed", {"before": after, "after": before})


def test_the_document_on_assistants_is_current(desks) -> None:
    text = document(ROOT / "data" / "documents", desks.current())
    assert (ROOT / "docs" / "assistants.md").read_text("utf-8") == text, "run `scidip docs` on a database just built"
