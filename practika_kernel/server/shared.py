"""What Practika's own server and JupyterLab's answer alike."""

from __future__ import annotations

from typing import Any

from practika_kernel.server.assets import AssetHandler, Assets
from practika_kernel.server.handlers import live, media, portraits, uploads


def shared_routes(assets: Assets) -> list[tuple[Any, ...]]:
    """Return the routes that JupyterLab has as well: media, uploads, live updates, our files."""
    return [
        (media.ROUTE, media.MediaHandler),
        (uploads.COLLECTION, uploads.UploadHandler),
        (uploads.ROUTE, uploads.UploadHandler),
        (live.ROUTE, live.LiveHandler),
        (portraits.ROUTE, portraits.PortraitHandler),
        (r"/practika/static/(.*)", AssetHandler, {"path": str(assets.folder)}),
    ]
