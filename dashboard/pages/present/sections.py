"""The faces of a presentation: the stage, the notes, the sheets to print, and the list while it is made.

What happens on them is in `assets/present.js` and `assets/present_list.js`; every word they say comes from here.
"""

import json
from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core import view_list
from scidip.dashboard.core.fast_html import aria, for_scripts
from scidip.dashboard.pages.present.views import PATH, Shown
from scidip.indicators.language.current import _

Words = dict[str, str]


def address(listed: Sequence[Shown], **more: str) -> str:
    """Return the address of a presentation."""
    text = view_list.encoded(view_list.to_text(s.view for s in listed))
    return f"{PATH}?views={text}" + "".join(f"&{k}={v}" for k, v in more.items())


def data(listed: Sequence[Shown]) -> str:
    """Return what the scripts need to know of the views, as JSON."""
    return json.dumps(
        [{"source": s.source, "title": s.title, "notes": s.view.notes} for s in listed], ensure_ascii=False
    )


def button(action: str, words: str, class_name: str = "", **more: Any) -> Component:
    """Return a button that the scripts know by its *action*."""
    more = {"data-act": action} | more
    return html.Button(words, type="button", className=f"quiet-button {class_name}".rstrip(), **more)


def _face(kind: str, listed: Sequence[Shown], words: Words, children: list[Any]) -> Component:
    """Return a face of the presentation that fills the window."""
    words = words | {"rows": _("{n} of {all} rows are shown")}
    return html.Div(
        [html.H1(_("Presentation"), className="visually-hidden"), *children],
        id=f"present-{kind}",
        className=f"present-face {kind}",
        **for_scripts(
            views=data(listed),
            words=json.dumps(words, ensure_ascii=False),
            leave=address(listed, mode="edit"),
            print=address(listed, mode="print"),
            notes=address(listed, mode="notes"),
            list=view_list.to_text(s.view for s in listed),
        ),
    )


def stage(listed: Sequence[Shown]) -> Component:
    """Return the stage: the view, and a bar that says where one is."""
    words = {
        "place": _("View {at} of {n}: {title}"),
        "black": _("The screen is black. Press B to go on."),
        "loading": _("{title} is being drawn."),
        "end": _("This is the last view."),
        "first": _("This is the first view."),
        "refused": _("The browser did not allow full screen. Its own key, often F11, does the same."),
        "popup": _("The browser did not open a window for the notes. Allow new windows for this site."),
    }
    return _face(
        "stage",
        listed,
        words,
        [
            html.P("", id="present-said", className="visually-hidden", role="status"),
            html.Div(html.Div(className="progress-done"), className="progress", **aria(hidden="true")),
            html.Div(className="frames", id="present-frames"),
            html.Div(
                [
                    html.Div(className="tap", **for_scripts(act="back")),
                    html.Div(className="tap", **for_scripts(act="next")),
                ],
                className="taps",
                **aria(hidden="true"),
            ),
            _bar(),
            html.Div(id="present-black", className="black", hidden=True),
            _keys(),
        ],
    )


def _bar() -> Component:
    """Return the bar that says where one is, with a button for all that can be done."""
    return html.Div(
        [
            button("back", "‹", "step", **{"aria-label": _("View before")}),
            html.Span("", className="place", id="present-place"),
            button("next", "›", "step", **{"aria-label": _("Next view")}),
            html.Span("", className="message", id="present-message"),
            button("black", _("Black"), "wide-only", **{"aria-pressed": "false"}),
            button("notes", _("Notes"), "wide-only"),
            button("print", _("Print"), "wide-only"),
            button("keys", _("Keys")),
            button("full", _("Full screen")),
            button("leave", _("Leave")),
        ],
        className="stage-bar",
        role="toolbar",
        **aria(label=_("Presentation")),
    )


