"""The local Redshift: moto's, with snapshots that can be shared.

The rules of snapshots stand in one place (`snapshot_operations`). Two front ends use
them: `client` for tests in process, `responses` for real clients over HTTP.

This package has its own idea of ARNs, identifiers, quotas and the support account, and
imports nothing from the handler or the constructs. That is on purpose: it is an
independent oracle. A mistake in the handler's idea of them must not be made here too.
"""

from local_aws.redshift.client import RedshiftClient
from local_aws.redshift.service import Redshift

__all__ = ["Redshift", "RedshiftClient"]
