"""What people do to snapshots by hand, by chance."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from tests.lifecycle.templates import PAIRS, Templates
from tests.lifecycle.variations import Variation
from tests.lifecycle.world import CLUSTER, OTHER_CLUSTER

if TYPE_CHECKING:
    from tests.lifecycle.choices import Choices
    from tests.lifecycle.world import World

_EXPIRING = frozenset({Variation.EXPIRED, Variation.SKIPPED_REPLACEMENT})


def do_by_hand(
    world: World,
    choices: Choices,
    templates: Templates,
    variations: Collection[Variation],
) -> None:
    """Let a person do one thing.

    Args:
        world: Where.
        choices: What, of all that can be done now.
        templates: Say which pairs there are.
        variations: What the history varies.
    """
    ledger = world.ledger
    pair = templates.pairs[choices.pick(len(templates.pairs))]
    snapshot = world.redshift.backend.snapshots.get(pair.snapshot)
    is_available = world.is_available(pair.snapshot)
    if snapshot is None:
        seconds = choices.pick(3) * 40
        cluster = CLUSTER
        if Variation.EXPIRED in variations and choices.chance(0.5):
            cluster = OTHER_CLUSTER
        world.trace.append(
            f"a person takes {pair.snapshot} of {cluster}, in {seconds} s"
        )
        world.take_snapshot(pair.snapshot, creating_seconds=seconds, cluster=cluster)
    elif _EXPIRING.intersection(variations) and choices.chance(0.5):
        world.trace.append(f"{pair.snapshot} expires")
        ledger.expire_snapshot(pair.snapshot)
    elif Variation.NARROWED in variations and choices.chance(0.5):
        world.allowed_accounts = {PAIRS[choices.pick(2)].account}
        world.trace.append(f"only {world.allowed_accounts} is allowed")
    elif not world.has_access(pair) and choices.pick(3) < 2:
        if is_available:
            world.trace.append(f"a person authorizes {pair}")
            ledger.authorize_by_hand(pair)
    elif world.has_access(pair) and choices.pick(2):
        world.trace.append(f"a person revokes {pair}")
        ledger.revoke_by_hand(pair)
    elif not snapshot.accounts_with_restore_access:
        if is_available:
            world.trace.append(f"a person deletes {pair.snapshot}")
            ledger.delete_snapshot(pair.snapshot)
    else:
        world.trace.append(f"a person strips the tags of {pair.snapshot}")
        ledger.strip_tags(pair.snapshot)
