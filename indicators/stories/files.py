"""The stories of a folder, by name."""

from pathlib import Path

from scidip.indicators.errors import InputFaults
from scidip.indicators.stories.story import Story, read


def load_stories(folder: Path) -> dict[str, Story]:
    """Return the stories of `*.toml` in a folder, by name. Raises InputFaults with everything wrong in any of them."""
    found: dict[str, Story] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found[path.stem] = read(path.read_text("utf-8"), path.stem)
        except InputFaults as error:
            faults += error.faults
    if faults:
        raise InputFaults(faults)
    return found
