"""`python -m plaud_live` is `plaud-live`."""

import sys

from plaud_live.cli import main

if __name__ == "__main__":
    sys.exit(main())
