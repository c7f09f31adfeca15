"""The ties of a country in its briefing: strongest partners, and a picture of its network."""

import plotly.graph_objects as go

from scidip.figures import networks
from scidip.figures.text import numbers, sentences
from scidip.findings.network import NetworkView
from scidip.findings.partners import RANKED, Partners, own_layer, partners
from scidip.indicators.language.current import _, ngettext
from scidip.publish.briefs.brief import Block, Grid, Part, Picture, Words
from scidip.publish.briefs.country.subject import Country
from scidip.publish.briefs.origin import source_line
from scidip.store.queries import pair_queries

TOP = 3
"""Partners named in each layer."""
KEEP = 2
"""Of each country its so many strongest ties are drawn."""


def ties(country: Country) -> Part:
    """Return the strongest partners of each layer, and the network around the country as a picture."""
    desk = country.desk
    found = partners(desk, country.area, country.year, lambda code: own_layer(desk, code, country.area))
    said = desk.query(pair_queries.sources, codes=RANKED)
    if not found:
        words = Words((_("No layer of ties covers this country."),), large=True)
        finding = _("No partner of {name} is published").format(name=country.spoken)
        blocks: tuple[Block, ...] = (words,)
    else:
        first = found[0]
        finding = _("{partner} is its largest partner: {layer}, {value} ({year})").format(
            partner=sentences.opening(sentences.in_text(desk.areas.name(str(first.top.index[0])))),
            layer=first.name.lower(),
            value=numbers.value(first.top.iloc[0], first.spec.unit),
            year=first.when,
        )
        blocks = (_network(country), _partner_table(country, found))
    return Part(
        "partners",
        finding,
        _("The three largest partners in each layer of ties, each layer in its newest full year"),
        blocks,
        (0.36, 0.64) if found else (1.0,),
        source_line(said),
        country.asked.link("/network", area=country.area),
        country.notes(
            _(
                "Large countries have large numbers: the largest partner is not the closest. The page "
                "of a pair shows intensity."
            ),
            codes=tuple(f.spec.code for f in found),
        ),
    )


def _partner_table(country: Country, found: list[Partners]) -> Grid:
    name, rows = country.desk.areas.name, []
    for layer in found:
        top = [f"{name(str(p))}: {numbers.value(v, 'count')}" for p, v in layer.top.head(TOP).items()]
        count = ngettext("{n} partner, {year}", "{n} partners, {year}", len(layer.ties))
        rows.append((layer.name, count.format(n=len(layer.ties), year=layer.when), *top, *[""] * (TOP - len(top))))
    head = (_("Layer"), _("Extent"), _("Largest"), _("Second"), _("Third"))
    return Grid(_("Largest partners by layer"), head, tuple(rows), (2.6, 1.7, 2.3, 2.3, 2.3))


def _network(country: Country) -> Picture:
    def draw() -> go.Figure:
        view = NetworkView(country.desk, ("copublications",), country.year, KEEP)
        return networks.network(*view.picture(country.area), "light", country.area)

    alt = _("Network of the strongest joint publications around {name}, {year}; the wider the line, the more.")
    return Picture(alt.format(name=country.spoken, year=country.year), draw, 440, 440)
