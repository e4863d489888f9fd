"""The settings in force, with no secret among them; for admins."""

from __future__ import annotations

from typing import Any

from ._base import PractikaWidget, script


class SettingsWidget(PractikaWidget):
    """Every setting with its value, where that comes from and what it means; what is weak.

    Parameters
    ----------
    practika
        What ``practika_kernel.connect()`` gave; its person must be an admin.
    traits
        ipywidgets' own, such as ``layout``.
    """

    _esm = script("settings")

    def look(self) -> dict[str, Any]:
        """Return the settings; `NotFound` for everybody but admins."""
        return dict(self.practika.services.in_force.view(self.actor))
