"""What the account sees, and can do, that a snapshot is shared with."""

import json

from botocore.exceptions import ClientError

from verify_aws.failure import code_of, message_of
from verify_aws.label import TAG_KEY
from verify_aws.question import ACCEPTED, Question, Seen
from verify_aws.receiver import Receiver
from verify_aws.resources import CLUSTER, KEY
from verify_aws.site import Site
from verify_aws.waiting import wait_until

_MINUTES = 40


def ask_tags(site: Site) -> Seen:
    """Look at a shared snapshot as the other account."""
    receiver = site.receiver()
    snapshot = site.plain_snapshot()
    site.redshift.authorize_snapshot_access(
        SnapshotIdentifier=snapshot, AccountWithRestoreAccess=receiver.account
    )
    redshift = receiver.connection.client("redshift")
    tags: list[str] = []

    def is_shown() -> bool:
        pages = redshift.get_paginator("describe_cluster_snapshots").paginate(
            OwnerAccount=site.account
        )
        found = [
            each
            for page in pages
            for each in page["Snapshots"]
            if each["SnapshotIdentifier"] == snapshot
        ]
        tags.extend(tag["Key"] for each in found for tag in each.get("Tags") or ())
        return bool(found)

    wait_until(
        site.connection, is_shown, "the other account sees no snapshot", minutes=2
    )
    return Seen("yes" if TAG_KEY in tags else "no")


def ask_decrypt(site: Site) -> Seen:
    """Restore a snapshot in an account that may only decrypt with its key."""
    receiver = site.receiver()
    key = _create_key(site, receiver)
    cluster = site.own_cluster("own-key", Encrypted=True, KmsKeyId=key)
    snapshot = site.available_snapshot("own-key", cluster)
    site.redshift.authorize_snapshot_access(
        SnapshotIdentifier=snapshot, AccountWithRestoreAccess=receiver.account
    )
    restored = site.label.name("restored")
    receiver.lock.note_untagged(restored)
    site.inventory.add(CLUSTER, receiver.connection, restored)
    redshift = receiver.connection.client("redshift")
    try:
        redshift.restore_from_cluster_snapshot(
            ClusterIdentifier=restored,
            SnapshotIdentifier=snapshot,
            SnapshotClusterIdentifier=cluster,
            OwnerAccount=site.account,
            PubliclyAccessible=False,
        )
    except ClientError as error:
        return Seen(code_of(error), message_of(error))

    def is_available() -> bool:
        response = redshift.describe_clusters(ClusterIdentifier=restored)
        return bool(response["Clusters"][0]["ClusterStatus"] == "available")

    wait_until(
        site.connection, is_available, "the restoration does not end", minutes=_MINUTES
    )
    # A restoration takes no tags.
    redshift.create_tags(
        ResourceName=f"arn:{site.redshift.meta.partition}:redshift:"
        f"{site.connection.region}:{receiver.account}:cluster:{restored}",
        Tags=site.label.tags,
    )
    return Seen(ACCEPTED)


def _create_key(site: Site, receiver: Receiver) -> str:
    partition = site.redshift.meta.partition
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
                "Action": action,
                "Resource": "*",
            }
            for account, action in (
                (site.account, "kms:*"),
                (receiver.account, "kms:Decrypt"),
            )
        ],
    }
    name = site.label.name("key")
    key = site.connection.client("kms").create_key(
        Description=name,
        Policy=json.dumps(policy),
        Tags=[{"TagKey": TAG_KEY, "TagValue": site.label.run}],
    )["KeyMetadata"]
    site.inventory.add(KEY, site.connection, name, key["KeyId"])
    return str(key["Arn"])


QUESTIONS = (
    Question(
        "receiver-sees-tags",
        "Does the account that a snapshot is shared with see its owner's tags?",
        "no",
        "The other accounts read the names of stacks and resources in the claims.",
        ask_tags,
    ),
    Question(
        "kms-decrypt-suffices",
        "Can an account restore a snapshot if the key's policy lets it decrypt only?",
        ACCEPTED,
        "A share with `encryption_key` is green, and the other account cannot restore.",
        ask_decrypt,
    ),
)
