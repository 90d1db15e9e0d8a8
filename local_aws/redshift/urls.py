"""Where moto routes requests for Redshift."""

from moto.redshift.urls import url_bases

from local_aws.redshift.responses import RedshiftResponse

url_paths = {"{0}/$": RedshiftResponse.dispatch}

__all__ = ["url_bases", "url_paths"]
