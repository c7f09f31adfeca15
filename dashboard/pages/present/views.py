"""What a view of a presentation is called, and where a frame shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from types import ModuleType

from scidip.dashboard import pages
from scidip.dashboard.core import view_list
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.languages import FIELD
from scidip.dashboard.core.view_list import View
from scidip.indicators.language.current import ENGLISH, _, current
from scidip.indicators.registry import plugins

PATH = "/present"
"""The page of presentations: it shows every page but itself."""


@dataclass(frozen=True)
class Shown:
    """A view with its title, its text in the list, its address in a frame, and what is wrong with its values."""

    view: View
    title: str
    text: str
    source: str
    notices: tuple[str, ...]


@cache
def modules() -> dict[str, ModuleType]:
    """Return the pages that can be presented, by path."""
    found = plugins(pages, "PAGE", entry="page").values()
    return {m.PAGE.path: m for m in found if m.PAGE.path != PATH}


def known() -> view_list.Pages:
    """Return the parameters that each page knows."""
    return {path: [f.name for f in fields(m.State)] for path, m in modules().items()}


def shown(ctx: Context, views: Sequence[View]) -> list[Shown]:
    """Return the views with all that showing them needs."""
    return [_shown(ctx, v) for v in views]


def _shown(ctx: Context, view: View) -> Shown:
    path = view.address.partition("?")[0]
    module, query = modules()[path], view_list.query_of(view.address)
    notices = module.State.from_query(query, module.allowed(ctx))[1]
    language = "" if current() is ENGLISH else f"&{FIELD}={current().code}"
    mark = "&" if query else "?"
    return Shown(
        view,
        _title(ctx, module, query),
        view_list.view_text(View(view.address)),
        f"{view.address}{mark}present=1{language}",
        tuple(notices),
    )


def _title(ctx: Context, module: ModuleType, query: dict[str, str]) -> str:
    """Return what a page is called in a list: "France – Germany", "Portugal", "Network: Portugal"."""
    page = _(module.PAGE.title)
    title: str = getattr(module, "title", lambda _ctx, _query: page)(ctx, query)
    area = query.get("area", "")
    if area not in ctx.present_areas:
        return title
    name = ctx.areas.name(area)
    words = _("{page}: {country}")
    return name if module.PAGE.path == "/country" else words.format(page=title, country=name)


def example(ctx: Context) -> list[View]:
    """Return a presentation to begin with: the world, a region, a country, a pair, and how sure it all is."""
    year = ctx.years[-1]
    ranked = sorted(ctx.present_areas)
    area = next(a for a in ("PRT", *ranked) if a in ctx.present_areas)
    members = _("The member states of the European Union in {year}.")
    return [
        View("/", _("Who leads, and how sure that is. Where bars overlap, the order is not certain.")),
        View(f"/ranking?year={year}&group=EU", members.format(year=year)),
        View(f"/country?area={area}", _("Where one country stands out, and the years behind its figures.")),
        View("/pair?a=FRA&b=DEU", _("Two countries face to face: who depends on whom, and in what.")),
        View("/robustness", _("What remains when one counts otherwise.")),
    ]
