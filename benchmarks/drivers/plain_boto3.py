"""Starts the plain handler, and answers for it as the provider framework would."""

import json
import sys
import urllib.request

from benchmarks.plain_boto3.index import on_event

print("ready", flush=True)
event = json.loads(sys.stdin.readline())
answer = {
    "Status": "SUCCESS",
    **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    **on_event(event, None),
}
urllib.request.urlopen(  # noqa: S310 - the URL is the benchmark's own
    urllib.request.Request(  # noqa: S310 - as above
        event["ResponseURL"],
        json.dumps(answer).encode(),
        {"Content-Type": ""},
        method="PUT",
    )
)
