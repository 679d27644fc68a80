"""What Backstage asks for, done in a process that has the running site's settings."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    base_user,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402

from perks import selectors as perk_selectors  # noqa: E402
from profiles.models import User  # noqa: E402
from scoring import vault  # noqa: E402
from scoring.models import Credential, Progress  # noqa: E402
from scoring.services import credentials  # noqa: E402
from tests import pages, scenes  # noqa: E402

# Everybody has the same password, and production takes half a second for each hash.
base_user.make_password = cache(base_user.make_password)


def session(name: str) -> str:
    """The key of a session in which that person is logged in."""
    user = User.objects.get(email=f"{name}@example.org")
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def age_connection(session_key: str, minutes: int) -> None:
    """As if that person had left for the network's consent so long ago."""
    store = SessionStore(session_key)
    store["connecting"] |= {"at": store["connecting"]["at"] - minutes * 60}
    store.save()


def people_who_qualify(min_score: int) -> int:
    return perk_selectors.people_who_qualify(min_score=min_score, countries=[], networks=[])


def token(handle: str) -> str:
    """The key that we hold to that person's account at the network."""
    row = Credential.objects.get(account__user__profile__handle=handle)
    return vault.unseal(row.sealed_token)


def tokens(handle: str) -> dict[str, Any]:
    """All that we hold of a consent."""
    held = credentials.opened(Credential.objects.get(account__user__profile__handle=handle))
    return {"access": held.access, "refresh": held.refresh, "extra": dict(held.extra)}


def age_reading(handle: str, minutes: int) -> None:
    """As if that person's account had last been read so long ago."""
    long_ago = timezone.now() - timedelta(minutes=minutes)
    Progress.objects.filter(account__user__profile__handle=handle).update(changed_at=long_ago)


def setting(name: str) -> str:
    return repr(getattr(settings, name))


CAN_DO: dict[str, Callable[..., Any]] = {
    done.__name__: done
    for done in (
        *(session, age_connection, people_who_qualify, token, tokens, age_reading, setting),
        *(scenes.person, scenes.person_with_score, scenes.member, scenes.perk, pages.settle),
    )
}


def main() -> None:
    for line in sys.stdin:
        what, arguments, options = json.loads(line)
        try:
            said = {"answer": CAN_DO[what](*arguments, **options)}
        except Exception:
            said = {"error": traceback.format_exc()}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
