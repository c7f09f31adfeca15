"""Claims on stored figures, true and false ones, and whether the claim checker tells them apart."""

from collections.abc import Iterator

import numpy as np

from scidip.findings.claims import check
from scidip.findings.session import Desk
from scidip.indicators.claims.claim import ClaimError
from scidip.publish.audit.told import Told
from scidip.publish.audit.truth import Truth

VERDICTS = {True: "supported", False: "not_supported"}


def drawn(desk: Desk, truth: Truth, random: np.random.Generator) -> Iterator[Told]:
    """Yield claims without end: a figure is above or below a number, zeros read from lists among them."""
    evidence = check.evidence(desk.engine, truth.catalogue, desk.areas, desk.years, desk.data_version)
    specs = [s for s in truth.catalogue.indicators.values() if s.arity == "area" and s.code in truth.spans]
    areas = sorted(desk.present_areas)
    while True:
        spec = specs[int(random.integers(len(specs)))]
        area = areas[int(random.integers(len(areas)))]
        first, last = truth.spans[spec.code]
        year = int(random.integers(max(first, 1990), last + 1)) if last >= 1990 else last
        held = dict(truth.line(spec.code, area)).get(year)
        listed = held is None and truth.may_be_none(spec.code, area, year)
        number = abs(0.0 if held is None else held) * float(random.choice([0.5, 2.0])) + 1
        text = f"{desk.areas.name(area)}'s {spec.name} was above {number:.0f} in {year}"
        try:
            answer = check.check(text, evidence)
        except ClaimError:
            continue
        claim = answer.claim
        if getattr(claim, "indicator", "") != spec.code or getattr(claim, "area", "") != area:
            continue
        value = 0.0 if listed else held
        verdict = "cannot_be_checked" if value is None else VERDICTS[value > float(f"{number:.0f}")]
        # Where the list cannot be said to be silent by the rows alone, "cannot be checked" is right as well.
        fits = answer.verdict == verdict or (listed and answer.verdict == "cannot_be_checked")
        yield Told("claim", f"{text}: {answer.verdict}", fits)
