"""A botocore session that makes its clients quickly.

botocore reads a whole service model to make a client, and the endpoints of every service
there is: most of what a cold start would take. `botocore_data/` holds the part of that
which a share needs, in botocore's own layout and words; `handler/reduce_botocore_data.py`
writes it.
"""

from pathlib import Path

import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

_DATA = Path(__file__).with_name("botocore_data")


class _ReducedLoader(Loader):  # type: ignore[misc]  # botocore is untyped
    """Finds the reduced data; all of botocore's, should they not be there."""

    def __init__(self) -> None:
        super().__init__(
            extra_search_paths=[str(_DATA)],
            include_default_search_paths=not _DATA.is_dir(),
        )

    def is_builtin_path(self, path: str) -> bool:  # noqa: ARG002 - botocore's signature
        """Say that these are botocore's own data.

        It takes anybody else's endpoints for an override of FIPS and dual-stack settings.
        """
        return True


def make_session() -> botocore.session.Session:
    """Make a session for the operations in `contract.OPERATIONS`, and for no others.

    Its clients try a call once: `Retry` has the deadline and knows which errors pass. The
    mode is set because botocore's own default changed in 1.44.
    """
    # Registering botocore's own handlers takes longer than making a client, and none of
    # them changes what the operations of the contract send, save headers for traces and
    # statistics of retries.
    session = botocore.session.Session(include_builtin_handlers=False)
    session.register_component("data_loader", _ReducedLoader())
    session.set_default_client_config(
        Config(
            retries={"mode": "standard", "total_max_attempts": 1},
            connect_timeout=5,
            read_timeout=10,
        )
    )
    return session
