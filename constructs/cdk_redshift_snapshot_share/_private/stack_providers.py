"""The providers of one stack, and which of them its shares use by default."""

from aws_cdk import Annotations
from constructs import Construct

from cdk_redshift_snapshot_share._private.share_function import ShareFunction

NOT_NAMED_WARNING_ID = "cdk-redshift-snapshot-share:providerNotNamed"


class StackProviders:
    """The providers of one stack, and which of them its shares use by default.

    A share that names no provider gets one with default props. If the stack also has a
    provider that restricts the accounts, such a share avoids the restriction. This is easy
    to overlook.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self.default: Construct | None = None
        self._functions: dict[Construct, ShareFunction] = {}
        self._shares: list[Construct] = []

    def find_function(self, provider: Construct) -> ShareFunction:
        """Find the function of a provider.

        Raises:
            ValueError: If the provider is in another stack.
        """
        if provider not in self._functions:
            raise ValueError(
                "provider must be in the stack of the share, "
                f"{self._path}, got {provider.node.path}"
            )
        return self._functions[provider]

    def check_default(self) -> None:
        """Check that another provider can become the default.

        Raises:
            ValueError: If there is already a default.
        """
        if self.default:
            raise ValueError(
                "default_for_stack can be true for one provider per stack, but the shares "
                f"of {self._path} already use {self.default.node.path} by default; define "
                "this provider before the first share that names none"
            )

    def add(
        self, provider: Construct, function: ShareFunction, *, is_default: bool
    ) -> None:
        """Add a provider."""
        self._functions[provider] = function
        if is_default:
            self.default = provider
        for share in self._shares:
            self._warn(share, provider)

    def add_share(self, share: Construct) -> None:
        """Add a share that names no provider."""
        self._shares.append(share)
        for provider in self._functions:
            self._warn(share, provider)

    def list_allowed_accounts(self) -> list[str] | None:
        """List the accounts that a chosen default restricts the stack to.

        Returns:
            The accounts; none if any account is allowed.
        """
        if self.default and self._is_default_chosen():
            return self._functions[self.default].allowed_accounts.accounts
        return None

    def _is_default_chosen(self) -> bool:
        return self.default is not None and self._functions[self.default].is_chosen

    def _warn(self, share: Construct, provider: Construct) -> None:
        chosen = self._functions[provider].chosen_props
        if provider is self.default or not chosen or self._is_default_chosen():
            return
        Annotations.of(share).add_warning_v2(
            NOT_NAMED_WARNING_ID,
            "this share names no provider, so its function is not that of "
            f"{provider.node.path} and lacks its {' and '.join(chosen)}; give the share "
            "that provider, or define that provider with default_for_stack=True before "
            "the first share",
        )
