"""What a country is good at: profile, strengths and weaknesses, trend, partners, UNESCO panel, sources."""

from typing import Any

import pandas as pd

from scidip.figures import theme
from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings import counter_reading, profile
from scidip.indicators.language.current import _, ngettext
from scidip.publish.briefs import own as own_words
from scidip.publish.briefs.brief import Block, Chart, Grid, Part, Series, Words
from scidip.publish.briefs.country.subject import Country, plain_values
from scidip.publish.briefs.origin import method_part, origins, source_line

PEERS = theme.shade("light", "muted", 0.4)
"""The colour of what only compares."""


def dimensions(country: Country) -> Part | None:
    """Return the dimensions beside the median of the peers; None when none is scored."""
    frame = country.profile.dropna(subset=["score"])
    # One dimension of an index of one's own repeats the index.
    if frame.empty or (country.own is not None and len(country.profile) == 1):
        return None
    whose = country.peers[1]
    own = Series(country.name, plain_values(frame["score"]), colours=tuple(country.colours[f] for f in frame["factor"]))
    peers = Series(_("Median of {peers}").format(peers=whose), plain_values(frame["peer_score"]), PEERS)
    chart = Chart(
        "bars",
        _("Score of each dimension of {name} in {year}, beside the median of its peers.").format(
            name=country.spoken, year=country.year
        ),
        tuple(_(n) for n in frame["name"]),
        (own, peers),
        country.asked.score_name,
    )
    return Part(
        "profile",
        profile.finding(country.desk, country.profile),
        _dimension_words(country).format(year=country.year, peers=whose),
        # Bars begin at zero.
        (chart if frame[["score", "peer_score"]].to_numpy(float).min() >= 0 else _furthest(frame, country),),
        (1.0,),
        country.asked.score_source,
        country.link,
        country.notes(
            _(
                "Peers by rule: the ranked countries of the same region; all ranked countries where "
                "fewer than five are."
            ),
            _unscored(country),
        ),
    )


def _dimension_words(country: Country) -> str:
    if own_words.is_to_hundred(country.own):
        return _("Score of each dimension, 0–100, {year}; pale: the median of {peers}")
    return _("Score of each dimension, {year}; pale: the median of {peers}")


def _unscored(country: Country) -> str:
    names = country.profile.loc[country.profile["score"].isna(), "name"]
    if names.empty:
        return ""
    words = _("Not scored, because too few figures are known: {names}.")
    return words.format(names=_(", ").join(_(n).lower() for n in names))


def radar(country: Country) -> Part | None:
    """Return the same profile as a radar, and the factors beside it; None with fewer than three dimensions."""
    frame = country.profile.dropna(subset=["score", "peer_score"])
    # Read from the middle outwards: what is below zero has no place there.
    if len(frame) < 3 or frame[["score", "peer_score"]].to_numpy(float).min() < 0:
        return None
    whose = country.peers[1]
    ahead = int((frame["score"] > frame["peer_score"]).sum())
    words = ngettext(
        "Above the median of its peers in one of {all} dimensions",
        "Above the median of its peers in {n} of {all} dimensions",
        ahead,
    ).format(n=sentences.count(ahead), all=len(frame))
    if ahead == 0:
        words = _("Below the median of its peers in all {all} dimensions").format(all=len(frame))
    return Part(
        "radar",
        words,
        _radar_words(country).format(year=country.year, peers=whose),
        (_radar_chart(country, frame), _furthest(frame, country)),
        (0.54, 0.46),
        country.asked.score_source,
        country.link,
        country.notes(_("A radar’s area depends on the order of its axes: read along each axis.")),
    )


def _radar_chart(country: Country, frame: pd.DataFrame) -> Chart:
    alt = _("Radar of the dimension scores of {name} and of the median of its peers, {year}.")
    peers = _("Median of {peers}").format(peers=country.peers[1])
    return Chart(
        "radar",
        alt.format(name=country.spoken, year=country.year),
        tuple(_(n) for n in frame["name"]),
        (
            Series(peers, plain_values(frame["peer_score"]), "muted"),
            Series(country.name, plain_values(frame["score"]), "accent"),
        ),
        country.asked.score_name,
        100.0 if own_words.is_to_hundred(country.own) else None,
    )


def _radar_words(country: Country) -> str:
    if own_words.is_to_hundred(country.own):
        return _("Dimensions, 0–100, {year}, beside the median of {peers}")
    return _("Dimensions, {year}, beside the median of {peers}")


def _furthest(frame: pd.DataFrame, country: Country) -> Grid:
    """Return the dimensions furthest above and furthest below the median of the peers."""
    gap = (frame["score"] - frame["peer_score"]).sort_values(ascending=False, kind="stable")
    ends = gap.index if len(gap) <= 8 else [*gap.index[:4], *gap.index[-4:]]
    names, factors, own, theirs = (frame[c] for c in ("name", "factor", "score", "peer_score"))
    rows = [
        (_(names[i]), numbers.score(own[i]), numbers.score(theirs[i]), counter_reading.signed(gap[i])) for i in ends
    ]
    return Grid(
        _("Furthest above and below its peers"),
        (_("Dimension"), _("Own"), _("Peers"), _("Gap")),
        tuple(rows),
        (3.4, 1, 1, 1),
        (1, 2, 3),
        tuple(country.colours[factors[i]] for i in ends),
    )


