"""One run between deployments: does what its declaration says, if that stands."""

import logging
from collections.abc import Collection

from redshift_snapshot_share_handler import metric
from redshift_snapshot_share_handler.cluster_run import ClusterRun
from redshift_snapshot_share_handler.declared_cluster import DeclaredCluster
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.report import Report
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.sharing import UnwantedError
from redshift_snapshot_share_handler.standing import Standing

_LOG = logging.getLogger(__name__)


def keep_up(
    declared: DeclaredCluster, services: Services, allowed_accounts: Collection[str]
) -> Report:
    """Bring the snapshots to what is declared, and say what was done.

    Whatever cannot be done is tried again by the next run.

    Args:
        declared: What is declared.
        services: Who declares it, and the services.
        allowed_accounts: The accounts that may be given access; empty = any.
    """
    standing = Standing(
        services.stack, services.claimant.logical_resource_id, declared.id
    )
    run = ClusterRun(
        declared,
        services,
        allowed_accounts,
        is_wanted=standing.ask,
        takes_older_claims=lambda: True,
        waits_for_cluster=False,
    )
    try:
        _put_right(run)
    except SnapshotShareError as error:
        run.report.failed[declared.id.cluster_identifier] = error
    except Exception as error:
        text = type(error).__name__
        run.report.failed[declared.id.cluster_identifier] = SnapshotShareError(
            Reason.UNEXPECTED, text=text
        )
        raise
    finally:
        metric.publish(run.report, services.claimant)
    return run.report


def _put_right(run: ClusterRun) -> None:
    try:
        # New ones before old ones.
        run.share(asks_first=True)
        run.withdraw(only_failed=True)
        run.release_old()
        run.copy_automated()
    except UnwantedError:
        run.report.is_declared = False
        run.withdraw()
