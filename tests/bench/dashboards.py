"""Seconds from GET to the first widget, and memory for each open page; stock Voila as the peer."""

from __future__ import annotations

import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import requests
from playwright.sync_api import Browser, BrowserContext, sync_playwright

import machine
import stage

ROLES = {
    "student": ".pk-page .card",
    "teacher": ".pk-page .card",
    "coordinator": ".pk-page .card",
    "admin": ".pk-page .card",
}
ROUNDS = 3
CELL = "import ipywidgets as w\nw.VBox([w.Button(description='one'), w.IntSlider(), w.Text()])"


def measure(place: stage.Place) -> Iterator[dict[str, Any]]:
    with sync_playwright() as player, tempfile.TemporaryDirectory() as folder:
        browser = player.chromium.launch(
            executable_path=str(machine.chromium(whole=True)), args=list(machine.CHROMIUM_FLAGS)
        )
        with stock_voila(Path(folder)) as (stock, process):
            for role, widget in ROLES.items():
                yield _side_by_side(place, browser, role, widget, stock, process)
        browser.close()


def _side_by_side(
    place: stage.Place, browser: Browser, role: str, widget: str, stock: str, process: Any
) -> dict[str, Any]:
    """Open both in turn, so that a noisy machine is noisy for both."""
    ours, theirs = [], []
    with contextlib.closing(browser.new_context()) as context:
        _sign_in(place, context, role)
        _seconds(context, f"{place.url}/{role}", widget)
        for _ in range(ROUNDS):
            ours.append(_seconds(context, f"{place.url}/{role}", widget))
            theirs.append(_seconds(context, stock, ".jupyter-button"))
        memory = _kernel_memory(context, f"{place.url}/{role}", widget, place.kernels)
        peer = _kernel_memory(
            context, stock, ".jupyter-button", lambda: process.children(recursive=True)
        )
    return {
        "page": role,
        "first_widget_s": round(statistics.median(ours), 2),
        "stock_voila_three_widgets_s": round(statistics.median(theirs), 2),
        "ratio": round(statistics.median(ours) / statistics.median(theirs), 2),
        "mb_per_session": round(memory, 1),
        "stock_voila_mb_per_session": round(peer, 1),
    }


def _sign_in(place: stage.Place, context: BrowserContext, role: str) -> None:
    session, person = context.new_page(), place.person(role)
    session.goto(f"{place.url}/login")
    session.fill("[name=email]", person["email"])
    session.fill("[name=password]", person["password"])
    session.click("button[type=submit]")
    session.wait_for_url(f"**/{role}*")
    session.close()


def _seconds(context: BrowserContext, address: str, widget: str) -> float:
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(widget, timeout=60_000)
    seconds = time.perf_counter() - begun
    page.close()
    return seconds


def _kernel_memory(context: BrowserContext, address: str, widget: str, processes: Any) -> float:
    """Megabytes of the processes that came with one more open page."""
    known = {process.pid for process in processes()}
    page = context.new_page()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(widget, timeout=60_000)
    page.wait_for_timeout(1500)
    added = [process for process in processes() if process.pid not in known]
    total = sum(stage.megabytes(process) for process in added)
    page.close()
    return total


@contextlib.contextmanager
def stock_voila(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Voila as it comes, with three plain widgets."""
    cell = {"cell_type": "code", "source": CELL, "metadata": {}, "outputs": [], "id": "one"}
    notebook = {
        "cells": [cell | {"execution_count": None}],
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python", "language": "python"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (folder / "three.ipynb").write_text(json.dumps(notebook))
    port = machine.free_port()
    command = [sys.executable, "-m", "voila", str(folder / "three.ipynb"), "--no-browser"]
    process = subprocess.Popen(
        [*command, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"http://127.0.0.1:{port}/voila/static/", timeout=5)
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()
