"""mypy reads each module of the CDK that our code imports: of a module that it skips, every type would be Any."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMPORTERS = [ROOT / "app.py", *(ROOT / "infra").rglob("*.py"), *(ROOT / "tests" / "infra").rglob("*.py")]


def cdk_modules(path: Path) -> Iterator[str]:
    """The modules of the CDK that a file imports by name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "aws_cdk")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "aws_cdk":
            # What is no module, such as a class of `aws_cdk` itself, has a capital letter.
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name.islower())
            yield str(node.module)


def test_mypy_reads_the_modules_of_the_cdk_that_we_import() -> None:
    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
    followed = {name for one in overrides if one.get("follow_imports") == "silent" for name in one["module"]}
    imported = {name for path in IMPORTERS for name in cdk_modules(path)}
    assert "aws_cdk.aws_lambda" in imported
    assert imported <= followed
