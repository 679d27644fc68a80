from __future__ import annotations


class ArchiveRefused(Exception):
    """Nothing of this archive will be read. The words are for the person who brought it."""


class Unreadable(Exception):
    """One file of an archive is not what its name says. The others may well be."""
