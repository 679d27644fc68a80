"""The only writers of profiles, appeals and notices."""

from __future__ import annotations

from profiles.services.appealing import AlreadyAnswered, TooManyOpen, answer_appeal, appeal
from profiles.services.people import (
    OptedOut,
    create_profile,
    delete_login,
    handle_taken,
    link_account,
    opt_in,
    opt_out,
    set_visibility,
    update_profile,
)

__all__ = [
    "AlreadyAnswered",
    "OptedOut",
    "TooManyOpen",
    "answer_appeal",
    "appeal",
    "create_profile",
    "delete_login",
    "handle_taken",
    "link_account",
    "opt_in",
    "opt_out",
    "set_visibility",
    "update_profile",
]
