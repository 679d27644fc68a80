from __future__ import annotations

from collections.abc import Callable
from typing import Final

from benches import claims, formula, pages, refreshing, requests
from benches.harness import Bench

# Each makes what it needs when it is called.
BENCHES: Final[dict[str, Callable[[], Bench]]] = {
    "profile_page": pages.profile_page,
    "home_page": pages.home_page,
    "formula_accounts_per_s": formula.accounts_per_second,
    "claims_per_s": claims.claims_per_second,
    "refresh_store": refreshing.store,
    "refresh_store_queries": refreshing.store_queries,
    **dict(requests.benches()),
}
