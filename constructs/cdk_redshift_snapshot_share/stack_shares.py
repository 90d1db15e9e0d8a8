"""What the shares of one stack must agree on."""

from collections import defaultdict
from weakref import WeakKeyDictionary

from aws_cdk import Stack
from aws_cdk.region_info import RegionInfo
from constructs import Construct, IConstruct

from cdk_redshift_snapshot_share.snapshot_source import SnapshotSource
from cdk_redshift_snapshot_share.tokens import described, known
from redshift_snapshot_share_handler.contract import MAX_ACCOUNTS_PER_SNAPSHOT

# Not a name that somebody would give to a construct of theirs.
_ID = "$RedshiftSnapshotShares"

# A construct never changes its stack; asking the other process that jsii runs takes long.
_FOUND: "WeakKeyDictionary[Construct, StackShares]" = WeakKeyDictionary()


class StackShares(Construct):
    """All shares of one stack, so that one that contradicts another is found at once.

    A construct, because what belongs to a stack is found in its tree.
    """

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack, _ID)
        self.stack = stack
        self._own_account = stack.account
        self.account = known(self._own_account)
        self.region = known(stack.region)
        # None for a Region that the CDK does not know.
        self._partition = self.region and RegionInfo.get(self.region).partition
        self.default_provider: Construct | None = None
        self._accounts: defaultdict[str, set[str]] = defaultdict(set)

    @classmethod
    def of(cls, scope: Construct) -> "StackShares":
        """Find the shares of the stack that a construct is in."""
        if scope not in _FOUND:
            stack = Stack.of(scope)
            shares = stack.node.try_find_child(_ID)
            _FOUND[scope] = shares if isinstance(shares, cls) else cls(stack)
        return _FOUND[scope]

    def path_of(self, construct: IConstruct) -> str:
        """Say where in the stack a construct is, wherever the stack is."""
        return construct.node.path.removeprefix(self.stack.node.path).lstrip("/")

    def declare(self, snapshot: SnapshotSource, account: str) -> None:
        """Take note of a share.

        Raises:
            ValueError: If it contradicts the stack or another share.
        """
        self._check_environment(snapshot)
        if account in (self._own_account, snapshot.owner_account):
            raise ValueError(
                "account_with_restore_access must be another account, got "
                f"{described(account)}, which owns the snapshot and can restore it anyway"
            )
        accounts = self._accounts[snapshot.key]
        name = described(snapshot.key)
        if account in accounts:
            raise ValueError(
                f"snapshot {name} is already shared with account {described(account)} in "
                f"stack {self.stack.node.path}; declare each share once"
            )
        if len(accounts) == MAX_ACCOUNTS_PER_SNAPSHOT:
            raise ValueError(
                f"snapshot {name} can be shared with at most {MAX_ACCOUNTS_PER_SNAPSHOT} "
                f"accounts, account {described(account)} is one more; "
                "take another snapshot for the others"
            )
        accounts.add(account)

    def _check_environment(self, snapshot: SnapshotSource) -> None:
        for name, where, expected in (
            ("account", snapshot.owner_account, self.account),
            ("Region", snapshot.region, self.region),
            ("partition", snapshot.partition, self._partition),
        ):
            if where and expected and where != expected:
                raise ValueError(
                    f"the snapshot must be in the {name} of the stack, {expected}, "
                    f"got one in {where}"
                )
