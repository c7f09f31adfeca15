"""A producer and its data set, and how far a new vintage of it may differ."""

from typing import Literal

from pydantic import Field

from scidip.indicators.model.areas import Scheme
from scidip.indicators.model.base import Model

Renews = Literal["series", "years", "rows"]
"""What a source's files hold whole: series, series of the years they cover, or single figures."""


class Gate(Model):
    """How far a new vintage may differ from the one that serves before a human must accept it."""

    max_shrink: float = 0.20
    """Largest share of rows that may disappear."""
    max_quarantine: float = 0.05
    """Largest share of rows that may be quarantined."""
    max_areas_lost: int = 10
    """How many areas may lose all their figures."""
    jump: float = 0.5
    """A figure has jumped when it moved by more than this share of its old value."""
    max_jumped: float = 0.10
    """Largest share of the common figures that may jump."""


class SourceSpec(Model):
    """A producer and its data set: who, under which terms, and how it names areas."""

    id: str
    title: str
    """Short name on screen, such as "World Bank WDI"."""
    publisher: str
    homepage: str
    licence: str
    """Short name of the terms, such as "CC BY 4.0"."""
    licence_url: str = ""
    citation: str
    kind: Literal["official", "judgement", "compiled", "user"]
    """Statistics of an official body or the giver's own record; the judgement of experts or of people who were asked;
    a list or database that others compiled; figures of the user of a copy."""
    cadence: str = "yearly"
    area_scheme: Scheme = "iso3"
    redistributable: bool = True
    where_to_get: str = ""
    """For data that may not be passed on: where a user can get them."""
    gate: Gate = Gate()
    renews: Renews = "series"
    """What a file replaces of the figures that serve; all else goes on serving."""
    by_hand: str = ""
    """For a producer without a door for programs: the steps to the file, its name and shape. Empty: it is fetched."""
    months: int = Field(default=12, ge=1, le=60)
    """Months from one edition to the next."""
