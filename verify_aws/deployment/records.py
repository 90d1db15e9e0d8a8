"""What the probe writes into its log, one record per request."""

import json
from collections.abc import Iterator
from typing import Any

from verify_aws.connection import Connection

#: What a line of the log begins with that is a record.
RECORD = "PROBE "


def read_records(
    connection: Connection, log_group: str, stack_name: str
) -> Iterator[dict[str, Any]]:
    """Read the records of a stack."""
    pages = connection.client("logs").get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=log_group):
        for event in page["events"]:
            _, is_record, text = event["message"].partition(RECORD)
            if is_record and (record := json.loads(text))["stack"] == stack_name:
                yield record
