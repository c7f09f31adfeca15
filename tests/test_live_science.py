"""Sources of science and people: what their live services are asked, and what is made of their answers."""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from scidip.etl.harmonise import harmonise
from scidip.etl.network.client import HttpClient
from scidip.etl.network.memory import AnswerMemory
from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.publishing import Outcome
from scidip.etl.reading import unforeseen
from scidip.etl.reading.answers import openalex_groups
from scidip.etl.run import ingest
from scidip.etl.source import ByHand, NotGiven, Source
from scidip.etl.sources import (
    arwu,
    bigscience,
    cepii_geodist,
    cordis,
    crossref_events,
    doaj,
    fields_medals,
    ipcc_authors,
    leiden,
    nobel,
    olympiads,
    openalex,
    openalex_fields,
    openalex_works,
    passport_index,
    ror,
    scholarly_migration,
    science_prizes,
    un_ideal_points,
    vdem,
    world_expos,
)
from scidip.indicators.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable
from tests.replay.answering import Asked, Reply
from tests.replay.bodies import nobel as nobel_body
from tests.replay.bodies import olympiads as olympiads_body
from tests.replay.bodies import openalex as openalex_body
from tests.replay.bodies import passport_index as passport_body
from tests.replay.bodies import ror as ror_body
from tests.replay.bodies import science_prizes as prizes_body
from tests.replay.bodies import vdem as vdem_body
from tests.replay.faults import CUT, ENDLESS, FAULTS, NOT_MODIFIED
from tests.replay.server import Replay, replay

LIVE: dict[str, Source] = {
    source.spec.id: source
    for source in (
        cordis.SOURCE,
        doaj.SOURCE,
        ipcc_authors.SOURCE,
        nobel.SOURCE,
        olympiads.SOURCE,
        openalex.SOURCE,
        openalex_fields.SOURCE,
        passport_index.SOURCE,
        ror.SOURCE,
        scholarly_migration.SOURCE,
        science_prizes.SOURCE,
        vdem.SOURCE,
    )
}
BY_HAND: dict[str, Source] = {
    source.spec.id: source
    for source in (
        arwu.SOURCE,
        bigscience.SOURCE,
        cepii_geodist.SOURCE,
        crossref_events.SOURCE,
        fields_medals.SOURCE,
        leiden.SOURCE,
        openalex_works.SOURCE,
        un_ideal_points.SOURCE,
        world_expos.SOURCE,
    )
}
Key = tuple[object, ...]


@pytest.fixture(scope="module")
def shared_server() -> Iterator[Replay]:
    with replay() as found:
        yield found


@pytest.fixture
def server(shared_server: Replay) -> Iterator[Replay]:
    shared_server.faults.clear()
    shared_server.asked.clear()
    yield shared_server
    shared_server.faults.clear()


@pytest.fixture(autouse=True)
def two_years(monkeypatch) -> None:
    monkeypatch.setattr(openalex, "YEARS", 2)


def client(server: Replay, **more) -> HttpClient:
    return HttpClient(mirror=server.address, attempts=2, sleep=lambda _: None, **more)


def fetched(source: Source, server: Replay, series: list[str], **more) -> tuple[list[Snapshot], list[NotGiven]]:
    answers = list(source.fetch(series, client(server, **more)))
    refused = [a for a in answers if isinstance(a, NotGiven)]
    return [a for a in answers if isinstance(a, Snapshot)], refused


def series_of(catalogue, source_id: str) -> list[str]:
    return [spec.series for spec in catalogue.of_source(source_id)]


def values(frame: pd.DataFrame) -> dict[Key, float]:
    pairs = bool((frame["source_counterpart"] != "_Z").any())
    keys = ["series", "source_area", *(["source_counterpart"] if pairs else []), "time_period"]
    return {tuple(row[:-1]): row[-1] for row in frame[[*keys, "obs_value"]].itertuples(index=False, name=None)}


# --- what the services give is what stands in the answers --------------------------------------

