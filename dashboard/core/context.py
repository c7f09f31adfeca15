"""What a page receives: the database, the catalogue, and a memory of answered queries."""

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import flask
import pandas as pd

from scidip.dashboard.core.query_cache import CACHE_SIZE, QueryCache
from scidip.findings.beside.sides import Beside
from scidip.findings.session import framework_of, spoken
from scidip.indicators.agency.profile import NO_AGENCY, Agency
from scidip.indicators.language.current import ENGLISH, Language, _, speaking
from scidip.indicators.language.current import current as current_language
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.catalogue_translated import in_words
from scidip.indicators.model.declared import declaring
from scidip.indicators.model.source import SourceSpec
from scidip.indicators.own_index.workspace import Workspace
from scidip.indicators.stories.story import Story
from scidip.store.database.as_of import AS_OF, as_of
from scidip.store.memory.prepared import Prepared, read_ahead
from scidip.store.queries import served, supply_queries

if TYPE_CHECKING:
    from sqlalchemy import Engine

Answer = TypeVar("Answer")
Held = tuple[str, Prepared, dict[Hashable, Any]]
"""What was read ahead of a version: its name, scores and figures, and answers that stay."""

_MOMENT: ContextVar[dict[tuple[int, str, str], Any] | None] = ContextVar("moment", default=None)
"""What was asked once at the present moment, outside a request."""


