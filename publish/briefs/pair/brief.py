"""The briefing of two countries and what ties them."""

from scidip.findings.events.words import TITLE
from scidip.findings.exhibits.cooperation import event_years
from scidip.findings.exhibits.cooperation import events as event_exhibits
from scidip.findings.pair import PairView
from scidip.indicators.language.current import N_, _, current
from scidip.publish.briefs import events
from scidip.publish.briefs.brief import Brief
from scidip.publish.briefs.origin import Asked
from scidip.publish.briefs.pair import context, fields, sections, trends
from scidip.publish.briefs.pair.subject import Pair
from scidip.publish.citation import works
from scidip.publish.export.provenance import about

SHEETS = (
    ((("layers",),), (("joint",), ("expected",)), (("students",), ("exposure",))),
    (
        (("complementarity",), ("fields",)),
        (("moves",),),
        (("events",),),
        (("agreements",),),
        (("caveats",),),
        (("sources",),),
    ),
)
SPARE = {"moves": N_("Researchers who moved"), "events": TITLE, "fields": N_("Fields of science")}


def pair_brief(asked: Asked, a: str, b: str) -> Brief:
    """Return the briefing of two different areas (alpha-3 codes): six to thirteen parts."""
    pair = Pair(asked, PairView(asked.desk, a, b, asked.year))
    parts = [
        sections.headline(pair),
        sections.layers(pair),
        trends.joint(pair),
        trends.expected(pair),
        trends.students(pair),
        trends.researchers(pair),
        sections.exposure(pair),
        sections.complementarity(pair),
        fields.profiles(pair),
        events.followed(
            event_exhibits.of_pair(pair.view), event_years.of_pair(pair.view), pair.source, pair.link, pair.notes
        ),
        context.agreements(pair),
        context.caveats(pair),
        context.sources(pair),
    ]
    names = pair.view.names
    words = (_("science diplomacy"), _("bilateral cooperation"), *names, a, b)
    return Brief(
        title=_("{a} and {b}: briefing on their ties in science").format(a=names[0], b=names[1]),
        kicker=_("{name}: briefing, {year}").format(name=" – ".join(names), year=asked.year),
        subject=_("Layers of ties, trends, dependence and complementarity, {year}").format(year=asked.year),
        keywords=words,
        parts=tuple(p for p in parts if p is not None),
        link=pair.link,
        citation=about(asked.desk.engine, asked.desk.catalogue).citation,
        year=asked.year,
        data_version=asked.desk.data_version,
        made=works.today(),
        stem=asked.stem((a, b)),
        language=current().code,
        direction=current().direction,
        publisher=asked.desk.agency.name.said(),
        sheets=SHEETS,
        spare=SPARE,
    )
