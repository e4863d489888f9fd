"""What operators copy is true: units, Compose, proxies and rules name what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import machine
from practika_kernel.bootstrap import utc_now
from practika_kernel.cli import practika as command
from practika_kernel.domain.board import Board, Forks, OpenKernel
from practika_kernel.server.metrics import Metrics
from practika_kernel.services.readiness import Part
from practika_kernel.services.standing import Figures
from practika_kernel.settings import FIELDS, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
KNOWN = {each.variable for each in FIELDS}
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))


def files() -> list[Path]:
    return [each for each in DEPLOY.iterdir() if each.is_file()]


def test_the_guide_names_every_file_and_every_file_every_setting_rightly() -> None:
    for file in files():
        assert f"../deploy/{file.name}" in GUIDE, file.name
    for text in (GUIDE, *(each.read_text() for each in files())):
        named = set(re.findall(r"PRACTIKA_[A-Z0-9_]+", text)) - {"PRACTIKA_NAME"}
        assert named <= KNOWN, named - KNOWN


def test_every_command_and_every_flag_that_is_named_exists() -> None:
    words = re.findall(r"(?:bin/|^|`| )practika ((?:[a-z]+ ?)+)([^`\n]*)", GUIDE, re.M)
    words += re.findall(r"practika ((?:[a-z]+ ?)+)(.*)", "\n".join(u.read_text() for u in UNITS))
    seen = set()
    for line, rest in words:
        name = line.split()[0]
        found = command.get_command(None, name)  # type: ignore[arg-type]
        if found is None:
            continue  # a sentence about Practika
        seen.add(name)
        flags = set(re.findall(r"(?<= )--([a-z-]+)", f" {rest}"))
        there = _flags(found)
        assert flags <= there, (line, flags - there)
    assert {"serve", "worker", "backup", "restore", "probe", "measure", "person"} <= seen


def _flags(found: Any) -> set[str]:
    parts = [found, *getattr(found, "commands", {}).values()]
    options = [name for part in parts for each in part.params for name in each.opts]
    return {name.removeprefix("--") for name in options} | {"help"}


def test_compose_is_sound_and_its_settings_are_read() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    assert {"server", "worker", "backup", "database"} <= set(services)
    for name in ("server", "worker", "backup"):
        service = services[name]
        given = {key: value.replace(":?see practika.env", "") for key, value in
                 service["environment"].items()}  # fmt: skip
        filled = {k: re.sub(r"\$\{\w+\}", "a-secret-of-some-length", v) for k, v in given.items()}
        settings = Settings.read(filled)
        assert settings.database_url.startswith("postgresql+psycopg://practika:")
        assert service["command"][0] == "practika"
        assert command.get_command(None, service["command"][1])  # type: ignore[arg-type]
        volumes = {each.partition(":")[0] for each in service["volumes"]}
        assert {each for each in volumes if not each.startswith(".")} <= set(compose["volumes"])
        assert set(service["depends_on"]) <= set(services)
    assert (DEPLOY / services["server"]["build"]["context"]).resolve() == ROOT
    assert (ROOT / services["server"]["build"]["dockerfile"]).is_file()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_finds_no_fault_with_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text().replace("/opt/practika/.venv/bin/practika", machine.PRACTIKA)
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(tmp_path / each.name for each in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in (done.stdout + done.stderr).splitlines() if "practika" in line]
    assert told == []


def test_rules_and_guide_ask_for_figures_there_are() -> None:
    kernel = OpenKernel("k", "p", "student", utc_now(), utc_now())
    board = Board(1, utc_now(), utc_now(), 9, Forks(True), kernels=[kernel])
    states = {"queued": 1}
    figures = Figures(states, {}, states, {"web": 1}, {"data": 1}, 1, 1.0)
    metrics = Metrics([("/x", None)], "/", {"Conflict": 1}, "1")
    metrics._requests.labels("/x", "GET", "200").inc()
    metrics._seconds.labels("/x", "GET").observe(1)
    text = metrics.text(figures, board, [Part("record", True, "", "")]).decode()
    there = set(re.findall(r"^# HELP (\w+)", text, re.M)) | set(re.findall(r"^(\w+)", text, re.M))
    rules = (DEPLOY / "alerts.yml").read_text()
    asked = set(re.findall(r"\bpractika_[a-z_]+", f"{rules} {GUIDE}"))
    assert asked <= there, asked - there
    alerts = yaml.safe_load(rules)["groups"][0]["rules"]
    assert all(each["alert"] and each["expr"] and each["annotations"] for each in alerts)
