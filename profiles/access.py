"""The only door to a person's rows. Who may not see a thing is told that it isn't there."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from profiles.models import Profile, User
from scoring.models import Archive, LinkedAccount

Viewer = User | AnonymousUser


def profile_or_404(viewer: Viewer, handle: str) -> Profile:
    """A public profile, or one's own. A hidden profile and no profile look the same."""
    profile = Profile.objects.select_related("user").filter(handle__iexact=handle).first()
    if profile is None or not (profile.is_public or profile.user_id == viewer.pk):
        raise Http404
    if not profile.user.is_active:
        raise Http404
    return profile


def own_account_or_404(viewer: Viewer, account_id: int) -> LinkedAccount:
    account = LinkedAccount.objects.filter(pk=account_id, user_id=viewer.pk).first()
    if account is None:
        raise Http404
    return account


def own_archive_or_404(viewer: Viewer, archive_id: int) -> Archive:
    rows = Archive.objects.select_related("account")
    archive = rows.filter(pk=archive_id, user_id=viewer.pk).first()
    if archive is None:
        raise Http404
    return archive
