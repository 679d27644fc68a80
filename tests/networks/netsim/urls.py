from __future__ import annotations

from django.urls import re_path

from tests.networks.netsim.views import answer

urlpatterns = [re_path("", answer)]
