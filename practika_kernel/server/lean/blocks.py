"""Blocks: JSON in the stream of a page, one for each thing its front end is told.

The mark behind a block proves to a script that runs meanwhile that the block is whole.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from practika_kernel.server.look import script_json

Model = dict[str, Any]


def block(content: dict[str, Any]) -> str:
    """Write one block as HTML.

    >>> print(block({"end": True}), end="")
    <script type="application/json" data-block>{"end": true}</script><i data-block-end hidden></i>
    """
    text = script_json(content)
    return (
        f'<script type="application/json" data-block>{text}</script><i data-block-end hidden></i>\n'
    )


def encoded(paths: Sequence[Any], buffers: Sequence[Any]) -> list[dict[str, Any]]:
    """Write a message's buffers with the places in the state where they belong."""
    return [
        {"path": list(path), "data": base64.b64encode(buffer).decode()}
        for path, buffer in zip(paths, buffers, strict=True)
    ]


@dataclass
class Shown:
    """What one cell shows: the widgets it made or changed, and what it put on the page.

    ``known`` are the widgets of the cells before it; this one's are added to them.
    """

    models: dict[str, Model] = field(default_factory=dict)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    known: dict[str, Model] = field(default_factory=dict)

    def hear(self, message: dict[str, Any]) -> None:
        """Take in one of the kernel's messages; those that show nothing are passed over."""
        kind, content = message["msg_type"], message["content"]
        if kind in {"comm_open", "comm_msg", "comm_close"}:
            self._comm(kind, content, message.get("buffers") or [])
        elif kind in {"display_data", "execute_result"}:
            self.outputs.append(_output(content["data"]))

    def _comm(self, kind: str, content: dict[str, Any], buffers: Sequence[Any]) -> None:
        comm_id, data = content["comm_id"], content.get("data", {})
        if kind == "comm_close":
            self.models.pop(comm_id, None)
            self.known.pop(comm_id, None)
        elif kind == "comm_open" and content.get("target_name") == "jupyter.widget":
            state = data.get("state", {})
            self.known[comm_id] = self.models[comm_id] = {
                "model_name": state.get("_model_name"),
                "model_module": state.get("_model_module"),
                "model_module_version": state.get("_model_module_version"),
                "state": state,
                "buffers": encoded(data.get("buffer_paths") or [], buffers),
            }
        elif kind == "comm_msg" and data.get("method") == "update" and comm_id in self.known:
            model = self.models[comm_id] = self.known[comm_id]
            model["state"].update(data["state"])
            paths = data.get("buffer_paths") or []
            kept = [each for each in model["buffers"] if each["path"] not in paths]
            model["buffers"] = kept + encoded(paths, buffers)

    def as_block(self) -> dict[str, Any]:
        """Return what the front end is told."""
        return {"models": self.models, "outputs": self.outputs}


def _output(data: dict[str, Any]) -> dict[str, Any]:
    view = data.get("application/vnd.jupyter.widget-view+json")
    if view is not None:
        return {"view": view["model_id"]}
    if "text/html" in data:
        return {"html": _joined(data["text/html"])}
    return {"text": _joined(data.get("text/plain", ""))}


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