EXPECTED: dict[str, tuple[str, str, Mapping[Key, float]]] = {
    "cordis": ("joint", "2026-10-05", {("joint", "EL", "PT", 2019): 1, ("joint", "EL", "UK", 2020): 1}),
    "doaj": (
        "journals no_charge",
        "2025-11-20",
        {
            ("journals", "Brazil", 2024): 1,
            ("journals", "Portugal", 2025): 2,
            ("no_charge", "Brazil", 2024): 1,
            ("no_charge", "Portugal", 2025): 1,
        },
    ),
    "ipcc_authors": (
        "authors",
        "2018",
        {
            ("authors", "US", 2018): 74,
            ("authors", "UK", 2018): 45,
            ("authors", "Tonga", 2018): 1,
            ("authors", "South Korea", 2018): 11,
        },
    ),
    "nobel": (
        "affiliation birth",
        "2025",
        {
            ("affiliation", "Greece", 2024): 1,
            ("affiliation", "USA", 2024): 1,
            ("affiliation", "USA", 2025): 2,
            ("birth", "Portugal", 2024): 1,
            ("birth", "Kenya", 2025): 1,
            ("birth", "Greece", 2023): 1,
            ("birth", "Greece", 2025): 1,
        },
    ),
    "olympiads": (
        "imo_medals",
        "2025",
        {
            ("imo_medals", "PRT", 2025): 2,
            ("imo_medals", "KEN", 2025): 0,
            ("imo_medals", "no country", 2025): 1,
            ("imo_medals", "USS", 1981): 1,
        },
    ),
    "ror": (
        "all company research",
        "2026-07",
        {
            ("all", "PT", 2026): 2,
            ("all", "GR", 2026): 1,
            ("all", "NA", 2026): 1,
            ("research", "PT", 2026): 1,
            ("research", "GR", 2026): 1,
            ("company", "PT", 2026): 1,
        },
    ),
    "scholarly_migration": (
        "arrivals researchers moves moves_openalex",
        "2027",
        {
            ("arrivals", "PRT", "_Z", 2019): 5,
            ("arrivals", "PRT", "_Z", 2020): 6,
            ("arrivals", "NAM", "_Z", 2020): 1,
            ("researchers", "PRT", "_Z", 2019): 100,
            ("researchers", "PRT", "_Z", 2020): 110,
            ("researchers", "NAM", "_Z", 2020): 10,
            ("moves", "NAM", "PRT", 2020): 6,
            ("moves", "PRT", "NAM", 2020): 2,
            ("moves_openalex", "NA", "PT", 2020): 9,
            ("moves_openalex", "PT", "NA", 2019): 3,
        },
    ),
    "science_prizes": (
        "awards",
        "2025",
        {
            ("awards", "Portugal", 2023): 1,
            ("awards", "Greece", 2023): 1,
            ("awards", "Portugal", 2024): 1,
            ("awards", "Namibia", 2025): 1,
            ("awards", "Greece", 1995): 1,
        },
    ),
    "vdem": ("v2xca_academ", "2026-03", {("v2xca_academ", *key): v for key, v in vdem_body.FIGURES.items()}),
}


@pytest.mark.parametrize("source_id", EXPECTED)
def test_what_is_fetched_is_read_as_it_was_given(source_id: str, server: Replay) -> None:
    series, vintage, expected = EXPECTED[source_id]
    source = LIVE[source_id]
    files, refused = fetched(source, server, series.split())
    assert not refused
    assert values(source.parse(files, series.split())) == expected
    assert max(source.vintage(file) for file in files) == vintage
    assert all(file.url.startswith("https://") and file.retrieved for file in files)


@pytest.mark.parametrize("source_id", LIVE)
def test_every_series_of_the_catalogue_comes_and_its_areas_are_known(
    source_id: str, server: Replay, catalogue, areas
) -> None:
    source, series = LIVE[source_id], series_of(catalogue, source_id)
    files, refused = fetched(source, server, series)
    raw = source.parse(files, series)
    assert not refused and set(raw["series"]) == set(series)
    done = harmonise(raw, source.spec, catalogue.of_source(source_id), areas, 2040)
    assert done.quarantined.empty
    assert set(done.observations["indicator"]) == {s.code for s in catalogue.of_source(source_id)}


