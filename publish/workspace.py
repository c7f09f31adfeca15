"""The workspace of an index of one's own, as its folder has it."""

from pathlib import Path

from pydantic import ValidationError

from scidip.indicators.errors import ScidipError
from scidip.indicators.own_index.workspace import DOCUMENT, Workspace


def read_workspace(folder: Path | None) -> Workspace | None:
    """Return what *folder* says of its index; None without one. Raises ScidipError for what is no workspace."""
    if folder is None:
        return None
    try:
        return Workspace.model_validate_json((folder / DOCUMENT).read_bytes())
    except FileNotFoundError:
        raise ScidipError(
            f"{folder} is no workspace: it holds no {DOCUMENT}; `scidip workspace DATA META --out {folder}` makes one"
        ) from None
    except ValidationError as error:
        raise ScidipError(
            f"{folder / DOCUMENT} is of another version of scidip ({error.error_count()} entries differ); make the "
            "workspace anew with `scidip workspace`"
        ) from error
