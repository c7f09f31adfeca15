"""The audit of the index as exhibits: each finding with its table; weak points by rule. One source for every reader."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import pandas as pd

from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings.audit import words
from scidip.findings.audit.income_exhibits import income, neighbours
from scidip.findings.audit.index_audit import IndexAudit
from scidip.findings.audit.widths_exhibit import widths
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, Words, coded
from scidip.findings.exhibits import columns
from scidip.findings.session import Desk
from scidip.indicators.audit.computed import EVERY
from scidip.indicators.audit.rules import RULES, WeakPoint
from scidip.indicators.language.current import N_, _, ngettext
from scidip.indicators.vocabulary import oldest_current

COUNT: Final = "integer"
SHARE: Final = "share"


def weak_points(desk: Desk, audit: IndexAudit) -> Exhibit:
    """Return each weak point with its rule, figure, bound, and the argued exception where the catalogue states one."""
    heads = (
        coded("rule", N_("Rule"), words.RULE_NAMES),
        Column("element", N_("What it concerns"), "code", names=lambda code: words.element_name(desk, code)),
        columns.YEAR,
        Column("finding", N_("What is found"), "text"),
        Column("obs_value", N_("Figure"), unit="ratio"),
        Column("bound", N_("Bound"), unit="ratio"),
        Column("argument", N_("Argued exception"), "text"),
    )
    rows = []
    for w in audit.weak:
        rule = RULES[w.rule]
        clause = Sentence(partial(_clause, desk, w, audit.year))
        why = Sentence(partial(_argument, desk, w.key)) if w.key in desk.catalogue.exceptions else None
        rows.append((w.rule, w.element, audit.year, clause, w.figure, rule.bound, why))
    return Exhibit(
        "audit_weak_points",
        Sentence(lambda: headline(desk, audit)),
        Message(N_("Every figure of the audit beyond the bound of its rule, what concerns the whole index first")),
        Table(N_("Weak points by rule"), heads, tuple(rows)),
        (),
    )


def _clause(desk: Desk, weak: WeakPoint, year: int) -> str:
    return sentences.opening(words.told(desk, weak, year))


def _argument(desk: Desk, key: str) -> str:
    return desk.catalogue.exceptions[key].argument


def headline(desk: Desk, audit: IndexAudit) -> str:
    """Return how many weak points there are, and which matter most."""
    weak = audit.weak
    if not weak:
        return _("No rule names a weak point of the index.")
    said = ngettext("By rule the index has one weak point", "By rule the index has {n} weak points", len(weak))
    others = [w for w in weak[1:] if w.rule != weak[0].rule]
    chosen = [weak[0], *[w for w in others if w.rule == "few_ranked"], *others][:2]
    most = sentences.listed([words.told(desk, w, audit.year) for w in chosen])
    return _("{said}; most of all, {most}.").format(said=said.format(n=len(weak)), most=most)


def rules(desk: Desk, audit: IndexAudit) -> Exhibit:
    """Return the rules: when each names a weak point, what that means, and how many it names."""
    heads = (
        coded("rule", N_("Rule"), words.RULE_NAMES),
        columns.YEAR,
        Column("bound", N_("Bound"), unit="ratio"),
        Column("named_when", N_("Named when"), "text"),
        Column("named", N_("Weak points"), COUNT),
        Column("meaning", N_("What it means"), "text"),
    )
    counts = pd.Series([w.rule for w in audit.weak], dtype=object).value_counts()
    rows = tuple(
        (
            r.code,
            audit.year,
            r.bound,
            Sentence(partial(words.bound_words, r.code)),
            int(counts.get(r.code, 0)),
            Message(words.MEANINGS[r.code]),
        )
        for r in RULES.values()
    )
    kept = sum(r.code not in counts for r in RULES.values())
    finding = Message(N_("{kept} of {all} rules name nothing"), {"kept": kept, "all": len(RULES)})
    subtitle = Message(
        N_("Bounds of 0.92 and 0.7 are those usual in audits of composite indicators; the others are ours")
    )
    return Exhibit("audit_rules", finding, subtitle, Table(N_("Rules of the audit"), heads, rows), ())


def factors(desk: Desk, audit: IndexAudit) -> Exhibit:
    """Return of the index and each factor: who is ranked, zeros, coverage, years of the figures, proxies."""
    heads = (
        columns.node_column(desk),
        columns.YEAR,
        Column("ranked_areas", N_("Countries ranked"), COUNT),
        Column("scored_zero", N_("Scored zero"), COUNT),
        Column("coverage", N_("Coverage, median"), unit=SHARE),
        Column("carried_share", N_("Carried, median"), unit=SHARE),
        Column("figures", N_("Figures"), COUNT),
        Column("median_period", N_("Median year"), "year"),
        Column("older", N_("Older than current"), unit=SHARE),
        Column("indicators", N_("Indicators"), COUNT),
        Column("proxies", N_("Proxies"), COUNT),
    )
    keys = ("coverage", "carried_share", "figures", "median_period", "older", "indicators", "proxies")
    rows = tuple(
        (r.node, audit.year, int(r.ranked), int(r.scored_zero), *(columns.plain(getattr(r, k)) for k in keys))
        for r in each_row(audit.factors.astype(object))
    )
    own = audit.own
    parts = {"figures": Sentence(lambda: numbers.fixed(own.figures, 0)), "first": own.first, "last": own.last}
    more = {
        "median": own.median,
        "share": Sentence(lambda: words.percent(own.older)),
        "year": oldest_current(audit.year),
    }
    text = N_("{figures} figures of {first} to {last}, median {median}; {share} are older than {year}")
    return Exhibit(
        "audit_factors",
        Message(text, parts | more),
        Message(N_("The index and its factors: ranked countries, their figures and the years these are of")),
        Table(Message(N_("Figures by factor, {year}"), {"year": audit.year}), heads, rows),
        (),
    )


def alpha(desk: Desk, audit: IndexAudit) -> Exhibit:
    """Return Cronbach's alpha of the index, each factor and dimension, the lowest first."""
    heads = (
        columns.node_column(desk),
        columns.YEAR,
        Column("parts", N_("Parts"), COUNT),
        Column("alpha", N_("Alpha"), unit="ratio", decimals=2),
    )
    frame = audit.computed.alpha.sort_values("alpha", kind="stable")
    rows = tuple((r.node, audit.year, int(r.parts), columns.known(r.alpha)) for r in each_row(frame))
    low = int((frame["alpha"] < RULES["low_alpha"].bound).sum())
    text = N_("{low} of {all} parts of the index have an alpha under {bound}")
    bound = Sentence(lambda: numbers.fixed(RULES["low_alpha"].bound))
    return Exhibit(
        "audit_alpha",
        Message(text, {"low": low, "all": len(frame), "bound": bound}),
        Message(N_("Cronbach’s alpha: how far the parts of each node measure one thing, over the ranked countries")),
        Table(N_("Internal consistency"), heads, rows),
        (),
    )