def test_openalex_gives_the_newest_whole_years_by_country_and_pair(server: Replay) -> None:
    files, refused = fetched(openalex.SOURCE, server, ["works", "copublications"])
    assert not refused and len(files) == 2
    this = int(files[0].retrieved[:4])
    frame = openalex.SOURCE.parse(files, ["works", "copublications"])
    joint = frame[frame["series"] == "copublications"]
    assert values(joint) == {
        ("copublications", one, other, year): openalex_body.joint(one, other, year)
        for year in (this - 2, this - 1)
        for n, one in enumerate(openalex_body.COUNTRIES)
        for other in openalex_body.COUNTRIES[n + 1 :]
    }
    works = frame[frame["series"] == "works"]
    assert values(works) == {
        ("works", code, year): openalex_body.works(code, year)
        for year in (this - 2, this - 1)
        for code in openalex_body.COUNTRIES
    }
    assert dict(zip(frame["time_period"], frame["obs_status"], strict=True)) == {this - 2: "A", this - 1: "P"}
    assert openalex.SOURCE.vintage(files[0]) == files[0].retrieved
    lines = files[0].content.splitlines()
    at = int(joint["row"].iloc[-1])
    assert b"authorships.countries:PT" in lines[at - 1], "the row is the line of the answer"


def test_openalex_sends_its_key_beside_the_address(server: Replay) -> None:
    files, _ = fetched(openalex.SOURCE, server, ["works"], keys={"openalex": "secret"})
    assert {a.headers["authorization"] for a in server.asked} == {"Bearer secret"}
    assert not any("secret" in f"{a.path}{a.query}" for a in server.asked)
    assert not any("secret" in file.url or b"secret" in file.content for file in files)


def test_openalex_asks_for_no_partners_where_only_works_are_wanted(server: Replay) -> None:
    fetched(openalex.SOURCE, server, ["works"])
    assert not any("authorships.countries:" in a.first("filter") for a in server.asked)


def test_openalex_takes_a_year_from_what_was_made_last(server: Replay) -> None:
    files, _ = fetched(openalex.SOURCE, server, ["works"])
    older = [replace(file, retrieved="2020-01-01", content=file.content.replace(b"100", b"100 ")) for file in files]
    frame = openalex.SOURCE.parse([*older, *files], ["works"])
    assert set(frame["file"]) == {2, 3}


def test_passports_come_from_both_homes(server: Replay) -> None:
    files, refused = fetched(passport_index.SOURCE, server, ["requirement"])
    assert not refused
    frame = passport_index.SOURCE.parse(files, ["requirement"])
    assert set(frame["time_period"]) == {2019, 2021, 2022, 2023, 2024, 2025, 2026}
    found = values(frame)
    assert found["requirement", "PRT", "KEN", 2026] == 2 and found["requirement", "PRT", "KEN", 2019] == 3
    assert files[-1].name.endswith("_2026-02-17.csv") and "imorte" in files[-1].url


# --- pages -------------------------------------------------------------------------------------


def test_nobel_pages_are_followed_and_put_together(server: Replay, monkeypatch) -> None:
    monkeypatch.setattr(nobel, "PAGE", 2)
    files, _ = fetched(nobel.SOURCE, server, ["birth"])
    assert len(files) == 3
    whole = nobel.SOURCE.parse(files, ["affiliation", "birth"])
    assert values(whole) == EXPECTED["nobel"][2]


def test_nobel_pages_that_repeat_are_noticed(server: Replay, monkeypatch) -> None:
    monkeypatch.setattr(nobel, "PAGE", 2)
    server.faults["*"] = ENDLESS
    with pytest.raises(SourceChanged, match="gives no new laureates, with 2 of 5 read"):
        fetched(nobel.SOURCE, server, ["birth"])
    assert len(server.asked) == 2


def test_nobel_does_not_read_more_laureates_than_there_can_be(server: Replay, monkeypatch) -> None:
    monkeypatch.setattr(nobel, "PAGE", 1)
    monkeypatch.setattr(nobel, "MOST", 3)
    with pytest.raises(SourceChanged, match="more than 3 laureates"):
        fetched(nobel.SOURCE, server, ["birth"])


def test_openalex_pages_that_repeat_are_noticed(server: Replay) -> None:
    server.faults["*"] = ENDLESS
    files, refused = fetched(openalex.SOURCE, server, ["works"])
    assert not files and all("repeat or do not end" in str(r.error) for r in refused)
    assert len(server.asked) <= 2 * 2


def test_openalex_pages_end(server: Replay, monkeypatch) -> None:
    monkeypatch.setattr(openalex_groups, "MOST_PAGES", 1)
    files, refused = fetched(openalex.SOURCE, server, ["works"])
    assert not files and len(refused) == 2


