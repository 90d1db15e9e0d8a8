"""Log groups that Lambda creates by itself when a stack's is gone already."""

from collections.abc import Iterator
from contextlib import suppress

from verify_aws.connection import Connection
from verify_aws.label import PREFIX
from verify_aws.resources.kind import Found


class _LogGroup:
    noun = "log group"

    def find(self, connection: Connection) -> Iterator[Found]:
        logs = connection.client("logs")
        for page in logs.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=PREFIX
        ):
            for group in page["logGroups"]:
                name = group["logGroupName"]
                arn = group["arn"].removesuffix(":*")
                tags = logs.list_tags_for_resource(resourceArn=arn)["tags"]
                yield Found(name, name, tags)

    def remove(self, connection: Connection, identifier: str) -> None:
        logs = connection.client("logs")
        with suppress(logs.exceptions.ResourceNotFoundException):
            logs.delete_log_group(logGroupName=identifier)


LOG_GROUP = _LogGroup()
