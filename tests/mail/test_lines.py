"""Line ends in names and subjects, which would begin a header or a line of the log."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

import post
from mail.test_smtp import LETTER, SENDER
from post import Box
from practika_kernel.mail.smtp import SmtpOffice

ENDS = ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
HEADERS = {
    "from", "to", "subject", "date", "message-id", "auto-submitted", "list-unsubscribe",
    "list-unsubscribe-post", "mime-version", "content-type",
}  # fmt: skip


def test_no_name_and_no_subject_adds_a_header_or_a_reader() -> None:
    box = Box()
    with post.office(box, None, auth_require_tls=False) as where:
        office = SmtpOffice(f"smtp+plain://{where}", lambda: "", SENDER)
        for number, end in enumerate(ENDS):
            more = f"Mira{end}Bcc: all@evil.example{end}{end}<img src=x>{end}.{end}QUIT"
            letter = replace(LETTER, id=f"l{number}", name=more, subject=more)
            assert office.send(letter, lambda: True)
    assert len(box.letters) == len(ENDS)
    for letter in box.letters:
        assert {name.lower() for name in letter} - {"x-peer", "x-mailfrom", "x-rcptto"} == HEADERS
        assert letter["To"].addresses[0].addr_spec == "mira@example.org"
        assert len(letter["To"].addresses) == 1
        assert letter["Subject"] == "Mira Bcc: all@evil.example <img src=x> . QUIT"
        body = letter.get_body(("plain",))
        assert body is not None
        assert body.get_content().replace("\r\n", "\n") == LETTER.text


PROGRAM = """
import logging, sys
from practika_kernel import logs
logs.to_stderr("INFO", sys.argv[1], "worker")
log = logging.getLogger("practika.worker")
for end in {ends!r}:
    name = f"Mira{{end}}2026-11-30 08:00:00,000 ERROR practika.worker: forged\\x1b[2J"
    log.info("Kept of %s", name)
    try:
        raise ValueError(name + " sql://a:canary@host/x")
    except ValueError:
        log.exception("Failed")
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_name_begins_a_line_of_the_log(form: str) -> None:
    program = [sys.executable, "-c", PROGRAM.format(ends=ENDS), form]
    done = subprocess.run(program, capture_output=True, check=True)
    text = done.stderr.decode()
    assert "\x1b" not in text
    assert "canary" not in text
    lines = text.splitlines()
    if form == "json":
        told = [json.loads(line) for line in lines]
        assert [each["level"] for each in told] == ["INFO", "ERROR"] * len(ENDS)
        assert all(
            f"Mira{end}2026" in each["message"] for end, each in zip(ENDS, told[::2], strict=True)
        )
    else:
        starts = [line for line in lines if not line.startswith("  ")]
        assert len(starts) == 2 * len(ENDS)
        assert all(": Kept of " in line or ": Failed" in line for line in starts)
