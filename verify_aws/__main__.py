"""`python -m verify_aws`: asks AWS what this project assumes of it."""

import sys

from verify_aws.command import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
