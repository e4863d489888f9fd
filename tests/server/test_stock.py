"""The stock way's conversation with a kernel: no answer is slept through."""

from __future__ import annotations

import asyncio
import time

import zmq
from jupyter_client.session import Session

from cli_helpers import run_async
from practika_kernel.server.stock import client_class


def test_an_answer_that_came_before_a_message_was_written_is_heard() -> None:
    """What an Output widget does: it writes on the socket at which the cell's answer arrives."""

    async def talk() -> float:
        kernel = zmq.Context.instance().socket(zmq.ROUTER)
        port = kernel.bind_to_random_port("tcp://127.0.0.1")
        client = client_class()(session=Session(key=b"key"))
        client.load_connection_info({"ip": "127.0.0.1", "transport": "tcp", "shell_port": port})
        shell = client.shell_channel
        try:
            client.session.send(shell.socket, "execute_request")
            name = kernel.recv_multipart()[0]
            answer = asyncio.ensure_future(shell.get_msg(timeout=10))
            await asyncio.sleep(0.05)
            client.session.send(kernel, "execute_reply", ident=name)
            time.sleep(0.1)  # the answer has arrived; the event loop has not looked yet
            shell.send(client.session.msg("comm_msg"))
            began = time.perf_counter()
            assert (await answer)["msg_type"] == "execute_reply"
            return time.perf_counter() - began
        finally:
            client.stop_channels()
            kernel.close(0)

    assert run_async(talk()) < 2
