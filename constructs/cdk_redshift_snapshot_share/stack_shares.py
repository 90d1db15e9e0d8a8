"""What the shares of one stack must agree on."""

from collections import defaultdict
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from aws_cdk import Stack
from aws_cdk.aws_kms import IKey
from aws_cdk.region_info import RegionInfo
from constructs import Construct, IConstruct

from cdk_redshift_snapshot_share.encryption_key import EncryptionKey
from cdk_redshift_snapshot_share.snapshot_source import SnapshotSource
from cdk_redshift_snapshot_share.tokens import described, is_token, known
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
        self.account = known(stack.account)
        self.region = known(stack.region)
        # None for a Region that the CDK does not know.
        self._partition = self.region and RegionInfo.get(self.region).partition
        self.default_provider: Construct | None = None
        self._accounts: defaultdict[str, set[str]] = defaultdict(set)
        self._keys: dict[IKey, EncryptionKey] = {}

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

    def encryption_key(self, key: IKey) -> EncryptionKey:
        """Find what the shares know of a key.

        Raises:
            TypeError: If it is none.
            ValueError: If it cannot be the key of a snapshot of the stack that is shared.
        """
        if key not in self._keys:
            self._keys[key] = EncryptionKey(key, self.stack)
        return self._keys[key]

    def check(self, snapshot: SnapshotSource, accounts: Iterable[str]) -> None:
        """Check new shares of a snapshot.

        Raises:
            ValueError: If one contradicts the stack or another share.
        """
        self._check_environment(snapshot)
        name = described(snapshot.key)
        declared = set(self._accounts[snapshot.key])
        for account in accounts:
            if account == snapshot.owner_account or self._is_own(account):
                raise ValueError(
                    "account_with_restore_access must be another account, got "
                    f"{described(account)}, which owns the snapshot and can restore it "
                    "anyway"
                )
            if account in declared:
                raise ValueError(
                    f"snapshot {name} is already shared with account "
                    f"{described(account)} in stack {self.stack.node.path}; declare each "
                    "share once"
                )
            if len(declared) == MAX_ACCOUNTS_PER_SNAPSHOT:
                raise ValueError(
                    f"snapshot {name} can be shared with at most "
                    f"{MAX_ACCOUNTS_PER_SNAPSHOT} accounts, account {described(account)} "
                    "is one more; take another snapshot for the others"
                )
            declared.add(account)

    def add(self, snapshot: SnapshotSource, account: str) -> None:
        """Take note of a share."""
        self._accounts[snapshot.key].add(account)

    def _is_own(self, account: str) -> bool:
        if is_token(account):
            return bool(self.stack.resolve(account) == {"Ref": "AWS::AccountId"})
        return account == self.account

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
