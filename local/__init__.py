"""The local cloud: MiniStack with corrections, the real `cdk deploy`, and a place for tasks to run."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (whoever has an older one is told so, before anything else fails)
    sys.exit("shiftwork: Python 3.11 or later is needed, this is " + sys.version.split()[0])
