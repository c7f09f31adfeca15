"""Exhibits: the same typed values on the page, in briefings, in files and in the API, in every language."""

import io
import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pptx import Presentation

from scidip.dashboard.core.component_tree import text
from scidip.dashboard.pages.pair import page as pair_page
from scidip.dashboard.server.factory import create_app
from scidip.findings.exhibit import UNIT, Column, Exhibit, Message, Sentence, Table
from scidip.findings.exhibits.pair import EXHIBITS
from scidip.findings.pair import PairView
from scidip.indicators.language.current import ENGLISH, speaking
from scidip.publish.briefs.brief import Chart
from scidip.publish.briefs.making import brief_of
from scidip.publish.briefs.origin import Asked
from scidip.publish.briefs.slides.deck import slides
from tests.ahead import served_context

pytestmark = pytest.mark.db

ODD = (
    ("FRA", "DEU"),
    ("KAZ", "RUS"),
    ("TUV", "NRU"),
    ("PRK", "SOM"),
    ("VAT", "ITA"),
    ("TWN", "CHN"),
    ("BRA", "PER"),  # an agreement that is studied
)
PAIRS = 11


@pytest.fixture(scope="module")
def ctx(built_url):
    return served_context(built_url)


@pytest.fixture(autouse=True)
def moment(ctx) -> Iterator[None]:
    """The figures do not change under a test: it asks for their version once."""
    with ctx.at_one_moment():
        yield


@pytest.fixture(scope="module")
def pairs(ctx) -> list[tuple[str, str]]:
    """Pairs that were wrong once, and others drawn from all areas."""
    chance, areas = random.Random(15), sorted(ctx.present_areas)
    return [*ODD, *(tuple(chance.sample(areas, 2)) for _ in range(PAIRS - len(ODD)))]


@pytest.fixture(scope="module")
def client(ctx):
    return create_app(ctx).server.test_client()


def exhibits(ctx, a: str, b: str) -> list[Exhibit]:
    view = PairView(ctx, a, b, ctx.years[-1])
    return [e for make in EXHIBITS.values() if (e := make(view)) is not None]


def is_number(word: Any) -> bool:
    try:
        float(str(word).replace(",", "."))
    except ValueError:
        return False
    return True


def assert_typed(frame: pd.DataFrame, table: Table) -> None:
    """Fail when a number is kept as text, or stands without its unit."""
    for name, column in frame.items():
        texts = column.dropna() if str(column.dtype) == "string" else column.iloc[:0]
        assert not len(texts) or not all(map(is_number, texts)), f"{name}: numbers as text"
    assert frame.columns.is_unique
    units = {c.key: "unit" if c.key == "obs_value" else c.key + UNIT for c in table.columns if c.unit}
    assert set(units.values()) <= set(frame.columns)


def test_files_are_the_same_in_every_language_and_typed(ctx, pairs) -> None:
    seen = set()
    for a, b in pairs:
        english = {e.key: (e.table.frame(), e.table) for e in exhibits(ctx, a, b)}
        with speaking(ctx.languages["fr"]):
            other = {e.key: e.table.frame() for e in exhibits(ctx, a, b)}
        assert other.keys() == english.keys()
        for key, (frame, _table) in english.items():
            pd.testing.assert_frame_equal(frame, other[key])
        for key, (frame, table) in english.items():
            assert_typed(frame, table)
            seen.add(key)
    assert seen == set(EXHIBITS)


def values_of(shown: Exhibit) -> Iterator[tuple[Column, Any]]:
    """Yield the figures of an exhibit with their columns: what a reader came for."""
    for row in shown.table.records():
        for column in shown.table.columns:
            if column.key in ("obs_value", "share", "score") and row[column.key] is not None:
                yield column, row


@pytest.mark.parametrize("code", ["en", "fr"])
def test_the_page_shows_every_value(ctx, pairs, code: str) -> None:
    checked = 0
    with speaking(ctx.languages[code]):
        for a, b in pairs:
            state = pair_page.State(a, b, None)
            told = text(pair_page.layout(ctx, state))
            for shown in exhibits(ctx, a, b):
                for column, row in values_of(shown):
                    written = row.get("meaning") or column.write(row[column.key]).split(" ")[0]
                    assert str(written) in told, (a, b, shown.key, written)
                    checked += 1
    assert checked > 500


