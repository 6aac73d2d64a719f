"""Documents with steps, and what the scripts of the device have noted down."""

from tests.agent.orders import Place


def handler(name: str, *args: str, **more: object) -> dict[str, object]:
    path = {"path": more.pop("path")} if "path" in more else {}
    given = {"handler": name, "args": list(args), **path}
    return {"action": {"name": f"run {name}", "type": "runHandler", "input": given, **more}}


def command(text: str, **more: object) -> dict[str, object]:
    return {"action": {"name": "command", "type": "runCommand", "input": {"command": text}, **more}}


def document(*steps: object, **more: object) -> dict[str, object]:
    return {"version": "1.0", "steps": list(steps), **more}


def journal(place: Place) -> list[str]:
    path = place.folder / "journal"
    return path.read_text().splitlines() if path.exists() else []
