"""What is expected of pairs, for a statistician: a text with places for figures, and the figures, all computed.

`data/documents/expected.md` is the text, `expected_ties.toml` what may stand behind the ties that are farthest from
what is expected. `scidip docs` fills the places and takes the words of the ties that are listed.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pandas as pd

from scidip.findings.expected import ties as expected_ties
from scidip.findings.expected.ties import Tie
from scidip.findings.session import Desk
from scidip.indicators.errors import ScidipError
from scidip.publish.reports import expected_lines

HEADER: Final = "<!-- Written by `scidip docs` from data/documents/expected.md and the model; do not edit. -->\n\n"
NAME: Final = "expected.md"
WORDS: Final = "expected_ties.toml"
MISSING: Final = "not looked into yet."
Figures = Iterator[tuple[str, str]]


def document(folder: Path, desk: Desk) -> str:
    """Return the text in *folder* with the figures of the newest year of the model.

    Raises ScidipError when there is no model, or the text asks for a figure that there is none of.
    """
    year = expected_lines.newest(desk)
    if year is None:
        raise ScidipError("There is no gravity model yet: run `scidip build` first.")
    frame, words = expected_ties.model(desk), tomllib.loads((folder / WORDS).read_text("utf-8"))
    known = dict((*_about(frame, year), *_tables(frame, year), *_shares(frame, year), *_ties(desk, year, words)))
    try:
        return HEADER + (folder / NAME).read_text("utf-8").format_map(known)
    except KeyError as unknown:
        raise ScidipError(f"{NAME} asks for {unknown}, of which there is no figure") from unknown


def unexplained(folder: Path, desk: Desk) -> list[str]:
    """Return the listed ties of which the file of words says nothing, as PAK-SAU."""
    year = expected_lines.newest(desk)
    words = tomllib.loads((folder / WORDS).read_text("utf-8"))
    sides = zip(("above", "below"), expected_lines.farthest(desk, year or 0), strict=True)
    return [_code(tie) for side, found in sides for tie in found if _code(tie) not in words[side]]


def _about(frame: pd.DataFrame, year: int) -> Figures:
    def about(name: str, of: int = year) -> float:
        return expected_ties.value(frame, of, "about", name, "value")

    yield "year", str(year)
    yield "first", str(int(frame["time_period"].min()))
    yield "before", str(year - 1)
    yield "pairs", f"{about('pairs'):,.0f}"
    yield "areas", f"{about('areas'):.0f}"
    yield "zeros", f"{about('zeros'):.0%}"
    yield "explained", f"{about('explained'):.1%}"
    yield "median", f"{about('median_ratio'):.2f}"
    for name, part, code in (
        ("distance", "main", "distance"),
        ("distance_without", "without_organisations", "distance"),
        ("language", "main", "language"),
        ("colony", "main", "colony"),
        ("border", "main", "border"),
    ):
        yield name, _with_error(frame, year, part, code)
    own = frame[(frame["part"] == "outside") & (frame["time_period"] == year) & (frame["measure"] == "attribution")]
    yield "attribution", ", ".join(own["element"]) or "none"
    students = frame.loc[frame["part"] == "mobility", "time_period"]
    if len(students):
        when = int(students.max())
        yield "mobility_year", str(when)
        yield "mobility_pairs", f"{about('mobility_pairs', when):,.0f}"
        yield "students", _with_error(frame, when, "mobility", "students")
        for name in ("mobility", "mobility_without"):
            value = expected_ties.value(frame, when, "compared", name, "same_pairs")
            yield ("mobility_with" if name == "mobility" else name), f"{value:.0f}"


def _with_error(frame: pd.DataFrame, year: int, part: str, code: str) -> str:
    """Return a coefficient with the larger of its errors: 0.73 ± 0.09."""
    value, *errors = (
        expected_ties.value(frame, year, part, code, m) for m in ("coefficient", "pair_error", "country_error")
    )
    return f"{value:.2f} ± {max(errors):.2f}".replace("-", "−")


def _tables(frame: pd.DataFrame, year: int) -> Figures:
    rows = expected_lines.coefficients(frame, year, "main")
    yield "coefficients", _lines(f"| {n} | {c:.3f} | {p:.3f} | {k:.3f} |" for n, c, p, k in rows)
    yield "compared", _lines(f"| {n} | {a:.1f} | {b:.1f} |" for n, a, b in expected_lines.compared(frame, year))
    found = expected_lines.calibration(frame, year)
    yield "calibration", _lines(f"| {t} | {e:,.0f} | {a:,.0f} |" for t, e, a in found)


def _shares(frame: pd.DataFrame, year: int) -> Figures:
    shares = list(expected_lines.coverage(frame))
    last = next(s for s in shares if s[0] == year)
    yield "coverage_pairs", f"{last[1]:.1%}"
    yield "coverage_next", f"{last[2]:.1%}"
    yield "lowest_pairs", f"{min(s[1] for s in shares):.1%}"
    yield "lowest_next", f"{min(s[2] for s in shares if s[2] == s[2]):.1%}"
    yield "correlation", f"{expected_ties.value(frame, year, 'stability', 'correlation', 'value'):.2f}"
    yield "still", f"{expected_ties.value(frame, year, 'stability', 'still_beyond', 'value'):.0%}"


def _ties(desk: Desk, year: int, words: dict[str, dict[str, str]]) -> Figures:
    sides = list(zip(("above", "below"), expected_lines.farthest(desk, year), strict=True))
    yield "farthest", _lines(_row(desk, tie) for _side, found in sides for tie in found)
    told = (f"- **{_name(desk, t)}**: {words[side].get(_code(t), MISSING)}" for side, found in sides for t in found)
    yield "explained_ties", _lines(told)


def _row(desk: Desk, tie: Tie) -> str:
    ends = f"{tie.low:,.0f}–{tie.high:,.0f}"
    figures = f"{tie.actual:,.0f} | {tie.expected:,.0f} | {ends} | {tie.ratio:.2f} | {tie.ratio_by_effects:.2f}"
    return f"| {_name(desk, tie)} | {figures} |"


def _name(desk: Desk, tie: Tie) -> str:
    return f"{desk.areas.name(tie.a)} – {desk.areas.name(tie.b)}"


def _code(tie: Tie) -> str:
    return f"{tie.a}-{tie.b}"


def _lines(rows: Iterator[str]) -> str:
    return "\n".join(rows)