def flat(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        for part in fields(value):
            yield from flat(getattr(value, part.name))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from flat(part)
    else:
        yield value


def charts(brief: Any) -> list[Chart]:
    return [b for part in brief.parts for b in part.blocks if isinstance(b, Chart)]


def test_a_briefing_holds_every_value(ctx, pairs) -> None:
    for a, b in pairs:
        brief = brief_of(Asked(ctx, ctx.years[-1], "http://127.0.0.1"), (a, b))
        drawn = {v for chart in charts(brief) for s in chart.series for v in s.values if v is not None}
        words = " ".join(v for v in flat(brief.parts) if isinstance(v, str))
        for shown in exhibits(ctx, a, b):
            for column, row in values_of(shown):
                if shown.key == "pair_layers":
                    written = row["meaning"] or column.write(row["obs_value"]).split(" ")[0]
                    assert str(written) in words, (a, b, shown.key, written)
                else:
                    assert row[column.key] in drawn, (a, b, shown.key, row)


def test_a_slide_keeps_the_values_of_its_charts(ctx) -> None:
    brief = brief_of(Asked(ctx, ctx.years[-1], "http://127.0.0.1"), ("FRA", "DEU"))
    made = Presentation(io.BytesIO(slides(brief, lambda _picture: None))).slides
    kept = [s.chart for slide in made for s in slide.shapes if s.has_chart]
    held = {v for c in kept for plot in c.plots for s in plot.series for v in s.values if v is not None}
    for shown in exhibits(ctx, "FRA", "DEU"):
        if shown.key != "pair_layers":
            assert {round(abs(row[c.key]), 9) for c, row in values_of(shown)} <= {round(abs(v), 9) for v in held}, (
                shown.key
            )


def as_read(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame as text of CSV holds it: pandas cannot know there what type an empty column has."""
    return frame.astype(object).where(frame.notna(), np.nan).infer_objects()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_saved_of_the_page_is_the_exhibit(ctx, client, kind: str) -> None:
    tables = {e.key: e.table.frame() for e in exhibits(ctx, "FRA", "DEU")}
    parts = {
        "table-1": "pair_layers",
        "pair-intensity": "pair_intensity",
        "pair-joint": "pair_joint",
        "pair-expected": "pair_expected",
        "pair-students": "pair_students",
        "pair-profile": "pair_complementarity",
    }
    for part, key in parts.items():
        for language in ("en", "fr"):
            answer = client.get(f"/figure/pair.{kind}?part={part}&a=FRA&b=DEU&lang={language}")
            assert answer.status_code == 200, answer.get_data(as_text=True)
            body = io.BytesIO(answer.get_data())
            read = pd.read_csv(body, comment="#") if kind == "csv" else pd.read_excel(body)
            expected = as_read(tables[key])
            assert list(read.columns) == list(expected.columns)
            pd.testing.assert_frame_equal(
                read.astype(object).where(read.notna(), None),
                expected.astype(object).where(expected.notna(), None),
                check_dtype=False,
            )


def test_the_api_gives_the_exhibits(ctx, client) -> None:
    answer = client.get("/api/v1/pair?a=FRA&b=DEU", headers={"Cookie": "scidip-language=fr"}).json["data"]
    given = {e["key"]: e for e in answer["exhibits"]}
    for shown in exhibits(ctx, "FRA", "DEU"):
        if shown.series and {*shown.series} <= {*answer["withheld"]}:
            assert shown.key not in given
            continue
        frame = shown.table.frame()
        if "indicator" in frame:
            frame = frame[~frame["indicator"].isin(answer["withheld"])]
        assert given[shown.key]["rows"] == frame.astype(object).where(frame.notna(), None).to_dict("records")
        assert {c["name"] for c in given[shown.key]["columns"]} <= set(frame.columns)
    refused = client.get("/api/v1/pair?a=FRA&b=FRA")
    assert refused.status_code == 400 and refused.json["error"]["code"] == "same_area"


def test_words_are_set_in_the_language_spoken_then(ctx) -> None:
    name = Message("{a} → {b}", {"a": Sentence(lambda: ctx.areas.name("DEU")), "b": Message("Year")})
    with speaking(ctx.languages["fr"]):
        assert str(name) == "Allemagne → Année"
    with speaking(ENGLISH):
        assert str(name) == "Germany → Year"


def test_a_row_needs_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="1 cells under 2 columns"):
        Table("t", (Column("a", "A"), Column("b", "B")), ((1.0,),))


def test_missing_cells_have_the_type_of_their_column() -> None:
    columns = (
        Column("n", "N", unit="score"),
        Column("y", "Y", "year"),
        Column("f", "F", "flag"),
        Column("t", "T", "text"),
    )
    frame = Table("t", columns, ((float("nan"), None, None, ""),)).frame()
    assert frame.isna().all(axis=None)
    assert [str(t) for t in frame.dtypes] == ["float64", "string", "Int64", "boolean", "string"]
