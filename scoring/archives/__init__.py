"""Reads the exports that networks give to their members. Pure: no database, no clock.

`SIEVE.keep` takes in what we read of an upload, `format_of` says what it is, and its format reads
whose it is and what it brings. One module each; the first that recognises an archive has it.
"""

from __future__ import annotations

from typing import Final

from scoring.archives.base import Entry, Format, Seen
from scoring.archives.bluesky import BlueskyArchive
from scoring.archives.errors import ArchiveRefused, Unreadable
from scoring.archives.facebook import PAGES, FacebookArchive
from scoring.archives.folders import Folder
from scoring.archives.googleplus import GooglePlusArchive
from scoring.archives.instagram import InstagramArchive
from scoring.archives.linkedin import LinkedInArchive
from scoring.archives.mastodon import MastodonArchive
from scoring.archives.sieving import Limits, Sieve
from scoring.archives.swarm import SwarmArchive
from scoring.archives.unpacking import damaged
from scoring.archives.x import XArchive
from scoring.archives.youtube import YouTubeArchive

FORMATS: Final[dict[str, Format]] = {
    one.network: one
    for one in (
        XArchive(),
        MastodonArchive(),
        BlueskyArchive(),
        InstagramArchive(),
        FacebookArchive(),
        LinkedInArchive(),
        GooglePlusArchive(),
        YouTubeArchive(),
        SwarmArchive(),
    )
}


def is_wanted(name: str, first: bytes) -> bool:
    lower = name.lower()
    return any(one.wants(lower, first) for one in FORMATS.values())


def name_of_single(first: bytes) -> str:
    return next((name for one in FORMATS.values() if (name := one.names_single(first))), "")


def format_of(folder: Folder) -> Format | None:
    """By what is in the files; None where it is no archive that we can read."""
    return next((one for one in FORMATS.values() if one.recognises(folder)), None)


SIEVE: Final = Sieve(is_wanted, name_of_single)


def is_for_looking_at(folder: Folder) -> bool:
    """Whether it is Facebook's or Instagram's archive as HTML, of which JSON could be had."""
    return folder.first(PAGES) is not None


__all__ = [
    "FORMATS",
    "SIEVE",
    "ArchiveRefused",
    "Entry",
    "Folder",
    "Format",
    "Limits",
    "Seen",
    "Sieve",
    "Unreadable",
    "damaged",
    "format_of",
    "is_for_looking_at",
]
