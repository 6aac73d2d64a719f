"""The one Lambda bundle: functions/ and its packages, as a zip that pip makes on this machine. No Docker, no AWS.

A bundle is made in two layers under build/lambda/, each named by a hash of its inputs: the packages (pip, some seconds)
and the packages with the source (a copy, a moment). A file appears under its name when it is complete, so synths that
run at the same time need no lock: both may build, and the results are equal. The same inputs make the same zip and the
same name, whatever the machine, the time, or the order on disk.
"""

import hashlib
import platform
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns, rmtree

PYTHON = "3.14"  # the newest on the page "Lambda runtimes" that all dependencies have wheels for
LEFT_OUT = ignore_patterns("__pycache__", "*.pyc", ".*", "requirements.txt")
KEPT_BUNDLES = 8  # older bundles are deleted
SAY_AFTER = 1.0  # seconds without a line of output
SAY_EVERY = 10.0


class BundleError(RuntimeError):
    """The bundle cannot be built. The message is one line that says what to do."""


@dataclass(frozen=True)
class Target:
    """Where the bundle will run: a Python version and one of pip's platform tags (None: this machine)."""

    python: str
    platform: str | None

    @property
    def name(self) -> str:
        """The target as part of a file's name."""
        where = self.platform or f"{platform.system()}_{platform.machine()}".lower()
        return f"python{self.python}-{where}"

    @property
    def takes_our_bytecode(self) -> bool:
        """Whether bytecode compiled here runs there: bytecode depends on the minor version, not on the platform."""
        return self.python == _running()


LAMBDA = Target(PYTHON, "manylinux2014_aarch64")


def this_machine() -> Target:
    """Return the target of the local cloud: it runs functions with the interpreter that built them, not `runtime`."""
    return Target(_running(), None)


def build(target: Target, *, root: Path, cache: Path | None = None) -> Path:
    """Return the path of the bundle's zip, built now or found under `cache` (by default build/lambda in `root`)."""
    cache = cache or root / "build" / "lambda"
    cache.mkdir(parents=True, exist_ok=True)
    functions, inputs = root / "functions", (root / "functions" / "requirements.txt", root / "constraints.txt")
    # This file is an input too: a change of its steps makes new bundles.
    layer = cache / f"dependencies-{target.name}-{_fingerprint(root, [*inputs, Path(__file__)])}.zip"
    if not layer.exists():
        _make_layer(layer, target, *inputs)
    bundle = cache / f"bundle-{target.name}-{_fingerprint(root, [*inputs, Path(__file__), *_sources(functions)])}.zip"
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
        _install(packages, requirements, constraints, python=target.python, platform=target.platform)
        _drop_what_varies(packages)
        if target.takes_our_bytecode:
            _compile_bytecode(packages)
        unfinished = Path(scratch, "layer.zip")
        _add_to_zip(unfinished, packages)
        unfinished.replace(result)


def _drop_what_varies(packages: Path) -> None:
    """Delete the files that name this machine's interpreter or hash those that do: the zip would differ by machine.

    The rest of *.dist-info stays: scanners such as Amazon Inspector read METADATA to know the packages inside.
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
            _compile_bytecode(source)
        unfinished = Path(scratch, "bundle.zip")
        copyfile(layer, unfinished)
        _add_to_zip(unfinished, source)
        unfinished.replace(result)


def _prune(cache: Path) -> None:
    by_age = sorted(cache.glob("bundle-*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[KEPT_BUNDLES:]:
        old.unlink(missing_ok=True)


def _fingerprint(root: Path, files: Sequence[Path]) -> str:
    """Return a short hash of the files' contents and of their paths under `root`."""
    digest = hashlib.sha256()
    for path in files:
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _add_to_zip(archive: Path, tree: Path) -> None:
    """Add a folder's files to a zip, which is created if missing: sorted, with the same time and mode for all."""
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(path for path in tree.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            target.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def _install(into: Path, requirements: Path, constraints: Path, *, python: str, platform: str | None) -> None:
    """Install wheels for `platform`, or for this interpreter on this machine if `platform` is None."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-input", "--target", str(into)]
    command += ["--only-binary=:all:", "--disable-pip-version-check", "-r", str(requirements), "-c", str(constraints)]
    if platform:
        command += ["--platform", platform, "--python-version", python, "--implementation", "cp"]
    where = platform or "this machine"
    code, output = _run(command, doing=f"pip fetches the functions' packages for Python {python} on {where}")
    if code:
        raise BundleError(
            f"pip could not fetch the functions' packages for Python {python} on {where} ({_reason(output)}): "
            f"check the package index and the network, see {requirements.name} and {constraints.name}, and try again"
        )


def _compile_bytecode(tree: Path) -> None:
    """Compile a folder to bytecode that is hash-based and unchecked: a zip changes times, and /var/task is read-only.

    Without usable bytecode each cold start compiles all imports, which takes longer than the rest of the start.
    """
    command = [sys.executable, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(tree), "-p", "/var/task", str(tree)]
    code, output = _run(command, doing="the bundle is compiled to bytecode")
    if code:
        raise BundleError(f"the functions do not compile: {_reason(output)}")


def _run(command: list[str], *, doing: str) -> tuple[int, str]:
    """Run a command to its end; print what it does if it takes longer than a moment."""
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            patience = SAY_AFTER
            while True:
                try:
                    output, _ = process.communicate(timeout=patience)
                    return process.returncode, output
                except subprocess.TimeoutExpired:
                    print(f"bundle: {doing} ({time.monotonic() - begun:.0f} s)", file=sys.stderr, flush=True)
                    patience = SAY_EVERY
        except BaseException:  # an interrupt, too, must not leave the child behind
            process.kill()
            raise


def _reason(output: str) -> str:
    """Return the most telling line: pip's first ERROR, else the last line that is not a warning."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not line.startswith("WARNING:")]
    errors = [line for line in lines if line.startswith(("ERROR:", "SyntaxError", "IndentationError", "*** "))]
    return (errors or lines[-1:] or ["no output"])[0].removeprefix("ERROR: ")