# --- filters that a service does not keep to ---------------------------------------------------


def ignoring(part: str) -> dict:
    """A producer that passes over a part of the filter."""

    def reply(asked: Asked) -> Reply | None:
        kept = [p for p in asked.first("filter").split(",") if not p.startswith(part)]
        return openalex_body.reply(replace(asked, query={**asked.query, "filter": (",".join(kept),)}))

    return {"api.openalex.org": [reply]}


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("publication_year", "were asked for, and the answer is about 2015, 2016"),
        ("countries_distinct_count", "the answer counts others too"),
        ("authorships.countries", "works of GR in .* were asked for"),
    ],
)
def test_openalex_notices_a_filter_that_is_passed_over(part: str, told: str) -> None:
    with replay(ignoring(part)) as server:
        files, refused = fetched(openalex.SOURCE, server, ["works", "copublications"])
    assert not files and len(refused) == 2
    for answer in refused:
        assert isinstance(answer.error, SourceChanged) and "\n" not in str(answer.error)
        with pytest.raises(SourceChanged, match=told):
            raise answer.error


def test_openalex_notices_a_pair_that_differs_by_direction(server: Replay) -> None:
    (file, *_), _ = fetched(openalex.SOURCE, server, ["works", "copublications"])
    year = openalex_groups.read_year(file).year
    joint = openalex_body.joint("GR", "KE", year)
    lines = file.content.split(b"\n")
    at = next(n for n, line in enumerate(lines) if b"countries:KE" in line and b'"count": %d}' % joint in line)
    lines[at] = lines[at].replace(b'"count": %d}' % joint, b'"count": %d}' % (joint * 2))
    with pytest.raises(SourceChanged, match=f"GR-KE has {joint} joint works in one direction and {joint * 2}"):
        openalex.SOURCE.parse([replace(file, content=b"\n".join(lines))], ["copublications"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'"answer"', b'"reply"', "row 1: the answer holds no groups"),
        (b'"count": ', b'"number": ', "row 1: the answer holds no groups"),
        (b"publication_year:20", b"publication_year:19", "works of 19"),
        (b"{", b"[", "damaged or cut short"),
        (b'"next_cursor"', b'next_cursor"', "is not whole JSON"),
        (b'countries/KE"', b'countries/GR"', "is there twice: a page was given again"),
    ],
)
def test_openalex_refuses_a_changed_file_of_answers(server: Replay, old: bytes, new: bytes, told: str) -> None:
    (file, *_), _ = fetched(openalex.SOURCE, server, ["works"])
    with pytest.raises(SourceChanged, match=told):
        openalex.SOURCE.parse([replace(file, content=file.content.replace(old, new))], ["works"])


def changed_record(**parts: object) -> dict:
    def reply(asked: Asked) -> Reply | None:
        good = ror_body.reply(asked)
        if good is None or not good.body.startswith(b"{"):
            return good
        return replace(good, body=json.dumps(json.loads(good.body) | parts).encode())

    return {"zenodo.org": [reply]}


@pytest.mark.parametrize(
    "parts",
    [
        {"conceptrecid": "1", "conceptdoi": "10.5281/zenodo.1"},
        {"files": None},
        {"files": [{"key": "v2.10-2026-07-20-ror-data.zip"}, {"key": "v2.9-2026-06-20-ror-data.zip"}]},
        {"files": [{"key": "../v2.10-2026-07-20-ror-data.zip"}, "x"]},
        {"id": "x/../y"},
    ],
)
def test_ror_takes_one_dump_of_its_own_record_only(parts: dict) -> None:
    with replay(changed_record(**parts)) as server, pytest.raises(SourceChanged, match="does not name one archive"):
        fetched(ror.SOURCE, server, ["all"])


# --- one that is withdrawn does not stop the others --------------------------------------------


def test_a_year_that_openalex_does_not_give_stops_no_other(server: Replay) -> None:
    files, _ = fetched(openalex.SOURCE, server, ["works"])
    gone = str(openalex_groups.read_year(files[0]).year)

    def reply(asked: Asked) -> Reply | None:
        if gone in asked.first("filter"):
            return Reply(b'{"error":"Invalid query parameters error.","message":"no"}', status=400)
        return openalex_body.reply(asked)

    with replay({"api.openalex.org": [reply]}) as other:
        files, refused = fetched(openalex.SOURCE, other, ["works"])
    assert [r.series for r in refused] == [gone] and len(files) == 1
    assert isinstance(refused[0].error, SourceRefused)


