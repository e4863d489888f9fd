"""The same media, uploads and live updates inside JupyterLab, under Lab's own sign-in.

A Jupyter server extension: with it the player plays in a notebook's cell. Whoever is signed in
to this Lab acts as the person named by ``PRACTIKA_PERSON``; ``practika lab`` names a researcher.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.utils import url_path_join

from practika_kernel.bootstrap import connect
from practika_kernel.domain.errors import PractikaError
from practika_kernel.paths import static_folder
from practika_kernel.server.assets import Assets
from practika_kernel.server.handlers.live import Hub
from practika_kernel.server.shared import shared_routes

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

_NEWS = "@jupyterlab/apputils-extension:announcements"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "practika_kernel.server.lab"}]


def _load_jupyter_server_extension(serverapp: ServerApp) -> None:
    """Mount our routes; a Lab without a record to read stays a Lab, and says why."""
    try:
        practika = connect()
    except PractikaError as error:
        serverapp.log.warning("Practika's media are not there: %s", error)
        return
    web_app: Any = serverapp.web_app
    base = web_app.settings["base_url"]
    web_app.settings.update(
        practika=practika, practika_actor=practika.actor, practika_hub=Hub(practika.services)
    )
    web_app.settings.setdefault("page_config_hook", _without_asking)
    routes = shared_routes(Assets(static_folder(), base))
    web_app.add_handlers(".*$", [(url_path_join(base, path), *rest) for path, *rest in routes])


def _without_asking(_handler: object, page_config: dict[str, Any]) -> dict[str, Any]:
    """Keep a Lab that is to fetch no news from asking each newcomer whether it should."""
    if page_config.get("news") == {"disabled": True}:
        page_config["disabledExtensions"] = [*page_config.get("disabledExtensions", []), _NEWS]
    return page_config
