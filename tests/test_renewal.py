"""A file renews exactly what it holds; what it does not hold goes on serving, with its own provenance."""

import io
import zipfile
from pathlib import Path

import httpx
import pandas as pd
import pytest
from sqlalchemy import Engine, func, select, text

from scidip.etl import bundle as bundles
from scidip.etl.network.client import HttpClient
from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.publishing import publish_batch
from scidip.etl.rescore import scoring_matrix
from scidip.etl.run import Workshop, ingest
from scidip.etl.source import each
from scidip.indicators.engine.published import score
from scidip.indicators.errors import RunHeld, SourceRefused, SourceUnavailable
from scidip.indicators.lists import with_none
from scidip.store import provenance
from scidip.store.database.schema import run, run_file
from scidip.store.queries import list_queries, source_queries
from scidip.store.queries import served as queries
from scidip.store.queries.served import frame_of
from scidip.store.runs import running

ROOT = Path(__file__).resolve().parent.parent
HEADER = "Country Name,Country Code,Indicator Name,Indicator Code,2019,2020,"
EDITION = "Passport,Destination,Requirement"


def wdi(series: str, *rows: str, stamp: str = "2026-07-13") -> Snapshot:
    top = ['"Data Source","World Development Indicators",', "", f'"Last Updated Date","{stamp}",', ""]
    lines = [*top, HEADER, *(r.replace("@", f"x,{series}") for r in rows)]
    return Snapshot(f"API_{series}.csv", ("\r\n".join(lines) + "\r\n").encode())


RD = wdi("GB.XPD.RSDV.GD.ZS", "France,FRA,@,2.2,2.3,", "Kosovo,XKX,@,,0.1,", "Land,QQQ,@,1,,")
PEOPLE = wdi("SP.POP.TOTL", "France,FRA,@,66000000,67000000,", "Chad,TCD,@,15000000,16000000,")


def read(shop: Workshop, tmp_path: Path, source: str, *snapshots: Snapshot, http=None, **how):
    client = (lambda: http) if http else (lambda: None)
    return ingest(shop, shop.sources[source], snapshots or None, SnapshotStore(tmp_path / "s"), client, **how)


def served(shop: Workshop) -> dict[tuple[str, str, int], float]:
    frame = queries.observations(shop.engine)
    keys = frame[["indicator", "ref_area", "time_period"]].itertuples(index=False, name=None)
    return dict(zip(keys, frame["obs_value"], strict=True))


def last_run(shop: Workshop) -> dict:
    with shop.engine.connect() as connection:
        return dict(connection.execute(select(run).order_by(run.c.run_id.desc()).limit(1)).mappings().one())


def test_a_second_series_leaves_the_first_serving_with_its_file_and_its_quarantine(fresh_shop, tmp_path) -> None:
    read(fresh_shop, tmp_path, "world_bank", RD, accept=True)
    before = served(fresh_shop)
    outcome = read(fresh_shop, tmp_path, "world_bank", PEOPLE)
    assert outcome.counts == {"parsed": 4, "loaded": 4, "excluded": 0, "quarantined": 0}
    assert outcome.remarks == ("3 figures that the files do not hold keep serving (rd_expenditure_gdp)",)
    assert served(fresh_shop).items() >= before.items() and len(served(fresh_shop)) == 7
    assert provenance.figure(fresh_shop.engine, "rd_expenditure_gdp", "FRA", 2020)["file"] == RD.name
    assert provenance.figure(fresh_shop.engine, "population_wdi", "TCD", 2020)["file"] == PEOPLE.name
    assert source_queries.quarantined(fresh_shop.engine)["row"].tolist() == [8]
    kept = last_run(fresh_shop)
    assert (kept["parsed"], kept["loaded"], kept["quarantined"]) == (8, 7, 1)


def test_reading_a_part_again_changes_nothing(fresh_shop, tmp_path) -> None:
    read(fresh_shop, tmp_path, "world_bank", RD, accept=True)
    read(fresh_shop, tmp_path, "world_bank", PEOPLE)
    version = queries.data_version(fresh_shop.engine)
    for again in (PEOPLE, RD, PEOPLE):
        assert read(fresh_shop, tmp_path, "world_bank", again, accept=True).status == "unchanged"
    assert queries.data_version(fresh_shop.engine) == version


def test_a_renewed_series_has_its_withdrawn_figures_gone_and_its_old_quarantine_too(fresh_shop, tmp_path) -> None:
    many = [f"Land,{code},@,1.5,1.6," for code in ("DEU", "ITA", "ESP", "PRT", "GRC", "AUT")]
    series = "GB.XPD.RSDV.GD.ZS"
    read(fresh_shop, tmp_path, "world_bank", wdi(series, *many, "Land,QQQ,@,1,,"), accept=True)
    newer = wdi(series, *many[:-1], "Land,AUT,@,1.5,,", stamp="2026-08-13")
    outcome = read(fresh_shop, tmp_path, "world_bank", newer)
    assert outcome.remarks == ("1 figures are gone that the producer no longer gives (rd_expenditure_gdp)",)
    assert ("rd_expenditure_gdp", "AUT", 2020) not in served(fresh_shop)
    assert source_queries.quarantined(fresh_shop.engine).empty


