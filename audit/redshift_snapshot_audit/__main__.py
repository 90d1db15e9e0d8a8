"""Starts the command, or says what to install if its libraries are missing."""

import sys

_LIBRARIES = frozenset({"boto3", "botocore", "click", "rich"})
_INTERRUPTED = 130


def main() -> None:
    """Run the command and exit with its code."""
    try:
        # Imported here, because these libraries need the extra and take a while to import.
        from redshift_snapshot_audit.command import run  # noqa: PLC0415

        code = run(sys.argv[1:])
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _LIBRARIES:
            raise
        sys.exit(
            f"redshift-snapshot-audit needs {error.name}, which is not installed; "
            "run: pip install 'cdk-redshift-snapshot-share[audit]'"
        )
    except KeyboardInterrupt:
        code = _INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
