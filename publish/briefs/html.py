"""A briefing as one HTML file that needs nothing else: no script, no request, for the screen, a phone and paper."""

import base64
from collections.abc import Callable
from html import escape

from scidip.figures.theme import TOKENS, colour_of
from scidip.indicators.language.current import _
from scidip.publish.briefs.brief import Block, Brief, Card, Cards, Chart, Grid, Part, Picture, Words
from scidip.publish.briefs.svg import drawn

Draw = Callable[[Picture], bytes | None]
"""Draws a picture as PNG; None where no browser is installed."""

STYLE = (
    ":root{" + "".join(f"--{name}:{colour};" for name, colour in TOKENS["light"].items()) + "}"
    """
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
font-variant-ligatures:none}

main{max-width:1080px;margin:0 auto;padding:24px 20px 48px}
h1,h2{font-family:Charter,"Iowan Old Style",Georgia,serif;font-weight:500;line-height:1.2;margin:0;text-wrap:balance}
h1{font-size:clamp(26px,4.2vw,40px)} h2{font-size:clamp(21px,2.6vw,28px)} h3{font-size:15px;margin:0}
.kicker,.subtitle,.foot,figcaption{color:var(--muted)} .kicker{margin:0 0 8px;font-size:15px}
.subtitle{margin:6px 0 16px}
section{padding:32px 0 20px;border-block-end:1px solid var(--rule)}
.blocks{display:flex;flex-wrap:wrap;gap:24px 36px;align-items:flex-start}
.blocks>*{flex:1 1 320px;min-width:0;margin:0}
.chart{display:block;width:100%;max-width:620px;height:auto;font-family:inherit;font-variant-numeric:tabular-nums}
.chart text{font-variant-numeric:tabular-nums}
.frame{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
caption{text-align:start;color:var(--muted);padding-block-end:4px}
th,td{text-align:start;padding:6px 10px 6px 0;border-block-end:1px solid var(--rule);vertical-align:top}
thead th{color:var(--muted);font-weight:400;border-block-end-color:var(--muted)}
.num{text-align:end;white-space:nowrap} [dir=rtl] .num{direction:ltr;text-align:left}
.foot a{unicode-bidi:isolate;direction:ltr}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:20px 28px}
.card{border-block-start:3px solid var(--c);padding-block-start:10px} .card h3{color:var(--c)} .card p{margin:2px 0}
.card .figure{font:500 30px/1.2 Charter,"Iowan Old Style",Georgia,serif}
.large{font-size:18px} .words p{margin:0 0 12px}
figure{margin:0} figure img{display:block;width:100%;height:auto}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;list-style:none;padding:0;margin:6px 0 0;
color:var(--muted)}

.legend i{display:inline-block;width:12px;height:12px;border:1px solid var(--rule);margin-inline-end:6px}
.foot{font-size:13px;margin:16px 0 0;overflow-wrap:anywhere} a{color:var(--accent)}
details{margin:12px 0 0;font-size:15px} summary{cursor:pointer;color:var(--accent);min-height:24px}
details p{margin:6px 0}
@media (max-width:640px){.stack thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.stack tr{display:block;padding:8px 0;border-block-end:1px solid var(--rule)}
.stack th,.stack td{display:block;border:0;padding:1px 0;text-align:start;white-space:normal}
.stack td:empty{display:none} .stack td[data-label=""]::before{content:none!important}
.stack td::before{content:attr(data-label)": ";color:var(--muted)} }
@media print{body{font-size:10.5pt;background:none} section{break-inside:avoid;padding:14px 0}
details{display:none} main{max-width:none;padding:0}
.blocks>*{flex-basis:260px} @page{size:A4;margin:14mm}}
"""
)


def document(brief: Brief, draw: Draw, more: str = "") -> str:
    """Return the briefing as a document, with *more* rules of style; pictures that *draw* refuses are said in words."""
    sections = "".join(_section(part, draw, first=k == 0) for k, part in enumerate(brief.parts))
    return page(
        brief,
        STYLE + more,
        f"<main><p class=kicker>{escape(brief.heading)}</p>{mark(brief)}{sections}{_end(brief)}</main>",
    )


def mark(brief: Brief) -> str:
    """Return the line that says whose index it is; nothing for the published one."""
    return f"<p class=foot>{escape(brief.whose)}</p>" if brief.whose else ""


