"""Openings of a country: partners far below what is expected to whom a channel is open, and ties that would be missed.

A rule chooses, and the rule is told: nobody is recommended.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from scidip.figures.text import numbers, sentences
from scidip.findings.expected import ties as expected_ties
from scidip.findings.expected.ties import YEARS_BACK, Tie
from scidip.findings.expected.words import times, works
from scidip.findings.pair import layer_of
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _, ngettext
from scidip.indicators.pairs.layer import Layer

MOST = 10
FREE = 3.0
"""From this rule of entry on, a visit needs no visa that is asked for before it."""
STUDENTS = 50.0
"""Students one way from which on they count as a channel."""
CLOSE = 0.8
"""Ratio from which on a tie counts as about what its countries' own levels let expect."""
LESS, MORE = 0.8, 1.25
"""Ratios up to and from which on a tie is listed at all."""
FEW = 10.0
"""Joint works below which a count is called small."""
Certainty = Literal["firm", "likely", "weak"]
CERTAINTY: dict[str, str] = {"firm": N_("firm"), "likely": N_("likely"), "weak": N_("weak")}
MEANING = N_(
    "Firm: outside nine of ten pairs like it in this year and the two before, on the same side by both readings. "
    "Likely: in this year. Weak: inside."
)
RULE = N_(
    "Chosen by rule: at least 20 joint works expected, at most 0.8 times as many published, fewer than expected by "
    "both readings, and an open channel: a diplomatic post, entry without a visa asked for before, at least 50 "
    "students known one way, or a joint project in Horizon 2020."
)
RULE_OF_TIES = N_(
    "Chosen by rule: at least 20 joint works expected, at least 1.25 times as many published, more than expected by "
    "both readings; the most works beyond what is expected come first."
)
COUNTERS: dict[str, str] = {
    "no_posts": N_(
        "No diplomatic post of either in the other is known, and entry needs a visa: what keeps the tie small may "
        "have nothing to do with science."
    ),
    "low_levels": N_(
        "Both publish little with anybody: for their own levels {n} are expected, hardly more than there are."
    ),
    "closing": N_("The gap is closing by itself: {then} times what is expected in {year}, {now} now."),
    "small": N_("The count is small: works of one joint institute, or attributed wrongly, would change it."),
    "fields": N_(
        "The model knows nothing of fields: both may simply work on different things, or be kept apart on purpose."
    ),
    "chance": N_("It lies among nine of ten pairs like it: chance and what the model leaves out may be all there is."),
    "high_levels": N_(
        "Both publish much with everybody: for their own levels {n} are expected, hardly fewer than there are."
    ),
    "young": N_("It is young: {then} times what is expected in {year}, {now} now. What grew fast may go fast."),
    "consortia": N_(
        "Works of large consortia count for every pair in them: part of the tie may be with the same third parties."
    ),
}
"""Readings against a tie that is listed."""
OPEN = {"diplomatic_posts": 1.0, "visa_rule": FREE, "student_flow": STUDENTS, "joint_projects": 1.0}
"""Layers that are a channel, and from which figure on."""
LAYERS = (*OPEN, "shared_igos")
Channels = tuple[tuple[str, float], ...]
"""Codes of layers that are a channel, and their figures."""


@dataclass(frozen=True)
class Opening:
    """A tie that stands out, with what speaks for it and what against."""

    tie: Tie
    certainty: Certainty
    channels: Channels
    """What is open between both: the code of the layer, and its figure."""
    counter: str
    """The strongest reading against it, a key of `COUNTERS`."""
    then: Tie | None = None
    """The tie of five years before, where the counter-reading speaks of it."""


LayerFor = Callable[[Desk, str], Layer]
"""How the layer of a code is had: all its ties, or only those of the country, which reads less."""


def openings(desk: Desk, area: str, year: int, layer_for: LayerFor = layer_of) -> list[Opening]:
    """Return the ten partners of *area* farthest below what is expected to whom a channel is open, deepest first."""
    own = expected_ties.year_for(desk, year)
    if own is None:
        return []
    layers = {code: layer_for(desk, code) for code in LAYERS}
    below = (t for t in expected_ties.of_area(desk, area, own) if t.ratio <= LESS and t.agreed)
    reached = ((tie, channels) for tie in below if (channels := _channels(layers, tie)))
    chosen = list(islice(reached, MOST))
    past = expected_ties.history(desk, area, own, {tie.b for tie, _open in chosen})
    return [
        Opening(tie, _certainty(past, tie), channels, *_against_opening(past, tie, channels))
        for tie, channels in chosen
    ]


