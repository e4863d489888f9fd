"""Inside JupyterLab's server: the same media, under its own sign-in."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import requests

import machine
from server.serving import VIDEO, Running


def test_media_play_in_jupyterlab_for_whoever_may_enter_it(server: Running, tmp_path: Path) -> None:
    port = machine.free_port()
    environ = server.environ | {
        "PRACTIKA_PERSON": server.school.people["rosa"].id,
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
    }
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    command += [f"--port={port}", f"--ServerApp.root_dir={tmp_path}"]
    command += ["--IdentityProvider.token=lab-token", "--ServerApp.port_retries=0"]
    command += ["--ServerApp.jpserver_extensions=practika_kernel.server.lab=True"]
    log = (tmp_path / "log").open("w")
    lab = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    try:
        signed_in = {"Authorization": "token lab-token"}
        answering(f"{base}/api")
        take = f"{base}/media/take/{server.school.take}/video"
        part = requests.get(take, headers=signed_in | {"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, VIDEO[10:20])
        draft = take.replace(server.school.take, server.school.draft)
        assert requests.get(draft, headers=signed_in).status_code == 404
        for path in (f"/media/take/{server.school.take}/video", "/live"):
            assert requests.get(base + path).status_code == 401
        assert requests.get(f"{base}/practika/static/practika.css").status_code == 200
    finally:
        lab.terminate()
        lab.wait(20)


def answering(address: str) -> None:
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline:
        try:
            requests.get(address, timeout=5)
            return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError("JupyterLab's server did not start.")
