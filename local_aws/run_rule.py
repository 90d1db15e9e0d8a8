"""`python -m local_aws.run_rule NAME`: runs the targets of an EventBridge rule now.

Rules with a schedule also run by themselves, as on AWS. This command is for people who do
not want to wait. It needs the environment variables that `make local-aws` prints.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
from botocore.exceptions import BotoCoreError, ClientError

_LOOPBACK = "127.0.0.1"


class RuleError(Exception):
    """The rule cannot be run, or one of its targets failed."""


def main() -> int:
    """Run a rule, or list them all.

    Returns:
        0 if every target succeeded.
    """
    parser = argparse.ArgumentParser(
        prog="python -m local_aws.run_rule",
        description="Run the targets of an EventBridge rule now.",
    )
    parser.add_argument("name", nargs="?", help="default: list the rules")
    name = parser.parse_args().name
    try:
        _check_endpoint()
        for line in _run(name) if name else _list_rules():
            print(line)
    except (RuleError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _check_endpoint() -> None:
    url = os.environ.get("AWS_ENDPOINT_URL", "")
    if urlsplit(url).hostname != _LOOPBACK:
        raise RuleError(
            f"AWS_ENDPOINT_URL is {url!r}, which is not the local AWS; run "
            "`make local-aws` and paste the lines that it prints into this terminal"
        )


def _list_rules() -> Iterator[str]:
    pages = boto3.client("events").get_paginator("list_rules").paginate()
    for page in pages:
        for rule in page["Rules"]:
            when = rule.get("ScheduleExpression") or rule.get("EventPattern", "")
            yield f"{rule['Name']}  {when}  {rule['State']}"


def _run(name: str) -> Iterator[str]:
    events = boto3.client("events")
    rule = events.describe_rule(Name=name)
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    if not targets:
        raise RuleError(f"rule {name} has no targets")
    for target in targets:
        if ":lambda:" not in target["Arn"]:
            raise RuleError(
                f"target {target['Arn']} of rule {name} is not a Lambda function; "
                "only those can be run by hand"
            )
        response = boto3.client("lambda").invoke(
            FunctionName=target["Arn"], Payload=_payload(rule, target)
        )
        result = response["Payload"].read().decode()
        if "FunctionError" in response:
            raise RuleError(f"{target['Arn']} failed: {result}")
        yield f"{target['Arn']} returned {result}"


def _payload(rule: dict[str, Any], target: dict[str, Any]) -> str:
    """Build the event that EventBridge sends to a target of a schedule."""
    for name in ("InputPath", "InputTransformer"):
        if name in target:
            raise RuleError(
                f"target {target['Id']} has an {name}, which cannot be run by hand"
            )
    if "Input" in target:
        return str(target["Input"])
    account, region = rule["Arn"].split(":")[4], rule["Arn"].split(":")[3]
    return json.dumps(
        {
            "version": "0",
            "id": str(uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": account,
            "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "region": region,
            "resources": [rule["Arn"]],
            "detail": {},
        }
    )


if __name__ == "__main__":
    sys.exit(main())
