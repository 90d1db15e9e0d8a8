"""The certificate authorities that vouch for AWS: loaded once, for every connection."""

import logging
import os
import ssl
from functools import cache
from threading import Thread

# What botocore looks at, in its order.
_BUNDLE_VARIABLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
_LOG = logging.getLogger(__name__)


class _LoadedContext(ssl.SSLContext):
    """A TLS context that has its authorities.

    urllib3 loads them again for each connection, which takes longer than all the calls of
    a share together.
    """

    def load_verify_locations(self, *_: object, **__: object) -> None:
        """Load nothing more."""

    def load_bundle(self, bundle: str) -> None:
        """Load a file of authorities."""
        super().load_verify_locations(bundle)


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Make the context of all connections.

    It trusts the bundle that the environment names for botocore; if there is none, or if
    it cannot be read, the system's authorities. The function has to respond in any case.
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
    """Begin to load them: OpenSSL does so beside what Python does meanwhile.

    Returns:
        The thread. Whoever needs the context waits for it, or would load them again.
    """
    thread = Thread(target=trusted_authorities)
    thread.start()
    return thread
