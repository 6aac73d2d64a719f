"""Stand-ins for the programs of busybox that the init script calls, for a machine without busybox.

Each refuses an option that the program of busybox does not document (busybox.net, "BusyBox: The Swiss Army Knife of
Embedded Linux").
"""

import getopt
import gzip
import shutil
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

# These do the same on any machine: its own programs run, once the options are looked at.
OF_THE_MACHINE = {"base64": "dw:", "chmod": "Rcvf", "ln": "sfnbS:Tv", "mkdir": "m:p", "sleep": ""}
OF_THIS_FILE = {"gunzip": "cfkt", "tar": "cxtvokhmzjJapOf:C:T:X:", "unzip": "lnojpqKd:x:", "wget": "cqSO:o:P:Y:U:T:"}


def install(folder: Path) -> None:
    """Make a command of each program, and the shell: a PATH of this folder alone finds nothing else."""
    (folder / "sh").symlink_to(str(shutil.which("sh")))
    for name, options in OF_THE_MACHINE.items():
        look = f"while getopts '{options}' option; do [ \"$option\" != '?' ] || exit 1; done"
        _write(folder / name, f"{look}\nexec '{shutil.which(name)}' \"$@\"")
    for name in OF_THIS_FILE:
        _write(folder / name, f"exec '{sys.executable}' -I -S '{__file__}' {name} \"$@\"")


def _write(command: Path, script: str) -> None:
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)


def main(name: str, arguments: list[str]) -> None:
    """Carry a program out. Raises getopt.GetoptError for an option that busybox does not know."""
    found, operands = getopt.gnu_getopt(arguments, OF_THIS_FILE[name])
    options = dict(found)
    match name:
        case "gunzip":
            sys.stdout.buffer.write(gzip.decompress(Path(operands[0]).read_bytes()))
        case "tar":
            (how,) = [how for option, how in (("-z", "gz"), ("-j", "bz2"), ("-J", "xz")) if option in options] or [""]
            with tarfile.open(options["-f"], f"r:{how}") as archive:  # type: ignore[call-overload]
                archive.extractall(options["-C"], filter="data")
        case "unzip":
            with zipfile.ZipFile(operands[0]) as zipped:
                zipped.extractall(options["-d"])  # noqa: S202 - the test has made it
        case "wget":
            timeout = float(options["-T"])
            # The file comes first, as with busybox: a download that fails leaves an empty one.
            with (
                Path(options["-O"]).open("wb") as file,
                urllib.request.urlopen(operands[0], timeout=timeout) as answer,  # noqa: S310 - a site of the test
            ):
                shutil.copyfileobj(answer, file)


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2:])
    except (OSError, getopt.GetoptError, tarfile.TarError, zipfile.BadZipFile) as error:
        sys.exit(f"{sys.argv[1]}: {error}")
