"""How pytest-xdist shares the tests out: a folder whose tests share what takes long to make stays in one process."""

from xdist.scheduler import LoadScopeScheduling

# A local cloud, and the synthesised templates.
ONE_PROCESS = ("tests/local/", "tests/infra/")


class TwoProcesses(LoadScopeScheduling):  # type: ignore[misc]
    """Hands these folders out first, each to one process, then all other tests one by one to whoever has time.

    The mark `xdist_group` does not serve: pytest-xdist 3.8 writes it into `_nodeid`, which pytest 9.2 no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        """The folder or the test itself: tests of one scope run in one process."""
        return next((folder for folder in ONE_PROCESS if nodeid.startswith(folder)), nodeid)
