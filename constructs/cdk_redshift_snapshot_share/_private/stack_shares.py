"""What the shares of one stack must agree on."""

from collections import defaultdict
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from aws_cdk import Stack
from aws_cdk.aws_kms import IKey
from constructs import Construct

from cdk_redshift_snapshot_share._private.encryption_key import EncryptionKey
from cdk_redshift_snapshot_share._private.named_snapshot import NamedSnapshot
from cdk_redshift_snapshot_share._private.stack_clusters import StackClusters
from cdk_redshift_snapshot_share._private.stack_environment import StackEnvironment
from cdk_redshift_snapshot_share._private.stack_providers import StackProviders
from cdk_redshift_snapshot_share._private.tokens import describe, is_token
from redshift_snapshot_share_handler.contract import MAX_ACCOUNTS_PER_SNAPSHOT

# No user would give this name to a construct.
_ID = "$RedshiftSnapshotShares"

# Cached, because a construct never changes its stack and asking jsii's other process is
# slow.
_FOUND: "WeakKeyDictionary[Construct, StackShares]" = WeakKeyDictionary()


class StackShares(Construct):
    """All shares and providers of one stack.

    Contradictions between them are found as soon as they are declared. This is a construct,
    so that it can be found in the stack's tree.
    """

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack, _ID)
        self.environment = StackEnvironment.of(stack)
        self.providers = StackProviders(stack.node.path)
        self.clusters = StackClusters()
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

    def find_key(self, key: IKey) -> EncryptionKey:
        """Find a key as the shares of the stack use it.

        Raises:
            TypeError: If it is not a key.
            ValueError: If it cannot encrypt a shared snapshot of the stack.
        """
        if key not in self._keys:
            self._keys[key] = EncryptionKey(key, self.environment.stack)
        return self._keys[key]

    def check(self, snapshot: NamedSnapshot, accounts: Iterable[str]) -> None:
        """Check new shares of a snapshot.

        Raises:
            ValueError: If one contradicts the stack or another share.
        """
        self.check_environment(
            "the snapshot",
            account=snapshot.owner_account,
            region=snapshot.region,
            partition=snapshot.partition,
        )
        name = describe(snapshot.key)
        declared = set(self._accounts[snapshot.key])
        for account in accounts:
            if account == snapshot.owner_account or self.is_own(account):
                raise ValueError(
                    "account_with_restore_access must be another account, got "
                    f"{describe(account)}, which owns the snapshot and can restore it "
                    "anyway"
                )
            if account in declared:
                raise ValueError(
                    f"snapshot {name} is already shared with account "
                    f"{describe(account)} in stack {self.environment.stack.node.path}; "
                    "declare each share once"
                )
            if len(declared) == MAX_ACCOUNTS_PER_SNAPSHOT:
                raise ValueError(
                    f"snapshot {name} can be shared with at most "
                    f"{MAX_ACCOUNTS_PER_SNAPSHOT} accounts, so account "
                    f"{describe(account)} cannot be added; use another snapshot for it"
                )
            declared.add(account)

    def add(self, snapshot: NamedSnapshot, account: str) -> None:
        """Add a share."""
        self._accounts[snapshot.key].add(account)

    def is_own(self, account: str) -> bool:
        """Tell whether an account is certainly that of the stack."""
        if is_token(account):
            own = {"Ref": "AWS::AccountId"}
            return bool(self.environment.stack.resolve(account) == own)
        return account == self.environment.account

    def check_environment(
        self,
        what: str,
        *,
        account: str | None,
        region: str | None,
        partition: str | None = None,
    ) -> None:
        """Check that something is where the stack is, as far as that is known.

        Raises:
            ValueError: If it is elsewhere.
        """
        for name, where, expected in (
            ("account", account, self.environment.account),
            ("Region", region, self.environment.region),
            ("partition", partition, self.environment.partition),
        ):
            if where and expected and where != expected:
                raise ValueError(
                    f"{what} must be in the {name} of the stack, {expected}, "
                    f"got one in {where}"
                )
