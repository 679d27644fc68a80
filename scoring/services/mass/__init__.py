"""Everybody at once: scores, days that are computed again, and how history is stored.

`wire`, `computing`, `writing`, `comparing`, `checking` and `worker` run in processes of their own
and import no Django, so that each starts in a fraction of a second and stays small.
"""
