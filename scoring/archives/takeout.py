"""What all archives of Google Takeout have in common: whose they are."""

from __future__ import annotations

import re
from typing import Final

from scoring.archives import jsons, values
from scoring.archives.folders import Folder

PROFILE: Final = re.compile(r"(^|/)(profile?|perfil|profilo|profiel|profil)\.json$")
CONTENTS: Final = re.compile(r"(^|/)archive_browser\.html$")
HEADER: Final = 200_000


def wants_profile(name: str) -> bool:
    in_takeout = "/" in name and name.startswith("takeout/")
    return bool(CONTENTS.search(name) or (in_takeout and PROFILE.search(name)))


def emails_of(folder: Folder) -> tuple[str, ...]:
    """The account's own addresses: from its profile, or from the table of contents."""
    for member in folder.find(PROFILE):
        found = values.emails_in(jsons.listed(jsons.document(member), "emails"))
        if found:
            return found
    contents = folder.first(CONTENTS)
    if contents is None:
        return ()
    with contents.open() as file:
        page = file.read(HEADER).decode("utf-8", "replace")
    address = values.EMAIL.search(re.sub(r"(?s)<(style|script).*?</\1>|<[^>]*>", " ", page))
    return (f"email:{address[0].lower()}",) if address else ()
