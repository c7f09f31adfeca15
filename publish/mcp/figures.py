"""Figures: the rows of the API's tables of observations and pairs, by series."""

from collections.abc import Sequence
from typing import Any

from scidip.figures.text import numbers
from scidip.indicators.units import UNITS
from scidip.publish.api.query import Refused, chosen_of, next_cursor
from scidip.publish.export import tables
from scidip.publish.mcp import naming, paging
from scidip.publish.mcp.answers import Figure, FiguresAnswer, Series
from scidip.publish.mcp.desk import ToolDesk
from scidip.publish.mcp.questions import Figures
from scidip.publish.mcp.tools import head, tool

Row = dict[str, Any]
Way = tuple[list[str], list[str]]
NOTHING = "No figure is known for this question. What is missing is not known, unless its list is complete; not zero."
NOTHING_HERE = "No further figure on this page."


@tool("Figures", Figures, FiguresAnswer)
def figures(desk: ToolDesk, asked: Figures) -> FiguresAnswer:
    """Read published figures of up to ten indicators, per area or per pair of areas, each with unit, year and source.

    Series that may not be passed on are refused, with where to get them.
    """
    codes = list(dict.fromkeys(naming.indicator(desk, i) for i in asked.indicators))
    name = _table(desk, codes, asked)
    ways = _ways(desk, codes, naming.areas(desk, asked.areas), naming.areas(desk, asked.partners))
    way, _, after = (asked.cursor or "0~").partition("~")
    if way not in [str(n) for n in range(len(ways))]:
        raise Refused("bad_cursor", "The cursor cannot be read.", "Accepted is the value of next, as it was sent.")
    for place in range(int(way), len(ways)):
        question = _question(codes, ways[place], asked.years)
        rows = _rows(desk, name, question, after, asked.limit)
        after = ""
        if rows:
            return _page(desk, name, question, rows, (place, ways), asked.limit)
    return FiguresAnswer(**head(desk), note=NOTHING_HERE if asked.cursor else NOTHING, series=[])


def _ways(desk: ToolDesk, codes: Sequence[str], areas: list[str], partners: list[str]) -> list[Way]:
    """Return in which columns the areas and partners are looked for: in both orders where a tie has no direction."""
    ways = [(areas, partners)]
    if not all(desk.catalogue.indicators[c].directed for c in codes) and (areas or partners):
        ways.append((partners, areas))
    return ways


def _question(codes: Sequence[str], way: Way, years: str | None) -> dict[str, str]:
    """Return the question in the words of the API."""
    asked = {"indicator": ",".join(codes), "time_period": years or ""}
    asked |= {c: ",".join(v) for c, v in zip(("ref_area", "counterpart_area"), way, strict=True)}
    return {k: v for k, v in asked.items() if v}


def _rows(desk: ToolDesk, name: str, question: Row, after: str, limit: int) -> list[Row]:
    """Return the rows of a page, and one more where there is one."""
    more = {"cursor": after} if after else {}
    chosen, _ = chosen_of(desk, name, question | more | {"limit": str(limit)}, desk.data_version)
    table = tables.observations(desk.engine, desk.catalogue, chosen, pairs=name == "pairs")
    return [dict(zip(table.header, row, strict=True)) for row in table.rows()]


def _page(
    desk: ToolDesk, name: str, question: Row, rows: list[Row], way: tuple[int, list[Way]], limit: int
) -> FiguresAnswer:
    """Return as many of *rows* as fit; *way*: which of the orders in which areas and partners are looked for."""
    place, ways = way
    areas, partners = ways[0]

    def build(part: Sequence[Row], more: bool) -> FiguresAnswer:
        following = f"{place}~{next_cursor(name, _key(part[-1]), desk.data_version, question)}" if more else None
        if following is None and place + 1 < len(ways):
            following = f"{place + 1}~"
        kept = [r for r in part if place == 0 or not _seen(desk, r, areas, partners)]
        return FiguresAnswer(
            **head(desk), next=following, note="" if kept else NOTHING_HERE, series=_series(desk, kept)
        )

    answer = paging.fitted(rows, limit, build)
    assert isinstance(answer, FiguresAnswer)
    return answer


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row.values())


def _seen(desk: ToolDesk, row: Row, areas: list[str], partners: list[str]) -> bool:
    """Return whether a row was on a page of the first order already, or is of a tie whose other way was not asked."""
    first = (not areas or row["ref_area"] in areas) and (not partners or row["counterpart_area"] in partners)
    return first or desk.catalogue.indicators[row["indicator"]].directed


def _table(desk: ToolDesk, codes: Sequence[str], asked: Figures) -> str:
    """Return the table that holds the series; those per area and those per pair are in two."""
    arities = {desk.catalogue.indicators[c].arity for c in codes}
    if len(arities) > 1:
        pairs = [c for c in codes if desk.catalogue.indicators[c].arity == "pair"]
        raise Refused(
            "two_tables", f"{', '.join(pairs)} is per pair, the rest per area.", "Accepted is one kind at a time."
        )
    if arities == {"pair"}:
        return "pairs"
    if asked.partners:
        raise Refused("no_partners", f"{codes[0]} is a figure per area.", "Accepted are areas, without partners.")
    return "observations"


def _series(desk: ToolDesk, rows: Sequence[Row]) -> list[Series]:
    found: dict[tuple[str, ...], Series] = {}
    for row in rows:
        key = tuple(str(row[c] or "") for c in ("indicator", "unit", "source", "vintage", "licence"))
        if key not in found:
            found[key] = _block(desk, *key)
        partner = row.get("counterpart_area")
        value = row["obs_value"]
        found[key].figures.append(
            Figure(
                ref_area=row["ref_area"],
                area=desk.areas.name(row["ref_area"]),
                counterpart_area=partner,
                partner=desk.areas.name(partner) if partner else None,
                time_period=row["time_period"],
                obs_value=value if numbers.known(value) else None,
                obs_status=row["obs_status"] or "",
            )
        )
    return list(found.values())


def _block(desk: ToolDesk, code: str, unit: str, source: str, vintage: str, licence: str) -> Series:
    spec = desk.catalogue.indicators[code]
    page = "/downloads" if spec.arity == "pair" else "/indicator"
    return Series(
        indicator=code,
        name=spec.name,
        proxy=spec.proxy,
        unit=unit,
        unit_words=UNITS.get(unit, "") or unit,
        source=source,
        vintage=vintage,
        licence=licence,
        link=desk.link(page, indicator=code),
        figures=[],
    )
