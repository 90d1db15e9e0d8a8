"""What random histories vary beyond the plain ones, each by name."""

from enum import Enum


class Variation(Enum):
    """Something that a history may vary; the value says what."""

    LATE_TAGS = "DescribeClusterSnapshots shows tags late"
    LATE_ACCOUNTS = "DescribeClusterSnapshots shows accounts late"
    RETAIN = "shares are retained, and come back"
    DENIED_FOR_GOOD = "one operation is denied from the start"
    UNREACHABLE = "there is no route to Redshift"
    EXPIRED = "snapshots expire, and come again under their name, of any cluster"
    NARROWED = "the list of allowed accounts becomes shorter"
    REFUSED_REPLACEMENT = "CloudFormation refuses a replacement after the SUCCESS"
    UNANSWERED_UPDATE = "what an unanswered Update made is deployed over"
    SKIPPED_REPLACEMENT = "a replacement is skipped in ContinueUpdateRollback"
    EXPRESS = "rollback is disabled by default"
    ROLLBACK_STACK = "failures that were kept are mostly rolled back"
    HIDDEN_ROLLBACK = "the rollback of a first deployment looks like a deletion"
    LATE_DUPLICATE = "events come again in later operations"
    OPTIONS_ONLY = "Updates change nothing but an option"
    MANY_ACCOUNTS = "one snapshot is shared with several accounts at once"
    SMALL = "there are one stack, one account, and one or two snapshots"
