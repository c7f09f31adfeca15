"""The grammar of claims: a sentence in, a frozen claim out, or an error that says where it stopped."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from scidip.indicators.claims.claim import (
    LONGEST,
    Change,
    Claim,
    ClaimError,
    Measure,
    Order,
    Place,
    TwoValues,
    Value,
    ValueChange,
)
from scidip.indicators.claims.event_clauses import EventClauses
from scidip.indicators.claims.lexicon import Words
from scidip.indicators.claims.phrases import (
    ABOVE,
    COUNTED,
    HIGHER,
    IS,
    LEADS,
    NUMBERS,
    OF_RANK,
    OUTRANKS,
    RELATIONS,
    SAID,
    SPECIALISED,
    STANDS,
    THE_WORLD,
    TOP,
    UP,
)
from scidip.indicators.claims.scanner import FIELD, INDICATOR, NODE, NUMBER, Miss, Reader
from scidip.indicators.language.current import _
from scidip.indicators.units import UNITS


def understand(text: str, words: Words) -> Claim:
    """Return the claim that *text* makes. Raises ClaimError with the place where it stopped being understood."""
    short = " ".join(text.split())
    if not short:
        raise ClaimError(_("The claim is empty. Write a sentence about a country."))
    if len(text) > LONGEST:
        words_ = _("The claim has {n} characters; {most} at most are read. Write one sentence.")
        raise ClaimError(words_.format(n=len(text), most=LONGEST))
    return _Grammar(Reader(short.rstrip(" .!?"), words)).claim()


class _Grammar(EventClauses):
    """The rules; each returns a claim or raises Miss."""

    def claim(self) -> Claim:
        """Return the claim of the whole text."""
        try:
            self.opening()
            moved = self._attempt(self.moves)
            if moved is not None:
                return moved
            area = self.r.area()
            for rule in (
                self._possessive,
                self._specialised,
                self.pair,
                self._change,
                self._improved,
                self._place,
                self._order,
                self._two_values,
                self.joined,
                self.partners,
            ):
                found = self._attempt(partial(rule, area))
                if found is not None:
                    return found
        except Miss:
            pass
        raise self.r.refusal()

    def _attempt(self, rule: Callable[[], Claim]) -> Claim | None:
        before = self.year, self.node
        found = self.r.maybe(rule)
        if found is None:
            self.year, self.node = before
        return found

    # --- order and place -------------------------------------------------------------------------

    def _order(self, a: str) -> Claim:
        outranks = self.r.maybe(lambda: self.r.one_of(OUTRANKS, _(SAID)))
        if outranks is None:
            self._stands()
            above = self.r.one_of(ABOVE, _("“above”, “below”, “ahead of” or “behind” a country"))
        else:
            above = outranks
        b = self.r.area()
        self.different(a, b)
        self.tail()
        return Order(a, b, above, self.chosen_node(), self.year)

    def _stands(self) -> None:
        if not self.r.has(*STANDS):
            raise self.r.miss(_(SAID))

    def _place(self, area: str) -> Claim:
        if self.r.has(*LEADS):
            place, within = 1, False
            self.r.maybe(self._led)
        else:
            self._stands()
            place, within = self._which_place()
            self.r.has("countries", "country", "places")
        self.tail()
        return Place(area, place, within, self.chosen_node(), self.year)

    def _led(self) -> None:
        if self.node is None:
            self.node = self.r.name(self.r.words.nodes, NODE)

    def _which_place(self) -> tuple[int, bool]:
        if self.r.has(*TOP, "top"):
            return self.r.count(), True
        if self.r.has("number", "no."):
            return self.r.count(), False
        self.r.has("the")
        return self.r.ordinal(), False

    # --- change ----------------------------------------------------------------------------------

    def _change(self, area: str) -> Claim:
        rose = self.r.one_of(UP, _(SAID))
        measure: Measure = "rank"
        if self.r.has("in score", "by score"):
            measure = "score"
        else:
            self.r.has("in rank", "in the ranking", "in the rankings", "by rank")
        return self._changed(area, measure, rose)

    def _improved(self, area: str) -> Claim:
        verbs = {"improved": True, "raised": True, "worsened": False, "lowered": False}
        rose = self.r.one_of(verbs, _(SAID))
        self.r.has("its", "their")
        return self._changed(area, self._measure(), rose)

    def _measure(self) -> Measure:
        table: dict[str, Measure] = {**dict.fromkeys(OF_RANK, "rank"), "score": "score"}
        return self.r.one_of(table, _("“rank” or “score”"))

    def _changed(self, area: str, measure: Measure, rose: bool) -> Claim:
        self.maybe_where()
        since, until = self.span()
        self.maybe_where()
        self.r.end()
        return Change(area, measure, rose, self.chosen_node(), since, until)

    # --- fields of science -----------------------------------------------------------------------

    def _specialised(self, area: str) -> Claim:
        """Take "is more specialised in FIELD than the world" (or than another country)."""
        self.r.has(*IS)
        more = self.r.one_of(SPECIALISED, _(SAID))
        index = self.r.name(self.r.words.fields, FIELD)
        if self.r.has(*sorted(THE_WORLD, key=len, reverse=True)):
            self.year_only()
            return Value(area, index, "above" if more else "below", Decimal(1), self.year)
        self.literal("than")
        b = self.r.area()
        self.different(area, b)
        self.year_only()
        return TwoValues(area, b, index, more, self.year)

    # --- figures of indicators -------------------------------------------------------------------

    def _possessive(self, area: str) -> Claim:
        if not self.r.has("'s", "'"):
            raise self.r.miss(_(SAID))
        measure = self.r.maybe(self._measure)
        if measure is not None:
            self.maybe_where()
            return self._changed(area, measure, self.r.one_of(UP, _("“rose” or “fell”")))
        indicator = self.r.name(self.r.words.indicators, INDICATOR)
        if (rose := self.r.maybe(lambda: self.r.one_of(UP, _("“rose” or “fell”")))) is not None:
            since, until = self.span()
            self.r.end()
            return ValueChange(area, indicator, rose, since, until)
        if not self.r.has(*IS):
            raise self.r.miss(_("“was above”, “was below”, “was at least”, “was at most”, “rose” or “fell”"))
        return self._compared(area, indicator)

    def _compared(self, area: str, indicator: str) -> Claim:
        relation = self.r.maybe(lambda: self.r.one_of(RELATIONS, _("“above”, “below”, “at least” or “at most”")))
        number = self.r.maybe(self.r.number)
        if number is None:
            if relation not in ("above", "below"):
                raise self.r.miss(_(NUMBER))
            b = self.r.area()
            self.different(area, b)
            self.r.has("'s", "'")
            self.year_only()
            return TwoValues(area, b, indicator, relation == "above", self.year)
        self.r.unit(indicator)
        self.year_only()
        return Value(area, indicator, relation or "equal", number, self.year)

    def _two_values(self, a: str) -> Claim:
        if not self.r.has("had", "has", "have"):
            raise self.r.miss(_(SAID))
        self.r.has("a", "an")
        number = self.r.maybe(lambda: self.r.one_of(NUMBERS, ""))
        higher = self.r.one_of(HIGHER, _("“higher” or “lower”")) if number is None else number
        self.r.has("figure for")
        indicator = self.r.name(self.r.words.indicators, INDICATOR)
        if number is not None:
            self._countable(indicator)
        if not self.r.has("than"):
            raise self.r.miss("“than”")
        b = self.r.area()
        self.different(a, b)
        self.year_only()
        return TwoValues(a, b, indicator, higher, self.year)

    def _countable(self, indicator: str) -> None:
        """Refuse "more" of a rate: more researchers is not more researchers per million people."""
        unit = self.r.words.units[indicator]
        if unit not in COUNTED:
            words = _(
                "“More” and “fewer” are for what is counted; “{name}” is a rate here ({unit}). Write “a higher” or "
                "“a lower”."
            )
            name = self.r.words.indicators.shown[indicator]
            raise ClaimError(words.format(name=name, unit=_(UNITS.get(unit, "")) or unit))
