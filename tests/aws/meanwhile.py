"""A table to which another process writes too."""

from collections.abc import Callable, Iterator, Mapping

from functions.aws.table.table import Operation, Table


class Meanwhile(Table):
    """A table in which something else happens between a read and a write."""

    events: Iterator[Callable[[], object]] = iter(())

    def transact(self, operations: Mapping[str, Operation]) -> None:
        for event in self.events:
            event()
            break
        super().transact(operations)
