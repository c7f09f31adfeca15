"""The case against a country's rank in its briefing, and how far the rank moves."""

from scidip.figures.text import numbers
from scidip.findings.laboratory import lab_of
from scidip.indicators.language.current import _
from scidip.publish.briefs.brief import Block, Grid, Part, Words
from scidip.publish.briefs.country.subject import Country, percent


def against(country: Country) -> Part | None:
    """Return the case against the rank, or what to keep in mind where there is none.

    None for an index of one's own where there is none either: it cannot be scored anew, or its unit has no rank.
    """
    if country.own is not None and not country.objections:
        return None
    blocks: tuple[Block, ...]
    shares: tuple[float, ...]
    if not country.objections:
        said = [
            _("There is no rank to dispute. What can be said rests on the figures that are published."),
            _("A dimension is scored only when half of its figures are known; the others are left open, not zero."),
            country.caveat,
        ]
        finding = _("What is missing may matter more than what is known")
        blocks, shares = (Words(tuple(said), large=True),), (1.0,)
    else:
        finding = country.objections[0].short
        told = Words(tuple(o.sentence for o in country.objections), large=True)
        blocks, shares = (told, _ways(country)), (0.6, 0.4)
    return Part(
        "case",
        finding,
        _rules(country),
        blocks,
        shares,
        country.asked.score_source,
        country.asked.link("/robustness", a=country.area),
        country.notes(_tried(country)),
    )


def _rules(country: Country) -> str:
    if country.own is not None:
        return _("Main caveats, by rule: alternative methodologies, contradicting factors")
    return _(
        "Main caveats, by rule: alternative methodologies, the other framework, contradicting factors, old figures"
    )


def _tried(country: Country) -> str:
    """Return which alternative methodologies were tried."""
    if country.own is not None:
        words = _(
            "{n} alternative methodologies: three normalisations, three means, each factor counting double or none."
        )
        return words.format(n=len(list(lab_of(country.desk).alternatives())))
    return _(
        "81 alternative methodologies: two frameworks, three normalisations, three means, each factor "
        "counting double or none."
    )


def _ways(country: Country) -> Grid:
    """Return how far the rank moves over the alternative methodologies."""
    assert country.index is not None  # only asked for a ranked country
    own = country.index
    frame = lab_of(country.desk).survivors(country.year)
    row = frame[frame["ref_area"] == country.area].iloc[0]
    rows = (
        (_("Rank") if country.own else _("Published rank"), numbers.ordinal(own["rank"])),
        (_("90 % range over simulated methods"), numbers.interval(own["rank_p05"], own["rank_p95"]) or "–"),
        (_("Best of {n} alternative methodologies").format(n=int(row["ways"])), numbers.ordinal(row["best"])),
        (_("Worst of {n} alternative methodologies").format(n=int(row["ways"])), numbers.ordinal(row["worst"])),
        (_("Figures known"), percent(own["coverage"])),
        (country.filled_name, percent(country.filled(own))),
    )
    return Grid(_("How far the rank moves"), (_("How far the rank moves"), ""), rows, (3, 1.2), (1,))
