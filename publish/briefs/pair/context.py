"""The last parts of a briefing on a pair: agreements, caveats, sources."""

import pandas as pd

from scidip.figures.text import numbers, sentences
from scidip.findings.exhibits import pair as pair_exhibits
from scidip.findings.exhibits import pair_rows
from scidip.findings.pair import LAYERS, LayerView
from scidip.indicators.language.current import _
from scidip.publish.briefs.brief import Grid, Part, Words
from scidip.publish.briefs.origin import method_part, origins
from scidip.publish.briefs.pair.sections import layer_row
from scidip.publish.briefs.pair.subject import COMPARED, Pair
from scidip.store.queries import pair_queries

CODES = ("bilateral_agreements", "shared_igos", "joint_projects", "diplomatic_posts", "visa_rule")


def agreements(pair: Pair) -> Part:
    """Return what governments have built: agreements, organisations, projects, posts, rules of entry."""
    view = pair.view
    ties = [view.ties[c] for c in CODES]
    listed = dict(pair_rows.by_layer(pair_exhibits.layers(view)))
    rows = tuple((*layer_row(v, listed[v.code])[:4], _(v.spec.definition)) for v in ties)
    shared, agreed = view.ties["shared_igos"], view.ties["bilateral_agreements"]
    if shared.year is None and agreed.year is None:
        finding = _("Neither shared organisations nor agreements are published for this pair")
    else:
        finding = _("Shared organisations: {shared}; agreements in the list: {agreed}").format(
            shared=_told(shared), agreed=_told(agreed)
        )
    table = Grid(
        _("What governments have built"),
        (
            _("Tie"),
            _("{a} → {b}").format(a=view.names[0], b=view.names[1]),
            _("{a} → {b}").format(a=view.names[1], b=view.names[0]),
            _("Year"),
            _("What is counted"),
        ),
        rows,
        (2.4, 1.8, 1.8, 1.2, 4.6),
    )
    return Part(
        "agreements",
        finding,
        _("Agreements, organisations, projects, posts and rules of entry, each of its own year"),
        (table,),
        (1.0,),
        pair.source(*CODES),
        pair.link,
        pair.notes(codes=CODES),
    )


def _told(view: LayerView) -> str:
    if view.year is None:
        return view.write(float("nan"))
    return _("{n} ({year})").format(n=numbers.value(view.value(), "count"), year=view.when)


def caveats(pair: Pair) -> Part:
    """Return what speaks against reading too much into these figures."""
    view = pair.view
    years = [y for v in view.ties.values() for y in v.years if y is not None]
    if years and min(years) < view.year:
        finding = _("The oldest of these figures is of {year}, and counts alone say little").format(year=min(years))
    elif years:
        finding = _("Counts alone say little")
    else:
        finding = _("Nothing is published on this pair; that does not mean that nothing exists")
    told = [
        pair.counter.partition(": ")[2],
        pair.caveat.partition(": ")[2],
        _("Of students only the largest flows are published; of projects only those of one programme."),
        _(COMPARED),
    ]
    told = [sentences.opening(s) for s in told]
    return Part(
        "caveats",
        finding,
        _("Main caveats: size, age, gaps in the sources"),
        (Words(tuple(told), large=True),),
        (1.0,),
        pair.source(),
        pair.link,
        pair.notes(),
    )


def sources(pair: Pair) -> Part:
    """Return who published the layers, the method, and how to cite."""
    frame: pd.DataFrame = pair.view.desk.query(pair_queries.sources, codes=tuple(pair.view.ties))
    rows = origins(frame)
    words = _("{layers} layers from {n} sources, each under its own licence")
    finding = words.format(layers=sentences.opening(sentences.count(len(LAYERS))), n=len(rows))
    return method_part(pair.asked, finding, rows, pair.notes(codes=tuple(pair.view.ties)))
