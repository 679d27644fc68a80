"""Reads the exports that networks give to their members. Pure: no database, no clock."""
