"""The stock way to open a page: cells run by Voila's executor, drawn by Voila's front end.

For notebooks that show what only JupyterLab's front end can draw: the Output widget, other
people's widget packages, figures.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from practika_kernel.server.lean.run import CELL_SECONDS, CellFailed, plain
from practika_kernel.server.look import script_json
from practika_kernel.server.prose import prose

if TYPE_CHECKING:
    from jupyter_client.asynchronous.client import AsyncKernelClient
    from nbformat import NotebookNode

_SHOWN = frozenset({"display_data", "execute_result"})


async def run(notebook: NotebookNode, kernel: Any) -> AsyncGenerator[str, None]:
    """Yield what each cell shows, as the markup Voila's front end draws from.

    Raises
    ------
    CellFailed
        A cell raised, took too long, or the kernel died. Cells after it do not run.
    """
    from nbclient.exceptions import CellExecutionError, DeadKernelError
    from voila.execute import VoilaExecutor

    kernel.client_factory = client_class()
    executor = VoilaExecutor(notebook, km=kernel, timeout=CELL_SECONDS, show_tracebacks=True)
    try:
        executor.kc = await executor.async_start_new_kernel_client()
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "markdown" and cell.source.strip():
                yield f'<div class="pk-prose">{prose(cell.source)}</div>\n'
            elif cell.cell_type == "code" and cell.source.strip():
                # Kept as history: a semicolon at the end hides a value only in what is kept.
                yield _outputs(await executor.async_execute_cell(cell, index, None, True))
    except (CellExecutionError, DeadKernelError, TimeoutError, RuntimeError) as error:
        raise CellFailed(plain(str(error)).strip()) from error
    finally:
        if getattr(executor, "kc", None) is not None:
            executor.kc.stop_channels()


@cache
def client_class() -> type[AsyncKernelClient]:
    """Return a client that never sleeps through an answer.

    While a cell runs, the executor writes an Output widget's contents to the kernel on the socket
    it waits for the cell's answer at. Writing uses up the socket's one sign that something has
    arrived: an answer that came just before would be noticed only when the cell's time is over.
    Asking for the socket's events gives the sign again.
    """
    import zmq
    from jupyter_client.asynchronous.client import AsyncKernelClient
    from jupyter_client.channels import AsyncZMQSocketChannel
    from traitlets import Type

    class Channel(AsyncZMQSocketChannel):
        def send(self, msg: dict[str, Any]) -> None:
            super().send(msg)
            self.socket.get(zmq.EVENTS)

    class Client(AsyncKernelClient):
        shell_channel_class = Type(Channel)

    return Client


def _outputs(cell: NotebookNode) -> str:
    return "".join(_shown(output) for output in cell.outputs)


def _shown(output: NotebookNode) -> str:
    """Return one output; printed text at once, the rest for Voila's front end to draw.

    What is written to stderr, warnings mostly, is meant for the author, not for the reader.
    """
    if output.output_type == "stream" and output.name == "stdout":
        return f'<pre class="pk-printed">{escape(plain(output.text))}</pre>\n'
    if output.output_type not in _SHOWN:
        return ""
    return (
        '<div class="jp-OutputArea-child"><script type="application/vnd.voila.cell-output+json">'
        f"{script_json({**output, 'trusted': True})}</script></div>\n"
    )
