"""OpenAlex by field: what its service is asked, what is made of its answers, and what the page of a pair shows of them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from scidip.dashboard.pages.pair import fields as section
from scidip.dashboard.widgets import quantity
from scidip.etl.network.client import HttpClient
from scidip.etl.network.memory import AnswerMemory
from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.refresh import Renewed, refresh
from scidip.etl.run import ingest
from scidip.etl.source import NotGiven
from scidip.etl.sources import openalex_fields
from scidip.etl.works.fields import FIELDS
from scidip.findings.exhibit import said
from scidip.findings.exhibits.cooperation import fields as exhibits
from scidip.findings.exhibits.cooperation import openness_fields
from scidip.findings.fields.counts import counts_of
from scidip.findings.fields.openness import ENOUGH
from scidip.findings.pair import PairView
from scidip.findings.session import Reader
from scidip.indicators.errors import BudgetSpent, SourceChanged, SourceRefused, SourceUnavailable
from scidip.indicators.model.fields import parts_of
from scidip.store.database.engine import open_engine
from scidip.store.queries import pair_queries, served
from tests.ahead import served_context
from tests.replay.answering import Asked, Reply
from tests.replay.bodies import openalex as countries_body
from tests.replay.bodies import openalex_fields as body
from tests.replay.server import Replay, replay

ID = "openalex_fields"
SOURCE = openalex_fields.SOURCE
TWO = ["works/17", "joint/17", "works/27", "joint/27"]
YEAR = datetime.now(UTC).year - 1
PAIRS = list(combinations(body.COUNTRIES, 2))
OF_A_FIELD = 3 * 2 + 3 + 4 * 3
"""Requests of one field: three checks in two pages, four countries in three pages, and each country with the others."""
LISTING = 10
"""Requests for the list of 26 fields, three a page, and an empty one."""


@pytest.fixture
def server() -> Iterator[Replay]:
    with replay({host: [body.reply] for host in body.HOSTS}) as found:
        yield found


def client(server: Replay, fields: str = "17,27", years: str = "1", **more) -> HttpClient:
    parts = {ID: {"fields": fields, "years": years}}
    return HttpClient(mirror=server.address, attempts=2, sleep=lambda _: None, parts=parts, **more)


def fetched(server: Replay, series: Sequence[str] = TWO, **more) -> tuple[list[Snapshot], list[NotGiven]]:
    answers = list(SOURCE.fetch(series, client(server, **more)))
    return [a for a in answers if isinstance(a, Snapshot)], [a for a in answers if isinstance(a, NotGiven)]


def values(frame: pd.DataFrame) -> dict[tuple[object, ...], float]:
    keys = ["series", "source_area", "source_counterpart", "time_period"]
    return {tuple(row[:-1]): row[-1] for row in frame[[*keys, "obs_value"]].itertuples(index=False, name=None)}


def answering(change) -> dict:
    """A service whose answer to a question is *change*d: a reply in its place, or None for the good one."""

    def reply(asked: Asked) -> Reply | None:
        return change(asked) or body.reply(asked)

    return {host: [reply] for host in body.HOSTS}


def is_about(asked: Asked, field: str) -> bool:
    return f"primary_topic.field.id:{field}" in asked.first("filter")


def without(asked: Asked, part: str) -> Asked:
    kept = [p for p in asked.first("filter").split(",") if not p.startswith(part)]
    return replace(asked, query={**asked.query, "filter": (",".join(kept),)})


def memory_in(folder: Path) -> AnswerMemory:
    return AnswerMemory(folder / "asked", SnapshotStore(folder / "kept"))


# --- what is asked and read --------------------------------------------------------------------


def test_two_fields_come_by_country_and_pair_with_every_page(server: Replay) -> None:
    files, refused = fetched(server)
    assert not refused and [f.name for f in files] == [f"openalex_{YEAR}_{n}.jsonl" for n in (17, 27)]
    assert len(server.asked) == LISTING + 2 * OF_A_FIELD, "the cursor is followed to the end"
    frame = SOURCE.parse(files, TWO)
    expected = {
        (f"works/{field}", code, "_Z", YEAR): body.works(code, YEAR, field)
        for field in ("17", "27")
        for code in body.COUNTRIES
    } | {(f"joint/{field}", *pair, YEAR): body.joint(*pair, YEAR, field) for field in ("17", "27") for pair in PAIRS}
    assert values(frame) == expected
    assert set(frame["obs_status"]) == {"P"}, "a year is still filled in the year after it"
    at = frame[(frame["series"] == "joint/27") & (frame["source_area"] == "KE")].iloc[0]
    line = files[int(at["file"])].content.splitlines()[int(at["row"]) - 1]
    assert b"authorships.countries:KE" in line and b"primary_topic.field.id:27" in line


def test_settings_say_which_years_and_fields(server: Replay, monkeypatch) -> None:
    files, refused = fetched(server, fields="27, 17", years="2")
    assert not refused and sorted(f.name for f in files) == sorted(
        f"openalex_{year}_{field}.jsonl" for year in (YEAR, YEAR - 1) for field in (17, 27)
    )
    with pytest.raises(SourceRefused, match=r"SCIDIP_OPENALEX_FIELDS is wrong: unknown field 'Medicne'.*mean 27"):
        fetched(server, fields="Medicne")
    server.asked.clear()
    files, _ = fetched(server, ["works/17"], fields="all")
    assert len(files) == 1 and not any("authorships.countries:" in a.first("filter") for a in server.asked)


def test_a_key_and_a_budget_are_those_of_openalex_and_both_are_told_what_was_charged(server, tmp_path) -> None:
    memory = memory_in(tmp_path)
    files, _ = fetched(server, keys={"openalex": "secret"}, memory=memory)
    assert {a.headers["authorization"] for a in server.asked} == {"Bearer secret"}
    assert not any("secret" in file.url or b"secret" in file.content for file in files)
    assert memory.spent(ID) == memory.spent("openalex") == pytest.approx(0.0001 * len(server.asked))


def test_of_a_pair_asked_from_both_sides_the_first_country_stands(server: Replay) -> None:
    file = fetched(server)[0][0]
    lines, works = file.content.split(b"\n"), body.joint("GR", "KE", YEAR, "17")
    at = next(n for n, line in enumerate(lines) if b"countries:KE" in line and b'"count": %d}' % works in line)
    for other, told in ((works + 3, None), (works * 3, f"GR-KE has {works} joint works in one direction")):
        changed = [*lines[:at], lines[at].replace(b'"count": %d}' % works, b'"count": %d}' % other), *lines[at + 1 :]]
        again = replace(file, content=b"\n".join(changed))
        if told is None:
            assert values(SOURCE.parse([again], TWO))["joint/17", "GR", "KE", YEAR] == works
        else:
            with pytest.raises(SourceChanged, match=told):
                SOURCE.parse([again], TWO)


def test_the_file_made_last_is_read_of_each_year_and_field(server: Replay) -> None:
    files, _ = fetched(server)
    older = replace(files[0], retrieved="2020-01-01", content=files[0].content.replace(b'"count": ', b'"count":  '))
    assert set(SOURCE.parse([older, *files], TWO)["file"]) == {1, 2}
    assert set(SOURCE.parse([*files, older], TWO)["file"]) == {0, 1}


def test_fields_never_add_up_to_more_than_all_works(server: Replay) -> None:
    every = [f"{kind}/{field}" for field in FIELDS for kind in ("works", "joint")]
    frame = SOURCE.parse(fetched(server, every, fields="all")[0], every)
    added = frame.assign(kind=frame["series"].str.partition("/")[0]).groupby(["kind", "source_area"])["obs_value"].sum()
    for code in body.COUNTRIES:
        assert added["works", code] == sum(body.works(code, YEAR, f) for f in FIELDS)

    def more(asked: Asked) -> Reply | None:
        if asked.first("group_by") != "primary_topic.field.id" or is_about(asked, ""):
            return None
        good = body.reply(asked)
        said = json.loads(good.body)
        said["meta"]["count"] = 10
        return replace(good, body=json.dumps(said).encode())

    with replay(answering(more)) as other:
        files, refused = fetched(other)
    assert not files and "add up to more than all 10" in str(refused[0].error)


# --- what is not given -------------------------------------------------------------------------


def test_a_field_that_answers_500_or_is_withdrawn_stops_no_other() -> None:
    def broken(asked: Asked) -> Reply | None:
        return Reply(b"Internal Server Error", "text/plain", 500) if is_about(asked, "17") else None

    def gone(asked: Asked) -> Reply | None:
        if asked.first("group_by") != "primary_topic.field.id" or is_about(asked, ""):
            return None
        good = body.reply(asked)
        return (
            replace(good, body=good.body.replace(b"fields/17", b"fields/18", 1))
            if b"/18" not in good.body
            else (replace(good, body=good.body.replace(b"fields/17", b"fields/37")))
        )

    with replay(answering(broken)) as server:
        files, refused = fetched(server)
    assert [f.name for f in files] == [f"openalex_{YEAR}_27.jsonl"]
    assert [r.series for r in refused] == [f"field 17 (Computer Science) of {YEAR}"]
    assert isinstance(refused[0].error, SourceUnavailable) and "answered 500, 2 times" in str(refused[0].error)
    with replay(answering(gone)) as server:
        files, refused = fetched(server)
    assert [f.name for f in files] == [f"openalex_{YEAR}_27.jsonl"]
    told = [str(r.error) for r in refused]
    assert len(told) == 2 and not any("\n" in t for t in told)
    assert (
        told[0]
        == "openalex_fields: the field '37' is none of OpenAlex's 26 (11 to 36), so it is left out; update scidip"
    )
    assert f"lists no works in field 17 (Computer Science) of {YEAR}" in told[1]


def test_a_file_of_an_unknown_field_is_refused_in_a_sentence(server: Replay) -> None:
    file = fetched(server)[0][0]
    other = replace(file, content=file.content.replace(b"field.id:17", b"field.id:99"))
    with pytest.raises(SourceChanged, match="the field '99' is none of OpenAlex's 26"):
        SOURCE.parse([other], TWO)
    mixed = replace(file, content=file.content + file.content.replace(b"field.id:17", b"field.id:18"))
    with pytest.raises(SourceChanged, match="not about one year and field"):
        SOURCE.parse([mixed], TWO)


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("publication_year", f"works of {YEAR} were asked for, and the answer is about"),
        ("type", "articles and reviews of .* were asked for, and the answer is about article, book"),
        ("primary_topic.field.id", "works of field 17 were asked for, and the answer is about 11, 12"),
        ("authorships.countries", r"works of GR in field 17 .* were asked for: \d+, and of \d+ in the answer \d+ are"),
    ],
)
def test_a_filter_that_is_passed_over_is_noticed(part: str, told: str) -> None:
    def passed_over(asked: Asked) -> Reply | None:
        if not is_about(asked, "17"):
            return None
        if part == "publication_year" and asked.first("group_by") == part:
            return countries_body.page({"2015": 3, "2016": 4}, 7, asked.first("cursor"))
        if part == "type" and asked.first("group_by") == part:
            return countries_body.page({"types/article": 3, "types/book": 4}, 7, asked.first("cursor"))
        return body.reply(without(asked, part)) if part not in ("publication_year", "type") else None

    with replay(answering(passed_over)) as server:
        files, refused = fetched(server)
    assert len(files) == 1 and len(refused) == 1 and isinstance(refused[0].error, SourceChanged)
    with pytest.raises(SourceChanged, match=told):
        raise refused[0].error


def test_a_service_that_is_down_is_left_alone(server: Replay) -> None:
    server.faults["*"] = "500"
    files, refused = fetched(server, fields="all", years="5")
    assert not files and len(server.asked) == 2 and [r.series for r in refused] == [str(YEAR)]
    server.faults["*"] = "401"
    files, refused = fetched(server, fields="all", years="5")
    assert not files and len(refused) == 5 and all(isinstance(r.error, SourceRefused) for r in refused)


# --- a budget that pays for a part -------------------------------------------------------------


def test_a_budget_spent_in_the_middle_says_what_is_left_and_the_next_run_goes_on(server, fresh_shop, tmp_path) -> None:
    memory, store = memory_in(tmp_path), SnapshotStore(tmp_path / "kept")
    paid = LISTING + OF_A_FIELD + 12

    def run(budget: float) -> Renewed:
        http = partial(client, server, "17,27,31", memory=memory, budgets={"openalex": budget})
        return refresh(fresh_shop, [fresh_shop.sources[ID]], memory, store, http)[0]

    first = run(0.0001 * paid - 0.00005)
    assert first.status == "in part" and len(server.asked) == paid
    assert first.dollars == pytest.approx(0.0001 * paid)
    # Three of four countries of the second field at its 2.4 pages each, and a field of which nothing is known.
    assert f"field 27 (Medicine) of {YEAR} (and 1 more) was not renewed" in first.message
    assert "its budget of the day is spent (0.0043 of 0.00425 US dollars)" in first.message
    left = int(first.message.rpartition("about ")[2].split()[0].replace(",", ""))
    assert left == pytest.approx(3 * 2.4 + 204 * 2, abs=1)
    server.asked.clear()
    second = run(1.0)
    assert second.status == "renewed" and not second.message
    assert len(server.asked) == LISTING + OF_A_FIELD - 12 + OF_A_FIELD, "what was answered is not asked for again"
    assert is_about(server.asked[LISTING], "31"), "what was never asked for comes first"
    server.asked.clear()
    assert run(1.0).status == "unchanged" and len(server.asked) == LISTING, "nor is it for a month"
    codes = set(served.observations(fresh_shop.engine, sources_only=True)["indicator"])
    assert codes == {f"{m}_oa{n}" for m in ("works_by_field", "copublications_by_field") for n in (17, 27, 31)}


def test_answers_of_last_month_are_asked_for_again(server: Replay, tmp_path) -> None:
    memory = memory_in(tmp_path)
    fetched(server, memory=memory)
    for file in (tmp_path / "asked").glob("*.json"):
        if file.name != "spent.json":
            known = json.loads(file.read_text())
            asked = datetime.fromisoformat(known["asked"]) - timedelta(days=29)
            file.write_text(json.dumps(known | {"asked": asked.isoformat(timespec="seconds")}))
    server.asked.clear()
    files, _ = fetched(server, memory=memory)
    assert len(server.asked) == LISTING + 2 * OF_A_FIELD and all("if-none-match" in a.headers for a in server.asked)
    assert len(files) == 2


def test_a_budget_error_is_one_sentence() -> None:
    told = str(BudgetSpent("openalex_fields", 0.5, 0.5, 5312))
    assert told.endswith("raise the budget in the settings; about 5,312 requests are left") and "\n" not in told


# --- the code list -----------------------------------------------------------------------------


def test_the_fields_of_openalex_stand_beside_the_fourteen_and_are_never_among_them(catalogue) -> None:
    own = parts_of(catalogue.fields, "openalex")
    assert [f.removeprefix("OA") for f in own] == list(FIELDS)
    for code in own:
        assert catalogue.fields[code].name.lower().startswith(FIELDS[code[2:]].lower())
        assert len(catalogue.fields[code].label) <= 40
    assert len(parts_of(catalogue.fields, "ncses")) == 14
    for measure in ("works_by_field", "copublications_by_field"):
        series = {s.field: s.series for s in catalogue.indicators.values() if s.measure == measure}
        assert set(series) == set(own) and measure not in catalogue.indicators
        assert all(text.partition("/")[2] == field[2:] for field, text in series.items())
    used = {code for f in catalogue.frameworks.values() for node in f.nodes for code in node.indicators}
    assert not any("_by_field" in code for code in used), "shown, not scored"


# --- the page of a pair ------------------------------------------------------------------------


@pytest.fixture
def desk(built_shop, server, tmp_path) -> Iterator[Reader]:
    """A desk over the built database with two fields held, one of them with works of Greece and Portugal only."""
    engine = open_engine(str(built_shop.engine.url), create=True)
    http = partial(client, server, "17,35", memory=memory_in(tmp_path))
    shop = replace(built_shop, engine=engine)
    ingest(shop, shop.sources[ID], None, SnapshotStore(tmp_path / "kept"), http)
    yield Reader(engine, shop.catalogue, shop.areas)
    engine.dispose()


@pytest.mark.db
def test_a_pair_shows_fields_as_soon_as_they_are_held(desk, built_shop) -> None:
    pair = PairView(desk, "PRT", "GRC", 2024)
    shown = exhibits.joint(pair)
    rows = [(r["field"], r["first_period"], r["time_period"], r["joint_articles"]) for r in shown.table.records()]
    expected = [(f"OA{n}", YEAR, YEAR, body.joint("PT", "GR", YEAR, n)) for n in ("35", "17")]
    assert rows[:2] == expected, "the most first"
    assert [r[0] for r in rows[2:]] == ["AI"] and rows[2][1:3] == (2003, 2022), "many years together come last"
    works = int(expected[0][3])
    assert said(shown.finding) == f"Most joint articles in dentistry, of 2 fields: {works} articles, {YEAR}"
    assert shown.series[:2] == ("copublications_by_field_oa35", "copublications_by_field_oa17")
    notes = " ".join(map(said, shown.notes))
    assert "primary topic" in notes and "not a part of any sum" in notes and "not held for any other" not in notes
    page = str(section.joint(pair))
    assert f"{YEAR}" in page and "Dentistry" in page and "2003–2022" in page


@pytest.mark.db
def test_a_pair_without_joint_works_in_a_field_lists_it_not(desk) -> None:
    shown = exhibits.joint(PairView(desk, "KEN", "USA", 2024))
    assert next(r["field"] for r in shown.table.records()) == "OA17" and "OA35" not in str(shown.table.rows)
    assert exhibits.joint(PairView(desk, "TUV", "NRU", 2024)) is None


@pytest.mark.db
def test_a_country_is_as_open_in_each_field_as_its_pairs_say(desk) -> None:
    shown = openness_fields.by_field(desk, "PRT", 2026)
    held = {"AI": "copublications_ai", "OA17": "copublications_by_field_oa17", "OA35": "copublications_by_field_oa35"}
    found = {r["field"]: r for r in shown.table.records()}
    for field, code in held.items():
        works = pair_queries.layer(desk.engine, code).partners("PRT", 2022 if field == "AI" else YEAR)
        if works.sum() >= ENOUGH:
            assert found[field]["links"] == works.sum() and found[field]["largest_partner"] == works.index[0]
        else:
            assert field not in found
    assert {"AI", "OA17"} <= found.keys(), "what is tried holds fields of both kinds"
    order = [r["herfindahl"] for r in shown.table.records()]
    assert order == sorted(order, reverse=True)
    assert "not held for any other" not in " ".join(map(said, shown.notes))


@pytest.mark.db
def test_profiles_add_up_the_fourteen_alone(desk) -> None:
    assert counts_of(desk).fields.keys() == set(parts_of(desk.catalogue.fields, "ncses"))


@pytest.mark.db
def test_the_shipped_figures_show_artificial_intelligence_alone(built_shop) -> None:
    desk = Reader(built_shop.engine, built_shop.catalogue, built_shop.areas)
    shown = exhibits.joint(PairView(desk, "PRT", "GRC", 2024))
    assert [r["field"] for r in shown.table.records()] == ["AI"]
    assert "not held for any other field" in said(shown.notes[0])
    assert shown.series == ("copublications_ai", "ai_collaboration_index")


@pytest.mark.db
def test_fields_are_among_the_choices_once_their_source_has_figures(built_url, catalogue) -> None:
    ctx = served_context(built_url)
    offered = {item["value"] for group in quantity.options(ctx) for item in group["items"]}
    assert "articles_whole_count_com" in offered and "works_by_field_oa17" not in offered
    held = SimpleNamespace(catalogue=catalogue, query=lambda _ask: {ID: "digest"})
    assert quantity.is_offered(held, "works_by_field_oa17") and quantity.is_offered(held, "population")
