"""Deployments one after the other, and what they show for which question."""

from collections.abc import Callable, Iterator

from verify_aws.deployment.deployed_stack import DeployedStack
from verify_aws.deployment.stage import Stage
from verify_aws.failure import VerificationError
from verify_aws.question import Seen
from verify_aws.site import Site

#: A question's id, and what was seen.
Sighting = tuple[str, Seen]
_CLAIM = "redshift-snapshot-share:"


class Story:
    """Deployments that build on each other, told as far as the questions need it.

    Args:
        tell: Deploys, and yields what it sees. Nothing follows the last of that, as
            nobody asks for more.
    """

    def __init__(self, tell: Callable[[Site], Iterator[Sighting]]) -> None:
        self._tell = tell

    def ask(self, identifier: str) -> Callable[[Site], Seen]:
        """Make the function that asks a question."""
        return lambda site: self._go_on(site, identifier)

    def _go_on(self, site: Site, identifier: str) -> Seen:
        # First, as a story that has ended once cannot say again why it was not told.
        site.accounts()
        name = self._tell.__name__
        told, seen = site.stories.setdefault(name, (self._tell(site), {}))
        while identifier not in seen:
            try:
                seen.update([next(told)])
            except StopIteration:
                raise VerificationError("an earlier deployment failed") from None
        found: Seen = seen[identifier]
        return found


def tell_of_a_life(site: Site) -> Iterator[Sighting]:
    """Create, rename, replace, fail, remove and destroy a share."""
    first, second = snapshots = _snapshots(site)
    stack = DeployedStack(site, "life")

    is_green = stack.deploy(Stage("create", "one", "Share", first))
    yield "deploy-create", _picture(site, snapshots, is_green=is_green)

    is_green = stack.deploy(Stage("rename", "one", "Renamed", first))
    yield "deploy-rename", _picture(site, snapshots, is_green=is_green)

    is_green = stack.deploy(Stage("replace", "two", "Renamed", second))
    yield "deploy-replacement", _picture(site, snapshots, is_green=is_green)
    record = stack.record("Delete", "one")
    old_or_new = "old" if record["name"] == "one" else "new"
    yield "cleanup-properties", Seen(f"the {old_or_new} ones", record["status"])
    shown = {"one": "the old id", "two": "the new id"}.get(record["shown"], "neither")
    yield "resource-during-cleanup", Seen(shown, record["shown_status"])

    is_green = stack.deploy(Stage("fail", "three", "Renamed", first, fails=True))
    yield "deploy-rollback", _picture(site, snapshots, is_green=is_green)
    record = stack.record("Delete", "three")
    is_rollback = "ROLLBACK" in record["status"]
    yield "stack-status-first", Seen("yes" if is_rollback else "no", record["status"])
    operations = ", ".join(map(str, record["operations"]))
    yield "last-operations", Seen(operations or "none are shown")

    is_green = stack.deploy(Stage("remove", "two"))
    yield "deploy-removal", _picture(site, snapshots, is_green=is_green)

    stack.destroy()
    stack.keep()
    yield "deploy-destroy", _picture(site, snapshots, is_green=stack.status() is None)


def tell_of_no_rollback(site: Site) -> Iterator[Sighting]:
    """Fail and replace where a rollback is disabled."""
    first, second = snapshots = _snapshots(site)
    failed = DeployedStack(site, "failed")
    is_green = failed.deploy(
        Stage("fail", "one", "Share", first, fails=True), "--no-rollback"
    )
    yield "no-rollback-failure", _picture(site, snapshots, is_green=is_green)
    status = failed.roll_back() or "the stack is gone"
    record = failed.record("Delete", "one")
    yield "rollback-stack-status", Seen(record["status"], f"in the end: {status}")
    yield "rollback-stack", _picture(site, snapshots)
    failed.destroy()
    failed.keep()

    stack = DeployedStack(site, "unrolled")
    stack.deploy(Stage("create", "one", "Share", first))
    is_green = stack.deploy(Stage("replace", "two", "Share", second), "--no-rollback")
    seen = _picture(site, snapshots, is_green=is_green)
    stack.destroy()
    stack.keep()
    yield "replacement-without-rollback", seen


def tell_of_express(site: Site) -> Iterator[Sighting]:
    """Create, replace, fail and destroy a share in express mode."""
    first, second = snapshots = _snapshots(site)
    stack = DeployedStack(site, "express")
    is_green = stack.deploy(Stage("create", "one", "Share", first), "--express")
    yield "express-create", _picture(site, snapshots, is_green=is_green)

    is_green = stack.deploy(Stage("replace", "two", "Share", second), "--express")
    yield "express-replacement", _picture(site, snapshots, is_green=is_green)

    is_green = stack.deploy(
        Stage("fail", "two", "Share", first, fails=True), "--express"
    )
    yield "express-failure", _picture(site, snapshots, is_green=is_green)

    stack.destroy()
    stack.keep()
    yield "express-destroy", _picture(site, snapshots, is_green=stack.status() is None)


LIFE = Story(tell_of_a_life)
NO_ROLLBACK = Story(tell_of_no_rollback)
EXPRESS = Story(tell_of_express)


def _snapshots(site: Site) -> tuple[str, str]:
    return site.available_snapshot("first"), site.available_snapshot("second")


def _picture(
    site: Site, snapshots: tuple[str, str], *, is_green: bool | None = None
) -> Seen:
    """Tell which snapshots are shared, and how many claims are on them."""
    shared, claims = [], 0
    for name, snapshot in zip(("first", "second"), snapshots, strict=True):
        described = site.describe(snapshot)
        if described.get("AccountsWithRestoreAccess"):
            shared.append(name)
        claims += sum(
            tag["Key"].startswith(_CLAIM) for tag in described.get("Tags") or ()
        )
    outcome = f"shared: {' and '.join(shared) or 'none'}; claims: {claims}"
    word = {None: "", True: "green; ", False: "failed; "}[is_green]
    return Seen(f"{word}{outcome}")
