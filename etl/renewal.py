"""What a batch renews of the figures that serve, and what of them is kept.

Files often hold a part of a source: one series, one edition, the rows of one more year. Such a
file renews exactly what it holds, and everything else goes on serving as it was, with its own file,
row and vintage. What a source's files hold is said by `SourceSpec.renews`:

- "series": a file holds whole series, so a figure that it no longer has was withdrawn;
- "years": a file holds whole series of the years it covers (an edition);
- "rows": a file holds single figures.

A file that holds much less of a series (or edition) than serves is a part of it, not a new state of
it: its missing figures are not taken for withdrawn ones.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from scidip.etl import bundle as bundles
from scidip.indicators.model.observations import conform
from scidip.indicators.model.source import Gate, Renews
from scidip.indicators.vocabulary import OBSERVATION_KEY
from scidip.store.runs import Batch, FileRecord

KEY = list(OBSERVATION_KEY)
SCOPES: Mapping[Renews, list[str]] = {"series": ["indicator"], "years": ["indicator", "time_period"], "rows": KEY}
JOINED = " + "
"""Stands between the titles, vintages and licences that an indicator rests on."""

Place = tuple[str, ...]
"""A key in the order of OBSERVATION_KEY, as texts."""
PlaceOf = Callable[[Mapping[str, str]], Place]
"""The place of a quarantined row, from the producer's words."""


@dataclass(frozen=True)
class Renewal:
    """A batch beside the figures that serve."""

    new: Batch
    old: Batch
    renews: Renews
    gate: Gate

    @cached_property
    def held(self) -> pd.Series:
        """Whether each serving figure is also in the files."""
        return _among(self.old.observations, self.new.observations, KEY)

    @cached_property
    def renewed(self) -> pd.Series:
        """Whether each serving figure belongs to what the files are about."""
        return _among(self.old.observations, self.new.observations, SCOPES[self.renews])

    @cached_property
    def partial(self) -> dict[str, tuple[int, int, int]]:
        """By indicator of which the files hold a part only: figures held, figures serving, areas lacking."""
        found = {}
        serving = self.old.observations.assign(held=self.held)[self.renewed]
        for code, figures in serving.groupby("indicator"):
            count, held = len(figures), int(figures["held"].sum())
            present = self.new.observations["indicator"] == code
            areas = set(figures["ref_area"]) - set(self.new.observations["ref_area"][present])
            if held < count * (1 - self.gate.max_shrink) or len(areas) > self.gate.max_areas_lost:
                found[str(code)] = (held, count, len(areas))
        return found

    @cached_property
    def withdrawn(self) -> pd.Series:
        """Whether each serving figure is gone from a series that the files otherwise hold whole."""
        in_part = self.old.observations["indicator"].isin(list(self.partial))
        return self.renewed & ~self.held & ~in_part

    @cached_property
    def kept(self) -> pd.Series:
        """Whether each serving figure goes on serving as it is."""
        return ~self.held & ~self.withdrawn

    def dropped(self) -> dict[str, int]:
        """Return, by indicator, how many serving figures are not in the files."""
        gone = self.old.observations[~self.held].groupby("indicator").size()
        return {str(code): int(count) for code, count in gone.items()}

    def merged(self, place_of: PlaceOf) -> Batch:
        """Return the batch with what is kept of the figures that serve; itself when nothing is."""
        waiting = self._waiting(place_of)
        figures = self.old.observations[self.kept]
        if figures.empty and waiting.empty:
            return self.new
        files, old_at, new_at = _files(self.old, self.new, {*figures["file"], *waiting["file"]})
        observations = conform(pd.concat([_moved(figures, old_at), _moved(self.new.observations, new_at)]))
        quarantined = pd.concat([_moved(waiting, old_at), _moved(self.new.quarantined, new_at)], ignore_index=True)
        origins = _origins(self.old.origins, self.new.origins, set(figures["indicator"]))
        declared = _declared(self.old.declared, old_at, self.new.declared, new_at)
        content = bundles.digest(bundles.to_csv(observations), quarantined, self.new.excluded, origins, declared)
        return replace(
            self.new,
            observations=observations,
            quarantined=quarantined,
            files=files,
            content_digest=content,
            parsed=self.new.counts["parsed"] + len(figures) + len(waiting),
            origins=origins,
            declared=declared,
        )

    def _waiting(self, place_of: PlaceOf) -> pd.DataFrame:
        """Return the quarantined rows of what the files are not about."""
        old = self.old.quarantined
        if old.empty:
            return old
        wanted = [KEY.index(column) for column in SCOPES[self.renews]]

        def scope(place: Place) -> Place:
            return tuple(place[i] for i in wanted)

        def scopes(quarantined: pd.DataFrame) -> list[Place]:
            return [scope(place_of(json.loads(text))) for text in quarantined["raw_json"]]

        figures = self.new.observations[KEY].astype(str).itertuples(index=False, name=None)
        about = {scope(key) for key in figures} | {*scopes(self.new.quarantined)}
        return old[[place not in about for place in scopes(old)]]


def _among(frame: pd.DataFrame, others: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return whether each row of *frame* has its *columns* among those of *others*."""
    known = pd.MultiIndex.from_frame(others[columns])
    found = pd.MultiIndex.from_frame(frame[columns]).isin(known)
    return pd.Series(found, index=frame.index)


def _files(old: Batch, new: Batch, used: set[int]) -> tuple[tuple[FileRecord, ...], dict[int, int], dict[int, int]]:
    """Return the files of both, and where each went: first those in use that serve, then the new ones.

    A file that serves already stays where it is, so that reading it again changes nothing.
    """
    now = {file.sha256 for file in new.files}
    stay = [i for i, file in enumerate(old.files) if i in used or file.sha256 in now]
    files = [old.files[i] for i in stay]
    old_at = {before: after for after, before in enumerate(stay)}
    at = {file.sha256: i for i, file in enumerate(files)}
    for file in new.files:
        if at.setdefault(file.sha256, len(files)) == len(files):
            files.append(file)
    return tuple(files), old_at, {i: at[file.sha256] for i, file in enumerate(new.files)}


def _moved(frame: pd.DataFrame, at: Mapping[int, int]) -> pd.DataFrame:
    return frame.assign(file=[at[int(file)] for file in frame["file"]])


def _declared(
    old: pd.DataFrame, old_at: Mapping[int, int], new: pd.DataFrame, new_at: Mapping[int, int]
) -> pd.DataFrame:
    """Return what the files that stay and the new ones declare, each for its own figures."""
    if old.empty and new.empty:
        return new
    stay = old[old["file"].isin(list(old_at))] if len(old) else old
    both = pd.concat([_moved(part, at) for part, at in ((stay, old_at), (new, new_at)) if len(part)] or [stay])
    key = ["indicator", "file"]
    return both.drop_duplicates(key, keep="last").sort_values(key, ignore_index=True)


def _origins(old: pd.DataFrame, new: pd.DataFrame, kept: set[str]) -> pd.DataFrame:
    """Return the origins of both: of an indicator with figures from both, all that it rests on."""
    stay = old[old["indicator"].isin(list(kept))] if len(old) else old
    if stay.empty:
        return new
    both = pd.concat([stay, new], ignore_index=True)
    return both.groupby("indicator", as_index=False).agg(joined)


def joined(texts: pd.Series) -> str:
    """Return the parts of several titles, vintages or licences as one, each once."""
    return JOINED.join(sorted({part for text in texts for part in text.split(JOINED)}))