def test_an_edition_of_the_passports_that_is_gone_stops_no_other() -> None:
    def reply(asked: Asked) -> Reply | None:
        return None if "2023-01-11" in asked.path else passport_body.reply(asked)

    with replay({host: [reply] for host in passport_body.HOSTS}) as server:
        files, refused = fetched(passport_index.SOURCE, server, ["requirement"])
    assert [r.series for r in refused] == ["2023-01-11"] and len(files) == 6


def test_a_home_of_the_passports_without_dates_stops_no_other() -> None:
    def reply(asked: Asked) -> Reply | None:
        return Reply(b"[]") if "/imorte/" in asked.path and "commits" in asked.path else passport_body.reply(asked)

    with replay({host: [reply] for host in passport_body.HOSTS}) as server:
        files, refused = fetched(passport_index.SOURCE, server, ["requirement"])
    assert [r.series for r in refused] == ["imorte/passport-index-data"] and len(files) == 6


# --- faults ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [*FAULTS, CUT, NOT_MODIFIED, ENDLESS])
@pytest.mark.parametrize("source_id", LIVE)
def test_a_fault_is_told_in_a_sentence_and_gives_no_figures(
    source_id: str, fault: str, server: Replay, catalogue
) -> None:
    source, series = LIVE[source_id], series_of(catalogue, source_id)
    server.faults["*"] = fault
    told: list[SourceError] = []
    figures = pd.DataFrame()
    try:
        files, refused = fetched(source, server, series)
        told = [r.error for r in refused]
        with unforeseen.told(source_id, files):
            figures = source.parse(files, series) if files else figures
    except SourceError as error:
        told.append(error)
    if fault == ENDLESS and not told:
        assert len(figures), "where nothing pages, all is well"
        return
    assert told and figures.empty
    assert not any("\n" in str(error) for error in told)
    assert all(source_id in str(error) for error in told)
    assert len(server.asked) < 40


def test_laureates_with_nulls_everywhere_are_read_or_set_aside() -> None:
    nothing = {"id": "9", "fullName": None, "birth": None, "birthCountry": None, "nobelPrizes": None}
    bare = {
        "id": "8",
        "nobelPrizes": [{"awardYear": None, "category": None, "affiliations": [None, {"country": None}]}],
    }
    body = {"laureates": [nothing, bare, *nobel_body.LAUREATES], "meta": {"count": 7}}
    frame = nobel.SOURCE.parse([Snapshot("l.json", json.dumps(body).encode())], ["affiliation", "birth"])
    assert values(frame) == EXPECTED["nobel"][2]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"participations": []}, "holds no participations by id"),
        ({"countries": {"country-prt": {"code": "PRT"}}}, "which is not listed"),
        ({"competitions": {"IMO-2025": {"source": "IMO", "year": 2025}}}, "IMO-1980, which is not listed"),
        (
            {"participations": {"x": {"competition_id": "IMO-2025", "award": "platinum"}}},
            "'platinum' of x is not known",
        ),
    ],
)
def test_olympiads_refuse_a_changed_list(change: dict, told: str) -> None:
    body = olympiads_body.results() | change
    with pytest.raises(SourceChanged, match=told):
        olympiads.SOURCE.parse([Snapshot("o.json.gz", gzip.compress(json.dumps(body).encode()))], ["imo_medals"])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (prizes_body.database()[:5000], "damaged or cut short"),
        (b"SQLite format 3\x00", "damaged or cut short"),
        (prizes_body.database().replace(b"laureate_type", b"laureate_kind"), "the column laureate_type is missing"),
        (prizes_body.database([("x", "2025", "Prize of Nowhere", "", "Individual", "Kenya")]), "row 1: the prize"),
    ],
)
def test_science_prizes_refuse_a_changed_database(content: bytes, told: str) -> None:
    with pytest.raises(SourceChanged, match=told):
        science_prizes.SOURCE.parse([Snapshot("awards.sqlite3", content)], ["awards"])


# --- from the service to the figures that serve ------------------------------------------------


