from __future__ import annotations


class CannotRun(Exception):
    """What stands in the way, in one line for the person at the terminal."""


class Stopped(Exception):
    """Somebody asked us to end (Ctrl-C, SIGTERM) while we were still starting."""