def page(brief: Brief, style: str, body: str) -> str:
    """Return an HTML document in the briefing's language with a style sheet of its own."""
    return (
        f'<!DOCTYPE html>\n<html lang="{brief.language}" dir="{brief.direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(brief.title)}</title><meta name="author" content="{escape(brief.author)}">'
        f'<meta name="description" content="{escape(brief.subject)}">'
        f'<meta name="keywords" content="{escape(", ".join(brief.keywords))}">'
        f"<style>{style}</style></head><body>{body}</body></html>\n"
    )


def _section(part: Part, draw: Draw, *, first: bool) -> str:
    level = "h1" if first else "h2"
    blocks = "".join(
        f'<div style="flex-grow:{share:g}">{block(b, draw)}</div>'
        for b, share in zip(part.blocks, part.shares, strict=True)
    )
    notes = "".join(f"<p>{escape(n)}</p>" for n in part.notes)
    return (
        f'<section id="{part.code}"><{level}>{escape(part.finding.rstrip("."))}</{level}>'
        f"<p class=subtitle>{escape(part.subtitle)}</p><div class=blocks>{blocks}</div>"
        f'<p class=foot>{escape(part.source)} <a href="{escape(part.link)}">{escape(part.link)}</a></p>'
        f"<details><summary>{escape(_('Caveats and counter-reading'))}</summary>{notes}</details></section>"
    )


def _end(brief: Brief) -> str:
    return (
        f"<p class=foot>{escape(brief.dated)} {escape(brief.citation)} "
        f'<a href="{escape(brief.link)}">{escape(brief.link)}</a></p>'
    )


def block(block: Block, draw: Draw) -> str:
    """Return a block as HTML."""
    match block:
        case Chart():
            return drawn(block)
        case Grid():
            return table(block)
        case Cards():
            return f"<div class=cards>{''.join(map(_card, block.cards))}</div>"
        case Words():
            return words(block)
        case Picture():
            return _picture(block, draw(block))
    raise TypeError(f"no such block: {block!r}")


def table(grid: Grid) -> str:
    """Return a table; on a phone each row becomes a card."""
    kind = [" class=num" if j in grid.figures else "" for j in range(len(grid.head))]
    head = "".join(f"<th scope=col{kind[j]}>{escape(text)}</th>" for j, text in enumerate(grid.head))
    rows = []
    for i, row in enumerate(grid.rows):
        colour = f' style="color:{colour_of(grid.colours[i])}"' if i < len(grid.colours) else ""
        cells = "".join(
            f'<td{kind[j]} data-label="{escape(grid.head[j])}">{escape(text)}</td>' for j, text in enumerate(row) if j
        )
        rows.append(f"<tr><th scope=row{colour}>{escape(row[0])}</th>{cells}</tr>")
    said = f"<caption>{escape(grid.caption)}</caption>" if grid.caption != grid.head[0] else ""
    return (
        f"<div class=frame><table class=stack>{said}<thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _card(card: Card) -> str:
    texts = (card.range, card.basis)
    return (
        f'<div class=card style="--c:{colour_of(card.colour)}"><h3>{escape(card.name)}</h3>'
        f"<p class=figure>{escape(card.figure)}</p>" + "".join(f"<p>{escape(t)}</p>" for t in texts if t) + "</div>"
    )


def words(block: Words) -> str:
    """Return sentences, each under its heading."""
    said = []
    for paragraph in block.paragraphs:
        head, bar, text = paragraph.partition("|")
        said.append(f"<h3>{escape(head)}</h3><p>{escape(text)}</p>" if bar else f"<p>{escape(head)}</p>")
    return f'<div class="words{" large" if block.large else ""}">{"".join(said)}</div>'


def _picture(picture: Picture, data: bytes | None) -> str:
    if data is None:
        said = _("No picture: no browser was installed where this file was made. It would show: {alt}")
        return f"<p class=subtitle>{escape(said.format(alt=picture.alt))}</p>"
    legend = "".join(f'<li><i style="background:{c}"></i>{escape(w)}</li>' for c, w in picture.legend)
    return (
        f'<figure><img alt="{escape(picture.alt)}" src="data:image/png;base64,{base64.b64encode(data).decode()}">'
        + (f"<ul class=legend>{legend}</ul>" if legend else "")
        + "</figure>"
    )
