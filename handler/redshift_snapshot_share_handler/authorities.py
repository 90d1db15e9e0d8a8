"""The certificate authorities that vouch for where CloudFormation is answered."""

import ssl
from functools import cache
from threading import Thread


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Trust whom the system trusts; reading that takes longer than an answer."""
    return ssl.create_default_context()


def read_ahead() -> None:
    """Begin to read them: OpenSSL does so beside what Python does meanwhile."""
    Thread(target=trusted_authorities).start()
