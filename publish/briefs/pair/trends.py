"""The trends of a pair: joint publications and their intensity, students and researchers both ways."""

from collections.abc import Mapping
from dataclasses import replace

from scidip.figures.text import numbers
from scidip.findings import pair_sentences
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits import pair as pair_exhibits
from scidip.findings.exhibits.cooperation import expected as expected_exhibits
from scidip.findings.exhibits.cooperation import moves
from scidip.findings.pair import PairView
from scidip.indicators.language.current import _
from scidip.publish.briefs.brief import Chart, Part, Series
from scidip.publish.briefs.pair.subject import Pair

COLOURS = ("ink", "accent")
"""Of two countries face to face."""


def joint(pair: Pair) -> Part | None:
    """Return joint publications by year, and how strong the tie is for the size of both; None without any."""
    view = pair.view
    shown, strength = pair_exhibits.joint(view), pair_exhibits.intensity(view)
    if shown is None:
        return None
    a, b = view.spoken
    blocks = [
        _chart(
            _("Joint publications of {a} and {b} by year.").format(a=a, b=b),
            shown,
            {view.a: _("Joint publications")},
            _("Works with authors in both"),
            0,
        )
    ]
    more = ""
    if strength is not None:
        blocks.append(_intensity(view, strength))
        more = said(strength.finding) + "."
    return Part(
        "joint",
        said(shown.finding),
        _(
            "Works by year; relative intensity: the partner’s share in its joint "
            "publications over its share in those of all others"
        ),
        tuple(blocks),
        (1 / len(blocks),) * len(blocks),
        pair.source(*shown.series),
        pair.link,
        pair.notes(more, _("A work with authors in many countries counts once for each pair of them.")),
    )


def _intensity(view: PairView, shown: Exhibit) -> Chart:
    """Return how strong the tie by joint publications is for the size of both, seen from either."""
    a, b = view.spoken
    alt = _("Relative intensity of the joint publications of {a} and {b} by year; 1 is neutral.").format(a=a, b=b)
    seen = [_("Seen from {name}").format(name=n) for n in view.names]
    names = dict(zip((view.a, view.b), seen, strict=True))
    return _chart(alt, shown, names, _("Relative intensity; 1 is neutral"), 2)


def expected(pair: Pair) -> Part | None:
    """Return joint publications beside what is expected of them, by year; None where nothing is."""
    view = pair.view
    shown = expected_exhibits.of_pair(view)
    if shown is None:
        return None
    rows = {r["time_period"]: r for r in shown.table.records()}
    every = range(min(rows), max(rows) + 1)
    named = (
        ("obs_value", _("Joint works"), "ink"),
        ("expected", _("Expected"), "accent"),
        ("expected_p05", _("5 % of pairs lie below"), "muted"),
        ("expected_p95", _("5 % of pairs lie above"), "muted"),
    )
    lines = tuple(
        Series(name, tuple(rows[y][key] if y in rows else None for y in every), colour) for key, name, colour in named
    )
    a, b = view.spoken
    alt = _("Joint works of {a} and {b} by year, beside what is expected of them.").format(a=a, b=b)
    chart = Chart("lines", alt, tuple(map(str, every)), lines, _("Works with authors in both"), decimals=0)
    return Part(
        "expected",
        said(shown.finding),
        said(shown.subtitle),
        (chart,),
        (1.0,),
        pair.source(*shown.series),
        pair.link,
        pair.notes(*map(said, shown.notes)),
    )


def students(pair: Pair) -> Part | None:
    """Return the students who go each way, by year; None with fewer than two figures."""
    view = pair.view
    shown = pair_exhibits.students(view)
    if shown is None:
        return None
    a, b = view.names
    names = {view.a: _("{a} → {b}").format(a=a, b=b), view.b: _("{a} → {b}").format(a=b, b=a)}
    chart = _chart(_("Students of each country enrolled in the other, by year."), shown, names, _("Students"), 0)
    subtitle = said(shown.subtitle)
    return Part(
        "students",
        _students_words(view, shown).rstrip("."),
        " ".join([f"{subtitle}.", *map(said, shown.notes)]) if shown.notes else subtitle,
        (chart,),
        (1.0,),
        pair.source(*shown.series),
        pair.link,
        pair.notes(
            _("Only the largest flows are published: no figure does not mean that nobody goes."), codes=shown.series
        ),
    )


def researchers(pair: Pair) -> Part | None:
    """Return the researchers who moved each way, by year, as two producers count them; None where none is seen."""
    view = pair.view
    shown, together = moves.moves(view), moves.balance(view)
    if shown is None or together is None:
        return None
    a, b = view.names
    names = {view.a: _("{a} → {b}").format(a=a, b=b), view.b: _("{a} → {b}").format(a=b, b=a)}
    producer = shown.table.columns[0]
    charts = []
    for code in dict.fromkeys(row[0] for row in shown.table.rows):
        own = replace(shown, table=replace(shown.table, rows=tuple(r for r in shown.table.rows if r[0] == code)))
        alt = _("Researchers who moved each way by year, {producer}.").format(producer=producer.write(code))
        axis = _("Researchers who moved, {producer}").format(producer=producer.write(code))
        charts.append(_chart(alt, own, names, axis, 0))
    return Part(
        "moves",
        said(shown.finding),
        f"{said(shown.subtitle)}. {said(together.finding)}",
        tuple(charts),
        (1 / len(charts),) * len(charts),
        pair.source(*shown.series),
        pair.link,
        pair.notes(*map(said, shown.notes), codes=shown.series),
    )


def _students_words(view: PairView, shown: Exhibit) -> str:
    """Return who sends more, or how many go the one way that is published."""
    rows = shown.table.records()
    if len({r["ref_area"] for r in rows}) == 2:
        return pair_sentences.students(view)
    newest = rows[0]
    a, b = view.spoken if newest["ref_area"] == view.a else reversed(view.spoken)
    words = _("{n} from {a} to {b} in {year}; the other way is not published")
    n = numbers.value(newest["obs_value"], "students")
    return words.format(n=n, a=a, b=b, year=newest["time_period"])


def _chart(alt: str, shown: Exhibit, names: Mapping[str, str], axis: str, decimals: int) -> Chart:
    """Return a line for each area that the rows of an exhibit begin with, named in their order."""
    found: dict[str, dict[int, float]] = {}
    for row in shown.table.records():
        found.setdefault(row["ref_area"], {})[row["time_period"]] = row["obs_value"]
    years = sorted({year for series in found.values() for year in series})
    every = range(years[0], years[-1] + 1)
    lines = tuple(
        Series(names[area], tuple(series.get(y) for y in every), COLOURS[k])
        for k, (area, series) in enumerate(found.items())
    )
    return Chart("lines", alt, tuple(map(str, every)), lines, axis, decimals=decimals)
