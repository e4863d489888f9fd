"""Every route of people's own accounts: one list for the server."""

from __future__ import annotations

from typing import Any

from practika_kernel.server.handlers import account, addresses, second_step

ROUTES: list[tuple[str, Any]] = [*account.ROUTES, *addresses.ROUTES, *second_step.ROUTES]