def missed(desk: Desk, area: str, year: int, layer_for: LayerFor = layer_of) -> list[Opening]:
    """Return the ten ties of *area* with the most works beyond what is expected, the most first."""
    own = expected_ties.year_for(desk, year)
    if own is None:
        return []
    above = [t for t in expected_ties.of_area(desk, area, own) if t.ratio >= MORE and t.agreed]
    chosen = sorted(above, key=lambda t: (t.expected - t.actual, t.b))[:MOST]
    layers = {code: layer_for(desk, code) for code in LAYERS}
    past = expected_ties.history(desk, area, own, {t.b for t in chosen})
    return [Opening(t, _certainty(past, t), _channels(layers, t), *_against_tie(past, t)) for t in chosen]


def reason(desk: Desk, opening: Opening) -> str:
    """Return why a tie is listed, as one sentence."""
    tie = opening.tie
    name = sentences.in_text(desk.areas.name(tie.b))
    words = _("{n} joint works with {name} in {year} where {expected} are expected ({times} times); open: {channels}.")
    if not opening.channels:
        words = _("{n} joint works with {name} in {year} where {expected} are expected ({times} times).")
    return words.format(
        n=works(tie.actual),
        name=name,
        year=tie.year,
        expected=works(tie.expected),
        times=times(tie.ratio),
        channels=_(", ").join(_channel_words(code, n) for code, n in opening.channels),
    )


Past = Mapping[tuple[str, int], Tie]
"""The ties of the country by partner and year."""


def _certainty(past: Past, tie: Tie) -> Certainty:
    if tie.side == "within" or not tie.agreed:
        return "weak"
    before = [past.get((tie.b, tie.year - back)) for back in (1, 2)]
    return "firm" if all(t is not None and t.side == tie.side and t.agreed for t in before) else "likely"


def _channels(layers: Mapping[str, Layer], tie: Tie) -> Channels:
    """Return what is open between both; shared organisations only beside another channel, since all share some."""
    figures = {code: _newest(layers[code], tie) for code in LAYERS}
    found = [(code, figures[code]) for code, least in OPEN.items() if figures[code] >= least]
    shared = figures["shared_igos"]
    return (*found, ("shared_igos", shared)) if found and shared else tuple(found)


def _newest(layer: Layer, tie: Tie) -> float:
    """Return the larger of both ways in the newest year known of each; 0 where neither is known."""
    values = [0.0]
    for ends in ((tie.a, tie.b), (tie.b, tie.a)):
        years = layer.known_years(*ends)
        if years:
            values.append(layer.value(*ends, max(years)))
    return max(v for v in values if numbers.known(v))


def _channel_words(code: str, n: float) -> str:
    if code == "visa_rule":
        return _("entry without a visa asked for before")
    words = {
        "diplomatic_posts": ngettext("{n} diplomatic post", "{n} diplomatic posts", round(n)),
        "student_flow": _("{n} students one way"),
        "joint_projects": ngettext("{n} project in Horizon 2020", "{n} projects in Horizon 2020", round(n)),
        "shared_igos": _("{n} organisations shared"),
    }
    return words[code].format(n=works(n))


def counter_words(opening: Opening) -> str:
    """Return the strongest reading against a tie that is listed, as one or two sentences."""
    tie, then = opening.tie, opening.then
    parts = {"n": works(tie.by_effects), "now": times(tie.ratio)}
    if then is not None:
        parts |= {"then": times(then.ratio), "year": str(then.year)}
    return _(COUNTERS[opening.counter]).format(**parts)


def _against_opening(past: Past, tie: Tie, channels: Channels) -> tuple[str, Tie | None]:
    """Return the strongest reading against an opening: the first that holds."""
    if not {"diplomatic_posts", "visa_rule"} & {code for code, _n in channels}:
        return "no_posts", None
    if tie.ratio_by_effects >= CLOSE:
        return "low_levels", None
    moved = _moved(past, tie, 1.5)
    if moved is not None:
        return "closing", moved
    if tie.actual < FEW:
        return "small", None
    return ("chance" if tie.side == "within" else "fields"), None


def _against_tie(past: Past, tie: Tie) -> tuple[str, Tie | None]:
    """Return the strongest reading against a tie above what is expected: the first that holds."""
    if tie.ratio_by_effects <= 1 / CLOSE:
        return "high_levels", None
    moved = _moved(past, tie, 2.0)
    if moved is not None:
        return "young", moved
    return ("chance" if tie.side == "within" else "consortia"), None


def _moved(past: Past, tie: Tie, by: float) -> Tie | None:
    """Return the tie of five years before where its ratio has grown more than *by* times since."""
    then = past.get((tie.b, tie.year - YEARS_BACK))
    return then if then is not None and tie.ratio > by * then.ratio else None
