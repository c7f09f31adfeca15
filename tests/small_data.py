"""A small data folder: a few sources of the bundle and few draws, for tests of how a database is built, not of figures."""

import os
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("arwu", "nobel", "un_population", "undp_hdr", "unesco_uis", "vdem", "world_bank", "worldbank_governance")
"""Of countries, none of pairs: ties of two are four fifths of all figures."""
DRAWS = re.compile(r"^draws = \d+$", re.M)
"""How many draws make a range."""


def with_few_draws(catalogue: Path, draws: int = 40) -> None:
    """Let a *catalogue*'s default methodology draw less often."""
    method = catalogue / "methodologies" / "default.toml"
    text = method.read_text("utf-8")
    assert DRAWS.search(text)
    method.write_text(DRAWS.sub(f"draws = {draws}", text), "utf-8")


def make(folder: Path) -> Path:
    """Write the small data folder into *folder* and return it; what is the same is linked to."""
    folder.mkdir()
    for path in (ROOT / "data").iterdir():
        if path.name not in ("bundle", "catalogue", "kept", "packed", "snapshots") and path.is_dir():
            (folder / path.name).symlink_to(path)
    shutil.copytree(ROOT / "data" / "catalogue", folder / "catalogue")
    with_few_draws(folder / "catalogue")
    whole, small = ROOT / "data" / "bundle", folder / "bundle"
    small.mkdir()
    first, *parts = re.split(r"^(?=\[\w+\]$)", (whole / "bundle.toml").read_text("utf-8"), flags=re.M)
    kept = [part for part in parts if part.partition("]")[0].strip("[") in SOURCES]
    assert len(kept) == len(SOURCES)
    (small / "bundle.toml").write_text("".join([first, *kept]), "utf-8")
    for source in SOURCES:
        for file in whole.glob(f"{source}.*gz"):
            os.link(file, small / file.name) if file.stat().st_dev == small.stat().st_dev else shutil.copy(file, small)
    return folder
