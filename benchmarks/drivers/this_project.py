"""Starts the handler as Lambda would, and hands it the event that comes on standard input."""

import json
import sys

from redshift_snapshot_share_handler.index import on_event


class Context:
    """Lambda's context, as far as it is used."""

    def get_remaining_time_in_millis(self) -> int:
        """Say how much time is left."""
        return 900_000


print("ready", flush=True)
on_event(json.loads(sys.stdin.readline()), Context())
