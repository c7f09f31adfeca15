"""What can be claimed of accessions: whether more works followed than in countries alike."""

from scidip.indicators.claims.claim import Claim, Joined
from scidip.indicators.claims.pair_clauses import PairClauses
from scidip.indicators.claims.phrases import MORE
from scidip.indicators.events.held import ACCESSIONS
from scidip.indicators.language.current import _

ALIKE = ("than countries alike", "than those alike", "than similar countries", "than countries like it")
ACCEDED = ("after its accession to", "after accession to", "after joining", "after it joined")


class EventClauses(PairClauses):
    """The rule about an accession; it returns a claim or raises Miss."""

    def joined(self, area: str) -> Claim:
        """Take "published more with the members of CERN after its accession than countries alike"."""
        self.published()
        more = self.r.one_of(MORE, _("“more” or “fewer”"))
        self.r.has("papers", "works", "articles")
        members = self.r.has("with the members of", "with members of")
        if members:
            organisation = self._organisation()
            self.literal("after its accession", "after accession", "after joining", "after it joined")
        else:
            self.r.has("with all countries", "with all")
            self.literal(*ACCEDED)
            organisation = self._organisation()
        if self.year is None and self.r.has("in"):
            self.year = self.r.year()
        self.literal(*ALIKE)
        self.r.end()
        return Joined(area, organisation, members, more, self.year)

    def _organisation(self) -> str:
        self.r.has("the")
        return self.r.one_of({kind: kind for kind in ACCESSIONS}, _("CERN, ESA, EMBL, ESO or ECMWF"))