@pytest.mark.parametrize("how", ["accept", "replace"])
def test_a_file_of_one_country_is_held_and_only_replace_drops_the_others(fresh_shop, tmp_path, how: str) -> None:
    read(fresh_shop, tmp_path, "world_bank", RD, PEOPLE, accept=True)
    france = wdi("SP.POP.TOTL", "France,FRA,@,66000001,67000001,", stamp="2026-08-13")
    with pytest.raises(RunHeld, match=r"only 2 figures where 4 serve .*\(population_wdi\).*--accept") as held:
        read(fresh_shop, tmp_path, "world_bank", france)
    assert "--replace" not in str(held.value), "its advice never drops anything"
    told: list[str] = []
    read(fresh_shop, tmp_path, "world_bank", france, tell=told.append, **{how: True})
    assert served(fresh_shop)["population_wdi", "FRA", 2020] == 67_000_001
    assert len(served(fresh_shop)) == {"accept": 7, "replace": 2}[how]
    assert told == (
        []
        if how == "accept"
        else ["world_bank: --replace drops 5 of the 7 figures that serve (population_wdi 2, rd_expenditure_gdp 3)"]
    )


def edition(day: str, *rules: str) -> Snapshot:
    return Snapshot(f"passport-index-tidy-iso3_{day}.csv", "\n".join([EDITION, *rules]).encode())


def test_a_new_edition_leaves_the_older_ones(fresh_shop, tmp_path) -> None:
    old = [edition(f"{y}-01-05", "FRA,DEU,visa free", "DEU,FRA,visa free") for y in (2023, 2024)]
    read(fresh_shop, tmp_path, "passport_index", *old)
    newer = edition("2025-01-12", "FRA,DEU,eta", "DEU,FRA,visa free")
    read(fresh_shop, tmp_path, "passport_index", newer)
    years = queries.observations(fresh_shop.engine)["time_period"]
    assert years.value_counts().to_dict() == {2023: 2, 2024: 2, 2025: 2}
    with fresh_shop.engine.connect() as connection:
        files = connection.execute(select(func.count()).where(run_file.c.run_id == last_run(fresh_shop)["run_id"]))
        assert files.scalar_one() == 3


def user(name: str, *rows: str) -> Snapshot:
    header = "indicator,ref_area,time_period,obs_value,obs_status,source,licence"
    lines = [header, *(f"sabbatical_leave_share,{row}" for row in rows)]
    return Snapshot(name, "\n".join(lines).encode(), retrieved="2026-11-01")


def test_a_second_user_file_adds_its_rows_and_replaces_equal_ones(fresh_shop, tmp_path) -> None:
    first = user("a.csv", "FRA,2023,2.5,A,Ministry,CC0", "DEU,2023,1,A,Ministry,CC0", "ITA,2023,many,A,Ministry,CC0")
    second = user("b.csv", "FRA,2022,2,E,Survey,CC BY", "DEU,2023,1.5,A,Survey,CC BY", "IT,2023,3,A,Survey,CC BY")
    read(fresh_shop, tmp_path, "user", first)
    read(fresh_shop, tmp_path, "user", second)
    code = "sabbatical_leave_share"
    assert served(fresh_shop) == {
        (code, "FRA", 2023): 2.5,
        (code, "FRA", 2022): 2.0,
        (code, "DEU", 2023): 1.5,
        (code, "ITA", 2023): 3.0,
    }
    assert source_queries.quarantined(fresh_shop.engine).empty, "the row that was set aside is written anew"
    figure = provenance.figure(fresh_shop.engine, code, "FRA", 2023)
    assert (figure["file"], figure["title"]) == ("a.csv", "User: Ministry + User: Survey")
    assert figure["licence"] == "CC BY + CC0"


def test_a_corrected_licence_is_a_change(fresh_shop, tmp_path) -> None:
    read(fresh_shop, tmp_path, "user", user("a.csv", "FRA,2023,2.5,A,Ministry,CC0"))
    again = user("a.csv", "FRA,2023,2.5,A,Ministry,CC BY 4.0")
    assert read(fresh_shop, tmp_path, "user", again).status == "succeeded"
    found = provenance.figure(fresh_shop.engine, "sabbatical_leave_share", "FRA", 2023)
    assert found["licence"] == "CC BY 4.0"
    assert read(fresh_shop, tmp_path, "user", again).status == "unchanged"


