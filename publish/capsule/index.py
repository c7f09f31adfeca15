"""The first page of a capsule, and the page of its method: HTML without script, light and dark, asking for nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from scidip.figures.theme import SANS, TOKENS
from scidip.indicators.language.current import _, current
from scidip.publish.capsule.contents import PACKAGE, Section
from scidip.publish.capsule.markdown import as_html
from scidip.publish.capsule.packing import MANIFEST, SIGNATURE

_LIGHT, _DARK = ("".join(f"--{name}:{colour};" for name, colour in TOKENS[mode].items()) for mode in ("light", "dark"))
STYLE = (
    f":root{{color-scheme:light dark;{_LIGHT}}}"
    f"@media (prefers-color-scheme:dark){{:root{{{_DARK}}}}}"
    f"body{{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 {SANS}}}"
    """
main{max-width:860px;margin:0 auto;padding:24px 20px 56px}
h1,h2{font-family:Charter,"Iowan Old Style",Georgia,serif;font-weight:500;line-height:1.25;text-wrap:balance}
h1{font-size:clamp(26px,4.4vw,38px);margin:0 0 8px} h2{font-size:22px;margin:32px 0 8px}
a{color:var(--accent)} .muted,.size{color:var(--muted)} .size{font-size:14px;white-space:nowrap}
ul.files{list-style:none;padding:0;margin:0} ul.files li{padding:8px 0;border-block-end:1px solid var(--rule)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:16px 0} dt{color:var(--muted)} dd{margin:0}
pre{background:var(--card);border:1px solid var(--rule);padding:10px 12px;white-space:pre-wrap;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:14px;direction:ltr;text-align:start}
.frame{overflow-x:auto} table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:start;vertical-align:top;padding:6px 12px 6px 0;border-block-end:1px solid var(--rule)}
th{color:var(--muted);font-weight:400} li{overflow-wrap:anywhere}
@media (max-width:560px){dl{display:block} dd{margin-block-end:8px}}
@media print{body{background:none;color:#000} a{color:inherit}}
"""
)


@dataclass(frozen=True)
class Facts:
    """What the first page says of the capsule."""

    title: str
    rows: Sequence[tuple[str, str]]
    """What and words: edition, data version, date, method, program."""
    licences: Sequence[tuple[str, str, str]]
    """Source, licence, citation."""
    withheld: Sequence[tuple[str, str, str, str]]
    """Of each source whose terms do not let its series be passed on: it, its licence, the series, where to get them."""
    key: str
    """Number of the key that signs; "" where none does."""


def page(language: str, direction: str, title: str, body: str) -> bytes:
    """Return a document."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"
    ).encode()


def method_page(language: str, text: str) -> bytes:
    """Return the document on the method, a text in Markdown."""
    return page(language, "ltr", "Methodology", as_html(text))


def index(facts: Facts, sections: Iterable[Section]) -> bytes:
    """Return the first page in the language that is spoken."""
    said = _("Everything here opens from this folder, without a network and without a server.")
    rows = "".join(f"<dt>{escape(what)}</dt><dd>{escape(words)}</dd>" for what, words in facts.rows)
    body = (
        f"<h1>{escape(facts.title)}</h1><p class=muted>{escape(said)}</p><dl>{rows}</dl>"
        + "".join(map(_section, sections))
        + _checking(facts)
        + _terms(facts)
    )
    return page(current().code, current().direction, facts.title, body)


def _section(section: Section) -> str:
    files = "".join(
        f'<li><a href="{escape(item.path)}">{escape(item.label)}</a> '
        f"<span class=size>{escape(item.path.rpartition('.')[2].upper())}, {_size(len(item.content))}</span></li>"
        for item in section.items
    )
    note = f"<p class=muted>{escape(section.note)}</p>" if section.note else ""
    return f"<section><h2>{escape(section.title)}</h2><ul class=files>{files}</ul>{note}</section>"


def _size(count: int) -> str:
    return _("{count} kB").format(count=max(1, round(count / 1000)))


def _checking(facts: Facts) -> str:
    files = [("manifest.json", MANIFEST), *([(SIGNATURE, SIGNATURE), ("key.pub", "key.pub")] if facts.key else [])]
    links = ", ".join(f'<a href="{path}">{name}</a>' for name, path in files)
    if facts.key:
        signed = _("Signed with the key {key} (Ed25519, in the format of minisign).").format(key=facts.key)
        signed += " " + _("Whose key it is, its maker says, not this folder.")
    else:
        signed = _("This capsule is not signed: the manifest shows whether a file was changed, not who made it.")
    verify = ["scidip verify ."]
    verify += ["minisign -Vm manifest.json -p key.pub"] if facts.key else []
    return (
        f"<section><h2>{escape(_('To verify'))}</h2><p>{escape(signed)} {links}</p>"
        f"<p>{escape(_('Every file by its length and digest, and the signature:'))}</p>"
        f"<pre>{escape(chr(10).join(verify))}</pre>"
        f"<h2>{escape(_('To recompute'))}</h2><p>"
        f"{escape(_('The ranking of all countries from the figures in this folder, and what differs:'))}</p>"
        f"<pre>scidip recompute {PACKAGE}</pre></section>"
    )


def _terms(facts: Facts) -> str:
    source, licence = _("Source"), _("Licence")
    used = _table((source, licence, _("Citation")), facts.licences)
    held = _table((source, licence, _("Series"), _("Where to get them")), facts.withheld)
    return (
        f"<section><h2>{escape(_('Licences'))}</h2><p>"
        f"{escape(_('Scores: CC BY 4.0. Figures: the terms of each source.'))}</p>{used}"
        f"<h2>{escape(_('Withheld: series that may not be passed on'))}</h2><p>"
        f"{escape(_('The briefing shows single figures of them; the tables hold none.'))}</p>{held}</section>"
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th scope=col>{escape(text)}</th>" for text in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    return f"<div class=frame tabindex=0><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
