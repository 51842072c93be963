"""A small prompt for tests of the supervisor: echoes lines, leaves on `exit` or at the end of input."""

import os
import sys


def main() -> int:
    print(f"prompt {os.getpid()} {' '.join(sys.argv[1:])}", flush=True)
    for line in iter(sys.stdin.readline, ""):
        if line.strip() == "exit":
            return 0
        if line.strip() == "crash":
            return 3
        print(f"> {line.strip()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
