"""What changed: the figures and ranks of two versions side by side, and how much such things moved so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.widgets import components, save_menu
from scidip.figures.text import numbers
from scidip.findings.exhibit import Table
from scidip.findings.exhibits import versions as exhibits
from scidip.findings.what_changed import Changes, changes_of
from scidip.indicators.language.current import N_, _, ngettext
from scidip.store import versions
from scidip.store.database.as_of import AS_OF

PAGE = Page(path="/what-changed", title=N_("What changed"), order=87, needs_scores=False)
ID = make_id(PAGE)


@dataclass(frozen=True)
class State(PageState):
    """The address: /what-changed?since=ab12cd34ef&to=0123456789; the last two versions when nothing is said."""

    since: str = ""
    to: str = ""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be: a version that is kept."""
    known = {"", *_known(ctx)["version"]}
    return {"since": known, "to": known}


def _known(ctx: Context) -> pd.DataFrame:
    """Return the versions that are kept up to the one that is read, newest first."""
    found = versions.kept(ctx.engine)
    own = found.index[found["version"] == AS_OF.get()]
    return found.loc[own[0] :] if len(own) else found


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its controls already set."""
    known = _known(ctx)
    before, after = chosen(known["version"].tolist(), state)
    return html.Div(
        [
            html.Div(headline(ctx, before, after), id=ID("headline"), className="headline"),
            html.Div(_pickers(known, before, after), className="controls controls-filter", hidden=len(known) < 2),
            html.Div(body(ctx, before, after), id=ID("body")),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )


def chosen(codes: list[str], state: State) -> tuple[str, str]:
    """Return the earlier and the later version that are compared; "" where there is none.

    Of two that are chosen the other way round, the earlier one comes first all the same: *codes* are newest first.
    """
    after = state.to or (codes[0] if codes else "")
    if state.since in codes and after in codes and codes.index(state.since) < codes.index(after):
        return after, state.since
    earlier = codes[codes.index(after) + 1 :] if after in codes else []
    return state.since or (earlier[0] if earlier else ""), after


def headline(ctx: Context, before: str, after: str) -> list[Component]:
    """Return what changed between two versions in a sentence, or why none can be said."""
    if not before or before == after:
        return _alone(_known(ctx), bool(before))
    return _headline(changes_of(ctx, before, after))


def body(ctx: Context, before: str, after: str) -> list[Component]:
    """Return the tables of what changed, and the list of versions."""
    known = _known(ctx)
    listed = [_listed(known)] if len(known) else []
    if not before or before == after:
        return listed
    found = changes_of(ctx, before, after)
    newest = str(known["version"].iloc[0])
    return [_figures(ctx, found), _ranks(ctx, found), *_risk(ctx, newest), *listed]


def _pickers(known: pd.DataFrame, before: str, after: str) -> list[Component]:
    options = [(code, _named(name, made_at, code)) for code, name, made_at in _columns(known)]
    return [
        components.select(ID("since"), _("Earlier version"), options, before, "control-areas"),
        components.select(ID("to"), _("Later version"), options, after, "control-areas"),
    ]


def _named(name: str, made_at: str, code: str) -> str:
    """Return a version as it is chosen from a list: its name where it has one, its day and hour, its code."""
    when = made_at[:16].replace("T", " ")
    return f"“{name}”, {when} · {code}" if name else f"{when} · {code}"


def _columns(known: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return code, name and moment of each version, newest first."""
    code, name, made_at = ([str(cell) for cell in known[c]] for c in ("version", "name", "made_at"))
    return list(zip(code, name, made_at, strict=True))


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: other versions redraw the page, and the page writes its address."""

    @app.callback(
        Output(ID("headline"), "children"),
        Output(ID("body"), "children"),
        Output(ID("url"), "data"),
        Input(ID("since"), "value"),
        Input(ID("to"), "value"),
        prevent_initial_call=True,
    )
    def redraw(since: str, to: str) -> tuple[Any, ...]:
        state = State(since, to)
        before, after = chosen(_known(ctx)["version"].tolist(), state)
        return headline(ctx, before, after), body(ctx, before, after), PAGE.address(state)

    clientside.write_address(app, ID)


def _alone(known: pd.DataFrame, is_same: bool) -> list[Component]:
    if len(known) < 2:
        words = _(
            "One version so far: nothing can be compared yet. The next scoring of other figures makes a second one."
        )
    elif is_same:
        words = _("A version is not compared with itself: choose another one.")
    else:
        words = _("There is no earlier version than this one to compare it with.")
    return [html.P(_("What changed"), className="kicker"), html.H1(_("What changed")), html.P(words, className="lede")]


def _headline(found: Changes) -> list[Component]:
    counts = _("{revised} figures revised, {new} new, {gone} gone; {ranks} ranks of the index moved.").format(
        revised=_count(found.count("revised")),
        new=_count(found.count("new")),
        gone=_count(found.count("gone")),
        ranks=_count(len(found.ranks)),
    )
    method = (
        _("The scores were made by other code or another methodology.")
        if found.is_other_method
        else _("Code and methodology are the same.")
    )
    words = _("From version {before} to version {after}.").format(before=found.before, after=found.after)
    return [
        html.P(_("What changed"), className="kicker"),
        html.H1(counts),
        html.P(f"{words} {method}", className="lede"),
    ]


def _count(n: float) -> str:
    return numbers.fixed(n, 0)


def _section(title: str, subtitle: str, held: Table, none: str) -> Component:
    """Return a table with its title, or the sentence that says why there is none."""
    if not held.rows:
        return html.Section([html.H2(title, className="figure-title"), html.P(none)], className="figure")
    rows = [
        html.Tr(
            [
                html.Td(c.write(record[c.key]), className="num")
                if c.kind in ("integer", "number")
                else (html.Th(c.write(record[c.key]), scope="row") if n == 0 else html.Td(c.write(record[c.key])))
                for n, c in enumerate(held.columns)
            ]
        )
        for record in held.records()
    ]
    return save_menu.whole_table(title, subtitle, [c.head for c in held.columns], rows, held)


def _figures(ctx: Context, found: Changes) -> Component:
    return _section(
        _("Figures"),
        _("By source and indicator, where anything changed; figures that scidip derives follow from these"),
        exhibits.figures(ctx, found),
        _("No source has other figures."),
    )


def _ranks(ctx: Context, found: Changes) -> Component:
    subtitle = _(
        "Places in {year}, by cause in this order: the country’s own figures, then code and method for all, then what "
        "is left: the others’ figures and the scale they set"
    )
    none = _("No rank of the index moved.") if found.year else _("The two versions have no scored year in common.")
    return _section(_("Ranks"), subtitle.format(year=found.year), exhibits.ranks(ctx, found), none)


def _risk(ctx: Context, until: str) -> list[Component]:
    return [
        _section(
            _("Revision risk of series"),
            _("Figures in two vintages in a row; revisions in % of the older figure; series never revised left out"),
            exhibits.series_risk(ctx, until),
            _("No figure was revised between the vintages that are kept."),
        ),
        _section(
            _("Revision risk of ranks"),
            _("Two versions in a row, in the newest year both have scored; countries that never moved left out"),
            exhibits.rank_risk(ctx, until),
            _("No rank of the index moved between the versions that are kept."),
        ),
    ]


def _listed(known: pd.DataFrame) -> Component:
    """Return the versions, each with the way to it and to what it changed."""
    items = []
    listed = _columns(known)
    codes = [code for code, _name, _made_at in listed]
    for place, (code, name, made_at) in enumerate(listed):
        said = f" “{name}”, {made_at[:10]}" if name else f" {made_at[:10]}"
        parts: list[Component | str] = [html.A(html.Code(code), href=f"/?v={code}"), said]
        if place + 1 < len(codes):
            address = f"{PAGE.path}?since={codes[place + 1]}&to={code}"
            parts += [" · ", html.A(_("what it changed"), href=address)]
        items.append(html.Li(parts))
    kept = ngettext("{n} version can be read again", "{n} versions can be read again", len(items)).format(n=len(items))
    title = html.H2(_("Versions"), className="figure-title")
    return html.Section([title, html.P(kept, className="figure-subtitle"), html.Ul(items)], className="figure")
