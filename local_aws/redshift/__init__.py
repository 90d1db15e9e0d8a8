"""The local Redshift: moto's Redshift, with snapshots that can be shared.

The rules of snapshots are in one place (`snapshot_operations`). Two front ends use them:
`client` for tests in the same process, and `responses` for real clients over HTTP.

This package has its own code for ARNs, identifiers, quotas and the support account. It
imports nothing from the handler or the constructs. This is on purpose, because it is an
independent oracle: it must not repeat a mistake of the handler.
"""

from local_aws.redshift.client import RedshiftClient
from local_aws.redshift.service import Redshift

__all__ = ["Redshift", "RedshiftClient"]
