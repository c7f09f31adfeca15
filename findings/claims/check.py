"""Whether a claim holds: the one evaluation that the page, the command and the API share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine

from scidip.findings.claims import expected as claim_expected
from scidip.findings.claims import figures as claim_figures
from scidip.findings.claims import joined, moved, pairwise, sentences, specialised
from scidip.findings.claims import notes as claim_notes
from scidip.findings.claims import standings as claim_standings
from scidip.findings.claims.figures import Figure, Verdict
from scidip.findings.claims.pairwise import Simulated
from scidip.findings.claims.restated import address
from scidip.findings.claims.standings import Standing
from scidip.indicators.claims.claim import Change, Claim, ClaimError, Expected, Joined, Moves, Order, Place, ValueChange
from scidip.indicators.claims.grammar import understand
from scidip.indicators.claims.lexicon import Words, words_of
from scidip.indicators.language.current import ENGLISH, N_, _, speaking
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.methodology import Methodology
from scidip.indicators.vocabulary import EDITION

VERDICTS: dict[str, str] = {
    "supported": N_("Supported"),
    "not_supported": N_("Not supported"),
    "within_uncertainty": N_("Within uncertainty"),
    "cannot_be_checked": N_("Cannot be checked"),
}
SURE = 0.95
RULE_OF_RANKS = N_(
    "Supported: it holds in the published figures and in at least 95 % of the simulated methods. Not supported: it "
    "does not hold in the published figures, and in at most 5 % of the simulated methods. Otherwise: within "
    "uncertainty. Both are scored by the same method each time, so an order can be sure although the ranges overlap. "
    "The simulated methods differ in weights, normalisation, aggregation, in what stands for missing figures and in "
    "which indicator is left out; of errors in the sources’ own figures only those that the World Bank states for "
    "governance are in them."
)
RULE_OF_RANKS_OF_OTHERS = N_(
    "Supported: it holds in the published figures and in at least 95 % of the simulated methods. Not supported: it "
    "does not hold in the published figures, and in at most 5 % of the simulated methods. Otherwise: within "
    "uncertainty. Both are scored by the same method each time, so an order can be sure although the ranges overlap. "
    "The simulated methods differ in what the methodology of the scores varies; errors in the sources’ own figures "
    "are in them only where it draws them."
)
"""For scores of a methodology that varies less than `RULE_OF_RANKS` names."""
RULE_OF_CHANGES = N_(
    "Each simulated method is used for both years, and its two results are compared: so a change can be sure although "
    "the two ranges overlap. Supported: it is there in the published figures and in at least 95 % of the simulated "
    "methods, and at least half of it remains on the figures known in both years. Not supported: it is not in the "
    "published figures, and in at most 5 % of the simulated methods. Otherwise: within uncertainty. No change is "
    "neither a rise nor a fall. Errors in the sources’ own figures are in it only where the methodology draws them."
)
RULE_OF_VALUES = N_(
    "Compared are the published figures of that very year, as they are written here: two that are written alike count "
    "as equal. Errors of single figures are not used, so there is no probability. An estimate is named as one."
)


@dataclass(frozen=True)
class Evidence:
    """What a claim is checked against."""

    engine: Engine
    catalogue: Catalogue
    """In the language of the answer."""
    areas: Areas
    words: Words
    years: Sequence[int]
    """The scored years, ascending."""
    version: str
    draws: Callable[[int, str], Simulated]
    """Year and node → the scores in every draw (`above.simulated` or `above.simulated_dimension`)."""
    declared: Catalogue
    """In English, as the grammar reads it."""

    @property
    def in_english(self) -> "Evidence":
        """The same with the catalogue in English, for the address of an answer."""
        return replace(self, catalogue=self.declared)


@dataclass(frozen=True)
class Answer:
    """What became of a claim."""

    claim: Claim
    """With the year filled in."""
    verdict: Verdict
    holds: bool | None
    """In the published figures; None when there are none."""
    probability: float | None
    """Share of the simulated methods in which it holds; None for figures that have no simulated range."""
    why: str
    rule: str
    notes: tuple[str, ...] = ()
    standings: tuple[Standing, ...] = ()
    figures: tuple[Figure, ...] = ()
    instead: Claim | None = None
    """A claim like it that can be checked."""


def evidence(engine: Engine, declared: Catalogue, areas: Areas, years: Sequence[int], version: str) -> Evidence:
    """Return the evidence of a database, nothing remembered between claims."""

    def draws(year: int, node: str) -> Simulated:
        return draws_of(engine, declared, areas, year, node)

    return Evidence(engine, declared, areas, words_of(areas, declared), years, version, draws, declared)


def evidence_of(ctx: Any) -> Evidence:
    """Return the evidence of a served database (a dashboard's context), its draws remembered."""
    version, catalogue = ctx.data_version, ctx.catalogue

    def draws(year: int, node: str) -> Simulated:
        # The index and the factors come out of one simulation, which /compare shares.
        single = is_dimension(catalogue, node)
        key = ("draws", str(year), version) + ((node,) if single else ())
        found: Simulated = ctx.cache.get(key, lambda: draws_of(ctx.engine, catalogue, ctx.areas, year, node))
        return found

    def words() -> Words:
        with speaking(ENGLISH):
            return words_of(ctx.areas, ctx.declared)

    known = ctx.cache.get(("claim words",), words)
    return Evidence(ctx.engine, catalogue, ctx.areas, known, ctx.years, version, draws, ctx.declared)


def is_dimension(catalogue: Catalogue, node: str) -> bool:
    """Return whether a node of the framework is a dimension."""
    return node in {n.code for n in catalogue.framework.level("dimension")}


def draws_of(engine: Engine, catalogue: Catalogue, areas: Areas, year: int, node: str) -> Simulated:
    """Return the draws of a year for a node."""
    if is_dimension(catalogue, node):
        return pairwise.simulated_dimension(engine, catalogue, areas, year, node)
    return pairwise.simulated(engine, catalogue, areas, year)


def check(text: str, known: Evidence) -> Answer:
    """Return whether the claim of *text* holds. Raises ClaimError when it is not understood."""
    if not known.declared.is_drawn_again:
        raise ClaimError(
            _("Claims about this index cannot be checked: its methodology has steps not drawn again here.")
        )
    claim = understand(text, known.words)
    notes: tuple[str, ...] = ()
    if isinstance(claim, Joined):
        claim = joined.dated(claim, known)
    elif claim.year is None:
        if not known.years:
            raise ClaimError(_("Nothing has been scored yet. Name the year of the figures."))
        scored = isinstance(claim, Order | Place | Change)
        usual = known.years[-1] if scored else max((y for y in known.years if y != EDITION), default=EDITION)
        words = _("No year was named: {year}, the newest scored year, is meant.")
        if isinstance(claim, Expected):
            usual = claim_expected.newest(known.engine) or usual
            words = _("No year was named: {year}, the newest of what is expected, is meant.")
        claim = replace(claim, year=usual)
        notes = (words.format(year=claim.year),)
    if isinstance(claim, Change | ValueChange) and claim.since >= (claim.year or 0):
        words = _("The years go from {since} to {until}. Write the earlier one first.")
        raise ClaimError(words.format(since=claim.since, until=claim.year))
    answer = _answered(claim, known)
    return replace(answer, notes=(*notes, *answer.notes))


def _answered(claim: Claim, known: Evidence) -> Answer:
    if isinstance(claim, Order | Place | Change):
        return _of_scores(claim, known)
    if isinstance(claim, Expected):
        found = claim_expected.read(claim, known)
        return Answer(claim, found.verdict, found.holds, None, found.why, _(claim_expected.RULE), found.notes)
    if isinstance(claim, Joined):
        found = joined.read(claim, known)
        return Answer(claim, found.verdict, found.holds, None, found.why, _(joined.RULE), found.notes)
    return _of_figures(claim, known)


def link(answer: Answer, known: Evidence) -> str:
    """Return the address of an answer: the claim in English with its year, and the data version."""
    return address(answer.claim, known, frozen=True)


# --- scores -----------------------------------------------------------------------------------


def _rule_of_ranks(methodology: Methodology) -> str:
    uncertain = methodology.uncertain
    names_all = uncertain.gaps and uncertain.leave_out and uncertain.source_errors
    return RULE_OF_RANKS if names_all else RULE_OF_RANKS_OF_OTHERS


def _of_scores(claim: Order | Place | Change, known: Evidence) -> Answer:
    rule = RULE_OF_CHANGES if isinstance(claim, Change) else _rule_of_ranks(known.declared.methodology)
    years = (claim.since, claim.year) if isinstance(claim, Change) else (claim.year,)
    for year in years:
        if year not in known.years:
            return _impossible(claim, sentences.not_scored(year, known), rule)
    if not any(
        n.code == claim.node and (n.level != "dimension" or n.indicators) for n in known.catalogue.framework.nodes
    ):
        return _impossible(claim, sentences.not_measured(claim.node, known), rule)
    areas = (claim.a, claim.b) if isinstance(claim, Order) else (claim.area,)
    standings = tuple(s for y in years for s in claim_standings.standings(known, claim.node, int(y or 0), areas))
    for standing in standings:
        if standing.rank is None:
            why = sentences.unranked(standing, known)
            return replace(_impossible(claim, why, rule), standings=standings)
    holds, share = _holds(claim, standings), _share(claim, known)
    verdict = of_share(holds, share)
    if isinstance(claim, Change):
        told = claim_notes.on_the_same_figures(claim, standings, known)
        if told and verdict == "supported":
            verdict = "within_uncertainty"
    notes = claim_notes.notes_on_scores(claim, standings, known)
    why = sentences.of_scores(claim, standings, holds, known)
    return Answer(claim, verdict, holds, share, why, _(rule), notes, standings)


def of_share(holds: bool, share: float) -> Verdict:
    """Return the verdict of a claim that holds or not as published, and in a *share* of the draws."""
    if holds and share >= SURE:
        return "supported"
    # Counted in whole draws: 1 - 0.95 is not quite 0.05.
    if not holds and round(share, 9) <= round(1 - SURE, 9):
        return "not_supported"
    return "within_uncertainty"


def _holds(claim: Order | Place | Change, standings: tuple[Standing, ...]) -> bool:
    """Return whether the claim is so in the published ranks or scores."""
    first, last = standings[0], standings[-1]
    ranks = (float(first.rank or 0), float(last.rank or 0))
    if isinstance(claim, Order):
        return ranks[0] < ranks[1] if claim.above else ranks[0] > ranks[1]
    if isinstance(claim, Place):
        return ranks[0] <= claim.place if claim.within else ranks[0] == claim.place
    gain = ranks[0] - ranks[1]
    if claim.measure == "score":
        gain = round(last.score or 0, 1) - round(first.score or 0, 1)
    return gain > 0 if claim.rose else gain < 0


def _share(claim: Order | Place | Change, known: Evidence) -> float:
    found = known.draws(int(claim.year or 0), claim.node)
    if isinstance(claim, Order):
        first, second = (claim.a, claim.b) if claim.above else (claim.b, claim.a)
        return pairwise.share_above(found, claim.node, first, second)
    if isinstance(claim, Place):
        return pairwise.share_at(found, claim.node, claim.area, claim.place, within=claim.within)
    before = known.draws(claim.since, claim.node)
    by_score = claim.measure == "score"
    return pairwise.share_changed(before, found, claim.node, claim.area, by_score=by_score, rose=claim.rose)


# --- figures ----------------------------------------------------------------------------------


def _of_figures(claim: claim_figures.OfFigures, known: Evidence) -> Answer:
    wanted = claim_figures.wanted(claim)
    found = claim_figures.figures(known.engine, known.catalogue, wanted)
    if isinstance(claim, ValueChange) and not known.catalogue.indicators[claim.indicator].is_one_series(
        claim.since, int(claim.year or 0)
    ):
        return replace(_impossible(claim, sentences.not_one_series(claim, known), RULE_OF_VALUES), figures=found)
    if any(f.value is None for f in found):
        instead = claim_figures.nearest(claim, known.engine, known.catalogue)
        why = moved.not_held(known) if isinstance(claim, Moves) else sentences.no_figure(found, known)
        return replace(_impossible(claim, why, RULE_OF_VALUES), figures=found, instead=instead)
    if isinstance(claim, Moves):
        verdict, holds = moved.verdict(claim, found)
        why, notes = moved.why(claim, found, known), moved.notes(known)
        return Answer(claim, verdict, holds, None, why, _(moved.RULE), notes, (), found)
    difference = claim_figures.difference(claim, found)
    holds = claim_figures.holds(claim, difference)
    why = sentences.of_figures(claim, found, difference, known)
    verdict = "supported" if holds else "not_supported"
    notes = claim_notes.notes_on_figures(found, known)
    if by_chance := specialised.ranges(claim, known):
        verdict = "within_uncertainty" if specialised.within(claim, by_chance) else verdict
        notes = (specialised.note(claim, by_chance, known), *notes)
        return Answer(claim, verdict, holds, None, why, _(specialised.RULE), notes, (), found)
    return Answer(claim, verdict, holds, None, why, _(RULE_OF_VALUES), notes, (), found)


def _impossible(claim: Claim, why: str, rule: str) -> Answer:
    return Answer(claim, "cannot_be_checked", None, None, why, _(rule))
