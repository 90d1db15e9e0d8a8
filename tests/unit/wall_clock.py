"""A clock for the local Redshift that a test sets."""

from datetime import datetime, timedelta


class WallClock:
    """Shows the same time until it is advanced."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
