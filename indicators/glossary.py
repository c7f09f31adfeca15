"""The field's terms as they are used here: one line each, for the page, the documents and the links to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scidip.indicators.language.current import N_, _


@dataclass(frozen=True)
class Term:
    """A term: its name in addresses, on screen, and what it means here."""

    key: str
    name: str
    meaning: str
    forms: str = ""
    """The words by which a text uses it, parted by "|", where its name alone would not be found."""

    def words(self) -> Iterator[str]:
        """Yield the words by which a text in the language that is spoken uses the term."""
        yield from _(self.forms or self.name).split("|")


TERMS: Final = (
    Term(
        "indicator",
        N_("indicator"),
        N_("a series of figures per country (or per pair) in one unit, with a direction"),
        N_("indicator|indicators"),
    ),
    Term(
        "node",
        N_("dimension, factor, index"),
        N_("means of what is below them, each with a weight; the index has three factors"),
        N_("dimension|dimensions|factor|factors|index"),
    ),
    Term(
        "framework",
        N_("framework"),
        N_("which indicators make which dimensions, factors and index"),
        N_("framework|frameworks"),
    ),
    Term("methodology", N_("methodology"), N_("how figures are treated, normalised, weighted and aggregated")),
    Term(
        "observation",
        N_("observation"),
        N_("one figure: indicator, area, year, value, status, source, file and row"),
        N_("observation|observations"),
    ),
    Term(
        "status",
        N_("observation status"),
        N_(
            "SDMX code of an observation: A observed, E estimated by the source, …; Z, ours, says none in"
            " the complete list"
        ),
        N_("observation status|estimated by the source"),
    ),
    Term(
        "vintage", N_("vintage"), N_("all observations of a source as one run published them"), N_("vintage|vintages")
    ),
    Term("data-version", N_("data version"), N_("names the vintages and the scores that serve together")),
    Term(
        "carried",
        N_("carried figure"),
        N_(
            "a figure of an earlier year stands for this one; the maximum carry-forward is how many years it may. In "
            "an edition a figure of up to three years before counts as current, an older one as carried"
        ),
        N_("carried forward|carried|carry-forward"),
    ),
    Term("carried-share", N_("carried share"), N_("share of the scored figures of a country that are carried")),
    Term("coverage", N_("coverage"), N_("share of the indicators below a node that are known")),
    Term(
        "coverage-changed",
        N_("data coverage changed"),
        N_("most of a change of score or rank comes from figures that are known in one of the two years only"),
        N_("data coverage changed|data coverage"),
    ),
    Term(
        "quarantined",
        N_("quarantined"),
        N_("a row that failed a check and is kept aside, with the reason; scidip check lists it"),
        N_("quarantined|quarantine"),
    ),
    Term(
        "imputed",
        N_("imputed figure"),
        N_("a figure that a method made where none is known; the published index imputes none"),
        N_("imputed|imputation"),
    ),
    Term(
        "normalisation",
        N_("normalisation"),
        N_("bringing figures to one scale, 0 to 100"),
        N_("normalisation|normalisations|normalised"),
    ),
    Term(
        "winsorisation",
        N_("winsorisation"),
        N_(
            "moving extreme figures in to the nearest that are not, before normalisation; where that is "
            "not enough, logarithms"
        ),
        N_("winsorisation|winsorised"),
    ),
    Term(
        "compensation",
        N_("compensation"),
        N_("how far a high factor makes up for a low one: arithmetic mean high, geometric medium, harmonic low"),
    ),
    Term(
        "internal-consistency",
        N_("internal consistency"),
        N_("how far what is below a node measures one thing (Cronbach’s alpha, first component)"),
        N_("internal consistency|internally consistent"),
    ),
    Term(
        "simulated-methods",
        N_("simulated methods"),
        N_(
            "1,000 draws of normalisation, aggregation and weights; a 90 % range runs from the 5th to the"
            " 95th percentile"
        ),
    ),
    Term(
        "listed-apart",
        N_("listed apart"),
        N_("scored on the same scale and not ranked: dependent territories, small populations; reason_code says which"),
        N_("listed apart|list apart"),
    ),
    Term("too-few-figures", N_("too few figures"), N_("inside the ranked universe, but a factor cannot be scored")),
    Term(
        "complete-list",
        N_("list, complete list"),
        N_(
            "a source that names every case (sites, members, prizes); between its first and last year "
            "silence means none"
        ),
        N_("complete list|complete lists"),
    ),
    Term(
        "proxy",
        N_("proxy indicator"),
        N_("an indicator that stands for something it does not measure; it is called so wherever it is shown"),
        N_("proxy|proxies"),
    ),
    Term(
        "layer",
        N_("layer"),
        N_("one kind of tie between two countries: joint publications, students, agreements, …"),
        N_("layer|layers"),
    ),
    Term(
        "comparable-pairs",
        N_("comparable pairs"),
        N_("the 40 pairs whose totals are nearest; shown is their 10th–90th percentile"),
    ),
    Term(
        "relative-activity",
        N_("relative activity index"),
        N_("share of a field in a country's articles over its share in the world's; 1 is neither more nor less"),
        N_("relative activity index|relative activity"),
    ),
    Term(
        "fractional-count",
        N_("fractional count"),
        N_("an article of three countries counts a third in each, so that countries add up to the world"),
        N_("fractional count|fractional counts"),
    ),
    Term(
        "herfindahl",
        N_("Herfindahl index"),
        N_("the squares of all shares added up: 1 where all are with one partner, small where many have alike"),
    ),
    Term("betweenness", N_("betweenness"), N_("share of the shortest paths of a network that run through a country")),
    Term("main-caveats", N_("main caveats"), N_("what speaks against a reading, by fixed rules")),
)
"""Every term, in the order in which one explains the next."""
