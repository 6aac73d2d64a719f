"""Installed packages: each version in a folder of its own, and a link `current` that is switched in one step."""

import os
import shutil
from pathlib import Path

from shiftwork_agent.files.settled import settle


class Packages:
    """`root/NAME/VERSION/...` and `root/NAME/current`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def installed(self) -> dict[str, str]:
        """The current version of each package."""
        links = sorted(self._root.glob("*/current"))
        return {link.parent.name: link.readlink().name for link in links if link.is_symlink()}

    def current(self, name: str) -> Path:
        """The link by which the package is used."""
        return self._root / name / "current"

    def draft(self, name: str, version: str) -> Path:
        """An empty folder to prepare the version in; what an attempt that was interrupted left is gone."""
        folder = self._root / name / f".draft-{version}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def keep(self, draft: Path, name: str, version: str) -> Path:
        """Give the draft its place, beside the other versions; the same version anew replaces itself when switched."""
        place = self.place(name, version)
        number = 1
        while place.exists():
            number += 1
            place = self.place(name, f"{version}+{number}")
        settle(*(path for path in (draft, *draft.rglob("*")) if not path.is_symlink()))
        draft.rename(place)
        return place

    def place(self, name: str, version: str) -> Path:
        """The folder of an installed version."""
        return self._root / name / version

    def switch(self, name: str, place: Path) -> None:
        """Make `place` the current version."""
        link = self.current(name)
        draft = link.with_name(".current")
        draft.unlink(missing_ok=True)
        draft.symlink_to(place.name)
        os.replace(draft, link)  # noqa: PTH105 - of a link, not of what it leads to
        settle(link.parent)

    def unswitch(self, name: str, before: Path | None) -> None:
        """Go back to the version before; to none, if there was none."""
        if before:
            self.switch(name, before)
        else:
            self.current(name).unlink(missing_ok=True)

    def tidy(self, name: str, *keep: Path | None) -> None:
        """Remove the versions that are not to be kept."""
        kept = {place.name for place in keep if place} | {"current"}
        for place in (self._root / name).iterdir():
            if place.name not in kept:
                shutil.rmtree(place, ignore_errors=True)
