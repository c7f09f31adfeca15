"""Indicators that an institution declares, and its own figures beside the producers': read, kept, shown everywhere, never scored."""

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import dash
import openpyxl
import pytest
from click.testing import CliRunner
from plotly.utils import PlotlyJSONEncoder

from scidip.cli import main
from scidip.dashboard.server.factory import create_app
from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.publishing import Workshop
from scidip.etl.reading.declarations import LONGEST, MOST
from scidip.etl.run import ingest
from scidip.etl.supply import removal
from scidip.etl.supply.examining import examined
from scidip.findings.claims import check
from scidip.findings.session import Reader
from scidip.indicators.agency.profile import Agency, Words
from scidip.indicators.errors import SourceChanged
from scidip.indicators.language.current import speaking
from scidip.indicators.language.po_files import load_languages
from scidip.indicators.model.declared import PREFIX, declaration, own_code
from scidip.publish.export import tables
from scidip.publish.export.data_package import package_pieces
from scidip.publish.export.writing import formats
from scidip.publish.formats.csv import template_lines
from scidip.publish.mcp import naming, searching
from scidip.publish.mcp.desk import Desks
from scidip.store import table_rows
from scidip.store.database.as_of import as_of
from scidip.store.database.engine import open_engine
from scidip.store.entering import enter_version
from scidip.store.queries import served, supply_queries
from scidip.store.table_rows import Chosen
from tests.asking import pages_of_one_index
from tests.conftest import ROOT
from tests.test_pages import make_context

NEW, BESIDE, OFFICIAL = "own_our_fellowships", "own_rd_expenditure_gdp", "rd_expenditure_gdp"
HEADER = "indicator,ref_area,time_period,obs_value,obs_status,source,licence"
HEAD = "# indicator: our_grants\n# name: Grants we gave\n# unit: grants\n"
MARK = "ot scored: supplied by the user of this copy"
DOCUMENT = (ROOT / "docs" / "files.md").read_text("utf-8")
EXAMPLE = re.search(r'```csv title="fellowships.csv"\n(.*?)```', DOCUMENT, re.S)[1]  # type: ignore[index]


def table(*rows: str, head: str = HEAD, code: str = "our_grants") -> str:
    return head + "\n".join([HEADER, *(f"{code},{row},A,Ministry,CC0" for row in rows)])


def file(text: str | bytes, name: str = "mine.csv") -> Snapshot:
    return Snapshot(name, text if isinstance(text, bytes) else text.encode(), retrieved="2026-11-21")


def book(declared: list[list[Any]], *rows: list[Any]) -> Snapshot:
    made, held = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADER.split(","), *rows):
        made.active.append(row)
    sheet = made.create_sheet("Indicators")
    for row in declared:
        sheet.append(row)
    made.save(held)
    return file(held.getvalue(), "mine.xlsx")


def put(shop: Any, tmp_path: Any, *files: Snapshot, **how: Any) -> Any:
    return ingest(shop, shop.sources["user"], list(files), SnapshotStore(tmp_path), lambda: None, **how)


def told(shop: Any, given: str | bytes | Snapshot) -> str:
    """Return the sentence by which a file is refused."""
    with pytest.raises(SourceChanged) as refused:
        examined(shop, given if isinstance(given, Snapshot) else file(given))
    return str(refused.value)


def values(shop: Any, code: str) -> dict[tuple[str, int], float]:
    frame = served.observations(shop.engine, [code])
    return {(r.ref_area, r.time_period): r.obs_value for r in frame.itertuples()}


# --- read and kept ------------------------------------------------------------------------------


def test_the_example_of_the_documents_is_taken_as_it_says(fresh_shop, tmp_path) -> None:
    report = examined(fresh_shop, file(EXAMPLE))
    assert [(t.indicator, t.name, t.beside, t.rows) for t in report.taken] == [
        (NEW, "Fellowships we gave", "", 2),
        (BESIDE, fresh_shop.catalogue.indicators[OFFICIAL].name, OFFICIAL, 1),
    ]
    put(fresh_shop, tmp_path, file(EXAMPLE))
    assert values(fresh_shop, NEW) == {("FRA", 2023): 41, ("PRT", 2023): 17}
    assert values(fresh_shop, BESIDE) == {("PRT", 2023): 1.72} and values(fresh_shop, OFFICIAL) == {}
    merged = supply_queries.with_declared(fresh_shop.engine, fresh_shop.catalogue, "Ministry of X").indicators
    new, beside, base = merged[NEW], merged[BESIDE], merged[OFFICIAL]
    assert (new.name, new.unit, new.direction, new.supplied_by) == ("Fellowships we gave", "people", 1, "Ministry of X")
    assert beside.name == f"{base.name} (supplied by Ministry of X)"
    assert (beside.unit, beside.definition, beside.direction) == (base.unit, base.definition, base.direction)
    assert served.supplied_indicators(fresh_shop.engine) == (), "no score contains them"
    rows = list(table_rows.observation_rows(fresh_shop.engine, [NEW, BESIDE], Chosen()))
    assert {(r[0], r[5], r[7], r[9]) for r in rows} == {
        (NEW, "people", "User: Our register, 2026", "CC BY 4.0"),
        (BESIDE, base.unit, "User: Our survey", "CC BY 4.0"),
    }
    assert put(fresh_shop, tmp_path, file(EXAMPLE)).status == "unchanged"


