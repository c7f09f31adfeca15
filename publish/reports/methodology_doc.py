"""The methodology for a statistician: a text with places for figures, and the figures, all of them computed.

`data/documents/methodology.md` is the text. It holds no figure of the index: `scidip docs` fills its places.
"""

import inspect
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings.audit import words
from scidip.findings.audit.income_exhibits import first_named
from scidip.findings.audit.index_audit import IndexAudit, audit_of
from scidip.findings.session import Desk
from scidip.indicators.audit.rules import WeakPoint
from scidip.indicators.errors import ScidipError
from scidip.indicators.methods.outliers import winsorise_log
from scidip.indicators.robustness.coherence import pearson
from scidip.indicators.vocabulary import CURRENT_FOR, OLDEST, oldest_current
from scidip.store.queries import indicator_queries, served

HEADER: Final = "<!-- Written by `scidip docs` from data/documents/methodology.md and the scores; do not edit. -->\n\n"
NAME: Final = "methodology.md"
BY: Final = {"log": "by logarithms", "winsorised": "by winsorising"}
"""What was done to a series, by the first word of its rule."""
MIDDLE: Final = "90 %"
"""What a range holds of the simulated methods: from its 5 to its 95 per cent point."""


def document(folder: Path, desk: Desk) -> str:
    """Return the text in *folder* with the figures of the newest year, or the edition.

    Raises ScidipError when nothing is scored, or the text asks for a figure that there is none of.
    """
    audit = audit_of(desk, desk.years[-1]) if desk.years else None
    if audit is None:
        raise ScidipError("There are no scores yet: run `scidip build` first.")
    known = dict((*_model(desk), *_figures(desk, audit), *_method(desk), *_ranges(desk, audit), *_audit(desk, audit)))
    try:
        return HEADER + (folder / NAME).read_text("utf-8").format_map(known)
    except KeyError as unknown:
        raise ScidipError(f"{NAME} asks for {unknown}, of which there is no figure") from unknown


Figures = Iterator[tuple[str, str]]


def _model(desk: Desk) -> Figures:
    """Yield what the model is made of."""
    framework, catalogue = desk.catalogue.framework, desk.catalogue
    dimensions = framework.level("dimension")
    leaves = [catalogue.indicators[i] for i in framework.leaves]
    proxies, halves = [i for i in leaves if i.proxy], [i for i in leaves if i.weight != 1]
    halved = [d for f in framework.factor for d in f.dimension if d.weight != 1 and d.indicators]
    yield "factors", sentences.count(len(framework.level("factor")))
    yield "dimensions", str(len(dimensions))
    yield "measured", sentences.opening(sentences.count(sum(bool(d.indicators) for d in dimensions)))
    yield "not_measured", sentences.listed([d.name.lower() for d in dimensions if not d.indicators]) or "none"
    yield "indicators", str(len(leaves))
    yield "proxies", sentences.count(len(proxies))
    yield (
        "proxy_names",
        sentences.opening(sentences.listed([sentences.named(i).removesuffix(" (a proxy)") for i in proxies])),
    )
    named = [*(d.name.lower() for d in halved), *(i.name.lower() for i in halves)]
    yield "half_weights", sentences.listed(named) if named else "none"
    yield "crosschecks", str(len(catalogue.crosschecks))


def _figures(desk: Desk, audit: IndexAudit) -> Figures:
    """Yield what is known in the year, and of which years."""
    own, year = audit.own, audit.year
    ranking = desk.query(served.ranking, node=desk.index_code, year=year)
    period = desk.catalogue.methodology.period
    rows = [
        f"| {words.element_name(desk, r.node)} | {r.ranked} | {int(r.figures):,} | {r.median_period} | "
        f"{words.percent(r.older)} | {words.percent(r.coverage)} | {r.proxies} of {r.indicators} |"
        for r in each_row(audit.factors)
    ]
    plain = [y for y in desk.years if y != period.edition]
    known = {"first_year": plain[0], "last_year": plain[-1], "own_areas": period.own_areas, "oldest": OLDEST}
    yield from ((key, str(value)) for key, value in known.items())
    yield "year", str(year)
    yield "current", str(oldest_current(year))
    yield "current_for", sentences.count(CURRENT_FOR)
    yield "own_share", words.percent(period.own_share)
    yield "factor_rows", "\n".join(rows)
    yield "figures", f"{own.figures:,}"
    yield "first_figure", str(own.first)
    yield "last_figure", str(own.last)
    yield "median_figure", str(own.median)
    yield "older", words.percent(own.older)
    yield "ranked", str(audit.ranked)
    yield "apart", str(int(ranking["score"].notna().sum()) - audit.ranked)


def _method(desk: Desk) -> Figures:
    """Yield the choices of the methodology, and what its treatment did."""
    method = desk.catalogue.methodology
    usual = {k: p.default for k, p in inspect.signature(winsorise_log).parameters.items()} | method.treat.params
    rules = [desk.query(indicator_queries.treatment_of, code=c).get("rule") for c in desk.catalogue.framework.leaves]
    found = [r for r in rules if r]
    kinds = pd.Series([r.split(" ")[0].split(":")[0] for r in found if r != "none"], dtype=object).value_counts()
    yield "method_digest", method.digest[:12]
    yield "population", f"{method.universe.min_population:,}"
    yield "least", sentences.count(method.coverage.least_dimensions)
    for key in ("dimensions", "indicators", "scored"):
        share = {"dimensions": "factor"}.get(key, key)
        yield f"coverage_{key}", words.percent(getattr(method.coverage, share))
    yield "skewness", numbers.number(usual["max_skewness"])
    yield "kurtosis", numbers.fixed(usual["max_kurtosis"])
    yield "points", sentences.count(int(usual["max_points"]))
    yield "treated", str(len(found) - found.count("none"))
    yield "cells_of", str(len(found))
    yield "treated_rules", sentences.listed([f"{n} {BY[str(kind)]}" for kind, n in kinds.items()]) or "none"
    yield "lower", numbers.number(method.normalise.params["lower"])
    yield "upper", numbers.number(method.normalise.params["upper"])


