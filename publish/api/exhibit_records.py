"""Lists of the API that hold exhibits: of a country, of the world; and what a question about them names."""

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from typing import Any

import pandas as pd

from scidip.findings import terms
from scidip.findings.exhibit import UNIT, Exhibit, said
from scidip.findings.exhibits.cooperation import event_years, openings
from scidip.findings.exhibits.cooperation import events as event_exhibits
from scidip.findings.exhibits.cooperation import expected as expected_exhibits
from scidip.findings.exhibits.cooperation import fields as country_fields
from scidip.findings.exhibits.cooperation import openness_fields as country_openness
from scidip.findings.exhibits.cooperation import tensions as tension_exhibits
from scidip.findings.exhibits.cooperation import unesco as unesco_exhibits
from scidip.findings.expected import ties as expected_ties
from scidip.indicators.language.current import ENGLISH, speaking
from scidip.publish.api.query import Refused


def fields(ctx: Any, args: Any) -> Any:
    """Return a country by field of science: its specialisation, that of every year, and topics of concern."""
    return _of_country(ctx, args, country_fields.OF_COUNTRY)


def openness(ctx: Any, args: Any) -> Any:
    """Return a country's volume and concentration of joint publications by year and field, and those of all."""
    return _of_country(ctx, args, country_openness.OF_COUNTRY)


def _of_country(ctx: Any, args: Any, makers: Mapping[str, Callable[[Any, str, int], Exhibit | None]]) -> Any:
    area, year = area_of(ctx, "area", args.get("area", "")), year_of(ctx, args)
    shown = [e for make in makers.values() if (e := make(ctx, area, year)) is not None]
    return {"area": area, "year": year, "exhibits": [exhibit(e, ()) for e in shown]}


def expected(ctx: Any, args: Any) -> Any:
    """Return the partners of a country beside what is expected of their joint works, and what is not in the model.

    `year` is that of the model, the newest up to the year asked for; None, and no exhibits, where there is none.
    """
    area, asked = area_of(ctx, "area", args.get("area", "")), year_of(ctx, args)
    held = {*terms.withheld(ctx.engine, ctx.catalogue)}
    made = (make(ctx, area, asked) for make in (expected_exhibits.of_area, openings.openings, openings.missed))
    own = expected_ties.year_for(ctx, asked)
    return {
        "area": area,
        "year": own,
        "outside": expected_ties.outside(ctx, area, own) if own is not None else "",
        "exhibits": [exhibit(e, held) for e in made if e is not None],
    }


def tensions(ctx: Any, args: Any) -> Any:
    """Return pairs across tensions in the model's year up to the year asked for, with `area` those of one country.

    Counts of treaties that may not be passed on are left out, and named.
    """
    area = area_of(ctx, "area", args["area"]) if args.get("area") else ""
    asked, held = year_of(ctx, args), {*terms.withheld(ctx.engine, ctx.catalogue)}
    shown = [e for make in tension_exhibits.OF_WORLD.values() if (e := make(ctx, asked, area)) is not None]
    return {
        "area": area,
        "year": expected_ties.year_for(ctx, asked),
        "withheld": sorted(held & {code for e in shown for code in e.series}),
        "exhibits": [exhibit(e, held) for e in shown],
    }


def events(ctx: Any, args: Any) -> Any:
    """Return what followed dated events, all of a kind together and year by year, with `area` those of one as well.

    A country without an event in the lists has no exhibit of its own.
    """
    area = area_of(ctx, "area", args["area"]) if args.get("area") else ""
    held = {*terms.withheld(ctx.engine, ctx.catalogue)}
    shown = [make(ctx) for make in event_years.OF_WORLD.values()]
    if area:
        shown += [event_exhibits.of_country(ctx, area), event_years.of_country(ctx, area)]
    return {"area": area, "exhibits": [exhibit(e, held) for e in shown if e is not None]}


def unesco(ctx: Any, args: Any) -> Any:
    """Return how each noun of UNESCO's texts is answered and the knowledge gap of all, with `area` of one as well."""
    area = area_of(ctx, "area", args["area"]) if args.get("area") else ""
    year, held = year_of(ctx, args), {*terms.withheld(ctx.engine, ctx.catalogue)}
    shown = [make(ctx, year) for make in unesco_exhibits.OF_WORLD.values()]
    shown += [make(ctx, area, year) for make in unesco_exhibits.OF_COUNTRY.values() if area]
    return {"area": area, "year": year, "exhibits": [exhibit(e, held) for e in shown if e is not None]}


def exhibit(shown: Exhibit, held: Collection[str]) -> dict[str, Any]:
    """Return an exhibit with its values and their units; without rows and columns of indicators in *held*."""
    frame = frame_of(shown, held)
    with speaking(ENGLISH):
        columns = [
            {"name": c.key, "type": c.kind, "unit": c.unit, "title": c.head}
            for c in shown.table.columns
            if c.key in frame
        ]
        words = {"finding": str(said(shown.finding)), "subtitle": str(said(shown.subtitle))}
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {"key": shown.key, **words, "series": list(shown.series), "columns": columns, "rows": rows}


def frame_of(shown: Exhibit, held: Collection[str]) -> pd.DataFrame:
    """Return the values of an exhibit; without rows and columns of indicators in *held*."""
    frame = shown.table.frame()
    if "indicator" in frame:
        frame = frame[~frame["indicator"].isin(list(held))]
    return frame.drop(columns=[c for c in map(str, frame) if c.removesuffix(UNIT) in held])


def year_of(ctx: Any, args: Any) -> int:
    """Return the year asked for, the newest scored one if none is."""
    year = args.get("year", str(ctx.years[-1] if ctx.years else 0))
    if not (year.isascii() and year.isdigit() and len(year) < 5 and int(year) in ctx.years):
        raise Refused(
            "unknown_year",
            f"{year[:20]!r} has no scores.",
            f"Scored years: {', '.join(map(str, ctx.years))}.",
            parameter="year",
        )
    return int(year)


def area_of(ctx: Any, name: str, code: str) -> str:
    """Return the code of an area that a question names as *name*; refuse one that is none."""
    if code not in ctx.areas.codes:
        near = get_close_matches(code[:20].upper(), sorted(ctx.areas.codes))
        raise Refused(
            "unknown_code",
            f"{name} is {code[:20]!r}, which is no area.",
            f"Did you mean {', '.join(near)}?" if near else f"Give an ISO alpha-3 code: ?{name}=FRA.",
            parameter=name,
            nearest=near,
        )
    return code
