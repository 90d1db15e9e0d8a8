"""What CloudFormation says without a deployment."""

import json

from botocore.exceptions import ClientError

from verify_aws.failure import code_of, message_of
from verify_aws.question import Question, Seen
from verify_aws.resources import STACK
from verify_aws.site import Site
from verify_aws.waiting import wait_until

_TYPE = "AWS::Redshift::Snapshot"
_DONE = frozenset({"CREATE_COMPLETE", "FAILED"})


def ask_type(site: Site) -> Seen:
    """Make a change set with the resource type, and do not execute it."""
    cloudformation = site.connection.client("cloudformation")
    name = site.label.name("snapshot-type")
    template = {
        "Resources": {
            "Snapshot": {
                "Type": _TYPE,
                "Properties": {
                    "ClusterIdentifier": site.label.name("plain"),
                    "SnapshotIdentifier": site.label.name("of-a-stack"),
                },
            }
        }
    }
    site.inventory.add(STACK, site.connection, name)
    try:
        cloudformation.create_change_set(
            StackName=name,
            ChangeSetName=name,
            ChangeSetType="CREATE",
            TemplateBody=json.dumps(template),
            Tags=site.label.tags,
        )
    except ClientError as error:
        if code_of(error) == "ValidationError" and "Unrecognized" in message_of(error):
            return Seen("no", message_of(error))
        raise
    described: list[dict[str, str]] = []

    def is_done() -> bool:
        response = cloudformation.describe_change_set(
            StackName=name, ChangeSetName=name
        )
        described.append(response)
        return response["Status"] in _DONE

    wait_until(site.connection, is_done, "the change set is not created", minutes=10)
    if described[-1]["Status"] == "FAILED":
        return Seen("no", described[-1].get("StatusReason", ""))
    return Seen("yes")


QUESTIONS = (
    Question(
        "region-has-snapshot-type",
        f"Does the Region have the resource type {_TYPE}?",
        "yes",
        "A stack there cannot take the snapshot that it shares. Nothing else breaks.",
        ask_type,
    ),
)