@pytest.mark.parametrize("source_id", ["openalex", "passport_index", "science_prizes"])
def test_a_run_publishes_what_came_and_tells_what_did_not(
    source_id: str, server: Replay, fresh_shop, tmp_path: Path
) -> None:
    def run() -> Outcome:
        http = partial(client, server, memory=AnswerMemory(tmp_path / "asked", SnapshotStore(tmp_path)))
        return ingest(fresh_shop, fresh_shop.sources[source_id], None, SnapshotStore(tmp_path), http)

    outcome = run()
    assert outcome.status == "succeeded" and not outcome.failures
    assert run().status == "unchanged"


def test_a_budget_that_is_spent_leaves_whole_years_only(server: Replay, fresh_shop, tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "kept")
    memory = AnswerMemory(tmp_path / "asked", store, fresh_for=3600)
    in_a_year = len(_asked_for_one_year(server))
    budget = 0.0001 * (in_a_year + 5)
    http = partial(client, server, memory=memory, budgets={"openalex": budget})
    outcome = ingest(fresh_shop, fresh_shop.sources["openalex"], None, store, http)
    (failure,) = outcome.failures
    assert "its budget of the day is spent" in failure and outcome.status == "succeeded"
    assert len(server.asked) == in_a_year + 5
    server.asked.clear()
    again = ingest(fresh_shop, fresh_shop.sources["openalex"], None, store, partial(client, server, memory=memory))
    assert not again.failures and len(server.asked) == in_a_year - 5, "what was answered is not asked for again"


