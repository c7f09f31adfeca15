"""Clauses that several kinds of claims share: where, when, and the end."""

from scidip.indicators.claims.claim import ClaimError
from scidip.indicators.claims.scanner import NODE, Reader
from scidip.indicators.language.current import _

WORLD = ("in the world", "worldwide", "globally", "of all countries")
"""What adds nothing: the ranking is of all countries."""


class Clauses:
    """What was read of a claim so far: its year and its node, each named once."""

    def __init__(self, reader: Reader) -> None:
        self.r = reader
        self.year: int | None = None
        self.node: str | None = None

    def opening(self) -> None:
        """Take "In 2022," or "In national factors," before the sentence."""
        if self.r.has("in"):
            self.where()
            if not self.r.has(","):
                raise self.r.miss(_("a comma"))

    def where(self) -> None:
        """Take a year or a node after "in", each once."""
        if self.year is None:
            year = self.r.maybe(self.r.year)
            if year is not None:
                self.year = year
                return
        if self.node is not None:
            raise self.r.miss(_("the end of the claim"))
        self.node = self.r.name(self.r.words.nodes, NODE)

    def tail(self) -> None:
        """Take "in NODE" and "in YEAR" in either order up to the end."""
        while not self.r.maybe(self.ended):
            if self.r.has(*WORLD):
                continue
            if not self.r.has("in", "on", "for"):
                raise self.r.miss(_("“in” with a year, a factor or a dimension"))
            self.where()

    def ended(self) -> bool:
        """Take the end of the claim."""
        self.r.end()
        return True

    def year_only(self) -> None:
        """Take "in YEAR" once, then the end."""
        if self.year is None and self.r.has("in"):
            self.year = self.r.year()
        self.r.end()

    def span(self) -> tuple[int, int | None]:
        """Take "between Y1 and Y2", "from Y1 to Y2" or "since Y1"."""
        if self.r.has("since"):
            return self.r.year(), self.year
        ways = {"between": ("and",), "from": ("to", "until")}
        middle = self.r.one_of(ways, _("“between YEAR and YEAR”, “from YEAR to YEAR” or “since YEAR”"))
        since = self.r.year()
        if not self.r.has(*middle):
            raise self.r.miss(f"“{middle[0]}”")
        until = self.r.year()
        if until <= since:
            raise ClaimError(
                _("The years go from {since} to {until}. Write the earlier one first.").format(since=since, until=until)
            )
        return since, until

    def chosen_node(self) -> str:
        """Return the node that was named, the index when none was."""
        return self.node or self.r.words.nodes.known["index"][0]

    def maybe_where(self) -> None:
        """Take "in NODE" once, if it is there."""
        if self.r.has("in", "on", "for"):
            if self.node is not None:
                raise self.r.miss(_("the years"))
            self.node = self.r.name(self.r.words.nodes, NODE)

    def literal(self, *phrases: str) -> None:
        """Take one of *phrases*, or miss the first."""
        if not self.r.has(*phrases):
            raise self.r.miss(f"“{phrases[0]}”")

    def different(self, a: str, b: str) -> None:
        """Raise ClaimError when both areas are one."""
        if a == b:
            name = self.r.words.areas.shown[a]
            raise ClaimError(_("{name} is compared with itself. Name two different countries.").format(name=name))
