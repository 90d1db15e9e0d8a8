"""Writes what the handler takes of botocore's data: `python handler/reduce_botocore_data.py`.

Run it with a botocore that the runtimes of Lambda have or are about to have; a test holds
the result against the botocore that is installed.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.loaders import Loader

from redshift_snapshot_share_handler.contract import OPERATIONS

DATA = Path(__file__).parent / "redshift_snapshot_share_handler" / "botocore_data"


def reduced_data() -> dict[str, Any]:
    """Take what is needed from the botocore that is installed.

    Returns:
        The content of each file, by its path.
    """
    loader = Loader()
    files = {"partitions.json": loader.load_data("partitions")}
    for service, operations in OPERATIONS.items():
        version = loader.determine_latest_version(service, "service-2")
        model = loader.load_service_model(service, "service-2")
        rules = loader.load_service_model(service, "endpoint-rule-set-1")
        files[f"{service}/{version}/service-2.json"] = _reduce_model(model, operations)
        files[f"{service}/{version}/endpoint-rule-set-1.json"] = rules
    return {path: _without_documentation(content) for path, content in files.items()}


def _reduce_model(model: dict[str, Any], operations: tuple[str, ...]) -> dict[str, Any]:
    """Keep some operations, and the shapes that they are made of."""
    kept = {name: model["operations"][name] for name in operations}
    needed = set(_shapes_in(kept))
    found: set[str] = set()
    while needed - found:
        name = (needed - found).pop()
        found.add(name)
        needed.update(_shapes_in(model["shapes"][name]))
    shapes = {name: model["shapes"][name] for name in sorted(found)}
    return {**model, "operations": kept, "shapes": shapes}


def _shapes_in(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        part = list(part.values())
    if isinstance(part, list):
        for element in part:
            yield from _shapes_in(element)


def _without_documentation(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            name: _without_documentation(element)
            for name, element in part.items()
            # Text; a shape or member of that name would be an object.
            if not (name == "documentation" and isinstance(element, str))
        }
    if isinstance(part, list):
        return [_without_documentation(element) for element in part]
    return part


def main() -> None:
    """Write the files anew."""
    shutil.rmtree(DATA, ignore_errors=True)
    for path, content in reduced_data().items():
        file = DATA / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content, separators=(",", ":"))
        file.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