def _ranges(desk: Desk, audit: IndexAudit) -> Figures:
    """Yield what the ranges contain, and how wide they are."""
    uncertain = desk.catalogue.methodology.uncertain
    ranking = desk.query(served.ranking, node=desk.index_code, year=audit.year)
    own = ranking[ranking["is_ranked"].astype(bool)].set_index("ref_area")
    width = (own["rank_p95"] - own["rank_p05"] + 1).astype(float)
    yield "middle", MIDDLE
    yield "draws", f"{uncertain.draws:,}"
    yield "weight_low", numbers.fixed(1 - uncertain.weights, 2)
    yield "weight_high", numbers.fixed(1 + uncertain.weights, 2)
    yield "gaps", sentences.count(uncertain.gaps)
    yield "source_errors", sentences.count(uncertain.source_errors)
    yield "width", numbers.number(float(width.median()))
    yield "widest", numbers.number(float(width.max()))
    yield "widest_name", sentences.in_text(desk.areas.name(str(width.idxmax())))
    rows = [
        f"| {words.CHOICES[r.input].lower()} | {numbers.fixed(r.alone, 0)} | {numbers.fixed(r.without, 0)} |"
        for r in each_row(audit.computed.widths)
    ]
    yield "width_rows", "\n".join(rows)
    yield "other_frameworks", sentences.listed(list(_other_frameworks(desk, own, audit.year)))
    frame = audit.income.frame.set_index("ref_area")
    shares = own["coverage"].reindex(frame.index).to_numpy(float)
    yield "gaps_income", numbers.fixed(pearson(shares, np.log(frame["gdp_per_head"].to_numpy(float)))[0], 2)


def _other_frameworks(desk: Desk, own: pd.DataFrame, year: int) -> Iterator[str]:
    """Yield each other framework with the correlation of its ranks with these, over who is ranked in both."""
    for code, other in desk.catalogue.frameworks.items():
        if code == desk.catalogue.framework.code:
            continue
        frame = served.ranking(desk.engine, other.index_code, year, framework=code).set_index("ref_area")
        both = pd.concat([own["rank"], frame["rank"]], axis=1).dropna().rank().to_numpy(float)
        yield f"{numbers.fixed(pearson(both[:, 0], both[:, 1])[0], 2)} ({other.name.lower()})"


def _audit(desk: Desk, audit: IndexAudit) -> Figures:
    """Yield what the audit found."""
    found, weak = audit.computed, audit.weak
    alpha = dict(zip(found.alpha["node"], found.alpha["alpha"], strict=True))
    factors = [f for f in desk.catalogue.framework.level("factor") if f.code in alpha]
    loosest, moved = found.fit.sort_values("r").iloc[0], found.removal.iloc[0]
    yield "weak", str(len(weak))
    yield "weak_list", "\n".join(_weak_points(desk, audit, list(of)) for _rule, of in groupby(weak, lambda w: w.rule))
    yield "alpha_index", numbers.fixed(alpha[desk.index_code], 2)
    said = [f"{numbers.fixed(alpha[f.code], 2)} ({f.name.lower()})" for f in factors]
    yield "alpha_factors", sentences.listed(said)
    against = int((found.fit["r"] < 0).sum())
    yield "against", f"{against} run" if against > 1 else "one runs" if against else "none runs"
    yield "indicators_known", str(len(found.fit))
    yield "loosest", words.in_sentence(desk, loosest["indicator"])
    yield "loosest_r", numbers.fixed(loosest["r"], 2)
    yield "ratio_low", numbers.fixed(found.balance["ratio"].min(), 2)
    yield "ratio_high", numbers.fixed(found.balance["ratio"].max(), 2)
    yield "mover", words.in_sentence(desk, moved["indicator"])
    yield "mover_outside", str(int(moved["outside"]))
    yield "median_outside", numbers.number(float(found.removal["outside"].median()))
    rows = [_alternative(r) for r in each_row(found.alternatives)]
    yield "alternative_rows", "\n".join(rows)
    income = audit.income
    yield "income_square", words.percent(income.square)
    yield "income_line", words.percent(income.line)
    yield "income_areas", str(income.areas)
    yield "income_first", "furthest above stand " + sentences.listed(first_named(desk, income, 3))
    names = [(words.element_name(desk, r.indicator), r) for r in each_row(found.neighbours)]
    yield "neighbours", sentences.listed([f"{n} {r.edition:.0f}: {numbers.fixed(r.correlation, 2)}" for n, r in names])


def _alternative(row: Any) -> str:
    return f"| {words.METHODS[row.method]} | {words.percent(row.within)} | {numbers.fixed(row.correlation, 3)} |"


def _weak_points(desk: Desk, audit: IndexAudit, of: Sequence[WeakPoint]) -> str:
    """Return the weak points of one rule as an entry of a list, marked where it is argued."""
    said = []
    for weak in of:
        why = " (an argued exception)" if weak.key in desk.catalogue.exceptions else ""
        said.append(f"{words.told(desk, weak, audit.year)}{why}")
    head = f"- **{words.RULE_NAMES[of[0].rule]}** ({words.bound_words(of[0].rule)}): "
    return f"{head}{'; '.join(said)}."
