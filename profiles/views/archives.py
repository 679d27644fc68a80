"""Archives: bring one, see what became of it, take it away."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from profiles import access
from profiles.models import Profile
from profiles.uploads import ArchiveUpload, is_too_large
from profiles.views.own import with_own_profile
from scoring import selectors as scoring
from scoring.archive_tasks import ring
from scoring.archives import FORMATS, ArchiveRefused, damaged
from scoring.models import Archive
from scoring.networks import NETWORKS
from scoring.networks.declaring import Link
from scoring.networks.operating import offered
from scoring.services import archiving

log = logging.getLogger(__name__)

# What an archive may have brought (Archive.brought), in the order in which it is told.
BROUGHT: Final = {
    "posts": gettext_lazy("public posts"),
    "followers": gettext_lazy("followers"),
    "following": gettext_lazy("followed"),
    "connections": gettext_lazy("connections"),
    "endorsements": gettext_lazy("endorsements"),
    "recommendations": gettext_lazy("recommendations"),
    "friends": gettext_lazy("friends"),
}


@require_safe
@with_own_profile
def archives(request: HttpRequest, profile: Profile) -> HttpResponse:
    return _page(request, profile)


@csrf_exempt  # the check reads the body, so it comes after the decision how to read it
@require_POST
@with_own_profile
def upload(request: HttpRequest, profile: Profile) -> HttpResponse:
    """Nothing of the body has been read when this begins."""
    if profile.opted_out:
        messages.error(request, _("You have opted out. Opt in again first, then bring archives."))
        return redirect("privacy")
    try:
        _check_before(request)
        with ArchiveUpload(request) as coming:
            request.upload_handlers = [coming]
            return _received(request, profile, coming)
    except ArchiveRefused as refusal:
        return _page(request, profile, why=str(refusal), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except UnreadablePostError:  # they left in the middle
        return _page(request, profile, why=str(damaged()), status=HTTPStatus.BAD_REQUEST)
    except OSError:
        log.exception("An archive could not be kept.")
        words = _("There is no room for archives here just now. Please try again in a few hours.")
        return _page(request, profile, why=words, status=HTTPStatus.SERVICE_UNAVAILABLE)


@require_safe
@with_own_profile
def archive(request: HttpRequest, profile: Profile, archive_id: int) -> HttpResponse:
    """The fragment that an archive being read asks for itself."""
    row = access.own_archive_or_404(request.user, archive_id)
    return render(request, "profiles/_archive.html", {"archive": _view(row)})


@require_POST
@with_own_profile
def delete(request: HttpRequest, profile: Profile, archive_id: int) -> HttpResponse:
    row = access.own_archive_or_404(request.user, archive_id)
    archiving.delete_archive(row, at=timezone.now())
    messages.success(request, _("Deleted the archive and all that it had brought."))
    return redirect("archives")


def _check_before(request: HttpRequest) -> None:
    if is_too_large(request):
        words = _("The file is larger than %(size)s GB, which is more than we can take.")
        raise ArchiveRefused(words % {"size": settings.ARCHIVES_GIGABYTES})
    if Archive.objects.unfinished().filter(user_id=request.user.pk).exists():
        raise ArchiveRefused(_("Another archive of yours is being read. One at a time."))


@csrf_protect
def _received(request: HttpRequest, profile: Profile, coming: ArchiveUpload) -> HttpResponse:
    row = archiving.receive(
        user_id=profile.user_id,
        folder=coming.kept(),
        name=coming.name,
        size=coming.size,
        at=timezone.now(),
        opted_in_at=profile.opted_in_at,
    )
    coming.adopted = True
    ring(row.pk)
    messages.success(request, _("Your archive has arrived. You need not wait while it is read."))
    return redirect("archives")


def _page(
    request: HttpRequest, profile: Profile, *, why: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    readable = [network for key, network in NETWORKS.items() if key in FORMATS and network.archive]
    context = {
        "profile": profile,
        "archives": [_view(row) for row in scoring.archives_of(request.user.pk)],
        "networks": readable,
        "unlinkable": {one.key for one in readable if one.link is not Link.ARCHIVE}
        - {one.key for one in readable if offered(one)},
        "why": why,
        "gigabytes": settings.ARCHIVES_GIGABYTES,
    }
    return render(request, "profiles/archives.html", context, status=status)


def _view(row: Archive) -> dict[str, Any]:
    told = [(label, row.brought[key]) for key, label in BROUGHT.items() if key in row.brought]
    return {"row": row, "network": archiving.name_of(row.network), "brought": told}
