"""Two countries and what ties them: the exhibits of the page of a pair."""

from collections.abc import Mapping, Sequence
from typing import Any

from scidip.findings import terms
from scidip.findings.claims.report import SCORES_BY
from scidip.findings.exhibits.pair import EXHIBITS
from scidip.indicators.units import UNITS
from scidip.publish.api import records
from scidip.publish.api.query import Refused
from scidip.publish.citation import works
from scidip.publish.mcp import naming, paging
from scidip.publish.mcp.answers import PairAnswer, PairExhibit
from scidip.publish.mcp.desk import ToolDesk
from scidip.publish.mcp.questions import Pair
from scidip.publish.mcp.tools import head, tool

NAMES = ("ref_area_name", "counterpart_area_name")
"""Columns that say what stands at the head of the answer."""


@tool("Two countries and their ties", Pair, PairAnswer)
def pair(desk: ToolDesk, asked: Pair) -> PairAnswer:
    """Say what ties two countries: publications, students, visas, missions, memberships, projects; and dependence.

    Every layer has its own year; a layer without a figure says what that means in `status`.
    """
    if asked.exhibit and asked.exhibit not in EXHIBITS:
        raise Refused(
            "unknown_exhibit", f"There is no exhibit {asked.exhibit!r}.", f"Accepted are {', '.join(EXHIBITS)}."
        )
    a, b, year = naming.area(desk, asked.a), naming.area(desk, asked.b), naming.year(desk, asked.year)
    told = records.pair(desk, {"a": a, "b": b, "year": str(year)})
    shown = {e["key"]: e for e in told["exhibits"] if asked.exhibit in ("", e["key"])}
    reasons = terms.refusals(desk.engine, desk.catalogue)
    flat = [(key, row) for key, exhibit in shown.items() for row in exhibit["rows"]]
    start = paging.offset_of("pair", asked, desk.data_version)
    link = desk.link("/pair", a=a, b=b, year=year)

    def build(part: Sequence[Any], more: bool) -> PairAnswer:
        following = paging.cursor("pair", asked, desk.data_version, start + len(part)) if more else None
        parted = {key: [row for k, row in part if k == key] for key in dict.fromkeys(k for k, _ in part)}
        return PairAnswer(
            **head(desk),
            next=following,
            a=a,
            a_name=desk.areas.name(a),
            b=b,
            b_name=desk.areas.name(b),
            time_period=year,
            withheld={code: reasons[code] for code in told["withheld"]},
            exhibits=[_exhibit(desk, shown[k], rows, link) for k, rows in parted.items()],
        )

    answer = paging.fitted(flat[start:], asked.limit, build)
    assert isinstance(answer, PairAnswer)
    return answer


def _exhibit(desk: ToolDesk, told: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], link: str) -> PairExhibit:
    """Return an exhibit with some of its rows; where rows are of several series, each names its own source."""
    mixed = any("indicator" in row for row in rows)
    source, licence = None if mixed else SCORES_BY, None if mixed else desk.catalogue.scores_licence
    if told["series"] and not mixed:
        source, licence = ("; ".join(words) for words in zip(*(_origin(desk, c) for c in told["series"]), strict=True))
    return PairExhibit(
        key=told["key"],
        finding=told["finding"],
        subtitle=told["subtitle"],
        units={c["name"]: UNITS.get(c["unit"], "") or c["unit"] for c in told["columns"] if c["unit"]},
        source=source,
        licence=licence,
        link=link,
        rows=[_row(desk, row) for row in rows],
    )


def _row(desk: ToolDesk, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells that are known, words set; with the origin of the series the row is of."""
    known = {k: _plain(v) for k, v in row.items() if v is not None and v == v and k not in NAMES}
    if "indicator" not in row:
        return known
    source, licence = _origin(desk, row["indicator"])
    return known | {"source": source, "licence": licence}


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, str | int | float | bool) else str(value)


def _origin(desk: ToolDesk, code: str) -> tuple[str, str]:
    """Return title and licence of what a series rests on."""
    work = desk.cache.get(
        ("mcp work", code), lambda: works.series_works(desk.engine, desk.catalogue, [code], desk.data_version)[0]
    )
    return "; ".join(title for title, *_ in work.producers), work.licence