def _asked_for_one_year(server: Replay) -> list[Asked]:
    fetched(openalex.SOURCE, server, ["works", "copublications"])
    asked = server.asked[: len(server.asked) // 2]
    server.asked.clear()
    return asked


# --- recorded answers ---------------------------------------------------------------------------

RECORDED = Path(__file__).resolve().parent.parent.parent / "shared" / "wire"


def recorded(name: str) -> bytes:
    if not (RECORDED / name).exists():
        pytest.skip("the recorded answers are not beside this repository (../shared/wire)")
    return (RECORDED / name).read_bytes()


def test_recorded_laureates_are_read() -> None:
    body = json.loads(recorded("nobel/laureates_2.1_trimmed.json"))
    frame = nobel.SOURCE.parse([Snapshot("l.json", json.dumps(body).encode())], ["affiliation", "birth"])
    assert set(frame["series"]) == {"affiliation", "birth"}
    assert frame["time_period"].between(1901, 2026).all()


def test_recorded_groups_are_in_the_shape_that_is_asked_for() -> None:
    body = recorded("openalex/works_group_by_type_cursor.json")

    def reply(asked: Asked) -> Reply | None:
        return Reply(body) if asked.first("cursor") == "*" else Reply(b'{"meta":{"count":148174},"group_by":[]}')

    with replay({"api.openalex.org": [reply]}) as server:
        files, refused = fetched(openalex.SOURCE, server, ["works"])
        assert [a.first("cursor") for a in server.asked[:2]] == ["*", "InN0YW5kYXJkIg=="]
    assert not files and "the answer is about ARTICLE, BOOK" in str(refused[0].error)


# --- by hand -----------------------------------------------------------------------------------


def text(name: str, *lines: str) -> Snapshot:
    return Snapshot(name, ("\n".join(lines) + "\n").encode())


FILES: dict[str, tuple[list[Snapshot], Mapping[Key, float]]] = {
    "arwu": (
        [text("arwu_2003-2026.csv", "name,region,year,rank", "A,Portugal,2026,101-150", "B,Greece,2026,501-600")],
        {("top500", "Portugal", 2026): 1},
    ),
    "bigscience": (
        [
            text(
                "bigscience_members_accession.csv",
                "organisation,country,status,accession_year",
                "CERN,Slovenia,member,2025",
                "ESA,Latvia,associate,2020",
                "ESO,Brazil,former prospect,2010",
            )
        ],
        {("joined", "Slovenia", 2025): 1, ("cern", "Slovenia", 2025): 1, ("associated", "Latvia", 2020): 1},
    ),
    "crossref_events": (
        [
            text(
                "crossref_event_locations_2025.csv",
                "rank,event_location,n_records",
                '1,"Beijing, China",5',
                '2,"Lisbon, Portugal",3',
            )
        ],
        {("papers", "China", 2025): 5, ("papers", "Portugal", 2025): 3},
    ),
    "fields_medals": (
        [
            text(
                "fields_medal_1936-2026.csv",
                "year,medalist,affiliation_when_awarded,affiliation_current_or_last",
                '2022,A,"University of Geneva, Switzerland",',
                '2026,B,"Harvard University, US","Harvard University, US"',
            )
        ],
        {("affiliation", "Switzerland", 2022): 1, ("affiliation", "US", 2026): 1},
    ),
    "leiden": (
        [
            text("cwts_leiden_2025.csv", "University,PP_int_collab", "A,40", "B,60"),
            text("leiden_university_country.csv", "University,Country", "A,Portugal", "B,Portugal"),
        ],
        {("pp_int_collab", "Portugal", 2025): 50},
    ),
    "openalex_works": (
        [
            text(
                "openalex_works_2026-06-25.csv",
                "series,area,partner,year,value,status,snapshot,types",
                "works_whole,PT,,2024,31000,A,2026-06-25,article+review",
                "international_share,PT,,2024,55.5,A,2026-06-25,article+review",
                "joint_whole,GR,PT,2024,1200,A,2026-06-25,article+review",
            ),
            text(
                "openalex_works_2026-03-25.csv",
                "series,area,partner,year,value,status,snapshot,types",
                "works_whole,PT,,2024,30000,A,2026-03-25,article+review",
                "works_whole,PT,,2023,29000,A,2026-03-25,article+review",
            ),
        ],
        {
            ("works_whole", "PT", "_Z", 2024): 31_000,
            ("works_whole", "PT", "_Z", 2023): 29_000,
            ("joint_whole", "GR", "PT", 2024): 1200,
        },
    ),
    "vdem": (
        [text("V-Dem-CY-Full+Others-v16.csv", "country_name,country_text_id,year,v2xca_academ", "Peru,PER,2025,0.5")],
        {("v2xca_academ", "PER", 2025): 0.5},
    ),
    "cepii_geodist": (
        [
            text(
                "dist_cepii.csv",
                "iso_o;iso_d;contig;comlang_off;colony;dist",
                "ESP;PRT;1;0;0;500.25",
                "PRT;ESP;1;0;0;500.25",
            )
        ],
        {("dist", "ESP", "PRT", 2011): 500.25, ("contig", "ESP", "PRT", 2011): 1, ("colony", "ESP", "PRT", 2011): 0},
    ),
    "un_ideal_points": (
        [text("ideal_points_2025-07.csv", "iso3c,year,idealpointall,q5all,q95all", "PRT,2024,1.25,1.1,1.4")],
        {("idealpointall", "PRT", 2024): 1.25, ("q95all", "PRT", 2024): 1.4},
    ),
    "world_expos": (
        [
            text(
                "world_fairs_1851-2025.csv",
                "start_month,start_year,name_of_exposition,country,theme",
                '5,1851,The Great Exhibition,United Kingdom,"Industry, all"',
                ",2025,Expo 2025,Japan,",
            )
        ],
        {("expos", "United Kingdom", 1851): 1, ("expos", "Japan", 2025): 1},
    ),
}


@pytest.mark.parametrize("source_id", BY_HAND)
def test_the_file_that_the_steps_lead_to_is_read(source_id: str, catalogue) -> None:
    files, expected = FILES[source_id]
    found = values(BY_HAND[source_id].parse(files, series_of(catalogue, source_id)))
    assert {key: found.get(key) for key in expected} == expected


@pytest.mark.parametrize("source_id", BY_HAND)
def test_the_steps_are_one_sentence_with_the_page_and_the_columns(source_id: str, server: Replay) -> None:
    source = BY_HAND[source_id]
    steps = source.spec.by_hand
    assert isinstance(source, ByHand) and "\n" not in steps and "https://" in steps and steps.endswith("with --file")
    with pytest.raises(SourceUnavailable) as caught:
        list(source.fetch([], client(server)))
    assert steps in str(caught.value) and not server.asked


@pytest.mark.parametrize("source_id", LIVE)
def test_what_is_live_has_no_steps(source_id: str) -> None:
    assert not LIVE[source_id].spec.by_hand and not isinstance(LIVE[source_id], ByHand)
