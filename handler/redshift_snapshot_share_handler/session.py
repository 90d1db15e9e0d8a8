"""Makes the clients: from botocore's parts where possible, otherwise by its session."""

import logging
import os
from typing import Any

# In seconds: for connecting, and for reading.
_TIMEOUTS = (5, 10)
_LOG = logging.getLogger(__name__)

# Lambda sets these. With SnapStart, the credentials are elsewhere.
_NEEDED = ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
# Settings that `client` ignores. A test holds the list against the settings of botocore.
_FOR_BOTOCORES_SESSION = (
    "AWS_AUTH_SCHEME_PREFERENCE",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DATA_PATH",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_SDK_UA_APP_ID",
    "AWS_SIGV4A_SIGNING_REGION_SET",
    "BOTOCORE_TCP_KEEPALIVE",
)


class Session:
    """Makes clients for the operations in `contract.OPERATIONS`."""

    def create_client(self, service: str) -> Any:
        """Make a client that has rehearsed its calls.

        Lambda's runtime brings any version of botocore. Whatever that version lacks or does
        not understand, the function has to respond to its events.

        Args:
            service: The service, as botocore names it.
        """
        try:
            if _is_plain_lambda():
                # What this imports may be missing from the runtime's botocore.
                from redshift_snapshot_share_handler.client import make_client  # noqa: PLC0415

                return make_client(service, os.environ, _TIMEOUTS)
        except Exception:  # noqa: BLE001 - see above
            _LOG.warning(
                "botocore's parts cannot be used for %s; its session is used instead",
                service,
                exc_info=True,
            )
        return _make_botocores_client(service)


def make_session() -> Session:
    """Make a session for the operations in `contract.OPERATIONS`, and for no others."""
    return Session()


def _is_plain_lambda() -> bool:
    """Tell whether the environment has what `client` needs, and nothing it ignores."""
    file = os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
    return (
        all(map(os.environ.get, _NEEDED))
        and not any(map(os.environ.get, _FOR_BOTOCORES_SESSION))
        # These do not raise, unlike pathlib's, if there is no home or no permission.
        and not os.path.isfile(os.path.expanduser(file))  # noqa: PTH111, PTH113
    )


def _make_botocores_client(service: str) -> Any:
    import botocore.session  # noqa: PLC0415 - slow, and rarely needed
    from botocore.config import Config  # noqa: PLC0415 - as above

    connect, read = _TIMEOUTS
    # `Retry` has the deadline and knows which errors pass, so a client tries a call once.
    # The mode is set because botocore's own default changed in 1.44.
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=connect,
        read_timeout=read,
    )
    return botocore.session.Session().create_client(service, config=config)
