"""`python -m shiftwork_agent`: the same as the command `shiftwork-agent`."""

import sys

from shiftwork_agent.cli import main

if __name__ == "__main__":
    sys.exit(main())
