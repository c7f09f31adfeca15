"""A briefing on two pages of A4, printed by a browser from a document made for it."""

import re
from collections.abc import Callable, Collection, Mapping
from html import escape

from scidip.indicators.language.current import _
from scidip.publish.briefs import html
from scidip.publish.briefs.brief import Block, Brief, Chart, Grid, Part, Picture, Sheet, Words

Print = Callable[[str], bytes]
"""Prints a document as PDF."""
PAGES = 2
SCALES = (1.0, 0.93, 0.86, 0.8, 0.74, 0.68, 0.62)
READABLE = 0.8
"""The scale down to which parts stay that paper can do without: text of 7, tables of 6 points."""
PAGE = re.compile(rb"/Type\s*/Page\b")
ROWS = 9
"""Rows of a table on paper; the last part lists its sources in a line."""

STYLE = (
    html.STYLE.partition("@media")[0]
    + """
@page{size:A4;margin:0}
html,body{background:#fff} body{font-size:8.6pt;line-height:1.34}
.sheet{width:210mm;min-height:290mm;padding:10mm 13mm 6mm;break-after:page}
.sheet:last-child{break-after:auto}
.row{display:flex;gap:8mm;margin-block-start:3.4mm} .row>*{flex:1 1 0;min-width:0}
section{border:0;padding:2.2mm 0 0;border-block-start:.6pt solid var(--muted);break-inside:avoid;min-width:0}
h1{font-size:17pt} h2{font-size:11.2pt} h3{font-size:8.6pt} .kicker{font-size:8.6pt;margin:0 0 1mm}
.subtitle{margin:.6mm 0 1.6mm;font-size:7.8pt}
.chart{max-width:86mm}
.blocks{gap:3mm 6mm;flex-wrap:nowrap} .blocks>*{flex:1 1 0} .blocks.under{flex-direction:column}
.blocks.under>*{flex:none;width:100%}
table{font-size:7.6pt} th,td{padding:.55mm 1.6mm .55mm 0} caption{display:none}
.cards{grid-template-columns:repeat(4,1fr);gap:5mm} .card{border-block-start-width:2pt;padding-block-start:1mm}
.card p{margin:0}
.card .figure{font-size:15pt} .large{font-size:8.8pt} .words p{margin:0 0 1.2mm} .words h3{display:inline}
.words h3::after{content:": "} .words h3+p{display:inline}
.words h3+p::after{content:"";display:block;height:.8mm}
.foot{font-size:6.8pt;margin:1mm 0 0;line-height:1.25}
.sources{font-size:6.8pt;color:var(--muted);margin:0;line-height:1.25}
"""
)


def two_pages(brief: Brief, print_page: Print) -> bytes:
    """Return the PDF: set smaller until it stands on two pages, without parts that would make it too small to be read.

    What is left out is named at the end of its sheet.
    """
    gone = _left_out(brief, print_page)
    made = b""
    for scale in SCALES:
        made = print_page(printed(brief, scale, gone))
        if len(PAGE.findall(made)) <= PAGES:
            break
    return made


def _left_out(brief: Brief, print_page: Print) -> frozenset[str]:
    """Return the parts without which each sheet is one page that can be read, at the scale that the others need."""
    spare = [_spare(brief, sheet) for sheet in range(PAGES)]
    if not any(spare):
        return frozenset()
    scale = min([READABLE, *(_largest(brief, n, print_page) for n, codes in enumerate(spare) if not codes)])
    return frozenset(c for n, codes in enumerate(spare) for c in _without(brief, n, codes, scale, print_page))


def _spare(brief: Brief, sheet: int) -> list[str]:
    """Return the parts of a sheet that it can do without, the first to go first."""
    codes = {code for row in brief.sheets[sheet] for column in row for code in column}
    here = {p.code for p in brief.parts} & codes
    return [code for code in brief.spare if code in here]


def _largest(brief: Brief, sheet: int, print_page: Print) -> float:
    """Return the largest scale, up to a readable one, at which a sheet is one page; the smallest if none is."""
    tried = [scale for scale in SCALES if scale <= READABLE]
    return next((s for s in tried if _is_one_page(print_page(printed(brief, s, (), (sheet,))))), tried[-1])


def _without(brief: Brief, sheet: int, spare: list[str], scale: float, print_page: Print) -> list[str]:
    """Return the parts without which a sheet is one page at *scale*; none where that does not help either."""
    for count in range(len(spare) + 1 if spare else 0):
        if _is_one_page(print_page(printed(brief, scale, frozenset(spare[:count]), (sheet,)))):
            return spare[:count]
    return []


def _is_one_page(made: bytes) -> bool:
    return len(PAGE.findall(made)) == 1


