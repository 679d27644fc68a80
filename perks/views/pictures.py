from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from perks import access


@require_safe
def perk_picture(request: HttpRequest, pk: int, digest: str) -> HttpResponseBase:
    """Its name is its content's hash, so a browser need never ask again."""
    perk = access.perks_visible_to(request.user).filter(pk=pk).first()
    if perk is None or not perk.picture or perk.picture_digest != digest:
        raise Http404
    try:
        response = FileResponse(perk.picture.open("rb"), content_type="image/webp")
    except FileNotFoundError:
        raise Http404 from None
    reader = "public" if perk.published_at else "private"
    response["Cache-Control"] = f"{reader}, max-age=31536000, immutable"
    return response
