"""The words of the upload page that are always the same, by their name in its template."""

from collections.abc import Mapping
from typing import Final

from scidip.indicators.language.current import N_

WORDS: Final[Mapping[str, str]] = {
    "skip": N_("Skip to the content"),
    "title": N_("Upload figures"),
    "lede": N_(
        "Figures of the institution that runs this copy. They are marked as its own wherever they are shown, "
        "and can be removed again. A file is checked first: nothing is published before you say so."
    ),
    "working": N_("Working …"),
    "publishing": N_("Publishing and scoring: this takes a minute …"),
    "large": N_("The file is too large: at most {n} MB can be sent."),
    "lost": N_("No answer came from the server. “Show what has been uploaded” tells what is there."),
    "token": N_("Token"),
    "token_help": N_("The operator of this copy has set it. It is not kept."),
    "file": N_("File"),
    "file_help": N_("CSV or Excel (.xlsx, without macros), at most {n} MB, with the columns of a template."),
    "check": N_("Check"),
    "list": N_("Show what has been uploaded"),
    "templates": N_("Templates to fill in"),
    "readonly": N_("This copy can only be read: its operator has to let it write the database."),
    "publish": N_("Publish"),
    "accept": N_("I have looked at it: publish what can be taken."),
    "aside": N_(
        "What is refused is set aside and shown on the page Data quality; the rest is published and the "
        "scores are computed again."
    ),
    "entries": N_("Uploaded so far"),
    "day": N_("Day"),
    "indicators": N_("Indicators"),
    "years": N_("Years"),
    "figures": N_("Figures"),
    "waiting": N_("Refused rows"),
    "remove_": N_("Remove …"),
    "remove": N_("Remove"),
    "kept": N_(
        "Figures that a file had replaced do not come back. Earlier data versions stay readable as long as "
        "they are kept."
    ),
    "nothing": N_("Nothing yet."),
    "overview": N_("To the overview"),
    "quality": N_("Data quality"),
}