def printed(
    brief: Brief, scale: float = 1.0, left_out: Collection[str] = (), chosen: Collection[int] = range(PAGES)
) -> str:
    """Return the document that is printed: the *chosen* sheets, what they hold at *scale*, without some parts."""
    known = {p.code: p for p in brief.parts if p.code not in left_out}
    openings = (_opening(brief, brief.parts[0]), "")
    sheets = [
        _sheet(brief, opening, _rows(rows, known) + _named(brief, rows, left_out), scale)
        for n, (opening, rows) in enumerate(zip(openings, brief.sheets, strict=True))
        if n in chosen
    ]
    return html.page(brief, STYLE, "".join(sheets))


def _named(brief: Brief, rows: Sheet, left_out: Collection[str]) -> str:
    """Return what names the parts of a sheet that are not on it; nothing where all are."""
    here = {code for row in rows for column in row for code in column}
    names = [_(brief.spare[code]) for code in left_out if code in here]
    told = _("Left out here for want of room, and on the page: {parts}.").format(parts=_("; ").join(sorted(names)))
    return f"<p class=foot>{escape(told)}</p>" if names else ""


def _rows(rows: Sheet, known: Mapping[str, Part]) -> str:
    said = []
    for row in rows:
        columns = [[known[c] for c in column if c in known] for column in row]
        columns = [c for c in columns if c]
        if columns:
            inside = "".join(f"<div>{''.join(_section(p, narrow=len(columns) > 1) for p in c)}</div>" for c in columns)
            said.append(f"<div class=row>{inside}</div>")
    return "".join(said)


def _opening(brief: Brief, part: Part) -> str:
    blocks = "".join(html.block(b, lambda _p: None) for b in part.blocks)
    return (
        f"<p class=kicker>{escape(brief.heading)}</p><h1>{escape(part.finding.rstrip('.'))}</h1>"
        f"<p class=subtitle>{escape(part.subtitle)}</p>{blocks}"
    )


def _sheet(brief: Brief, opening: str, rows: str, scale: float) -> str:
    foot = html.mark(brief)
    foot += f'<p class=foot>{escape(brief.dated)} <a href="{escape(brief.link)}">{escape(brief.link)}</a></p>'
    return f'<div class=sheet><div class=fit style="zoom:{scale:g}">{opening}{rows}{foot}</div></div>'


def _section(part: Part, *, narrow: bool) -> str:
    kept: list[Block] = [b for b in part.blocks if not isinstance(b, Picture)]
    if part.code == "sources":
        return _sources(part, kept)
    shown = _once(kept) if narrow else []
    blocks = "".join(
        f'<div style="flex-grow:{s:g}">{html.block(b, lambda _p: None)}</div>'
        for b, s in ([(b, 1.0) for b in shown] or [(_shorter(b), s) for b, s in _shares(part)])
    )
    return (
        f"<section><h2>{escape(part.finding.rstrip('.'))}</h2><p class=subtitle>{escape(part.subtitle)}</p>"
        f'<div class="blocks{" under" if narrow else ""}">{blocks}</div>'
        f"<p class=foot>{escape(part.source)}</p></section>"
    )


def _shares(part: Part) -> list[tuple[Block, float]]:
    """Return what is printed of a part with its share of the width: no picture, the rest takes its room."""
    kept = [(b, s) for b, s in zip(part.blocks, part.shares, strict=True) if not isinstance(b, Picture)]
    return [(b, s / sum(t for _b, t in kept)) for b, s in kept]


def _once(blocks: list[Block]) -> list[Block]:
    """Return the table alone, whole, beside which a tall chart of bars shows what it holds, or more; else nothing."""
    charts = [b for b in blocks if isinstance(b, Chart) and b.kind == "bars" and len(b.categories) > ROWS]
    tables = [b for b in blocks if isinstance(b, Grid)]
    same = len(charts) == len(tables) == 1 and len(charts[0].categories) >= len(tables[0].rows)
    return [*tables] if same else []


def _shorter(block: Block) -> Block:
    if isinstance(block, Grid) and len(block.rows) > ROWS:
        return Grid(block.caption, block.head, block.rows[:ROWS], block.widths, block.figures, block.colours)
    return block


def _sources(part: Part, kept: list[Block]) -> str:
    """Return the sources as one paragraph, and the method."""
    rows = [f"{r[0]} ({r[1]})" for b in kept if isinstance(b, Grid) for r in b.rows]
    said = "".join(html.words(b) for b in kept if isinstance(b, Words))
    return f"<section><h2>{escape(part.finding)}</h2>{said}<p class=sources>{escape('; '.join(rows))}</p></section>"
