"""Random templates."""

from collections.abc import Collection, Iterator

from tests.lifecycle.choices import Choices
from tests.lifecycle.pairs import Pair
from tests.lifecycle.resource import Declaration, Template
from tests.lifecycle.variations import Variation
from tests.lifecycle.world import CLUSTER, share

PAIRS = [
    Pair(snapshot, account)
    for snapshot in ("monday", "tuesday")
    for account in ("222222222222", "333333333333")
]
_LOGICAL_IDS = ("Share", "Renamed")


class Templates:
    """Makes templates by chance.

    Args:
        choices: The chances.
        variations: What else is varied.
    """

    def __init__(self, choices: Choices, variations: Collection[Variation]) -> None:
        self._choices = choices
        self._variations = variations
        #: The pairs that there are.
        self.pairs = PAIRS
        if Variation.SMALL in variations:
            self.pairs = PAIRS[:3:2] if choices.pick(2) else PAIRS[:1]

    def make(self) -> Template:
        """Make a template."""
        if Variation.MANY_ACCOUNTS in self._variations and self._choices.chance(0.6):
            return dict(self._shares_of_one_snapshot())
        template = {}
        pairs = [*self.pairs]
        for logical_id in _LOGICAL_IDS:
            number = self._choices.pick(len(pairs) + 1)
            if number < len(pairs):
                template[logical_id] = self._declaration(pairs.pop(number))
        return template

    def _shares_of_one_snapshot(self) -> Iterator[tuple[str, Declaration]]:
        """What `SnapshotShares` declares: the logical id names the account."""
        snapshot = self.pairs[self._choices.pick(len(self.pairs))].snapshot
        for pair in self.pairs:
            if pair.snapshot == snapshot and not self._choices.chance(0.2):
                yield f"Shares{pair.account[:3]}", self._declaration(pair)

    def _declaration(self, pair: Pair) -> Declaration:
        choices, variations = self._choices, self._variations
        more = {"ExistingShare": "ADOPT"} if choices.chance(0.3) else {}
        is_retained = choices.chance(0.4 if Variation.RETAIN in variations else 0.05)
        if Variation.OPTIONS_ONLY in variations and choices.chance(0.5):
            more["WaitForSnapshot"] = "60"
        if Variation.EXPIRED in variations and choices.chance(0.5):
            more["SnapshotClusterIdentifier"] = CLUSTER
        return share(pair, is_retained=is_retained, **more)


def words(template: Template) -> str:
    """A template in short."""
    return ", ".join(
        f"{logical_id}={declaration.properties['SnapshotIdentifier']}/"
        f"{declaration.properties['AccountWithRestoreAccess'][:3]}"
        + "".join(
            f" {value}"
            for name, value in declaration.properties.items()
            if name not in {"SnapshotIdentifier", "AccountWithRestoreAccess"}
        )
        for logical_id, declaration in template.items()
    )
