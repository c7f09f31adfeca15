"""A briefing on two pages of A4, printed by a browser from a document made for it."""

from collections.abc import Callable
from html import escape

from publish.briefs import html
from publish.briefs.brief import Block, Brief, Chart, Grid, Part, Picture, Words

Print = Callable[[str], bytes]
"""Prints a document as PDF."""
ROWS = 8
"""Rows of a table on paper; the last part lists its sources in a line."""

STYLE = (
    html.STYLE.partition("@media")[0]
    + """
@page{size:A4;margin:0}
html,body{background:#fff} body{font-size:8.6pt;line-height:1.34}
.sheet{width:210mm;height:296.5mm;padding:11mm 13mm 9mm;overflow:hidden;display:flex;flex-direction:column;break-after:page}
.sheet:last-child{break-after:auto}
.grid{display:grid;grid-template-columns:1fr 1fr;gap:5mm 8mm;flex:1;align-content:space-between}
section{border:0;padding:2.2mm 0 0;border-block-start:.6pt solid var(--muted);break-inside:avoid;min-width:0}
.wide{grid-column:1/-1}
h1{font-size:17pt} h2{font-size:11.2pt} h3{font-size:8.6pt} .kicker{font-size:8.6pt;margin:0 0 1mm} .subtitle{margin:.6mm 0 1.6mm;font-size:7.8pt}
.chart{max-width:100%} .narrow .chart{max-width:86mm}
.blocks{gap:3mm 6mm;flex-wrap:nowrap} .blocks>*{flex:1 1 0}
table{font-size:7.6pt} th,td{padding:.55mm 1.6mm .55mm 0} caption{display:none}
.cards{grid-template-columns:repeat(4,1fr);gap:5mm} .card{border-block-start-width:2pt;padding-block-start:1mm} .card p{margin:0}
.card .figure{font-size:15pt} .large{font-size:8.8pt} .words p{margin:0 0 1.2mm} .words h3{display:inline} .words h3+p{display:inline} .words h3+p::after{content:"";display:block;height:.8mm}
.foot{font-size:6.8pt;margin:1mm 0 0;line-height:1.25} .sources{font-size:6.8pt;color:var(--muted);margin:0;line-height:1.25}
"""
)


def two_pages(brief: Brief, print_page: Print) -> bytes:
    """Return the PDF."""
    return print_page(printed(brief))


def printed(brief: Brief) -> str:
    """Return the document that is printed: two sheets, each of a page's size."""
    parts = [p for code in brief.short for p in brief.parts if p.code == code]
    first, rest = parts[0], parts[1:]
    cut = _half(rest)
    sheets = [_sheet(brief, _opening(brief, first), rest[:cut]), _sheet(brief, "", rest[cut:])]
    return html.page(brief, STYLE, "".join(sheets))


def _half(parts: list[Part]) -> int:
    """Return how many parts stand on the first sheet: so many that both carry about the same."""
    weights = [_weight(p) for p in parts]
    halves = [abs(sum(weights[:k]) + 4 - sum(weights[k:])) for k in range(len(parts) + 1)]
    return halves.index(min(halves))


def _weight(part: Part) -> float:
    return sum(_lines(b) for b in _kept(part)) / (1.6 if len(part.blocks) > 1 else 1.0) + 4


def _lines(block: Block) -> float:
    match block:
        case Chart():
            return 16.0 if block.kind in ("lines", "radar") else 2.2 * len(block.categories)
        case Grid():
            return 1.5 * min(len(block.rows), ROWS)
        case Words():
            return 3.0 * len(block.paragraphs)
        case _:
            return 6.0


def _opening(brief: Brief, part: Part) -> str:
    blocks = "".join(html.block(b, lambda _p: None) for b in part.blocks)
    return (
        f"<p class=kicker>{escape(brief.kicker)}</p><h1>{escape(part.finding.rstrip('.'))}</h1>"
        f"<p class=subtitle>{escape(part.subtitle)}</p>{blocks}<div style='height:3mm'></div>"
    )


def _sheet(brief: Brief, opening: str, parts: list[Part]) -> str:
    foot = f'<p class=foot>{escape(brief.dated)} <a href="{escape(brief.link)}">{escape(brief.link)}</a></p>'
    return f"<div class=sheet>{opening}<div class=grid>{''.join(map(_section, parts))}</div>{foot}</div>"


def _kept(part: Part) -> list[Block]:
    return [b for b in part.blocks if not isinstance(b, Picture)]


def _section(part: Part) -> str:
    kept = _kept(part)
    if part.code == "sources":
        return _sources(part, kept)
    wide = len(kept) > 1 or (isinstance(kept[0], Grid) and len(kept[0].head) > 4)
    blocks = "".join(f"<div>{html.block(_shorter(b), lambda _p: None)}</div>" for b in kept)
    return (
        f'<section class="{"wide" if wide else "narrow"}"><h2>{escape(part.finding.rstrip("."))}</h2>'
        f"<p class=subtitle>{escape(part.subtitle)}</p><div class=blocks>{blocks}</div>"
        f"<p class=foot>{escape(part.source)}</p></section>"
    )


def _shorter(block: Block) -> Block:
    if isinstance(block, Grid) and len(block.rows) > ROWS:
        return Grid(
            block.caption, block.head, block.rows[:ROWS], block.widths, block.figures, block.colours
        )
    return block


def _sources(part: Part, kept: list[Block]) -> str:
    """Return the sources as one paragraph, and the method."""
    rows = [f"{r[0]} ({r[1]})" for b in kept if isinstance(b, Grid) for r in b.rows]
    said = "".join(html.words(b) for b in kept if isinstance(b, Words))
    return f"<section class=wide><h2>{escape(part.finding)}</h2>{said}<p class=sources>{escape('; '.join(rows))}</p></section>"
