"""What is said of two countries: how close, who depends on whom, what each brings."""

import pandas as pd

from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings.pair import PairView
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _, ngettext
from scidip.store.queries import pair_queries, served

READINGS = {
    "above": N_("more than nine of ten comparable pairs"),
    "within": N_("as comparable pairs"),
    "below": N_("less than nine of ten comparable pairs"),
}
VISA_MEANING = N_("What a holder of the first country’s passport needs for a short visit to the second.")
NONE = float("nan")


def sources(pair: PairView, *codes: str) -> str:
    """Return who published some layers (all without any named), each once, with vintage and licence."""
    return origins(pair.desk, codes or tuple(pair.ties))


def origins(desk: Desk, codes: tuple[str, ...]) -> str:
    """Return who published some indicators, each once, with vintage and licence, and of which version all is."""
    inputs = dict.fromkeys(spec.code for code in codes for spec in desk.catalogue.inputs_of(code))
    found = desk.query(pair_queries.sources, codes=tuple(inputs))
    said = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in each_row(found))
    return _("Sources: {sources}. Data version {version}.").format(sources=said, version=desk.data_version)


def answer(pair: PairView) -> str:
    """Return how many joint publications there are and what place each has among the other's partners."""
    view = pair.ties["copublications"]
    there, back = view.exposure(), view.exposure(back=True)
    a, b = pair.spoken
    if there is None or back is None or view.year is None:
        words = _("{a} and {b} have no joint publication in the source.")
        return words.format(a=a[:1].upper() + a[1:], b=b)
    n = round(there.value)
    words = ngettext(
        "{a} and {b} have {n} joint publication of {year}; {b} is the {place} partner of {a}, {a} the {back} of {b}.",
        "{a} and {b} have {n} joint publications of {year}; {b} is the {place} partner of {a}, {a} the {back} of {b}.",
        n,
    )
    return sentences.opening(
        words.format(
            a=a,
            b=b,
            n=numbers.value(n, "count"),
            year=view.year,
            place=numbers.ordinal(there.place),
            back=numbers.ordinal(back.place),
        )
    )


def students(pair: PairView) -> str:
    """Return how many students go each way; who sends more only where both figures are of one year."""
    view = pair.ties["student_flow"]
    there, back = view.value(), view.value(back=True)
    a, b = pair.spoken
    if not (numbers.known(there) or numbers.known(back)):
        return _("Students are published in neither direction.")
    if not (numbers.known(there) and numbers.known(back)):
        first, second, known, turned = (a, b, there, False) if numbers.known(there) else (b, a, back, True)
        words = _("Students from {a} to {b}: {n} ({year}); the other way is not published.")
        return words.format(a=first, b=second, n=numbers.value(known, "count"), year=view.when_of(back=turned))
    if not view.one_year:
        words = _("Students from {a} to {b}: {there} ({year}); the other way: {back} ({year_back}).")
        return words.format(
            a=a,
            b=b,
            there=numbers.value(there, "count"),
            year=view.when_of(),
            back=numbers.value(back, "count"),
            year_back=view.when_of(back=True),
        )
    if there < back:
        a, b, there, back = b, a, back, there
    words = _("More students go from {a} to {b} ({there}) than the other way ({back}; {year}).")
    if there == back:
        words = _("As many students go from {a} to {b} as the other way ({there}; {year}).")
    return words.format(
        a=a, b=b, there=numbers.value(there, "count"), back=numbers.value(back, "count"), year=view.year
    )


def posts(pair: PairView) -> str:
    """Return what a visit needs, both ways."""
    view = pair.ties["visa_rule"]
    if view.year is None:
        return ""
    a, b = pair.spoken
    words = _("For a short visit from {a} to {b}: {there}; the other way: {back} ({year}).")
    return words.format(
        a=a, b=b, there=view.write(view.value()), back=view.write(view.value(back=True)), year=view.when
    )


def intensity_words(pair: PairView, found: pd.DataFrame) -> str:
    """Return how strong the tie is in the newest year, seen from the first."""
    last = found.iloc[-1]
    year = int(found.index[-1])
    a, b = pair.spoken
    if last["there"] >= 1:
        words = _("Seen from {a}, {b} weighs {times} times what it weighs for all others ({year})")
    else:
        words = _("Seen from {a}, {b} weighs {times} of what it weighs for all others ({year})")
    return words.format(a=a, b=b, times=numbers.number(float(last["there"])), year=year)


