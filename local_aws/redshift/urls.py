"""Registers the URLs of Redshift with moto."""

from moto.redshift import redshift_backends
from moto.redshift.urls import url_bases

from local_aws.redshift.models import RedshiftBackend, find_backend
from local_aws.redshift.responses import RedshiftResponse
from local_aws.redshift.service import SERVED

url_paths = {"{0}/$": RedshiftResponse.dispatch}

__all__ = ["register", "url_bases", "url_paths"]


def register() -> None:
    """Make moto serve this Redshift, over HTTP and in the same process."""
    redshift_backends.backend = _served_backend
    redshift_backends.clear()


def _served_backend(region_name: str, account_id: str) -> RedshiftBackend:
    # Not only the class, because clients in this process may exist before the first
    # request.
    return find_backend(SERVED, account_id, region_name)