def test_a_sheet_declares_the_same(fresh_shop, tmp_path) -> None:
    sheet = [["Indicator", "Name", "Unit", "Higher"], [], ["our_grants", "Grants we gave", "grants", "worse"]]
    row = ["own_our_grants", "FRA", 2022, 4, "A", "Ministry", "CC0"]
    put(fresh_shop, tmp_path, book(sheet, row))
    (one,) = supply_queries.declared(fresh_shop.engine)
    assert (one.indicator, one.name, one.unit, one.direction) == ("own_our_grants", "Grants we gave", "grants", -1)
    words = told(fresh_shop, book([["indicator", "nmae"], ["our_grants", "x"]], row))
    assert "row 1: 'nmae' is no word" in words and "row 2: 'our_grants' has no name" in words


@pytest.mark.parametrize(
    "head",
    [
        "sep=;\n# indicator: our_grants\n# name: Grants; we gave\n# unit: grants\n",
        '# indicator: our_grants;;;;;;\n"# name: Grants; we gave";;;;;;\n\n# unit: grants;;;\n',
        "#INDICATOR:our_grants\r\n#Name :  Grants; we gave\r\n# from our register\r\n#unit:grants\r\n",
    ],
)
def test_a_declaration_is_read_as_spreadsheets_save_it(fresh_shop, tmp_path, head) -> None:
    text = head + table("FRA,2022,4", head="").replace(",", ";")
    put(fresh_shop, tmp_path, file(text))
    (one,) = supply_queries.declared(fresh_shop.engine)
    assert (one.name, one.unit, values(fresh_shop, "own_our_grants")) == (
        "Grants; we gave",
        "grants",
        {("FRA", 2022): 4},
    )


def test_the_catalogue_keeps_its_digest_and_its_own_seven(fresh_shop, tmp_path, catalogue) -> None:
    text = table("FRA,2022,4.5", head="", code="sabbatical_leave_share")
    put(fresh_shop, tmp_path, file(EXAMPLE), file(text, "seven.csv"))
    merged = supply_queries.with_declared(fresh_shop.engine, catalogue)
    assert merged.digest == catalogue.digest and merged.under("2023").digest == catalogue.under("2023").digest
    assert NEW in merged.under("2023").indicators and NEW in merged.under("2023").under("default").indicators
    assert served.supplied_indicators(fresh_shop.engine) == ("sabbatical_leave_share",)
    assert not any(code.startswith(PREFIX) for code in catalogue.indicators)


def test_declarations_come_and_go_with_their_files(fresh_shop, tmp_path) -> None:
    store = SnapshotStore(tmp_path)
    put(fresh_shop, tmp_path, file(table("FRA,2021,1", "DEU,2021,2"), "first.csv"))
    put(fresh_shop, tmp_path, file(table("ITA,2021,3", head=""), "second.csv"), accept=True)
    third = HEAD.replace("Grants we gave", "Grants of ours")
    put(fresh_shop, tmp_path, file(table("ESP,2021,4", head=third), "third.csv"), accept=True)
    for gone, left, name in (
        ("", 4, "Grants of ours"),
        ("third.csv", 3, "Grants we gave"),
        ("first.csv", 1, "Grants we gave"),
    ):
        if gone:
            removal.remove(fresh_shop, gone, store)
        (one,) = supply_queries.declared(fresh_shop.engine)
        assert (len(values(fresh_shop, "own_our_grants")), one.name) == (left, name)
    removal.remove(fresh_shop, "second.csv", store)
    assert supply_queries.declared(fresh_shop.engine) == ()
    assert "not declare it" in told(fresh_shop, table("FRA,2022,1", head=""))


