"""Decides whether a key policy keeps an account from decrypting.

In doubt, it says that the policy lets the account decrypt.
"""

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

_ACTION = "kms:decrypt"
_ARN_PARTS = 6
# The condition keys that contain the account of the principal that decrypts.
_ACCOUNT_KEYS = frozenset({"kms:calleraccount", "aws:principalaccount"})


def lets_account_decrypt(policy: str, account: str) -> bool:
    """Whether some identity of an account may be allowed `kms:Decrypt`.

    Args:
        policy: The key policy, as JSON.
        account: The 12-digit id of an account that does not own the key.

    Raises:
        ValueError: If it is not a policy.
    """
    document = json.loads(policy)
    if not isinstance(document, dict):
        raise ValueError("a key policy must be a JSON object")  # noqa: TRY004 - as json.loads raises
    statements = [
        statement
        for statement in _list(document.get("Statement"))
        if isinstance(statement, dict) and _covers_action(statement)
    ]
    if any(_denies(statement, account) for statement in statements):
        return False
    return any(_may_allow(statement, account) for statement in statements)


def _may_allow(statement: dict[str, Any], account: str) -> bool:
    return (
        statement.get("Effect") == "Allow"
        and any(
            _account_of(principal) in {account, "*"}
            for principal in _principals(statement.get("Principal"))
        )
        and _condition(statement, account) is not False
    )


def _denies(statement: dict[str, Any], account: str) -> bool:
    """Whether a statement certainly denies every identity of the account."""
    if statement.get("Effect") != "Deny":
        return False
    if "NotPrincipal" in statement:
        excepted = {
            _account_of(each) for each in _principals(statement["NotPrincipal"])
        }
        is_denied = not excepted & {account, "*"}
    else:
        is_denied = any(
            principal in {"*", account} or principal.endswith(f"::{account}:root")
            for principal in _principals(statement.get("Principal"))
        )
    return is_denied and _condition(statement, account) is True


def _covers_action(statement: dict[str, Any]) -> bool:
    if "NotAction" in statement:
        return not _matches(_ACTION, _list(statement["NotAction"]))
    return _matches(_ACTION, _list(statement.get("Action")))


def _principals(value: Any) -> list[str]:
    """The AWS principals: `*`, account ids and ARNs."""
    if isinstance(value, dict):
        value = value.get("AWS")
    return [str(principal) for principal in _list(value)]


def _account_of(principal: str) -> str:
    parts = principal.split(":")
    return parts[4] if len(parts) >= _ARN_PARTS else principal


def _condition(statement: dict[str, Any], account: str) -> bool | None:
    """Whether the conditions are met for the account; None if this is unknown."""
    results = [
        _compare(operator, key.lower(), _list(values), account)
        for operator, tests in (statement.get("Condition") or {}).items()
        for key, values in tests.items()
    ]
    if False in results:
        return False
    return None if None in results else True


def _compare(operator: str, key: str, values: list[Any], account: str) -> bool | None:
    if key not in _ACCOUNT_KEYS:
        return None
    match operator.rpartition(":")[2].removesuffix("IfExists").lower():
        case "stringequals" | "stringequalsignorecase":
            return account in values
        case "stringnotequals" | "stringnotequalsignorecase":
            return account not in values
        case "stringlike":
            return _matches(account, values)
        case "stringnotlike":
            return not _matches(account, values)
        case _:
            return None


def _matches(text: str, patterns: Iterable[Any]) -> bool:
    return any(fnmatchcase(text, str(pattern).lower()) for pattern in patterns)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
