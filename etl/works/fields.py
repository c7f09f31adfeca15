"""The fields of OpenAlex's topics: the 26 fields of the ASJC classification that works are sorted into."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from scidip.indicators.errors import MethodError

FIELDS: Final[dict[str, str]] = {
    "11": "Agricultural and Biological Sciences",
    "12": "Arts and Humanities",
    "13": "Biochemistry, Genetics and Molecular Biology",
    "14": "Business, Management and Accounting",
    "15": "Chemical Engineering",
    "16": "Chemistry",
    "17": "Computer Science",
    "18": "Decision Sciences",
    "19": "Earth and Planetary Sciences",
    "20": "Economics, Econometrics and Finance",
    "21": "Energy",
    "22": "Engineering",
    "23": "Environmental Science",
    "24": "Immunology and Microbiology",
    "25": "Materials Science",
    "26": "Mathematics",
    "27": "Medicine",
    "28": "Neuroscience",
    "29": "Nursing",
    "30": "Pharmacology, Toxicology and Pharmaceutics",
    "31": "Physics and Astronomy",
    "32": "Psychology",
    "33": "Social Sciences",
    "34": "Veterinary",
    "35": "Dentistry",
    "36": "Health Professions",
}
"""Code, as in `https://openalex.org/fields/23`, and OpenAlex's name of it."""
ALL: Final = "all"


def chosen(text: str) -> tuple[str, ...]:
    """Return the codes in a comma-separated text, in order, each once; "all" is all of them, "" none.

    Raises MethodError for a code that is not a field.
    """
    if text.strip().lower() == ALL:
        return tuple(FIELDS)
    codes = [part.strip() for part in text.split(",") if part.strip()]
    refuse_unknown(codes, "asked for")
    return tuple(sorted(set(codes)))


def refuse_unknown(codes: Sequence[str], where: str) -> None:
    """Raise MethodError for the first of *codes* that is not a field; *where* says where it was seen."""
    for code in codes:
        if code not in FIELDS:
            named = {name.lower(): number for number, name in FIELDS.items()}
            near = [named[name] for name in get_close_matches(code.lower(), named, n=1)]
            hint = f"; did you mean {near[0]} ({FIELDS[near[0]]})?" if near else ""
            raise MethodError(
                f"unknown field {code[:40]!r} {where}{hint}; fields are the numbers 11 to 36, "
                f'as 23 (Environmental Science), or "{ALL}"'
            )