def extremes(country: Country) -> Part | None:
    """Return the figures with the highest and the lowest percentile among ranked countries.

    Where there are none, None for a unit of an index of one's own: it is not that nobody publishes them.
    """
    high, low = profile.extremes(country.desk, country.area, country.year)
    shown = pd.concat([high, low])
    if shown.empty and country.own is not None:
        return None
    if shown.empty:
        finding = _("Too few figures are published to name strengths and weaknesses")
        block: Block = Words((_("At least two scored figures are needed."),), large=True)
    else:
        finding, block = _extreme_words(country, high, low), _extreme_grid(country, high, low)
    return Part(
        "extremes",
        finding,
        _extreme_rule(country).format(n=profile.LISTED),
        (block,),
        (1.0,),
        source_line(shown) or country.asked.score_source,
        country.link,
        country.notes(
            _(
                "Percentile: share of ranked countries with the same score or a lower one; less is "
                "better where the indicator says so."
            ),
            codes=tuple(shown["indicator"]),
        ),
    )


def _extreme_rule(country: Country) -> str:
    if country.own is not None:
        return _("Scored figures ahead of at least half of those ranked, and figures not ahead of half, up to {n} each")
    return _(
        "Scored figures ahead of at least half of the ranked countries, and figures not ahead of half, up to {n} "
        "each; ○ of an earlier year"
    )


def _extreme_words(country: Country, high: pd.DataFrame, low: pd.DataFrame) -> str:
    """Return in which figure a country is furthest up and furthest down; a proxy is called one."""
    specs = country.desk.catalogue.indicators

    def first(frame: pd.DataFrame) -> str:
        return sentences.named(specs[str(frame["indicator"].iloc[0])])

    if high.empty:
        return _("Ahead of half of the ranked countries in no figure; lowest in {other}").format(other=first(low))
    if low.empty:
        return _("Ahead of half of the ranked countries in every figure; highest in {one}").format(one=first(high))
    return _("Highest in {one}, lowest in {other}").format(one=first(high), other=first(low))


def _extreme_grid(country: Country, high: pd.DataFrame, low: pd.DataFrame) -> Grid:
    rows = [
        _extreme_row(country, word if k == 0 else "", row)
        for word, part in ((_("Highest"), high), (_("Lowest"), low))
        for k, row in enumerate(part.itertuples())
    ]
    return Grid(
        _("Highest and lowest figures, {year}").format(year=country.year),
        (_("Indicator"), "", _("Value"), _("Year"), _("Percentile"), _("Source")),
        tuple(rows),
        (4.4, 1.1, 3, 0.8, 1.2, 3.5),
        (2, 3, 4),
    )


def _extreme_row(country: Country, word: str, row: Any) -> tuple[str, ...]:
    spec = country.desk.catalogue.indicators[row.indicator]
    when = f"{row.time_period:.0f}"
    origin = row.source_title if isinstance(row.source_title, str) else _("counted by scidip from complete lists")
    mark = "○ " if row.carried else ""
    return (_(spec.name), word, numbers.value(row.obs_value, spec.unit), mark + when, f"{row.percentile:.0f}", origin)


def panel(country: Country) -> Part | None:
    """Return the UNESCO panel of figures; None where none is published."""
    codes = [i for p in country.desk.catalogue.panels.values() for g in p.programme for i in g.indicators]
    frame = country.figures[country.figures["indicator"].isin(codes) & country.figures["obs_value"].notna()]
    if frame.empty:
        return None
    rows = [
        (
            _(spec.name),
            numbers.value(r.obs_value, spec.unit),
            f"{r.time_period:.0f}",
            r.source_title if isinstance(r.source_title, str) else _("counted by scidip from complete lists"),
        )
        for r in each_row(frame)
        if (spec := country.desk.catalogue.indicators[r.indicator])
    ]
    words = ngettext(
        "{n} figure of the UNESCO panel is published for {name}",
        "{n} figures of the UNESCO panel are published for {name}",
        len(rows),
    )
    table = Grid(
        _("UNESCO panel"), (_("Indicator"), _("Value"), _("Year"), _("Source")), tuple(rows), (4, 2, 0.8, 3), (1, 2)
    )
    return Part(
        "panel",
        words.format(n=sentences.opening(sentences.count(len(rows))), name=country.spoken),
        _("Figures shown beside the index, not scored in it as a whole; newest up to {year}").format(year=country.year),
        (table,),
        (1.0,),
        source_line(frame),
        country.link,
        country.notes(codes=tuple(frame["indicator"])),
    )


def sources(country: Country) -> Part:
    """Return who published what the briefing rests on, the method in two sentences, and how to cite."""
    frame = country.figures[country.figures["obs_value"].notna()]
    if country.own is not None:
        return method_part(country.asked, own_words.tables_finding(country.own, len(frame)), [], country.notes())
    words = ngettext(
        "{n} figures from one source, each under its own licence",
        "{n} figures from {k} sources, each under its own licence",
        len(rows := origins(frame)),
    )
    if not rows:
        words = _("No source publishes a figure of {name}")
    finding = words.format(n=len(frame), k=len(rows), name=country.spoken)
    return method_part(country.asked, finding, rows, country.notes())
