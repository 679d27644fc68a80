from __future__ import annotations

from django.urls import path

from perks.views import market, own, pictures

urlpatterns = [
    path("perks/", market.perks, name="perks"),
    path("perks/<int:pk>/", market.perk, name="perk"),
    path("perks/<int:pk>/claim/", market.claim, name="claim"),
    path("perks/<int:pk>/picture/<slug:digest>.webp", pictures.perk_picture, name="perk_picture"),
    path("me/perks/", own.my_perks, name="my_perks"),
]
