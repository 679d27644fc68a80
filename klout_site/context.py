from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from perks import access


def site(request: HttpRequest) -> dict[str, object]:
    """What every page may say about the site itself."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
        # Asked only where a page draws the navigation.
        "brand_member": SimpleLazyObject(lambda: access.is_member(request.user)),
    }
