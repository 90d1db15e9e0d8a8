"""Where moto routes requests for Redshift, and how it is told to."""

from moto.redshift import redshift_backends
from moto.redshift.urls import url_bases

from local_aws.redshift.models import RedshiftBackend, find_backend
from local_aws.redshift.responses import RedshiftResponse
from local_aws.redshift.service import SERVED

url_paths = {"{0}/$": RedshiftResponse.dispatch}

__all__ = ["register", "url_bases", "url_paths"]


def register() -> None:
    """Make moto serve this Redshift, in server mode and in process."""
    redshift_backends.backend = _served_backend
    redshift_backends.clear()


def _served_backend(region_name: str, account_id: str) -> RedshiftBackend:
    # Not the class: clients in process may have been there before the first request.
    return find_backend(SERVED, account_id, region_name)
