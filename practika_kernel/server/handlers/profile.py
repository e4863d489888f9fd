"""Everything of one's own account, in one list: the page, and what it sends."""

from __future__ import annotations

from typing import Any

from practika_kernel.server.handlers import (
    account,
    addresses,
    player_keys,
    portraits,
    second_step,
)

ROUTES: list[tuple[str, Any]] = [
    *account.ROUTES,
    *addresses.ROUTES,
    *portraits.ROUTES,
    *player_keys.ROUTES,
    *second_step.ROUTES,
]
