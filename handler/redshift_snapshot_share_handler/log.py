"""One JSON object a line on standard output, which Lambda sends to the log group."""

import json
import sys
from typing import Any


def log(message: str, **fields: Any) -> None:
    """Write one line.

    Args:
        message: What happened.
        fields: More of it, as JSON values. Never the event as a whole: its ResponseURL lets
            whoever has it answer CloudFormation.
    """
    line = json.dumps({"message": message, **fields}, default=str)
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
