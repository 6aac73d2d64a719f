"""The one Lambda bundle: functions/ and what it needs, as a zip made by pip on this machine. No Docker, no AWS.

Two layers under build/lambda/, each named by a hash of all that goes into it: the dependencies (pip, some seconds)
and the dependencies with the source (a copy, a moment). A file appears under its name complete or not at all, so
synths that run at once need no lock: both may build, and the results are the same.
"""

import platform
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns, rmtree

from infra.archive import add_to_zip, fingerprint
from infra.bundle_steps import BundleError, compile_bytecode, install

PYTHON = "3.14"  # the newest on the page "Lambda runtimes" that all dependencies have wheels for
LEFT_OUT = ignore_patterns("__pycache__", "*.pyc", ".*", "requirements.txt")
KEPT_BUNDLES = 8  # the older ones of a working copy are deleted

__all__ = ["LAMBDA", "PYTHON", "BundleError", "Target", "build", "this_machine"]


@dataclass(frozen=True)
class Target:
    """Where the bundle will run: a Python version and one of pip's platform tags (None: this very machine)."""

    python: str
    platform: str | None

    @property
    def name(self) -> str:
        """Part of a file's name, and of what is shown to people."""
        where = self.platform or f"{platform.system()}_{platform.machine()}".lower()
        return f"python{self.python}-{where}"

    @property
    def takes_our_bytecode(self) -> bool:
        """Bytecode belongs to one minor version; the platform is of no matter to it."""
        return self.python == _running()


LAMBDA = Target(PYTHON, "manylinux2014_aarch64")


def this_machine() -> Target:
    """The local cloud runs functions with the interpreter that built them, whatever `runtime` says."""
    return Target(_running(), None)


def build(target: Target, *, root: Path, cache: Path | None = None) -> Path:
    """The path of the bundle's zip, made now or found under `cache` (by default build/lambda in `root`)."""
    cache = cache or root / "build" / "lambda"
    cache.mkdir(parents=True, exist_ok=True)
    functions, needs = root / "functions", (root / "functions" / "requirements.txt", root / "constraints.txt")
    rules = [Path(__file__).with_name(name) for name in ("archive.py", "bundle.py", "bundle_steps.py")]
    layer = cache / f"dependencies-{target.name}-{fingerprint(root, [*needs, *rules])}.zip"
    if not layer.exists():
        _make_layer(layer, target, *needs)
    bundle = cache / f"bundle-{target.name}-{fingerprint(root, [*needs, *rules, *_sources(functions)])}.zip"
    if not bundle.exists():
        _make_bundle(bundle, target, layer, functions)
        _prune(cache)
    return bundle


def _running() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _sources(functions: Path) -> list[Path]:
    return sorted(path for path in functions.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _make_layer(result: Path, target: Target, requirements: Path, constraints: Path) -> None:
    with tempfile.TemporaryDirectory(dir=result.parent, prefix=".layer-") as scratch:
        packages = Path(scratch, "packages")
        install(packages, requirements, constraints, python=target.python, platform=target.platform)
        _drop_what_varies(packages)
        if target.takes_our_bytecode:
            compile_bytecode(packages)
        unfinished = Path(scratch, "layer.zip")
        add_to_zip(unfinished, packages)
        unfinished.replace(result)


def _drop_what_varies(packages: Path) -> None:
    """Scripts name the interpreter that installed them, and RECORD their hashes: the zip would differ by machine.

    The rest of *.dist-info stays: by METADATA, scanners such as Amazon Inspector know what is inside.
    """
    rmtree(packages / "bin", ignore_errors=True)
    for info in packages.glob("*.dist-info"):
        for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json"):
            (info / name).unlink(missing_ok=True)


def _make_bundle(result: Path, target: Target, layer: Path, functions: Path) -> None:
    with tempfile.TemporaryDirectory(dir=result.parent, prefix=".bundle-") as scratch:
        source = Path(scratch, "source")
        copytree(functions, source / "functions", ignore=LEFT_OUT)
        if target.takes_our_bytecode:
            compile_bytecode(source)
        unfinished = Path(scratch, "bundle.zip")
        copyfile(layer, unfinished)
        add_to_zip(unfinished, source)
        unfinished.replace(result)


def _prune(cache: Path) -> None:
    by_age = sorted(cache.glob("bundle-*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[KEPT_BUNDLES:]:
        old.unlink(missing_ok=True)
