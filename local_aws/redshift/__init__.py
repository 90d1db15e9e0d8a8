"""The Redshift of this machine: moto's, with snapshots that can be shared.

One implementation of the rules (`backend`), two front ends: `client` for tests in
process, `responses` for real clients over HTTP.
"""

from local_aws.redshift.client import RedshiftClient
from local_aws.redshift.service import Redshift

__all__ = ["Redshift", "RedshiftClient"]