def fit(desk: Desk, audit: IndexAudit) -> Exhibit:
    """Return how each indicator goes with its dimension, the loosest first."""
    heads = (
        columns.indicator_column(desk),
        columns.node_column(desk, N_("Dimension")),
        columns.YEAR,
        Column("correlation", N_("Correlation"), unit="ratio", decimals=2),
        Column("areas", N_("Countries"), COUNT),
    )
    frame = audit.computed.fit.sort_values("r", kind="stable")
    rows = tuple((r.indicator, r.node, audit.year, columns.known(r.r), int(r.areas)) for r in each_row(frame))
    n, every = int((frame["r"] < 0).sum()), len(frame)
    finding = Sentence(
        lambda: ngettext(
            "{n} of {all} indicators runs against its dimension",
            "{n} of {all} indicators run against their dimensions",
            n,
        ).format(n=n, all=every)
    )
    if not n:
        finding = Sentence(lambda: _("None of {all} indicators runs against its dimension").format(all=every))
    subtitle = Message(N_("Correlation of each indicator with the score of its dimension, the loosest first"))
    table = Table(N_("Indicators and their dimensions"), heads, rows)
    return Exhibit("audit_fit", finding, subtitle, table, ())


def balance(desk: Desk, audit: IndexAudit) -> Exhibit:
    """Return the effective beside the intended weight of each indicator, the weakest first."""
    heads = (
        columns.indicator_column(desk),
        columns.YEAR,
        Column("intended", N_("Weight meant"), unit="percent"),
        Column("effective", N_("Weight carried"), unit="percent"),
        Column("ratio", N_("Carried over meant"), unit="times", decimals=2),
    )
    frame = audit.computed.balance.sort_values("ratio", kind="stable")
    rows = tuple(
        (r.indicator, audit.year, 100 * r.intended, 100 * r.effective, columns.known(r.ratio)) for r in each_row(frame)
    )
    strong, weak = RULES["too_strong"], RULES["too_weak"]
    counts = {
        "strong": sum(map(strong.breaks, frame["ratio"])),
        "weak": sum(map(weak.breaks, frame["ratio"])),
        "all": len(frame),
    }
    return Exhibit(
        "audit_balance",
        Message(
            N_(
                "Of {all} indicators, {strong} carry more than twice the weight they are meant to carry, "
                "{weak} less than a third"
            ),
            counts,
        ),
        Message(N_("Share of the differences in the index that come with each indicator, beside its weight")),
        Table(N_("Effective and intended weights"), heads, rows),
        (),
        (
            Message(
                N_("The effective weight is w · cov(indicator, index), scaled to one (Paruolo, Saisana and Saltelli).")
            ),
        ),
    )


