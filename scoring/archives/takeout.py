"""What all archives of Google Takeout have in common: whose they are."""

from __future__ import annotations

import re
from typing import Final

from scoring.archives import jsons, values
from scoring.archives.folders import Folder

# Names are in the account's language; a folder and the file in it are both called "profile".
PROFILE: Final = re.compile(r"(^|/)takeout/([^/]+)/\2\.json$|/(profile?|perfil|profil)\.json$")
CONTENTS: Final = re.compile(r"(^|/)(takeout/[^/]+|archive_browser)\.html$")
HEADER: Final = 200_000
STYLE: Final = re.compile(r"<(?:style|script)\b")
STYLE_END: Final = re.compile(r"</(?:style|script)>")


def wants_profile(name: str) -> bool:
    in_takeout = name.startswith("takeout/") or "/takeout/" in name
    return bool(CONTENTS.search(name) or (in_takeout and PROFILE.search(name)))


def emails_of(folder: Folder) -> tuple[str, ...]:
    """The account's own addresses: from its profile, or from the table of contents."""
    for member in folder.find(PROFILE):
        found = values.emails_in(jsons.listed(jsons.document(member), "emails"))
        if found:
            return found
    for contents in folder.find(CONTENTS):
        with contents.open() as file:
            page = file.read(HEADER).decode("utf-8", "replace")
        shown = " ".join(STYLE.split(part, maxsplit=1)[0] for part in STYLE_END.split(page))
        address = values.EMAIL.search(re.sub(r"<[^<>]{0,4000}>", " ", shown))
        if address:
            return (f"email:{address[0].lower()}",)
    return ()