def test_a_changed_declaration_is_a_change_and_a_changed_unit_is_refused(fresh_shop, tmp_path) -> None:
    put(fresh_shop, tmp_path, file(table("FRA,2021,1")))
    renamed = table("FRA,2021,1", head=HEAD.replace("Grants we gave", "Grants of ours"))
    assert put(fresh_shop, tmp_path, file(renamed)).status == "succeeded"
    assert [d.name for d in supply_queries.declared(fresh_shop.engine)] == ["Grants of ours"]
    words = told(fresh_shop, table("FRA,2021,1", head=HEAD.replace("unit: grants", "unit: usd")))
    assert "row 3: own_our_grants serves in 'grants' from an earlier file" in words


# --- faults and hostility -----------------------------------------------------------------------


def test_all_faults_are_told_at_once_each_with_its_line(fresh_shop) -> None:
    head = (
        "# name: too early\n# indicator: our_grants\n# nmae: x\n# unit: grants\n# unit: again\n# higher: up\n"
        "# indicator: Our Grants\n# name: <b>Bold</b>\n# unit: =cmd\n"
    )
    words = told(fresh_shop, table("FRA,2022,1", head=head))
    lines = re.findall(r"row (\d+): ", words)
    assert lines == ["1", "2", "3", "5", "6", "7", "8", "9"] and "8 faults in what it declares" in words
    for part in ("has no name; add the line", "no word of a declaration", "said twice", "none of better", "no code"):
        assert part in words


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (
            HEAD.replace("our_grants", OFFICIAL),
            "is in the catalogue; choose another code, or leave the declaration out",
        ),
        (HEAD.replace("our_grants", "own_" + OFFICIAL), "is in the catalogue; choose another code"),
        (HEAD.replace("our_grants", "unesco_chairs"), "are taken as they are; leave the declaration out"),
        (HEAD.replace("Grants we gave", "Population"), "the catalogue calls population by this name"),
        (HEAD + HEAD.replace("our_grants", "own_our_grants"), "'our_grants' is declared twice"),
        (HEAD + HEAD.replace("our_grants", "others"), "another indicator of the file has the same name"),
        (HEAD.replace("Grants", "x" * 10_000), f"has 10,008 letters; shorten it to {LONGEST['name']}"),
        (HEAD.replace("Grants", "<img src=x onerror=alert(1)>"), "the sign <"),
        (HEAD.replace("Grants", "{{7*7}}"), "the sign {"),
        (HEAD.replace("Grants we", "=cmd|'/c calc'!A1"), "the sign |"),
        (HEAD.replace("Grants we", "=HYPERLINK(1)"), "begins with =, which a spreadsheet takes for a formula"),
        (HEAD.replace("unit: grants", "unit: @x"), "begins with @"),
        (HEAD.replace("Grants", "Gr\u202eants"), "the letter U+202E, which cannot be seen"),
        (HEAD.replace("Grants", "Gr\x07ants"), "the letter U+0007"),
        (HEAD.replace("Grants", "Gr\u200bants"), "the letter U+200B"),
        (HEAD + "# definition: a\u2066b\n", "the letter U+2066"),
        (HEAD + "# licence: <script>\n", "the sign <"),
        (HEAD.replace("our_grants", "x" * 41), "has 41 letters"),
        (
            "".join(HEAD.replace("our_grants", f"g{n}") for n in range(5000)),
            f"more than {MOST} indicators are declared",
        ),
        ("# nonsense: x\n" * 5000, "and 81 more"),
    ],
)
def test_a_hostile_declaration_is_one_sentence_and_changes_nothing(fresh_shop, head, words) -> None:
    said = told(fresh_shop, table("FRA,2022,1", head=head))
    assert words in said and len(said) < 4000
    assert not any(ord(c) < 32 or "\u202a" <= c <= "\u202e" for c in said)
    assert supply_queries.declared(fresh_shop.engine) == ()


def test_names_of_every_script_are_taken_and_a_copy_takes_a_hundred(fresh_shop, tmp_path) -> None:
    for n, name in enumerate(("Стипендии", "奖学金", "منح دراسية", "می‌خواهم", "Bourses d’été (1–2) & plus, 100 %")):
        head = HEAD.replace("our_grants", f"g{n}").replace("Grants we gave", name)
        put(fresh_shop, tmp_path, file(table("FRA,2022,1", head=head, code=f"g{n}"), f"{n}.csv"))
    assert len(supply_queries.declared(fresh_shop.engine)) == 5
    many = range(MOST)
    head = "".join(HEAD.replace("our_grants", f"m{n}").replace("Grants", f"Grants {n}") for n in many)
    assert f"these are {MOST + 5} new indicators; a copy takes {MOST}" in told(
        fresh_shop, table("FRA,2022,1", head=head)
    )


