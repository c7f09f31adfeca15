"""Statistics, indices and lists fetched from their producers' services, as the replay server answers for them."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scidip.etl.harmonise import harmonise
from scidip.etl.network.client import HttpClient
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import unforeseen
from scidip.etl.reading.services import uis_answers, world_bank_answers
from scidip.etl.source import NotGiven, Source
from scidip.etl.sources import (
    cow_igo,
    eurostat_patents,
    eurostat_rd,
    eurostat_students,
    factbook,
    gapminder_migration,
    gii,
    ieadb,
    lowy,
    ncses,
    oecd_msti,
    qog,
    student_flows,
    uis_gerd,
    un_egov,
    un_population,
    undp_hdr,
    unesco_uis,
    wipo_treaties,
    world_bank,
    world_heritage,
    worldbank_governance,
    worldbank_spi,
)
from scidip.indicators.errors import SourceError
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from tests.replay import bodies
from tests.replay.answering import CSV, JSON, ZIP, Asked, Producer, Reply
from tests.replay.bodies import eurostat_patents as patents_body
from tests.replay.bodies import eurostat_rd as eurostat_body
from tests.replay.bodies import eurostat_students as from_abroad_body
from tests.replay.bodies import gapminder_migration as gapminder_body
from tests.replay.bodies import gii as gii_body
from tests.replay.bodies import oecd_msti as oecd_body
from tests.replay.bodies import qog as qog_body
from tests.replay.bodies import student_flows as students_body
from tests.replay.bodies import un_population as population_body
from tests.replay.bodies import unesco_uis as uis_body
from tests.replay.bodies import world_bank as bank_body
from tests.replay.bodies import worldbank_governance as governance_body
from tests.replay.bodies import worldbank_spi as spi_body
from tests.replay.faults import CUT, ENDLESS, FAULTS, NOT_MODIFIED
from tests.replay.server import Replay, producers, replay

LIVE: dict[str, Source] = {
    s.SOURCE.spec.id: s.SOURCE
    for s in (
        *(world_bank, worldbank_governance, worldbank_spi, unesco_uis, undp_hdr, un_population, qog),
        *(gapminder_migration, student_flows, gii, factbook, world_heritage, cow_igo, eurostat_rd, oecd_msti),
        *(eurostat_patents, eurostat_students),
    )
}
HANDED: dict[str, Source] = {s.SOURCE.spec.id: s.SOURCE for s in (uis_gerd, un_egov, ncses, lowy, ieadb, wipo_treaties)}
Figures = dict[tuple[str, str, int], float]

TOLD: dict[str, Figures] = {
    "world_bank": {("SP.POP.TOTL", "PRT", 2015): 1.5, ("SP.POP.TOTL", "KEN", 2025): 4.5},
    "worldbank_governance": {("rl", "GRC", 2024): 0.12, ("rl.se", "GRC", 2024): 0.12, ("ge", "PRT", 2022): 0.0},
    "worldbank_spi": {("SPI.INDEX", "PRT", 2016): 80.25, ("SPI.INDEX", "KEN", 2024): 66.0},
    "unesco_uis": {("26637", "PRT", 2024): 42.5, ("GER.5T8", "KEN", 2023): 0.0, ("GER.5T8", "SDG: Africa", 2023): 7.5},
    "undp_hdr": {("hdi", "CIV", 2021): 0.5, ("mys", "PRT", 2023): 3.51},
    "un_population": {
        ("population", "TWN", population_body.REVISION - 2): 23_317_145.0,
        ("population", "PRT", population_body.REVISION - 1): 10_430_738.0,
    },
    "qog": {("wef_uic", "PRT", 2018): 4.25, ("wef_uic", "KEN", 2018): 3.75},
    "gapminder_migration": {("emigrant_n", "prt", 2024): 2_100_000.0, ("emigrant_pc", "hos", 2024): 11.5},
    "student_flows": {
        ("flow", "Portugal", 2023): 1200.0,
        ("flow", "Hong Kong", 2023): 40.0,
        ("flow", "United Republic of Tanzania", 2023): 0.0,
        ("hosted", "GRC", 2023): 5000.0,
    },
    "gii": {("score", "PRT", gii_body.EDITION): 45.5, ("score", "VEN", gii_body.EDITION): 12.25},
    "factbook": {
        ("geoparks", "China", 2025): 49.0,
        ("geoparks", "Greece", 2025): 8.0,
        ("space_agency", "Greece", 2025): 1.0,
        ("un_science", "Central African Republic", 2025): 1.0,
        ("un_science", "Greece", 2025): 2.0,
    },
    "world_heritage": {("sites", "PT", 2007): 2.0, ("natural", "ES", 2007): 1.0, ("mixed", "KE", 2024): 1.0},
    "cow_igo": {
        ("science", "Portugal", 2014): 3.0,
        ("memberships", "Greece", 2014): 4.0,
        ("shared", "Portugal", 2014): 3.0,
        ("memberships", "Serbia and Montenegro", 1999): 1.0,
    },
    "eurostat_rd": {
        ("A.TOTAL.PC_GDP", "PT", 2024): 1.8,
        ("A.TOTAL.PC_GDP", "EL", 2023): 1.5,
        ("A.TOTAL.PC_GDP", "UK", 2019): 2.7,
        ("A.TOTAL.PC_GDP", "EU27_2020", 2023): 2.2,
    },
    "eurostat_patents": {
        ("A.APPL.NR", "PT", 2024): 312.0,
        ("A.INVT.NR", "PT", 2024): 401.5,
        ("A.APPL.NR", "EL", 2023): 130.0,
        ("A.APPL.NR", "EU27_2020", 2024): 69_000.0,
    },
    "eurostat_students": {
        ("A.NR.T.ED5-8", "BR", 2024): 19_000.0,
        ("A.NR.T.ED5-8", "UK", 2023): 310.0,
        ("A.NR.T.ED5-8", "TR", 2023): 0.0,
    },
    "oecd_msti": {
        ("GERD.PT_B1GQ", "PRT", 2023): 1.74,
        ("GERD.PT_B1GQ", "KOR", 2023): 4.96,
        ("GERD.PT_B1GQ", "OECD", 2023): 2.7,
    },
}
COUNTS = {
    "worldbank_governance": 5 * 6,  # two estimates, and all three standard errors
    "worldbank_spi": 3,
    "unesco_uis": 8 * 4,
    "undp_hdr": 4 * 9 - 4,
    "un_population": 3,
    "qog": 2,
    "gapminder_migration": 6,
    "student_flows": 2 * 4,
    "gii": 4,
    "factbook": 2 + 2 + 3,
    "cow_igo": 1 + 3 + 3,
    "eurostat_rd": 10 - 2,
    "eurostat_patents": 9 - 1,
    "eurostat_students": 11 - 2,
    "oecd_msti": 8 - 2,
}
"""How many figures there are in all: what is not measured, does not apply or is projected is none."""
VINTAGES = {
    "world_bank": "2026-11-20",
    "worldbank_governance": "2026-09-25",
    "worldbank_spi": "2026-07-13",
    "unesco_uis": "2026-09-07",
    "student_flows": "2026-09-07",
    "undp_hdr": "2025",
    "un_population": str(population_body.REVISION),
    "qog": f"{qog_body.EDITION}-01",
    "gii": str(gii_body.EDITION),
    "factbook": "2026-02-05",
    "eurostat_rd": "2026-09-22",
    "eurostat_patents": "2026-03-24",
    "eurostat_students": "2026-09-18",
    "world_heritage": "2024",
}
WITHDRAWN = {
    "world_bank": (bank_body.WITHDRAWN, "It may have been deleted or archived"),
    "worldbank_governance": (governance_body.WITHDRAWN, "the service lists no estimate RQ.EST"),
    "unesco_uis": (uis_body.WITHDRAWN, "the service says: The indicator could not be found"),
}
STAYS = {"student_flows": {"flow_oecd", "share_oecd", "abroad_oecd"}}
"""Series that no service gives any more and that are not asked for: their figures stay."""
REFUSED = {source_id: {code} for source_id, (code, _) in WITHDRAWN.items()}


@pytest.fixture
def server() -> Iterator[Replay]:
    with replay() as found:
        yield found


def client(server: Replay) -> HttpClient:
    return HttpClient(mirror=server.address, attempts=2, sleep=lambda _: None, timeout=5.0)


def wanted(catalogue: Catalogue, source_id: str) -> list[str]:
    return [s.series for s in catalogue.of_source(source_id)]


def fetched(source: Source, series: list[str], server: Replay) -> tuple[list[Snapshot], list[NotGiven]]:
    """Return what was given and what was not; raise the first error where nothing was, as a run does."""
    given: list[Snapshot] = []
    refused: list[NotGiven] = []
    with client(server) as http:
        for answer in source.fetch(series, http):
            (refused if isinstance(answer, NotGiven) else given).append(answer)
    if refused and not given:
        raise refused[0].error
    return given, refused


def parsed(source: Source, given: list[Snapshot], series: list[str]) -> pd.DataFrame:
    with unforeseen.told(source.spec.id, given):
        return source.parse(given, series)


def figures(frame: pd.DataFrame) -> Figures:
    keys = zip(frame["series"], frame["source_area"], frame["time_period"].astype(int), strict=True)
    return dict(zip(keys, frame["obs_value"].astype(float), strict=True))


def with_instead(source_id: str, *hosts: str, reply: Producer) -> Mapping[str, list[Producer]]:
    """Return all producers, one of them replaced."""
    own = __import__(f"{bodies.__name__}.{source_id}", fromlist=["reply"])
    return producers() | {host: [reply] for host in hosts or own.HOSTS}


@pytest.mark.parametrize("source_id", LIVE)
def test_what_the_service_gives_is_read(source_id: str, server: Replay, catalogue: Catalogue) -> None:
    source, series = LIVE[source_id], wanted(catalogue, source_id)
    given, refused = fetched(source, series, server)
    frame = parsed(source, given, series)
    got = figures(frame)
    assert {key: got.get(key) for key in TOLD[source_id]} == TOLD[source_id]
    assert len(frame) == COUNTS.get(source_id, len(frame))
    assert set(frame["series"]) == set(series) - {r.series for r in refused} - STAYS.get(source_id, set())
    assert {r.series for r in refused} == REFUSED.get(source_id, set())
    assert all(s.url.startswith("https://") and s.retrieved for s in given)


@pytest.mark.parametrize("source_id", LIVE)
def test_every_area_that_the_service_names_is_known(
    source_id: str, server: Replay, catalogue: Catalogue, areas: Areas
) -> None:
    source, specs = LIVE[source_id], catalogue.of_source(source_id)
    series = [s.series for s in specs]
    given, _ = fetched(source, series, server)
    done = harmonise(parsed(source, given, series), source.spec, specs, areas, 2026)
    unknown = done.quarantined[done.quarantined["check_code"].str.contains("AREA")]
    assert unknown.empty, unknown["message"].unique()
    assert len(done.observations)


@pytest.mark.parametrize("source_id", LIVE)
def test_the_vintage_is_that_of_the_answer_or_the_day_it_was_read(
    source_id: str, server: Replay, catalogue: Catalogue
) -> None:
    source, series = LIVE[source_id], wanted(catalogue, source_id)
    given, _ = fetched(source, series, server)
    given = [s for s in given if s.name != "wb_countries.json"]
    if source_id == "cow_igo":
        assert [source.vintage(s) for s in given] == ["2016", "2014"]
        return
    assert {source.vintage(s) for s in given} == {VINTAGES.get(source_id, given[0].retrieved)}


@pytest.mark.parametrize("source_id", WITHDRAWN)
def test_a_withdrawn_series_is_told_and_does_not_stop_the_others(
    source_id: str, server: Replay, catalogue: Catalogue
) -> None:
    series = wanted(catalogue, source_id)
    given, refused = fetched(LIVE[source_id], series, server)
    code, words = WITHDRAWN[source_id]
    assert [r.series for r in refused] == [code] and words in str(refused[0].error)
    assert len(given) == len(series) - 1


def renamed_header(asked: Asked) -> Reply | None:
    if (good := bank_body.reply(asked)) is None or good.type != ZIP:
        return good
    return Reply(archived(unarchived(good.body).replace(b'"Country Code"', b'"Economy"')), ZIP)


def unarchived(body: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read(archive.namelist()[0])


def archived(text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("API_X_DS2_en_csv_v2_1.csv", text)
    return out.getvalue()


@pytest.mark.parametrize("fault", [*FAULTS, CUT, NOT_MODIFIED])
@pytest.mark.parametrize("source_id", LIVE)
def test_a_fault_is_one_sentence_and_never_a_figure(
    source_id: str, fault: str, server: Replay, catalogue: Catalogue
) -> None:
    source, series = LIVE[source_id], wanted(catalogue, source_id)
    if (source_id, fault) == ("world_bank", "changed columns"):
        # The fault changes the first line, which is not the header here.
        server.known["api.worldbank.org"] = [renamed_header]
    else:
        server.faults["*"] = fault
    with pytest.raises(SourceError) as caught:
        parsed(source, fetched(source, series, server)[0], series)
    assert str(caught.value).startswith(f"{source_id}: ") and "\n" not in str(caught.value)


@pytest.mark.parametrize("fault", [*FAULTS, CUT, NOT_MODIFIED])
@pytest.mark.parametrize(
    "source_id",
    [
        *("worldbank_governance", "worldbank_spi", "unesco_uis", "student_flows", "factbook", "cow_igo", "oecd_msti"),
        *("eurostat_patents", "eurostat_students"),
    ],
)
def test_a_fault_after_a_good_beginning_is_one_sentence_too(
    source_id: str, fault: str, server: Replay, catalogue: Catalogue
) -> None:
    """The first answer (a list of codes, a version, a key, a redirect) is good, the second is not."""
    source = LIVE[source_id]
    series = [s for s in wanted(catalogue, source_id) if s not in REFUSED.get(source_id, ())]
    answers = source.fetch(series, client(server))
    ask = server.good

    def good(asked: Asked) -> Reply:
        reply = ask(asked)
        server.faults["*"] = fault
        return reply

    server.good = good  # type: ignore[method-assign]
    with pytest.raises(SourceError) as caught:
        given: list[Snapshot] = []
        for answer in answers:
            if isinstance(answer, NotGiven):
                raise answer.error
            given.append(answer)
        parsed(source, given, series)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("source_id", LIVE)
def test_who_pages_without_end_is_read_once(source_id: str, server: Replay, catalogue: Catalogue) -> None:
    source, series = LIVE[source_id], wanted(catalogue, source_id)
    server.faults["*"] = ENDLESS
    given, _ = fetched(source, series, server)
    assert TOLD[source_id].items() <= figures(parsed(source, given, series)).items()
    assert len(server.asked) < 40


def always_gdp(asked: Asked) -> Reply | None:
    return (
        Reply(bank_body.archive("NY.GDP.MKTP.CD", {("PRT", 2024): 1.0}), ZIP) if asked.first("downloadformat") else None
    )


def always_voice(asked: Asked) -> Reply | None:
    listing = governance_body.reply(asked) if asked.path == "/v2/indicator" else None
    return listing or Reply(governance_body.answer("GOV_WGI_VA.EST"))


def always_voice_beside_countries(asked: Asked) -> Reply | None:
    return spi_body.reply(asked) if asked.path == "/v2/country" else always_voice(asked)


def always_completion(asked: Asked) -> Reply | None:
    return uis_body.reply(asked) if "versions" in asked.path else Reply(uis_body.answer("CR.1"))


def always_in_euro(asked: Asked) -> Reply | None:
    return Reply(eurostat_body.table(eurostat_body.START.replace("PC_GDP", "MIO_EUR")), CSV)


def always_per_head(asked: Asked) -> Reply | None:
    other = Reply(patents_body.table().replace(b"INVT,NR", b"INVT,P_MHAB"), CSV)
    return patents_body.reply(asked) if asked.path == patents_body.LAYOUT else other


def always_doctoral(asked: Asked) -> Reply | None:
    other = Reply(from_abroad_body.table().replace(b"ED5-8", b"ED8"), CSV)
    return from_abroad_body.reply(asked) if asked.path == from_abroad_body.LAYOUT else other


def always_business(asked: Asked) -> Reply | None:
    return oecd_body.reply(asked) if asked.path == oecd_body.LAYOUT else Reply(oecd_body.table().replace(b"XG", b"XB"))


def always_students_of_others(asked: Asked) -> Reply | None:
    return always_completion(asked) if "definitions" not in asked.path else students_body.reply(asked)


OTHERS: dict[str, tuple[Callable[[Asked], Reply | None], str]] = {
    "world_bank": (always_gdp, "was asked for .* and gave NY.GDP.MKTP.CD"),
    "worldbank_governance": (always_voice, "was asked for .* and gave GOV_WGI_VA.EST"),
    "worldbank_spi": (always_voice_beside_countries, "was asked for IQ.SPI.OVRL and gave GOV_WGI_VA.EST"),
    "unesco_uis": (always_completion, "was asked for .* and gave CR.1"),
    "student_flows": (always_students_of_others, "was asked for 26500, .* and gave CR.1"),
    "eurostat_rd": (always_in_euro, "was asked for unit PC_GDP and gave MIO_EUR"),
    "eurostat_patents": (always_per_head, "was asked for unit NR and gave P_MHAB"),
    "eurostat_students": (always_doctoral, "was asked for isced11 ED5-8 and gave ED8"),
    "oecd_msti": (always_business, "was asked for MEASURE XG and gave XB"),
    "gapminder_migration": (lambda _: Reply(gapminder_body.table("emigrant_pc")), "holds emigrant_pc where emigrant_n"),
}


@pytest.mark.parametrize("source_id", OTHERS)
def test_an_answer_to_another_question_is_noticed(source_id: str, catalogue: Catalogue) -> None:
    reply, told = OTHERS[source_id]
    series = [s for s in wanted(catalogue, source_id) if s not in ("NY.GDP.MKTP.CD", "emigrant_pc", "rq")]
    with replay(with_instead(source_id, reply=reply)) as server, pytest.raises(SourceError, match=told):
        fetched(LIVE[source_id], series, server)


def test_a_list_that_ignores_its_filter_is_not_read_as_governance() -> None:
    def all_there_are(asked: Asked) -> Reply:
        head = {"page": 1, "pages": 29, "per_page": "1000", "total": 28_500}
        return Reply(json.dumps([head, [{"id": "RL.EST", "source": {"id": "57"}}]]).encode())

    with replay({"api.worldbank.org": [all_there_are]}) as server, pytest.raises(SourceError, match="one page of"):
        fetched(LIVE["worldbank_governance"], ["rl"], server)


@pytest.mark.parametrize("database", ["3", "75"])
def test_governance_asks_the_database_that_the_list_names(database: str) -> None:
    def reply(asked: Asked) -> Reply | None:
        if asked.path == "/v2/indicator":
            listed = [{"id": code, "source": {"id": database}} for code in ("RL.EST", "GOV_WGI_RL.EST", "RL.EST")]
            return Reply(json.dumps([governance_body.HEAD, listed]).encode())
        known = asked.path.endswith("/GOV_WGI_RL.EST") and asked.first("source") == database
        return Reply(governance_body.answer("GOV_WGI_RL.EST")) if known else None

    with replay({"api.worldbank.org": [reply]}) as server:
        given, _ = fetched(LIVE["worldbank_governance"], ["rl"], server)
    assert len(given) == 1


@pytest.mark.parametrize(
    ("source_id", "body", "told"),
    [
        ("worldbank_governance", b'[{"pages":1},null]', "holds no records"),
        ("worldbank_governance", b'[{"pages":1},[3]]', "has not the fields"),
        ("worldbank_governance", b'[{"message":"down"}]', "holds no records"),
        ("worldbank_spi", b'[{"message":[{"value":"not\\nvalid"}]}]', "the service says: not valid; pass SPI_index"),
        ("worldbank_spi", b'[{"pages":1},[]]', "gave nothing"),
        ("world_heritage", b"[1, 2]", "this is no list of sites"),
        ("world_heritage", b'[{"category":"Mixed","date_inscribed":"2024"}]', "the field iso_codes, states_names"),
        ("unesco_uis", b'{"hints":[],"records":[{"indicatorId":"CR.1"}]}', "geoUnit"),
    ],
)
def test_an_answer_that_is_not_what_it_was_is_told(source_id: str, body: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told) as caught:
        LIVE[source_id].parse([Snapshot("answer.json", body)], ["rl", "SPI.INDEX", "sites", "CR.1"])
    assert "\n" not in str(caught.value)


def test_a_report_that_is_out_is_preferred_and_one_that_is_not_is_passed_over(catalogue: Catalogue) -> None:
    this = population_body.REVISION + 2
    newer = f"{population_body.FOLDER}WPP{this}_Demographic_Indicators_Medium.csv.gz"

    def reply(asked: Asked) -> Reply | None:
        old = f"WPP{population_body.REVISION}_"
        return population_body.reply(replace(asked, path=asked.path.replace(f"WPP{this}_", old)))

    with replay(with_instead("un_population", reply=reply)) as server:
        given, _ = fetched(LIVE["un_population"], ["population"], server)
        assert [a.path for a in server.asked] == [newer]
    assert LIVE["un_population"].vintage(given[0]) == str(this)
    # What was a projection two years ago is an estimate now.
    assert len(parsed(LIVE["un_population"], given, ["population"])) == 4


@pytest.mark.parametrize("source_id", ["undp_hdr", "un_population", "qog", "gii"])
def test_where_no_edition_is_the_page_to_look_at_is_told(source_id: str) -> None:
    with (
        replay(with_instead(source_id, reply=lambda _: None)) as server,
        pytest.raises(SourceError, match=r"no edition is at one of its \d usual addresses .*with --file") as caught,
    ):
        fetched(LIVE[source_id], [], server)
    assert LIVE[source_id].spec.homepage[:20] in str(caught.value) and len(server.asked) <= 6


def test_population_of_the_united_nations_has_its_faults_told() -> None:
    plain = population_body.table()
    official = "WPP2024_Demographic_Indicators_Medium.csv"
    source = LIVE["un_population"]
    with pytest.raises(SourceError, match="the name does not tell the revision"):
        source.parse([Snapshot("population.csv", plain)], ["population"])
    with pytest.raises(SourceError, match="no line is of a Country/Area in the variant Medium"):
        source.parse([Snapshot(official, plain.replace(b"Medium", b"High"))], ["population"])
    with pytest.raises(SourceError, match="the column TPopulation1July is missing"):
        source.parse([Snapshot(official, plain.replace(b"TPopulation1July", b"PopTotal"))], ["population"])


def test_ranks_of_two_editions_or_of_one_that_may_not_be_passed_on_are_refused() -> None:
    source, table = LIVE["gii"], gii_body.TABLE
    older = table.replace(str(gii_body.EDITION), "2020")
    mixed = table.replace(str(gii_body.EDITION), "2023", 1)
    for body in (older, mixed, table.replace(str(gii_body.EDITION), "NA")):
        with pytest.raises(SourceError, match="the lines are of the editions"):
            source.parse([Snapshot("bc_results_gii.csv", body.encode())], ["score"])


def test_counts_of_organisations_need_standings_that_are_known(server: Replay) -> None:
    given, _ = fetched(LIVE["cow_igo"], [], server)
    names, wide = given
    with pytest.raises(SourceError, match="the list of state codes"):
        LIVE["cow_igo"].parse([wide], ["shared"])
    table = b"ccode,year,state," + ",".join(cow_igo.BODIES).encode() + b"\n"
    lines = [
        b"%d,2014,S," % code + b",".join([b"1"] * 19 + [last]) + b"\n" for code, last in ((235, b"7"), (350, b"1"))
    ]
    frame = LIVE["cow_igo"].parse([names, Snapshot("wide.csv", table + b"".join(lines))], ["shared", "science"])
    told = frame.set_index(["series", "source_area"])["obs_value"]
    assert (
        told[("shared", "Portugal")] == told[("science", "Portugal")] == "a standing that is not 1, 2, 3, 0, -1 or -9"
    )
    assert told[("science", "Greece")] == 20.0


# --- recorded answers ------------------------------------------------------------------------

WIRE = Path(__file__).resolve().parents[2] / "shared" / "wire"


def recorded(name: str) -> bytes:
    if not (WIRE / name).exists():
        pytest.skip(f"the recorded answers are not beside this repository ({name})")
    return (WIRE / name).read_bytes()


def test_recorded_answers_of_the_bank_are_read_and_its_messages_told() -> None:
    ethiopia = "worldbank/pages__country__TCD-ETH-KEN-RWA-SSD__indicator__"
    pages = json.loads(recorded(f"{ethiopia}SP.POP.TOTL.json"))
    first = Snapshot("first.json", json.dumps(pages[0]).encode())
    with pytest.raises(SourceError, match="one page of several"):
        world_bank_answers.answer("s", first, "pass a file")
    whole = [pages[0][0] | {"pages": 1}, [record for page in pages for record in page[1]]]
    snapshot = Snapshot("whole.json", json.dumps(whole).encode())
    found = world_bank_answers.answer("s", snapshot, "pass a file")
    table = world_bank_answers.table_of("s", snapshot, found)
    world_bank_answers.refuse_other_series("s", snapshot, table, "SP.POP.TOTL")
    assert len(table) == 330 and found.updated == "2026-07-13" and set(table["code"]) >= {"ETH", "KEN"}
    archived_series = json.loads(recorded(f"{ethiopia}IC.REG.DURS.json"))[0]
    with pytest.raises(SourceError, match="may have been deleted or archived"):
        world_bank_answers.answer("s", Snapshot("gone.json", json.dumps(archived_series).encode()), "pass a file")


def test_recorded_answers_of_the_institute_are_read_and_its_hints_told() -> None:
    got = uis_answers.records("s", Snapshot("records.json", recorded("uis/uis_data_records.json")))
    assert len(uis_answers.applying(got)) == 14
    assert uis_answers.records("s", Snapshot("empty.json", recorded("uis/uis_data_empty.json"))).empty
    with pytest.raises(SourceError, match="could not be found, XXX"):
        uis_answers.records("s", Snapshot("hint.json", recorded("uis/uis_data_unknown_geounit.json")))


# --- what has no door for programs ---------------------------------------------------------------

BY_HAND: dict[str, tuple[dict[str, str], Figures]] = {
    "uis_gerd": (
        {
            "gerd.csv": "INDICATOR,LOCATION,TIME,Value,Flag Codes\n"
            "EXPPPP_CUR_SF_FUNABFS,PRT,2015,1500.5,\nEXPPPP_CUR_SF_FUNABFS,KEN,2015,,n\n"
        },
        {("EXPPPP_CUR_SF_FUNABFS", "PRT", 2015): 1500.5, ("EXPPPP_CUR_SF_FUNABFS", "KEN", 2015): 0.0},
    ),
    "un_egov": (
        {
            "EGOV_DATA_2026.csv": "Survey Year,Country Name,E-Government Rank,E-Government Index,Online Service Index\n"
            '2026,"Portugal ",30,0.85,0.8\n2026,"Kenya ",100,0.6,0.65\n'
        },
        {("E-Government Index", "Portugal", 2026): 0.85, ("Online Service Index", "Kenya", 2026): 0.65},
    ),
    "ncses": (
        {
            "articles.csv": "table,title,path,economy,year,value\n9985,Articles,Portugal,Portugal,2023,20000\n"
            "9985,Articles,Kenya,Kenya,2023,3000\n"
        },
        {("9985", "Portugal", 2023): 20_000.0, ("9985", "Kenya", 2023): 3_000.0},
    ),
    "lowy": (
        {
            "posts_2026.csv": "year,sending_country,receiving_country,type_of_post\n"
            "2026,Portugal,Kenya,Embassy / High Commission\n2026,Portugal,Kenya,Permanent Mission\n"
        },
        {("posts", "Portugal", 2026): 2.0, ("pair", "Portugal", 2026): 1.0},
    ),
    "ieadb": (
        {
            "memberships.csv": "treatyID,Title,stateID,End,Rat,Force,DocType\n"
            "1,Agreement On Scientific Research,PRT,,2015-11-25,2016-01-01,B\n"
            "1,Agreement On Scientific Research,ESP,,2015-11-25,2016-01-01,B\n"
        },
        {("treaties", "PRT", 2016): 1.0, ("agreements", "ESP", 2020): 1.0},
    ),
    "wipo_treaties": (
        {
            "pct.tsv": "PT\tPortugal\t24 November 1992\nKE\tKenya\t8 June 1994\n",
            "madrid.csv": "party,madrid_agreement,madrid_protocol\n"
            "Portugal,31 October 1893,20 March 1997\nKenya,26 June 1998,26 June 1998\n",
        },
        {("pct", "Kenya", 1994): 1.0, ("madrid", "Portugal", 1893): 1.0},
    ),
}
"""Small files in the very shape that the steps describe, and figures in them."""


@pytest.mark.parametrize("source_id", HANDED)
def test_the_steps_by_hand_are_one_sentence_and_their_file_is_read(source_id: str, server: Replay) -> None:
    source = HANDED[source_id]
    files, told = BY_HAND[source_id]
    given = [Snapshot(name, text.encode()) for name, text in files.items()]
    got = figures(source.parse(given, sorted({key[0] for key in told})))
    assert {key: got.get(key) for key in told} == told
    with pytest.raises(SourceError, match=r"https://.*with --file$") as caught:
        list(source.fetch([], client(server)))
    assert not server.asked and "\n" not in str(caught.value)
    steps = source.spec.by_hand
    assert not steps.endswith(".") and ". " not in steps
    for text in files.values():
        header = text.split("\n", 1)[0]
        columns = [c for c in header.replace(";", ",").split(",") if "\t" not in c]
        assert "\t" in header or sum(column in steps for column in columns) >= min(3, len(columns) - 1), header


def test_agreements_of_a_newer_file_are_counted_to_its_own_last_year() -> None:
    text = BY_HAND["ieadb"][0]["memberships.csv"] + "2,Agreement On Technology,PRT,,2024-01-01,2024-05-01,M\n"
    text += "3,Agreement On Technology,PRT,,,2899-01-01,M\n"
    got = ieadb.SOURCE.parse([Snapshot("new.csv", text.encode(), retrieved="2026-11-20")], ["treaties", "agreements"])
    assert figures(got)[("treaties", "PRT", 2024)] == 1.0
    assert max(got["time_period"]) == 2024 and 2899 not in set(got["time_period"])
    assert ieadb.SOURCE.vintage(Snapshot("new.csv", text.encode(), retrieved="2026-11-20")) == "2024"


def test_every_source_says_how_often_it_comes_out() -> None:
    months: dict[str, Any] = {s.spec.id: s.spec.months for s in (*LIVE.values(), *HANDED.values())}
    assert months["world_bank"] == 3 and months["un_egov"] == 24 and months["qog"] == 12
    assert not any(source.spec.by_hand for source in LIVE.values()) and JSON.startswith("application")
