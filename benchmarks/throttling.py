"""`python -m benchmarks.throttling`: a full stack's Creates at once, with throttling.

Runs in its own process, with one thread per Create and the unchanged handler.
"""

import argparse
import json
import os
import threading
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from benchmarks.events import lifecycle_event
from benchmarks.snapshots import snapshot_names
from benchmarks.spread import spread


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def measure(shares: int, response_url: str) -> dict[str, Any]:
    """Handle the Creates. The responses say how each of them ended."""
    seconds: list[float] = []
    everybody = threading.Barrier(shares)

    def create(snapshot: str) -> None:
        everybody.wait()
        began = time.monotonic()
        on_event(lifecycle_event("Create", snapshot, response_url), _Context())
        seconds.append(time.monotonic() - began)

    threads = [
        threading.Thread(target=create, args=(name,)) for name in snapshot_names(shares)
    ]
    # The handler logs to what is the standard output when it is imported.
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        from redshift_snapshot_share_handler.index import on_event  # noqa: PLC0415 - reads the environment

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return {
        "seconds": spread(seconds),
        "last": round(max(seconds), 1),
        "billed_seconds": round(sum(seconds), 1),
    }


def main() -> None:
    """Measure, and write JSON to standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("shares", type=int)
    parser.add_argument("response_url")
    arguments = parser.parse_args()
    print(json.dumps(measure(**vars(arguments))))


if __name__ == "__main__":
    main()