def removal(desk: Desk, audit: IndexAudit) -> Exhibit:
    """Return what leaving out each indicator does to the ranks, the strongest first."""
    heads = (
        columns.indicator_column(desk),
        columns.YEAR,
        Column("outside", N_("Countries that leave their ranges"), COUNT),
        Column("outside_share", N_("Share"), unit=SHARE),
        Column("mean_shift", N_("Mean shift"), unit="places"),
        Column("max_shift", N_("Largest shift, places"), COUNT),
    )
    frame = audit.computed.removal
    rows = tuple(
        (r.indicator, audit.year, int(r.outside), r.outside / audit.ranked, float(r.mean_shift), int(r.max_shift))
        for r in each_row(frame)
    )
    finding: Words = N_("No indicator is left out")
    if len(frame):
        first = frame.iloc[0]
        name = Sentence(lambda: words.in_sentence(desk, str(first["indicator"])))
        parts = {"name": name, "n": int(first["outside"]), "all": audit.ranked}
        finding = Message(N_("Without {name}, {n} of {all} countries leave their published ranges"), parts)
    return Exhibit(
        "audit_removal",
        finding,
        Message(N_("Each indicator left out in turn: who leaves the published range, and how far ranks move")),
        Table(N_("The index without each indicator"), heads, rows),
        (),
    )


def alternatives(desk: Desk, audit: IndexAudit) -> Exhibit:
    """Return under each named alternative, who keeps within the published range, and how the ranks go together."""
    heads = (
        coded("method", N_("Alternative"), words.METHODS),
        columns.YEAR,
        Column("within", N_("Within their ranges"), unit=SHARE),
        Column("correlation", N_("Rank correlation"), unit="ratio", decimals=3),
    )
    frame = audit.computed.alternatives
    rows = tuple((r.method, audit.year, columns.known(r.within), columns.known(r.correlation)) for r in each_row(frame))
    every = frame.loc[frame["method"] == EVERY, "within"]
    share = Sentence(lambda: words.percent(float(every.iloc[0]))) if len(every) else "–"
    parts = {"share": share, "n": int((frame["method"] != EVERY).sum())}
    return Exhibit(
        "audit_alternatives",
        Message(
            N_("Under all {n} named alternatives together, {share} of the countries keep within their ranges"), parts
        ),
        Message(
            N_("Share of countries whose rank lies in the published range, and correlation with the published ranks")
        ),
        Table(N_("Named alternatives"), heads, rows),
        (),
    )


EXHIBITS: Final[Mapping[str, Callable[[Desk, IndexAudit], Exhibit]]] = {
    "weak_points": weak_points,
    "rules": rules,
    "factors": factors,
    "alpha": alpha,
    "fit": fit,
    "balance": balance,
    "removal": removal,
    "alternatives": alternatives,
    "widths": widths,
    "income": income,
    "neighbours": neighbours,
}
"""The exhibits of the audit in their order, by the names of their parts."""
