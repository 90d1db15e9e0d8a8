"""Loads the certificate authorities once, for all connections to AWS."""

import logging
import os
import ssl
from functools import cache
from threading import Thread

# The variables that botocore reads, in its order.
_BUNDLE_VARIABLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
_LOG = logging.getLogger(__name__)


class _LoadedContext(ssl.SSLContext):
    """A TLS context that already has its authorities.

    urllib3 would load them again for each connection. This takes longer than all calls of a
    share together.
    """

    def load_verify_locations(self, *_: object, **__: object) -> None:
        """Do nothing, because the authorities are already loaded."""

    def load_bundle(self, bundle: str) -> None:
        """Load a file of authorities."""
        super().load_verify_locations(bundle)


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Make the TLS context of all connections.

    It trusts the bundle that the environment names for botocore. If there is none, or it
    cannot be read, it trusts the system's authorities, because the function must respond in
    any case.
    """
    context = _LoadedContext(ssl.PROTOCOL_TLS_CLIENT)
    bundle = next(filter(None, map(os.environ.get, _BUNDLE_VARIABLES)), None)
    if bundle is not None:
        try:
            context.load_bundle(bundle)
        except OSError:
            _LOG.warning(
                "the certificate authorities in %s cannot be read; the system's are "
                "trusted instead",
                bundle,
                exc_info=True,
            )
        else:
            return context
    context.load_default_certs()
    return context


def read_ahead() -> Thread:
    """Start to load the authorities in a thread. OpenSSL does this while Python continues.

    Returns:
        The thread. Code that needs the context must wait for it, or would load the
        authorities again.
    """
    thread = Thread(target=trusted_authorities)
    thread.start()
    return thread
