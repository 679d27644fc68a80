"""The program snac, taken out of Debian's package of it: nothing of the machine is changed."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

from tests.real.cache import CannotInstall, kept, run

PACKAGE: Final = "snac2=2.75-2"
SUITE: Final = "trixie"
KEYRING: Final = "/usr/share/keyrings/debian-archive-keyring.gpg"
INSIDE: Final = Path("usr/bin/snac")


@cache
def snac() -> Path:
    """The program. Raises CannotInstall."""
    return kept("snac", f"{PACKAGE} of {SUITE}", _make) / INSIDE


def _make(folder: Path) -> None:
    options = _lists_of_our_own(folder)
    run("Reading Debian's list of packages", ("apt-get", "update", *options), where=folder)
    run(f"Fetching {PACKAGE}", ("apt-get", "download", PACKAGE, *options), where=folder)
    [archive] = folder.glob("snac2_*.deb")
    run(f"Unpacking {archive.name}", ("dpkg", "-x", archive.name, "."), where=folder)
    starts = f"{INSIDE} 2>&1 | grep Commands || {{ {INSIDE}; false; }}"
    run("Starting snac (it needs libcurl4)", ("sh", "-c", starts), where=folder)
    for name in ("lists", "cache"):
        shutil.rmtree(folder / name)


def _lists_of_our_own(folder: Path) -> tuple[str, ...]:
    """What tells apt to know one suite and no other, here and not in the system's folders."""
    sources = folder / "only.sources"
    sources.write_text(
        f"Types: deb\nURIs: {_mirror()}\nSuites: {SUITE}\nComponents: main\nSigned-By: {KEYRING}\n"
    )
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    settings = {
        "Dir::Etc::SourceList": str(sources),
        "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": str(folder / "lists"),
        "Dir::Cache": str(folder / "cache"),
        "APT::Sandbox::User": "root",  # its own user can't enter our folder
        "APT::Update::Error-Mode": "any",
    }
    return ("-q", *(word for name, value in settings.items() for word in ("-o", f"{name}={value}")))


def _mirror() -> str:
    """Where this machine gets Debian's packages."""
    asked = ("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=30).stdout
    except FileNotFoundError:
        raise CannotInstall("snac comes as Debian's package, and there is no apt-get.") from None
    found = re.search(r"^\S+/debian/?$", said, flags=re.MULTILINE)
    if found is None:
        raise CannotInstall("apt knows no mirror of Debian to fetch snac from.")
    return found[0]
