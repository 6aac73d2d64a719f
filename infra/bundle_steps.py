"""The two steps of a bundle that take time, each a process of its own: pip, and the bytecode compiler."""

import subprocess
import sys
import time
from pathlib import Path

SAY_AFTER = 1.0  # seconds of silence that nobody minds
SAY_EVERY = 10.0


class BundleError(RuntimeError):
    """The bundle cannot be made. The message is one line that names what to do."""


def install(into: Path, requirements: Path, constraints: Path, *, python: str, platform: str | None) -> None:
    """Install wheels for a platform; without one, for this interpreter on this machine."""
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


def compile_bytecode(tree: Path) -> None:
    """Hash-based and unchecked: a zip changes times, and Lambda's /var/task cannot be written to.

    Without usable bytecode each cold start compiles all that it imports, which takes longer than all else in it.
    """
    command = [sys.executable, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(tree), "-p", "/var/task", str(tree)]
    code, output = _run(command, doing="the bundle is compiled to bytecode")
    if code:
        raise BundleError(f"the functions do not compile: {_reason(output)}")


def _run(command: list[str], *, doing: str) -> tuple[int, str]:
    """Run to the end; say what is going on once it takes longer than a moment."""
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
    """The line that says most: pip's first ERROR, else the last line that is not a warning."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not line.startswith("WARNING:")]
    errors = [line for line in lines if line.startswith(("ERROR:", "SyntaxError", "IndentationError", "*** "))]
    return (errors or lines[-1:] or ["no output"])[0].removeprefix("ERROR: ")
