"""The names of MiniStack that the local cloud's files use, and the source behind each, found without running it.

A name is written `ministack.services.ecs:_run_task`, an entry of a table `ministack.services.ecs:_ACTION_MAP[RunTask]`.
"""

import ast
import functools
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

LOCAL = Path(__file__).resolve().parents[1]


@dataclass
class Uses:
    """The names of MiniStack that one file uses. `assigned` are those that it sets by another way than the registry."""

    corrections: list[str] = field(default_factory=list)
    replaces: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)


def uses() -> dict[str, Uses]:
    """Return what each file of local/ that imports MiniStack uses of it, by its path below local/."""
    found = {path.relative_to(LOCAL).as_posix(): uses_of(path.read_text()) for path in LOCAL.rglob("*.py")}
    return {path: found[path] for path in sorted(found) if found[path].reads or found[path].replaces}


def uses_of(text: str) -> Uses:
    """Return what a file with this text uses."""
    tree, found, modules = ast.parse(text), Uses(), dict[str, str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ministack":
            for alias in node.names:
                if _file(f"{node.module}.{alias.name}"):
                    modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                else:
                    found.reads.add(f"{node.module}:{alias.name}")
    if modules:
        _Reader(modules, found).visit(tree)
    return found


class _Reader(ast.NodeVisitor):
    def __init__(self, modules: dict[str, str], found: Uses) -> None:
        self._modules, self._found = modules, found

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        match called, node.args:
            case "correction", [ast.Constant(value=str(name))]:
                self._found.corrections.append(name)
            case "replace", [ast.Name(id=module)] if module in self._modules:
                self._found.replaces |= {f"{self._modules[module]}:{one.arg}" for one in node.keywords}
            case "put", [table, ast.Constant(value=str(key)), _] if name := self._name(table):
                self._found.replaces.add(f"{name}[{key}]")
                self.visit(node.args[2])
                return
            case "setattr", [target, *_] if self._name(target) or ast.unparse(target) in self._modules:
                self._found.assigned.add(ast.unparse(node))
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._note(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._note(node)

    def _note(self, node: ast.Attribute | ast.Subscript) -> None:
        name = self._name(node)
        if not name:
            self.generic_visit(node)
        elif isinstance(node.ctx, ast.Load):
            self._found.reads.add(name)
        else:
            self._found.assigned.add(name)

    def _name(self, node: ast.expr) -> str:
        """Return the name that an expression means; empty if it means none."""
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in self._modules:
                return f"{self._modules[module]}:{name}"
            case ast.Subscript(value=table, slice=ast.Constant(value=str(key))) if name := self._name(table):
                return f"{name}[{key}]"
        return ""


def digest(name: str) -> str | None:
    """Return a short hash of the source behind a name; None if there is none."""
    source = source_of(name)
    return hashlib.sha256(source.encode()).hexdigest()[:12] if source is not None else None


def source_of(name: str) -> str | None:
    """Return the statements that bind a name; of an entry, the entry and the functions that it names."""
    module, _, rest = name.partition(":")
    attribute, *keys = re.findall(r"[^\[\]]+", rest)
    bound = _bound(module).get(attribute)
    if not bound:
        return None
    origin = bound[0]
    if isinstance(origin, ast.ImportFrom) and (origin.module or "").startswith("ministack"):
        original = next(one.name for one in origin.names if (one.asname or one.name) == attribute)
        return source_of(f"{origin.module}:{original}") if not _file(f"{origin.module}.{original}") else original
    return _entry(module, bound, keys) if keys else "\n".join(_text(module, node) for node in bound)


def _entry(module: str, bound: list[ast.stmt], keys: list[str]) -> str | None:
    value = next((node.value for node in bound if isinstance(node, ast.Assign | ast.AnnAssign)), None)
    for key in keys:
        if not isinstance(value, ast.Dict):
            return None
        named = [one.value if isinstance(one, ast.Constant) else None for one in value.keys]
        value = value.values[named.index(key)] if key in named else None
    if value is None:
        return None
    mentioned = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    functions = [_text(module, node) for name in sorted(mentioned) for node in _bound(module).get(name, [])]
    return "\n".join([_text(module, value), *functions])


@functools.cache
def _bound(module: str) -> dict[str, list[ast.stmt]]:
    """Return the statements of a module by the names that they bind."""
    found: dict[str, list[ast.stmt]] = {}
    for node in _statements(ast.parse("\n".join(_lines(module))).body):
        for name in _names(node):
            found.setdefault(name, []).append(node)
    return found


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        if isinstance(node, ast.If | ast.Try | ast.With):
            parts = [node.body, getattr(node, "orelse", []), getattr(node, "finalbody", [])]
            parts += [handler.body for handler in getattr(node, "handlers", [])]
            for part in parts:
                yield from _statements(part)
        else:
            yield node


def _names(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (one.asname or one.name.partition(".")[0] for one in names)
        case ast.Assign(targets=targets):
            yield from (one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
            yield name


def _text(module: str, node: ast.expr | ast.stmt) -> str:
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    return "\n".join(_lines(module)[first - 1 : node.end_lineno])


@functools.cache
def _lines(module: str) -> list[str]:
    path = _file(module)
    return path.read_text(encoding="utf-8").splitlines() if path else []


@functools.cache
def _file(module: str) -> Path | None:
    """Return the file of a module of MiniStack; None if there is no such module. Imports nothing of it."""
    spec = find_spec("ministack")
    place = Path((spec and spec.origin) or "").parent.joinpath(*module.split(".")[1:])
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.exists()), None)