def test_a_service_that_is_down_is_left_alone_after_two_series() -> None:
    asked = []

    def ask(code: str) -> Snapshot:
        asked.append(code)
        raise (SourceUnavailable("s", "no answer") if code != "b" else SourceRefused("s", "withdrawn"))

    given = list(each("abcdef", ask))
    assert [g.series for g in given] == list("abcdef") and asked == list("abcd")
    assert [str(g.error) for g in given[:2]] == ["s: no answer", "s: withdrawn"]


def test_a_withdrawn_series_stops_no_other_and_keeps_its_old_figures(fresh_shop, tmp_path) -> None:
    read(fresh_shop, tmp_path, "world_bank", RD, PEOPLE, accept=True)
    renewed = wdi("SP.POP.TOTL", "France,FRA,@,66000002,67000002,", "Chad,TCD,@,15,16,")
    gone = b'[{"message":[{"id":"175","value":"may have been deleted or archived"}]}]'

    def service(request: httpx.Request) -> httpx.Response:
        series = request.url.path.split("/")[-1]
        if series != "SP.POP.TOTL":
            return httpx.Response(200, content=gone)
        return httpx.Response(200, content=zipped(f"API_{series}.csv", renewed.content))

    client = HttpClient(transport=httpx.MockTransport(service), pause=0)
    outcome = read(fresh_shop, tmp_path, "world_bank", http=client, accept=True)
    assert outcome.status == "succeeded" and len(outcome.failures) == 20
    told = next(f for f in outcome.failures if f.startswith("GB.XPD.RSDV.GD.ZS "))
    assert "was not renewed, and its old figures keep serving" in told and "archived" in told
    assert served(fresh_shop)["population_wdi", "FRA", 2020] == 67_000_002
    assert served(fresh_shop)["rd_expenditure_gdp", "FRA", 2020] == 2.3
    assert "GB.XPD.RSDV.GD.ZS was not renewed" in last_run(fresh_shop)["message"]
    refusing = HttpClient(transport=httpx.MockTransport(lambda r: httpx.Response(200, content=gone)), pause=0)
    with pytest.raises(SourceRefused, match="archived"):
        read(fresh_shop, tmp_path, "world_bank", http=refusing)


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def test_one_series_and_the_advice_that_is_printed_leave_the_ranking_whole(fresh_shop, engine, tmp_path) -> None:
    """On the World Bank's figures of the bundle: the README's own command, with figures that are held."""
    batch = bundles.open_bundle(ROOT / "data" / "bundle").read("world_bank")
    with running(fresh_shop.engine, "ingest", "world_bank", "test") as run_id:
        publish_batch(fresh_shop, run_id, "world_bank", batch)
    series = batch.observations[batch.observations["indicator"] == "rd_expenditure_gdp"]
    wide = series.pivot(index="ref_area", columns="time_period", values="obs_value") / 4
    table = wide.reset_index().rename(columns={"ref_area": "Country Code"})
    for place, (name, value) in enumerate(NAMED.items()):
        table.insert(place + (name != "Country Name"), name, value)
    file = Snapshot("WDICSV.csv", table.to_csv(index=False).encode(), retrieved="2026-11-28")
    with pytest.raises(RunHeld, match=r"moved by more than 50%.*`scidip ingest world_bank --accept`"):
        read(fresh_shop, tmp_path, "world_bank", file)
    outcome = read(fresh_shop, tmp_path, "world_bank", file, accept=True)
    assert outcome.counts["loaded"] == len(series)
    now = queries.observations(fresh_shop.engine)
    pd.testing.assert_frame_equal(now[KEY], batch.observations[KEY], check_dtype=False)
    # What is ranked rests on which figures are known, and none was lost: all 167 of today's bundle.
    before = ranked(fresh_shop, engine, batch.observations)
    assert ranked(fresh_shop, engine, now) == before > 150


NAMED = {"Country Name": "x", "Indicator Name": "R&D", "Indicator Code": "GB.XPD.RSDV.GD.ZS"}
KEY = ["indicator", "ref_area", "time_period"]


def ranked(shop: Workshop, engine: Engine, figures: pd.DataFrame) -> int:
    """Return how many areas are ranked in 2023, with *figures* in the place of the built ones."""
    catalogue = shop.catalogue.with_supplied(set())
    framework = catalogue.framework
    leaves = [*framework.leaves, "population"]
    others = [code for code in leaves if code not in set(figures["indicator"])]
    listed = ", ".join(f"'{code}'" for code in others)
    built = frame_of(engine, text(f"SELECT * FROM current_observation WHERE indicator IN ({listed})"))
    known = pd.concat([built, figures[figures["indicator"].isin(leaves)]])
    known = with_none(known, list_queries.coverage(engine))
    matrix = scoring_matrix(catalogue, shop.areas, known)
    scores = score(matrix, catalogue.indicators, framework, catalogue.methodology).scores
    last = scores[(scores["node"] == framework.index_code) & (scores["time_period"] == 2023)]
    return int(last["is_ranked"].sum())