def joint_words(series: pd.Series) -> str:
    """Return the first and the last count of joint publications; *series* by year, not empty."""
    words = ngettext(
        "From {first} joint publication in {from_year} to {last} in {to_year}",
        "From {first} joint publications in {from_year} to {last} in {to_year}",
        round(float(series.iloc[0])),
    )
    return words.format(
        first=numbers.number(series.iloc[0]),
        from_year=int(series.index[0]),
        last=numbers.number(series.iloc[-1]),
        to_year=int(series.index[-1]),
    )


def out_of_line_words(series: pd.Series, year: int) -> str:
    """Return that the figure of a *year* is out of line with those beside it, and that it stays."""
    words = _(
        "{year} is out of line with the years beside it: {value} joint publications, after {before} and before "
        "{after}. It stands as the source has it, and so does what rests on it."
    )
    before, value, after = (numbers.number(series[y]) for y in (year - 1, year, year + 1))
    return words.format(year=year, value=value, before=before, after=after)


def intensities(pair: PairView) -> pd.DataFrame:
    """Return the relative intensity of joint publications by year: there, back, affinity."""
    return pair.ties["copublications"].layer.intensities(pair.a, pair.b)


def exposure_words(pair: PairView) -> str:
    """Return who depends more on the other in research, and how much more."""
    view = pair.ties["copublications"]
    there, back = view.exposure(), view.exposure(back=True)
    a, b = pair.spoken
    if there is None or back is None:
        return _("How much each depends on the other")
    one, other = (numbers.fixed(100 * found.share) for found in (there, back))
    words = _("In joint publications, {b} stands for {one} % of the ties of {a}, and {a} for {other} % of those of {b}")
    return words.format(a=a, b=b, one=one, other=other)


def dimensions(pair: PairView) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the scores of both by dimension, and the dimensions that both have as a table of two columns.

    First: ref_area, area_name, node, name, factor, factor_name, score (NaN where there is none). Second:
    indexed by node, a column for each area.
    """
    desk, year = pair.desk, min(pair.year, pair.desk.years[-1])
    framework = desk.catalogue.framework
    rows = []
    for area, name in zip((pair.a, pair.b), pair.names, strict=True):
        now = _scores_of(desk.query(served.area_scores, ref_area=area), year)
        for node in framework.level("dimension"):
            if not node.not_measured:
                factor = framework.node(node.parent).name
                rows.append((area, name, node.code, _(node.name), node.parent, _(factor), now.get(node.code, NONE)))
    frame = pd.DataFrame(rows, columns=["ref_area", "area_name", "node", "name", "factor", "factor_name", "score"])
    scores = {area: {row[2]: row[-1] for row in rows if row[0] == area} for area in (pair.a, pair.b)}
    both = pd.DataFrame(scores, dtype=float).sort_index().dropna()
    return frame, both.rename_axis(index="node", columns="ref_area")


def _scores_of(scores: pd.DataFrame, year: int) -> dict[str, float]:
    """Return the scores of an area in a year by node."""
    now = scores["time_period"].to_numpy() == year
    return dict(zip(scores["node"].to_numpy()[now], scores["score"].to_numpy()[now], strict=True))


def complement_words(pair: PairView, both: pd.DataFrame) -> str:
    """Return in which dimension each is furthest ahead of the other, in scores; a proxy is called one."""
    gap = both[pair.a] - both[pair.b]
    a, b = pair.spoken
    if gap.max() <= 0 or gap.min() >= 0:
        # Who is ahead in all is seen below; what both have in common is where they are near.
        nearest = sentences.dimension_named(pair.desk.catalogue, str(gap.abs().idxmin()))
        words = _("Scores differ in one direction in all dimensions that both have, least in {nearest}")
        return words.format(nearest=nearest)
    words = _("Scores differ most, in favour of {a}, in {one}; in favour of {b}, in {other}")
    one, other = (sentences.dimension_named(pair.desk.catalogue, str(node)) for node in (gap.idxmax(), gap.idxmin()))
    return words.format(a=a, b=b, one=one, other=other)


def break_words(pair: PairView, a: str, b: str, years: list[int]) -> str:
    """Return from which years on the figures of students from *a* to *b* stand on another list."""
    way = _("{a} → {b}").format(a=pair.desk.areas.name(a), b=pair.desk.areas.name(b))
    words = _("{name}: from {years} on another list of the producer, which may count differently.")
    return words.format(name=way, years=sentences.listed([str(y) for y in years]))
