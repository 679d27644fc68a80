from __future__ import annotations

from collections.abc import Callable
from typing import Final

from benches import claims, formula, history, pages, refreshing, requests, rescore
from benches.harness import Bench

# Each makes what it needs when it is called.
BENCHES: Final[dict[str, Callable[[], Bench]]] = {
    "profile_page": pages.profile_page,
    "home_page": pages.home_page,
    "formula_accounts_per_s": formula.accounts_per_second,
    "formula_one_person_ms": formula.one_person,
    "claims_per_s": claims.claims_per_second,
    "refresh_store": refreshing.store,
    "refresh_store_same": refreshing.store_same,
    "refresh_store_queries": refreshing.store_queries,
    **dict(requests.benches()),
    **dict(history.benches()),
    # Last, for a million people stand in the tables afterwards.
    "rescore_people_per_s": rescore.people_per_second,
    "rescore_memory": rescore.memory,
}