def _keys() -> Component:
    rows = [
        (("→", "↓", "Page Down", _("Space")), _("Next view")),
        (("←", "↑", "Page Up"), _("View before")),
        (("Home", "End"), _("First view, last view")),
        (("B", "."), _("Black screen, and back")),
        (("N",), _("Notes in a window of their own")),
        (("F",), _("Full screen")),
        (("F5",), _("From the first view, in full screen")),
        (("Ctrl P",), _("Print: one view a page")),
        (("Esc",), _("Leave")),
    ]
    items = [html.Div([html.Dt([html.Kbd(k) for k in keys]), html.Dd(words)]) for keys, words in rows]
    return html.Dialog(
        [html.H2(_("Keys"), id="present-keys-title"), html.Dl(items), button("close", _("Close"))],
        id="present-keys",
        className="keys",
        **aria(labelledby="present-keys-title"),
    )


def notes(listed: Sequence[Shown]) -> Component:
    """Return the window of the presenter: what is on, what to say, what comes next, and the time."""
    words = {
        "place": _("View {at} of {n}"),
        "end": _("Nothing: this is the last view."),
        "none": _("No notes for this view."),
        "waiting": _("Waiting for the presentation: open it in another window of this browser."),
        "black": _("The screen is black."),
    }
    return _face(
        "notes",
        listed,
        words,
        [
            html.Div(
                [
                    html.P("", className="place", id="present-place"),
                    html.P("", id="present-message", role="status"),
                    html.P([html.Span(_("Elapsed"), className="muted"), " ", html.B("0:00", id="present-elapsed")]),
                    html.P([html.Span(_("Time"), className="muted"), " ", html.B("", id="present-clock")]),
                ],
                className="notes-head",
            ),
            html.H2("", id="present-title"),
            html.Div("", id="present-notes-text", className="notes-text"),
            html.Div([html.P(_("Next"), className="muted"), html.P("", id="present-next")], className="notes-next"),
            html.Div(
                [
                    button("back", _("View before")),
                    button("next", _("Next view")),
                    button("black", _("Black")),
                    button("restart", _("Start the time anew")),
                ],
                className="notes-buttons",
            ),
        ],
    )


def sheets(listed: Sequence[Shown]) -> Component:
    """Return the views one after another, each on a page of paper."""
    words = {
        "drawing": _("View {at} of {n} is being drawn."),
        "ready": _("All {n} views are drawn: one view a page, landscape."),
        "foot": _("{at} of {n}"),
    }
    head = html.Div(
        [
            html.P("", id="present-message", role="status"),
            button("print-now", _("Print"), disabled=True),
            button("leave", _("Leave")),
        ],
        className="sheets-head",
    )
    pages = [
        html.Section(
            [html.Div(className="sheet-frame"), html.P("", className="sheet-foot")],
            className="sheet",
            **aria(label=s.title),
        )
        for s in listed
    ]
    return _face("sheets", listed, words, [head, *pages])


def rows(listed: Sequence[Shown]) -> list[Component]:
    """Return the list while it is made: one row a view, with its notes and what can be done with it."""
    return [_row(k, s, len(listed)) for k, s in enumerate(listed)]


def _row(place: int, found: Shown, of: int) -> Component:
    title = found.title
    label = _("Notes for view {n}, {title}").format(n=place + 1, title=title)
    acts = [
        button("up", "↑", disabled=place == 0, **{"aria-label": _("Move {title} up").format(title=title)}),
        button("down", "↓", disabled=place == of - 1, **{"aria-label": _("Move {title} down").format(title=title)}),
        button("remove", _("Remove"), **{"aria-label": _("Remove {title}").format(title=title)}),
    ]
    return html.Li(
        [
            html.Div(
                [
                    html.B(title),
                    html.A(html.Code(found.view.address), href=found.view.address),
                    *(html.P(n, className="notice") for n in found.notices),
                ],
                className="view-name",
            ),
            html.Textarea(
                className="view-notes",
                rows=2,
                maxLength=view_list.MOST_NOTES,
                placeholder=_("Notes"),
                **aria(label=label),
            ),
            html.Div(acts, className="view-acts"),
        ],
        className="view-row",
        **for_scripts(address=found.view.address, text=found.text, notes=found.view.notes),
    )
