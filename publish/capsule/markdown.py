"""The Markdown of the program's own documents as HTML: headings, paragraphs, lists, tables, emphasis and code.

Links are set as their words: what they lead to is not in a capsule.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import Final

_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_LIST: Final = re.compile(r"(?:[-*]|(\d+)\.) +")
_INLINE: Final = (
    (re.compile(r"`([^`]*)`"), r"<code>\1</code>"),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\*\*(.+?)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*(?!\s)(.+?)\*(?!\w)"), r"<em>\1</em>"),
)


def as_html(text: str) -> str:
    """Return a document as HTML; what is not among the above stands as it is, escaped."""
    blocks = re.split(r"\n\s*\n", _COMMENT.sub("", text).strip())
    return "\n".join(part for block in blocks for part in _block(block.strip("\n").splitlines()))


def _block(lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    if found := re.match(r"(#{1,6}) +(.*)", lines[0]):
        level = len(found[1])
        yield f"<h{level}>{_inline(found[2])}</h{level}>"
        yield from _block(lines[1:])
    elif lines[0].startswith("|"):
        yield _table(lines)
    elif _LIST.match(lines[0]):
        yield _items(lines)
    else:
        yield f"<p>{_inline(' '.join(lines))}</p>"


def _table(lines: list[str]) -> str:
    rows = [[_inline(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in lines]
    head = "".join(f"<th scope=col>{cell}</th>" for cell in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[2:])
    return f"<div class=frame tabindex=0><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _items(lines: list[str]) -> str:
    items: list[str] = []
    for line in lines:
        if found := _LIST.match(line):
            items.append(line[found.end() :])
        else:
            items[-1] += f" {line.strip()}"
    kind = "ol" if lines[0][0].isdigit() else "ul"
    return f"<{kind}>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</{kind}>"


def _inline(text: str) -> str:
    text = escape(text, quote=False)
    for pattern, form in _INLINE:
        text = pattern.sub(form, text)
    return text
