"""Reads a lean page as its front end does: blocks in the stream, then the websocket."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any

import requests
import websocket

from server.serving import Running
from server.test_kernels import attach, message

BLOCK = re.compile(
    r'<script type="application/json" data-block>(.*?)</script><i data-block-end hidden></i>',
    re.DOTALL,
)


@dataclass
class LeanPage:
    """What came: the text, and the blocks in it."""

    status: int
    text: str
    blocks: list[dict[str, Any]]

    @property
    def introduction(self) -> dict[str, Any]:
        return self.blocks[0]

    @property
    def kernel(self) -> str:
        return str(self.introduction["kernel"])

    @property
    def key(self) -> str:
        return str(self.introduction["key"])

    @property
    def again(self) -> bool:
        return bool(self.introduction["again"])

    @property
    def whole(self) -> bool:
        return self.blocks[-1] == {"end": True}

    def models(self, name: str) -> dict[str, dict[str, Any]]:
        """The states of all widgets of one kind, by their ids."""
        return {
            key: model["state"]
            for block in self.blocks
            for key, model in block.get("models", {}).items()
            if model["model_name"] == name
        }


def open_page(
    server: Running, session: requests.Session, page: str, key: str = "", query: str = ""
) -> LeanPage:
    cookies = {"practika-return": key} if key else {}
    answer = session.get(server.url(f"/{page}{query}"), cookies=cookies)
    return LeanPage(
        answer.status_code, answer.text, [json.loads(b) for b in BLOCK.findall(answer.text)]
    )


def set_value(socket: websocket.WebSocket, model: str, **state: Any) -> None:
    data = {"method": "update", "state": state, "buffer_paths": []}
    socket.send(message("comm_msg", {"comm_id": model, "data": data}))


def await_idle(socket: websocket.WebSocket) -> None:
    """Wait until the kernel has done what it was asked last."""
    asked = json.loads(message("comm_info_request", {}))
    socket.send(json.dumps(asked))
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        heard = json.loads(socket.recv())
        if heard["parent_header"].get("msg_id") == asked["header"]["msg_id"]:
            return
    raise TimeoutError("the kernel did not answer")


__all__ = ["LeanPage", "attach", "await_idle", "open_page", "set_value"]
