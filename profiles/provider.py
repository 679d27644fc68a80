"""Where allauth's registry looks for providers: the networks of profiles/linking/providers."""

from __future__ import annotations

from profiles.linking.providers import PROVIDERS

provider_classes = list(PROVIDERS.values())
