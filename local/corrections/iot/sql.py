"""Functions of a topic rule's SQL.

MiniStack does not know startswith and endswith: a rule that asks for one never matches. AWS (IoT Developer Guide, "AWS
IoT SQL reference", "Functions"): whether the first string starts, or ends, with the second; undefined if either is.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import iot

KNOWN: dict[str, Callable[[str, str], bool]] = {"startswith": str.startswith, "endswith": str.endswith}


def install() -> None:
    """Teach it these."""
    evaluate = iot._eval_select_function

    def eval_select_function(name: str, arguments: list[str], *message: Any) -> Any:
        if name not in KNOWN or len(arguments) != 2:
            return evaluate(name, arguments, *message)
        text, part = (iot._sql_as_string(iot._eval_select_expr(one, *message)) for one in arguments)
        return iot._MISSING if text is None or part is None else KNOWN[name](text, part)

    iot._eval_select_function = eval_select_function
    iot._IMPLEMENTED_SQL_FUNCS |= KNOWN.keys()