def test_figures_of_two_countries_are_refused_with_their_row(fresh_shop, catalogue) -> None:
    pair = next(i.code for i in catalogue.indicators.values() if i.arity == "pair")
    assert f"row 2: {pair} is a figure of two countries" in told(fresh_shop, table("FRA,2022,1", head="", code=pair))


# --- shown everywhere ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def loaded(built_url, catalogue, areas, sources, tmp_path_factory) -> Iterator[Any]:
    """A context of a built database into which the example was put, as a version beside the one before it."""
    folder = tmp_path_factory.mktemp("own")
    path = folder / "built.sqlite"
    shutil.copy(built_url.removeprefix("sqlite:///"), path)
    engine = open_engine(f"sqlite:///{path}", create=True)
    with engine.begin() as connection:
        enter_version(connection)
    before = served.data_version(engine)
    put(Workshop(engine, catalogue, areas, sources, 2026, "test"), folder, file(EXAMPLE))
    with engine.begin() as connection:
        enter_version(connection)
    engine.dispose()
    institution = Agency(name=Words(usual="Ministry of X"))
    ctx = make_context(f"sqlite:///{path}", catalogue, areas, sources, ahead=False, agency=institution)
    ctx.prepare()
    app = create_app(ctx)
    ctx.__dict__["tried"] = (before, app.server.test_client())
    yield ctx
    ctx.engine.dispose()


def drawn(path: str, query: dict[str, str]) -> str:
    page = next(p for p in dash.page_registry.values() if p["path"] == path)
    return json.dumps(page["layout"](**query), cls=PlotlyJSONEncoder)


def test_every_page_is_drawn_with_it(loaded) -> None:
    asked = {"area": "PRT", "indicator": NEW, "areas": "PRT,FRA", "a": "PRT", "b": "FRA"}
    # What another application of the same process has registered may still stand there.
    own = {m.PAGE.path for m in pages_of_one_index().values() if not hasattr(m, "exists")}
    paths = [p["path"] for p in dash.page_registry.values() if p.get("path") in own]
    assert len(paths) > 20
    with loaded.tried[1].application.test_request_context("/"):
        for path in paths:
            for query in ({}, asked):
                assert drawn(path, query), path


def test_the_page_of_a_country_and_of_the_indicators_show_and_mark_it(loaded, catalogue) -> None:
    with loaded.tried[1].application.test_request_context("/"):
        text = drawn("/country", {"area": "PRT", "year": "2023"})
        assert "Figures of Ministry of X" in text and "Fellowships we gave" in text and f"n{MARK}" in text
        assert f"{catalogue.indicators[OFFICIAL].name} (supplied by Ministry of X)" in text
        for code in (OFFICIAL, BESIDE):
            text = drawn("/indicator", {"indicator": code, "year": "2023"})
            assert "Figures of Ministry of X" in text and "1.72" in text and f"N{MARK}" in text
        text = drawn("/indicator", {"indicator": NEW, "year": "2023"})
        assert f"N{MARK}" in text
        assert "a figure of Ministry of X." in text, "its glossary may link a word before"


def test_every_export_format_and_the_package_hold_it(loaded) -> None:
    chosen = Chosen({"indicator": [NEW, BESIDE]})
    for code, format_ in formats().items():
        made = tables.observations(loaded.engine, loaded.declared, chosen)
        content = b"".join(format_.pieces(made))
        assert content, code
        if code in ("csv", "json", "sdmx.csv"):
            assert content.decode().count("own_our_fellowships") >= 2 and b"User: Our register" in content
    assert f"not scored: {NEW}, {BESIDE}" in tables.observations(loaded.engine, loaded.declared, chosen).about.licence
    package = zipfile.ZipFile(io.BytesIO(b"".join(package_pieces(loaded.engine, loaded.declared, loaded.areas))))
    told_of = {i["code"]: i for i in json.loads(package.read("catalogue.json"))["indicators"]}
    assert told_of[NEW]["supplied_by"] == "Ministry of X" and told_of[BESIDE]["beside"] == OFFICIAL
    assert NEW.encode() in package.read("observations.csv") and NEW.encode() not in package.read("normalised.csv")


