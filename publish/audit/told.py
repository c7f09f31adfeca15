"""Sentences as pages make them, each held against the stored rows by reading its words back. English only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings import counter_reading, pair_sentences, profile
from scidip.findings.pair import POOLED, STATUS, VISA_RULES, LayerView, PairView
from scidip.findings.session import Desk
from scidip.indicators.vocabulary import STATUS_WORDS, ObsStatus
from scidip.publish.audit.truth import Truth
from scidip.store.queries import area_queries, served

NUMBER = r"([\d,]+(?:\.\d+)?)"
PLACE = r"(\d+)(?:st|nd|rd|th)"
NONE = STATUS_WORDS[str(ObsStatus.NONE_LISTED)]


@dataclass(frozen=True)
class Told:
    """A printed sentence, of which kind it is, and whether the stored rows bear it out."""

    kind: str
    text: str
    is_true: bool


def figures(desk: Desk, truth: Truth, area: str, year: int) -> Iterator[Told]:
    """Yield what the table of a country says of each indicator up to *year*."""
    frame = desk.query(area_queries.area_indicators, ref_area=area, year=year)
    # A database that has seen an older catalogue still lists the codes that are gone.
    frame = frame[frame["indicator"].isin(list(desk.catalogue.indicators))]
    for row in each_row(frame):
        spec = desk.catalogue.indicators[row.indicator]
        line = truth.line(row.indicator, area)
        held, comes = truth.newest(line, year), truth.next(line, year)
        head = f"{desk.areas.name(area)}, {year}, {spec.name}: "
        if not numbers.known(row.obs_value):
            text = sentences.not_known(spec, row, year)
            later = re.search(r"(?:of|in) (\d{4})(?::|, with) (.+)$", text)
            shown = (int(later[1]), later[2]) if later else None
            yield Told("figure", head + text, held is None and _comes(truth, row.indicator, area, year, comes, shown))
            continue
        value, own = numbers.value(row.obs_value, spec.unit), int(row.time_period)
        words = STATUS_WORDS[str(row.obs_status)]
        text = f"{value}, {own}, {words}"
        if words == NONE:
            none = truth.may_be_none(row.indicator, area, own)
            true = none and (held is None or held[0] < own) and value == numbers.value(0.0, spec.unit)
        else:
            true = held is not None and (value, own) == (numbers.value(held[1], spec.unit), held[0])
        yield Told("figure", head + text, true)


def _comes(
    truth: Truth, code: str, area: str, year: int, held: tuple[int, float] | None, shown: tuple[int, str] | None
) -> bool:
    """Return whether what is said to come after *year* is what comes: a figure, or the silence of a list."""
    unit = truth.catalogue.indicators[code].unit
    if shown is None:
        return held is None
    if held is not None and held[0] == shown[0]:
        return shown[1] == numbers.value(held[1], unit)
    earlier = held is None or shown[0] < held[0]
    return earlier and shown[1] == numbers.value(0.0, unit) and truth.may_be_none(code, area, shown[0])


def standing(desk: Desk, truth: Truth, area: str, year: int) -> Iterator[Told]:
    """Yield where a country stands, and what moved it."""
    index = desk.catalogue.framework.index_code
    scores = desk.query(served.area_scores, ref_area=area)
    now = scores[(scores["time_period"] == year) & (scores["node"] == index)]
    if len(now):
        row = now.iloc[0]
        text = sentences.standing(desk.areas.name(area), row, year, int(row["ranked_areas"]))
        yield Told("standing", text, _stands(text, truth.scores[index, area, year], year))
    moved = counter_reading.moved(desk, year, scores)
    if moved is not None:
        before, after = (truth.scores[index, area, y]["score"] for y in (moved.since, year))
        yield Told("change", f"{area} {year}: {moved.finding}", _moved(truth, area, moved, after - before))


def _stands(text: str, held: "dict[str, float] | object", year: int) -> bool:
    assert isinstance(held, dict)
    found = re.search(rf"{PLACE} of {NUMBER} in (\d{{4}})", text)
    if found is None:
        return "not ranked" in text and not numbers.known(held["rank"])
    said = [int(found[1]), int(found[2].replace(",", "")), int(found[3])]
    ends = re.search(rf"between {PLACE} and {PLACE}", text)
    spans = [int(ends[1]), int(ends[2])] if ends else [round(held["rank_p05"])] * 2
    true = [round(held["rank"]), round(held["ranked_areas"]), year]
    return said == true and spans == [round(held["rank_p05"]), round(held["rank_p95"])]


def _moved(truth: Truth, area: str, moved: counter_reading.Moved, change: float) -> bool:
    """Return whether the finding on a change gives its size, direction and the figures that it names."""
    text = moved.finding
    if text.startswith("Hardly"):
        return abs(change) < counter_reading.HARDLY and str(moved.since) in text
    way = re.match(rf"(Up|Down) {NUMBER} points since (\d{{4}})", text)
    if way is None or (way[1] == "Up") != (change > 0):
        return False
    if way[2] != numbers.fixed(abs(change)) or int(way[3]) != moved.since:
        return False
    same = re.search(r"\(([+−][\d.]+) on the same ones\)", text)
    if same is None:
        named = re.search(r": (.+?): (.+?) \((\d{4})\), (.+?) \((\d{4})\)$", text)
        return moved.alike * change > 0 and (named is None or _named(truth, area, named))
    return same[1] == counter_reading.signed(moved.alike)


def _named(truth: Truth, area: str, named: "re.Match[str]") -> bool:
    """Return whether both figures of the single indicator that a finding names are held (or none by a list)."""
    code = next((c for c, s in truth.catalogue.indicators.items() if sentences.named(s) == named[1]), None)
    if code is None:
        return False
    unit, held = truth.catalogue.indicators[code].unit, dict(truth.line(code, area))
    for value, year in ((named[2], int(named[3])), (named[4], int(named[5]))):
        known = held.get(year, 0.0 if truth.may_be_none(code, area, year) else None)
        if known is None or numbers.value(known, unit) != value:
            return False
    return True


def extremes(desk: Desk, truth: Truth, area: str, year: int, cells: pd.DataFrame) -> Iterator[Told]:
    """Yield strengths and weaknesses. cells: normalised values of *year*, areas × indicators, ranked areas only."""
    high, low = profile.extremes(desk, area, year)
    for word, part in (("strength", high), ("weakness", low)):
        for row in part.itertuples(index=False):
            column = cells[row.indicator].dropna()
            own = column.get(area)
            if own is None:
                continue
            share = 100 * float((column <= own).mean())
            lower = 100 * float((column < own).mean())
            text = f"{area} {year}, {word}: {row.indicator}, percentile {row.percentile:.0f}"
            fits = lower >= profile.HALF if word == "strength" else share <= profile.HALF
            yield Told("percentile", text, fits and f"{share:.0f}" == f"{row.percentile:.0f}")


def pair(desk: Desk, truth: Truth, a: str, b: str, year: int) -> Iterator[Told]:
    """Yield what the page of a pair says: its opening, its students, and each layer in both directions."""
    view = PairView(desk, a, b, year)
    head = f"{a}-{b} {year}: "
    line = truth.line("copublications", a, b)
    joint = truth.newest(line, year) or truth.next(line, year)
    text = pair_sentences.answer(view)
    count = re.search(rf"have {NUMBER} joint publications? of (\d{{4}})", text)
    if count is None:
        true = joint is None
    else:
        true = joint is not None and (int(count[1].replace(",", "")), int(count[2])) == (joint[1], joint[0])
    yield Told("pair", head + text, true)
    yield Told("pair", head + pair_sentences.students(view), _students(truth, view))
    for tie in view.ties.values():
        for back in (False, True):
            value, said = tie.write(tie.value(back=back)), tie.years[back]
            text = f"{head}{tie.code} {'back' if back else 'there'}: {value}, {said}"
            yield Told("layer", text, _layer(truth, tie, value, said, (b, a) if back else (a, b), year))


def _layer(truth: Truth, tie: LayerView, value: str, said: int | None, ends: tuple[str, str], year: int) -> bool:
    line = truth.line(tie.code, *ends)
    first = truth.spans.get(tie.code, (0, 0))[0]
    if tie.code == "joint_projects":
        total = sum(v for _, v in line)
        # Of a territory that its list never names, nothing is known.
        states = all(truth.areas.kind(area) == "state" for area in ends)
        return value == numbers.value(total, tie.spec.unit) or (not states and total == 0 and value == "not known")
    if tie.code in POOLED:
        return _pooled(truth, tie, value, said, ends, year)
    # Layers that are read from the first scored year on only.
    line = [(y, v) for y, v in line if y >= (tie.layer.years[0] if tie.layer.years else first)]
    held = truth.newest(line, year) or (line[0] if line else None)
    if held is None:
        return said is None and value == STATUS[tie.missing]
    words = VISA_RULES[round(held[1])] if tie.code == "visa_rule" else numbers.value(held[1], tie.spec.unit)
    return said == held[0] and value == words


def _pooled(truth: Truth, tie: LayerView, value: str, said: int | None, ends: tuple[str, str], year: int) -> bool:
    """Return whether a sum of years is that of its rows; of an area that no row names nothing may be said."""
    first, last = truth.spans[tie.code]
    window = POOLED[tie.code]
    shown = min(max(year, first + window - 1), last)
    if said is None:
        return value == STATUS[tie.missing] and not all(area in tie.layer.place for area in ends)
    total = sum(v for y, v in truth.line(tie.code, *ends) if shown - window < y <= shown)
    return said == shown and value == numbers.value(total, tie.spec.unit)


def _students(truth: Truth, view: PairView) -> bool:
    """Return whether every number of students that is told is held for that direction and year."""
    text = pair_sentences.students(view)
    lines = [truth.line("student_flow", *ends) for ends in ((view.a, view.b), (view.b, view.a))]
    held = [truth.newest(line, view.year) or (line[0] if line else None) for line in lines]
    told = set(re.findall(rf"(?<![\d,.]){NUMBER}(?= \(|\)|;|$|, the)", text))
    years = {int(y) for y in re.findall(r"\b(?:19|20)\d{2}\b", text)}
    known = [h for h in held if h is not None]
    if len(known) < 2 and "neither" not in text and "not published" not in text:
        return False
    shown = {numbers.value(h[1], "count") for h in known}
    return shown <= told | {str(y) for y in years} and {h[0] for h in known} <= years
