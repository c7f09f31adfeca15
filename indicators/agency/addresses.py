"""Which addresses an agency may lead its readers to."""

import re
from urllib.parse import urlsplit

LONGEST = 500
"""Characters of an address."""
MAIL = re.compile(r"mailto:[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")


def is_address(text: str, *, mail: bool = True) -> bool:
    """Return whether a text is an https address, or one of a mailbox."""
    if not text.isprintable() or " " in text or "\\" in text or len(text) > LONGEST:
        return False
    if MAIL.fullmatch(text):
        return mail
    try:
        parts = urlsplit(text)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        return False