def test_the_api_and_the_tools_list_it(loaded, catalogue) -> None:
    _before, client = loaded.tried
    listed = {i["code"]: i for i in client.get("/api/v1/indicators").get_json()["data"]}
    assert listed[NEW]["note"] == f"N{MARK}." and listed[BESIDE]["beside"] == OFFICIAL
    rows = client.get(f"/api/v1/observations?indicator={NEW}").get_json()["data"]
    assert {(r["ref_area"], r["obs_value"], r["unit"], r["source"]) for r in rows} == {
        ("FRA", 41, "people", "User: Our register, 2026"),
        ("PRT", 17, "people", "User: Our register, 2026"),
    }
    own = client.get(f"/download/template.csv?indicator={NEW}").get_data(as_text=True)
    assert own.startswith(f"# indicator: {NEW}\n# name: Fellowships we gave\n# unit: people\n")
    desk = Desks(loaded.engine, catalogue, loaded.areas, loaded.sources, "").current()
    assert naming.indicator(desk, "Fellowships we gave") == NEW
    assert any(hit.code == NEW and hit.about.startswith(f"N{MARK}") for hit, *_ in searching._everything(desk))


def test_no_score_and_no_claim_rests_on_it(loaded, catalogue) -> None:
    assert list(table_rows.cell_rows(loaded.engine, Chosen({"indicator": [NEW, BESIDE]}))) == []
    assert loaded.supplied == () and set(loaded.catalogue.framework.leaves) == set(catalogue.framework.leaves)
    desk = Reader(loaded.engine, catalogue, loaded.areas)
    assert NEW not in check.evidence_of(desk).words.units


def test_an_earlier_version_shows_what_was_declared_in_its_day(loaded) -> None:
    before, client = loaded.tried
    with as_of(before):
        assert supply_queries.declared(loaded.engine) == () and NEW not in loaded.catalogue.indicators
    assert NEW in loaded.catalogue.indicators
    told_then = client.get(f"/api/v1/observations?indicator={NEW}&release={before}")
    assert told_then.status_code == 400
    assert NEW not in client.get(f"/api/v1/indicators?release={before}").get_data(as_text=True)


def test_it_is_said_in_every_language(loaded) -> None:
    for language in load_languages(ROOT / "data" / "languages").values():
        with speaking(language):
            spec = loaded.catalogue.indicators
            assert spec[NEW].name == "Fellowships we gave" and "Ministry of X" in spec[BESIDE].name
            assert spec[OFFICIAL].name in spec[BESIDE].name and spec[NEW].note


# --- templates ----------------------------------------------------------------------------------


def test_a_template_for_any_code_and_a_new_one(tmp_path, monkeypatch, built_url, catalogue) -> None:
    monkeypatch.setenv("SCIDIP_DATABASE_URL", built_url)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Any:
        return CliRunner().invoke(main, ["template", *words])

    assert run(OFFICIAL).exit_code == 0
    with (tmp_path / f"{BESIDE}.csv").open(newline="") as made:
        assert {r["indicator"] for r in csv.DictReader(made)} == {BESIDE}
    answer = run("--new", "our_fellowships", "--out", "new.csv")
    assert "fill in the 7 lines at the top of new.csv, and 199 rows" in answer.output
    text = (tmp_path / "new.csv").read_text()
    assert text.startswith(f"# indicator: {NEW}\n# name: \n# unit: \n")
    for words, said in (
        ((), "name an indicator, or give a code"),
        (("--new", OFFICIAL), "is there already"),
        (("--new", "Our Grants"), "is no code"),
        (("rd_expenditure_gpd",), "did you mean rd_expenditure_gdp"),
        ((next(i.code for i in catalogue.indicators.values() if i.arity == "pair"),), "is a figure of two countries"),
    ):
        answer = run(*words)
        assert answer.exit_code != 0 and said in answer.output, words


def test_what_a_template_declares_is_read_back_as_it_is(fresh_shop, tmp_path) -> None:
    put(fresh_shop, tmp_path, file(EXAMPLE))
    spec = supply_queries.with_declared(fresh_shop.engine, fresh_shop.catalogue).indicators[NEW]
    text = "".join(template_lines(NEW, fresh_shop.areas, declaration(spec)))
    filled = text.replace(",France,,,A,,", ",France,2020,5,A,Ministry,CC0")
    report = examined(fresh_shop, file(filled, "again.csv"))
    assert [(t.indicator, t.name, t.rows) for t in report.taken] == [(NEW, spec.name, 1)]
    assert replace(fresh_shop).catalogue.indicators.keys() >= {own_code(OFFICIAL).removeprefix(PREFIX)}
