"""Times at which the live sources are renewed: a cron line in UTC, kept by a process of its own."""

import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from scidip.indicators.errors import ScidipError

if TYPE_CHECKING:
    # In functions otherwise: most servers start without times.
    from apscheduler.triggers.cron import CronTrigger

REFRESH: Final = (sys.executable, "-m", "scidip.cli", "refresh")
LATE: Final = 3600
"""Seconds after its time in which a refresh is still begun, such as when the machine slept."""


def times_of(cron: str) -> "CronTrigger":
    """Return the times of a cron line (minute, hour, day, month, weekday). Raises ScidipError for what is none."""
    from apscheduler.triggers.cron import CronTrigger

    try:
        return CronTrigger.from_crontab(cron, timezone="UTC")
    except ValueError as error:
        raise ScidipError(
            f"{cron!r} is no cron line ({error}); write minute, hour, day, month and weekday, such as '0 4 * * mon'"
        ) from error


def keep(cron: str, arguments: Sequence[str] = ()) -> None:
    """Refresh at the times of *cron* until the process is ended; each time in a process that gives its memory back."""
    from apscheduler.schedulers.blocking import BlockingScheduler

    scheduler = BlockingScheduler(timezone="UTC")
    scheduler.add_job(
        subprocess.run,
        times_of(cron),
        args=([*REFRESH, *arguments],),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=LATE,
    )
    scheduler.start()


class Keeper:
    """A process that refreshes at the times of a cron line for as long as this one lives."""

    def __init__(self, cron: str) -> None:
        """Begin; with an empty *cron* do nothing. Raises ScidipError for what is no cron line."""
        self._process: subprocess.Popen[bytes] | None = None
        if cron:
            times_of(cron)
            command = [*REFRESH, "--schedule", cron, "--until-input-ends"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE)

    def close(self) -> None:
        """End it. Without this the end of its input ends it, however this process dies."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
