"""What the rules, the elements and the weak points of the audit are called, in the language that is spoken then."""

from collections.abc import Callable, Mapping
from typing import Final

from scidip.figures.text import numbers, sentences
from scidip.findings.exhibits.columns import scored_name
from scidip.findings.session import Desk
from scidip.indicators.audit.computed import EVERY
from scidip.indicators.audit.neighbours import PUBLISHED_INDICES
from scidip.indicators.audit.rules import RULES, WeakPoint
from scidip.indicators.language.current import N_, _, ngettext
from scidip.indicators.vocabulary import oldest_current

RULE_NAMES: Final[Mapping[str, str]] = {
    "follows_income": N_("Follows national income"),
    "near_neighbour": N_("Close to another index"),
    "few_ranked": N_("Few countries ranked in a factor"),
    "other_method": N_("Unstable under another method"),
    "old_figures": N_("Old figures"),
    "proxies": N_("Proxies"),
    "scored_zero": N_("Scored zero"),
    "moves_ranks": N_("One indicator moves many ranks"),
    "low_alpha": N_("Parts hardly go together"),
    "against_dimension": N_("Runs against its dimension"),
    "too_strong": N_("Weighs more than meant"),
    "too_weak": N_("Weighs less than meant"),
}
MEANINGS: Final[Mapping[str, str]] = {
    "follows_income": N_(
        "More than half of the differences in score go with GDP per head: read the residual beside it."
    ),
    "near_neighbour": N_("The scores can hardly be told apart from those of another published index."),
    "few_ranked": N_("A factor in which fewer than half of the ranked countries have enough figures for a rank."),
    "other_method": N_("Under a named alternative more than one country in ten leaves its published range."),
    "old_figures": N_("More than a third of the figures are of years before those that count as current."),
    "proxies": N_("More than a third of the indicators stand for something that is not measured itself."),
    "scored_zero": N_("More than one ranked country in twenty has a score of zero: nothing tells them apart."),
    "moves_ranks": N_("Left out, a single indicator moves more than one country in ten out of its range."),
    "low_alpha": N_("The parts do not measure one thing; the score is a sum, not an ability (Cronbach’s alpha)."),
    "against_dimension": N_("Countries with more of the indicator have less of the dimension it is counted in."),
    "too_strong": N_("The indicator makes more than twice the differences in score that its weight promises."),
    "too_weak": N_("The indicator makes less than a third of the differences in score that its weight promises."),
}
METHODS: Final[Mapping[str, str]] = {
    "rank_based": N_("rank-based scores"),
    "geometric": N_("the geometric mean of the factors"),
    "harmonic": N_("the harmonic mean of the factors"),
    "benefit_of_the_doubt": N_("the weights that suit each country best, each factor within half of its weight"),
    "doubt_without_bounds": N_("the weights that suit each country best, without bounds"),
    "principal_components": N_("weights by principal components"),
    EVERY: N_("every one of them"),
}

CHOICES: Final[Mapping[str, str]] = {
    "weights": N_("Weights around the stated ones"),
    "normalise": N_("Scales"),
    "gaps": N_("Gaps left or filled"),
    "source_errors": N_("Errors that sources state"),
    "weighting": N_("Weights stated or learnt"),
    "aggregate": N_("Means of the factors"),
    "leave_out": N_("One indicator left out"),
    "impute": N_("Imputation"),
    "treat": N_("Treatment"),
    "all": N_("All together"),
}
"""The choices of the simulated methods."""


def percent(share: float) -> str:
    """Return a share from 0 to 1 as it is read: "42 %"."""
    return f"{numbers.fixed(100 * share, 0)} %"


def element_name(desk: Desk, code: str) -> str:
    """Return the name of a node, an indicator or an alternative method."""
    if code in METHODS:
        return _(METHODS[code])
    return desk.catalogue.indicators[code].name if code in desk.catalogue.indicators else scored_name(desk, code)


def in_sentence(desk: Desk, code: str) -> str:
    """Return the name of an element as it stands inside a sentence."""
    if code in desk.catalogue.indicators and code not in PUBLISHED_INDICES:
        return sentences.named(desk.catalogue.indicators[code])
    return element_name(desk, code)


def figure_words(rule: str, figure: float) -> str:
    """Return a figure or a bound of a rule as it is read."""
    unit = RULES[rule].unit
    if unit == "share":
        return percent(figure)
    return _("{n} times").format(n=numbers.fixed(figure, 2)) if unit == "times" else numbers.fixed(figure, 2)


def bound_words(rule: str) -> str:
    """Return when a rule names a weak point: "over 50 %"."""
    words = _("over {bound}") if RULES[rule].above else _("under {bound}")
    return words.format(bound=figure_words(rule, RULES[rule].bound))


def told(desk: Desk, weak: WeakPoint, year: int) -> str:
    """Return what a weak point says, as a clause that may stand in a sentence."""
    name, parts = in_sentence(desk, weak.element), weak.parts
    words = _CLAUSES[weak.rule](int(parts.get("n", 1)))
    return words.format(
        name=name,
        factor=name.lower(),
        share=percent(weak.figure),
        figure=figure_words(weak.rule, weak.figure),
        n=numbers.number(parts.get("n", 0)),
        of=numbers.number(parts.get("of", 0)),
        year=oldest_current(year),
        edition=parts.get("edition", ""),
        node=in_sentence(desk, parts["node"]) if "node" in parts else "",
        meant=f"{numbers.fixed(100 * parts.get('intended', 0.0), 1)} %",
        has=f"{numbers.fixed(100 * parts.get('effective', 0.0), 1)} %",
    )


_CLAUSES: Final[Mapping[str, Callable[[int], str]]] = {
    "follows_income": lambda _n: _("{share} of the differences in score go with GDP per head"),
    "near_neighbour": lambda _n: _("the scores go with the {name} of {edition} at a correlation of {figure}"),
    "few_ranked": lambda n: ngettext(
        "in the {factor}, {n} of {of} countries has enough figures for a rank",
        "in the {factor}, {n} of {of} countries have enough figures for a rank",
        n,
    ),
    "other_method": lambda _n: _("under {name}, {share} of the countries keep within their published ranges"),
    "old_figures": lambda _n: _("{name}: {share} of the figures are older than {year}"),
    "proxies": lambda _n: _("{name}: {n} of {of} indicators are proxies"),
    "scored_zero": lambda _n: _("{name}: {n} of {of} ranked countries score zero"),
    "moves_ranks": lambda _n: _("without {name}, {n} of {of} countries leave their ranges"),
    "low_alpha": lambda _n: _("{name}: {n} parts with an alpha of {figure}"),
    "against_dimension": lambda _n: _("{name} goes with {node} at a correlation of {figure}"),
    "too_strong": lambda _n: _("{name}: meant to carry {meant} of the index, carries {has}"),
    "too_weak": lambda _n: _("{name}: meant to carry {meant} of the index, carries {has}"),
}
