"""A site full of made-up people, for a look without the Internet. `manage.py demo`."""

from __future__ import annotations

from typing import Final, NamedTuple


class Login(NamedTuple):
    who: str
    email: str
    password: str


# Public on purpose: these exist in the demo only, which production refuses.
LOGINS: Final = (
    Login("a person with a score", "alice@demo.example", "demo-alice"),
    Login("a brand's member, at /brand/", "bob@demo.example", "demo-bob"),
    Login("staff, at /admin/", "staff@demo.example", "demo-staff"),
)