@dataclass(frozen=True)
class Context:
    """The only thing pages receive."""

    engine: "Engine"
    loaded: Catalogue
    areas: Areas
    sources: Mapping[str, SourceSpec]
    version: str
    cache_size: int = CACHE_SIZE
    stories: Mapping[str, Story] = field(default_factory=dict)
    """The stories that are shipped, by name."""
    languages: Mapping[str, Language] = field(default_factory=lambda: {"en": ENGLISH})
    site: str = "http://127.0.0.1:8050"
    proxy: str = ""
    embeds: tuple[str, ...] = ()
    """The public address, without a slash at its end: for citations and links, whoever asks by whichever name."""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    """Names under which a request may call this server; "*" for any."""
    agency: Agency = NO_AGENCY
    """Whose copy this is."""
    own: Workspace | None = None
    """The index of one's own that is shown instead of the published one."""
    upload_token: str = field(default="", repr=False)
    """What opens the upload page; there is none without."""
    beside: Beside | None = None
    """The index that is shown beside another one."""
    code: str = ""
    """Names the code that runs: what other code has made is not sent again."""

    @cached_property
    def cache(self) -> QueryCache:
        """The memory of answered queries."""
        return QueryCache(self.cache_size)

    @property
    def declared(self) -> Catalogue:
        """The catalogue by the methodology of the scores that serve, in English, with what files declare."""
        found: Catalogue = self._once("declared", self._declared)
        return found

    def _declared(self) -> Catalogue:
        own, served_by = self.query(supply_queries.declared), self.query(served.served_methodology)
        by = self.agency.name.usual
        whole = self.cache.get(("declared", own), lambda: declaring(self.loaded, own, by)) if own else self.loaded
        return whole.under(served_by)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in the visitor's language, with dimensions measured by figures a user has supplied."""
        language = current_language()
        found: Catalogue = self._once(f"catalogue {language.code}", lambda: self._remembered_catalogue(language.code))
        return found

    def _remembered_catalogue(self, language: str) -> Catalogue:
        supplied, served_by = self._once("supplied", lambda: self.supplied), self.declared.scored_by
        key = ("catalogue", served_by, supplied, self.query(supply_queries.declared), language)
        return self.cache.get(key, lambda: self._catalogue(supplied))

    def _catalogue(self, supplied: tuple[str, ...]) -> Catalogue:
        whole = self.declared.with_supplied(supplied)
        return whole if current_language() is ENGLISH else in_words(whole, _, self.agency.name.said())

    @property
    def prefix(self) -> str:
        """The path of the site under which the observatory is mounted, without a slash at its end; usually none."""
        return urlsplit(self.site).path

    @property
    def index_code(self) -> str:
        """The code of the index of the default framework."""
        return self.declared.framework.index_code

    @property
    def supplied(self) -> tuple[str, ...]:
        """Codes of the indicators with figures supplied by a user; scores may contain them."""
        codes: tuple[str, ...] = self.query(served.supplied_indicators)
        return codes

    @property
    def data_version(self) -> str:
        """Ten hex digits naming the figures that serve; asked anew with each request, so that it cannot age."""
        version: str = self._once("data_version", lambda: served.data_version(self.engine))
        return version

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """Let what is made within be of one version of the figures, also outside a request."""
        known = _MOMENT.get()
        before = _MOMENT.set({} if known is None else known)
        try:
            yield
        finally:
            _MOMENT.reset(before)

    def _once(self, name: str, ask: Callable[[], Any]) -> Any:
        """Return what *ask* answers, asked once in a request or moment (a page asks a thousand times)."""
        known = _MOMENT.get()
        if flask.has_request_context():
            known = flask.g.setdefault("scidip", {})
        elif known is None:
            return ask()
        key = (id(self), name, AS_OF.get())
        if key not in known:
            known[key] = ask()
        return known[key]

    def remembered(self, name: Hashable, ask: Callable[[], Answer]) -> Answer:
        """Return what *ask* answers, remembered in each language until the figures change."""
        return self.cache.get((name, current_language().code, self.data_version), ask)

    def query(self, ask: Callable[..., Answer], **kwargs: Any) -> Answer:
        """Return `ask(engine, **kwargs)`, remembered until the figures change; names and reasons as spoken here."""
        version, language = self.data_version, current_language()
        key = (ask, tuple(sorted(kwargs.items())), version)
        answer: Any = self.cache.get(key, lambda: self._in_english(ask, version, kwargs))
        if language is not ENGLISH and isinstance(answer, pd.DataFrame):
            framework = framework_of(self.catalogue, kwargs)
            answer = self.cache.get((*key, language.code), partial(spoken, answer, framework))
        mine: Answer = answer
        return mine

    def _in_english(self, ask: Callable[..., Any], version: str, kwargs: Mapping[str, Any]) -> Any:
        answer = self._asked(ask, version, kwargs)
        if not isinstance(answer, pd.DataFrame):
            return answer
        with speaking(ENGLISH):
            return spoken(answer, framework_of(self.declared, kwargs))

    def once(self, ask: Callable[..., Answer], **kwargs: Any) -> Answer:
        """Return `ask(engine, **kwargs)` without keeping it, for what is large and of use for one computation only."""
        return self._asked(ask, self.data_version, kwargs)

    def _asked(self, ask: Callable[..., Answer], version: str, kwargs: Mapping[str, Any]) -> Answer:
        prepared = self._prepared.get(version) or self._past.get(version)
        if prepared is not None and (answers := prepared.answering(ask, kwargs)):
            ready: Answer = answers()
            return ready
        return ask(self.engine, **kwargs)

    @cached_property
    def _prepared(self) -> dict[str, Prepared]:
        return {}

    def prepare(self) -> None:
        """Read scores and figures that serve, once; until then, and for other figures, queries are asked."""
        version = self.data_version
        if version and version not in self._prepared:
            prepared = read_ahead(self.engine, tuple(self.declared.frameworks))
            self._prepared.clear()
            self._prepared[version] = prepared

    @cached_property
    def _past(self) -> dict[str, Prepared]:
        return {}

    @cached_property
    def _past_lock(self) -> threading.Lock:
        return threading.Lock()

    @property
    def read_version(self) -> str:
        """The version of the figures that serve, as they were last read ahead; "" when they were not."""
        return next(iter(self._prepared), "")

    def is_prepared(self, version: str) -> bool:
        """Return whether a version is read ahead, or one of the past is being read."""
        return version in self._prepared or version in self._past or self._past_lock.locked()

    def prepare_past(self, version: str, read: Callable[[str], Held | None] = lambda _version: None) -> None:
        """Read an earlier version as `prepare` reads the one that serves; of several the last one asked for is kept.

        Another process may *read* it for this one. Does nothing while another version is being read: until it is
        there, queries are asked, with the same answers.
        """
        if self.is_prepared(version) or not self._past_lock.acquire(blocking=False):
            return
        try:
            held = read(version)
            with as_of(version), self.at_one_moment():
                prepared = held[1] if held else read_ahead(self.engine, tuple(self.declared.frameworks))
            self._past.clear()
            self._past[version] = prepared
        finally:
            self._past_lock.release()

    def held(self, version: str) -> Held:
        """Return what was read ahead of a *version*, for other processes. Raises KeyError when it was not."""
        past = self._past.get(version)
        return (version, past, {}) if past else (version, self._prepared[version], self.cache.settled())

    def adopt(self, held: Held) -> None:
        """Answer from what another process has read of the figures that serve."""
        version, prepared, settled = held
        self.cache.adopt(settled, version)
        self._prepared.clear()
        self._prepared[version] = prepared

    @property
    def years(self) -> list[int]:
        """The years with scores, ascending; empty when nothing has been scored."""
        years: list[int] = self.query(served.scored_years)
        return years

    @cached_property
    def present_areas(self) -> frozenset[str]:
        """Codes of the areas that exist today; former states have no scores."""
        table = self.areas.table
        return frozenset(table.loc[table["kind"] != "former", "ref_area"])


def current() -> Context:
    """Return the context of the application that answers the present request."""
    ctx: Context = flask.current_app.extensions["scidip"]
    return ctx
