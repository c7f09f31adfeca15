"""What can be claimed of pairs: works together, partners compared, researchers who moved."""

from scidip.indicators.claims.claim import Claim, ClaimError, Expected, Moves, Partners, Together
from scidip.indicators.claims.clauses import Clauses
from scidip.indicators.claims.phrases import MORE, SAID, THAN_EXPECTED
from scidip.indicators.claims.scanner import COUNTRY, Miss
from scidip.indicators.language.current import _


class PairClauses(Clauses):
    """The rules about two countries or three; each returns a claim or raises Miss."""

    def pair(self, a: str) -> Claim:
        """Take "and B published more papers together in 2022 than in 2018", or than is expected of them."""
        if not self.r.has("and"):
            raise self.r.miss(_(SAID))
        b = self.r.area()
        self.different(a, b)
        self.published()
        more = self.r.one_of(MORE, _("“more” or “fewer”"))
        self.r.has("papers", "works", "articles")
        self.literal("together")
        if self.r.has(*THAN_EXPECTED):
            self.year_only()
            return Expected(a, b, more, self.year)
        self.literal("in")
        year = self.r.year()
        self.literal("than in", "than")
        than = self.r.year()
        if year == than:
            raise ClaimError(_("Both years are {year}. Name two different ones.").format(year=year))
        self.r.end()
        return Together(a, b, more, year, than)

    def partners(self, area: str) -> Claim:
        """Take "published more papers with B than with C"."""
        self.published()
        more = self.r.one_of(MORE, _("“more” or “fewer”"))
        self.r.has("papers", "works", "articles")
        self.literal("with")
        b = self.r.area()
        self.literal("than with", "than")
        c = self.r.area()
        for one, other in ((area, b), (area, c), (b, c)):
            self.different(one, other)
        self.year_only()
        return Partners(area, b, c, more, self.year)

    def moves(self) -> Claim:
        """Take "More researchers moved from A to B than back in 2016–2020"."""
        more = next((more for word, more in MORE.items() if self.r.has(word)), None)
        if more is None:
            # Not told as expected: nearly every claim begins with a country.
            raise Miss(COUNTRY)
        self.literal("researchers", "scholars")
        self.literal("moved from", "went from")
        a = self.r.area()
        self.literal("to")
        b = self.r.area()
        self.different(a, b)
        self.literal("than")
        if not self.r.has("back", "the other way"):
            self.literal("from")
            start = self.r.area()
            self.literal("to")
            if (start, self.r.area()) != (b, a):
                raise ClaimError(_("Moves are compared with those of the same two countries the other way."))
        since, year = self._in_years()
        self.r.end()
        return Moves(a, b, more, since, year)

    def _in_years(self) -> tuple[int, int]:
        """Take "in 2018", "in 2016–2020" or "between 2016 and 2020"."""
        if not self.r.has("in"):
            since, until = self.span()
            return since, until or since
        since = self.r.year()
        until = self.r.year() if self.r.has("-", "to") else since
        if until < since:
            words = _("The years go from {since} to {until}. Write the earlier one first.")
            raise ClaimError(words.format(since=since, until=until))
        return since, until

    def published(self) -> None:
        """Take the verb."""
        if not self.r.has("published", "publish", "publishes"):
            raise self.r.miss(_(SAID))
