"""Lets a role that accepts no policies share snapshots."""

from collections.abc import Callable
from typing import Any

from aws_cdk import Stack

from cdk_redshift_snapshot_share._private.iam.policy_arn import PolicyArn
from cdk_redshift_snapshot_share._private.iam.statements import write_snapshot_statement


class StatementPerSnapshot:
    """One statement per snapshot, for a role that somebody else manages.

    CDK reports a statement as it is when it is added, so a statement must not grow later.
    """

    def __init__(
        self, stack: Stack, add_statement: Callable[[dict[str, Any]], None]
    ) -> None:
        self._stack = stack
        self._add_statement = add_statement
        self._arns: set[str] = set()

    def check(self, arn: PolicyArn) -> None:
        """Accept every snapshot, because the limits of such a role are not known here."""

    def add(self, arn: PolicyArn) -> None:
        """Let the role share a snapshot."""
        if arn.text not in self._arns:
            self._arns.add(arn.text)
            self._add_statement(write_snapshot_statement([arn.write(self._stack)]))
