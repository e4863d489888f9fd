"""Researchers' own notebooks as pages: which there are, who opens them, what they show."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from server.serving import Running, fill_in
from stage import keep

PICTURE = """import struct, zlib
from IPython.display import HTML, Image, Markdown, display
def part(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = b"".join(b"\\0" + bytes((40, 120, 200)) * 900 for _ in range(60))
head = struct.pack(">IIBBBBB", 900, 60, 8, 2, 0, 0, 0)
png = part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
Image(data=b"\\x89PNG\\r\\n\\x1a\\n" + png)"""

WIDGETS = """import ipywidgets
said = ipywidgets.Output()
button = ipywidgets.Button(description="Count")
@button.on_click
def count(_):
    with said:
        print("counted", flush=True)
display(button, said)"""

CELLS = (
    ("markdown", "# What *they* practised\n\nSee <img src=x onerror=alert(1)> **this**."),
    ("code", "print('plain & <words>')"),
    ("code", PICTURE),
    ("code", WIDGETS),
    ("code", "ipywidgets.interact(lambda times=3: 'la ' * times);"),
    ("code", "import plotly.graph_objects as go\ngo.FigureWidget(go.Scatter(y=[1, 3, 2]))"),
    ("code", "import pandas\npandas.DataFrame({f'column {i}': [1000.5] * 3 for i in range(40)})"),
    ("code", "go.Figure(go.Bar(y=[2, 1]))"),
    ("markdown", "| a | b |\n|---|---|\n| " + "wide " * 60 + " | 2 |\n\n`" + "x" * 300 + "`"),
)

HARMLESS = ("mathjax2-extension", "setData is not a function")
"""What Voila's front end says of itself: it has no formulas here, and it hands Plotly's plain
figures, once they are drawn, nothing to keep their picture in."""


def write(folder: Path, name: str, *cells: tuple[str, str], **metadata: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    made = nbformat.v4.new_notebook(cells=[make[kind](source) for kind, source in cells])
    made.metadata.update(metadata)
    nbformat.write(made, folder / f"{name}.ipynb")


@pytest.fixture(scope="module")
def shelf(server: Running) -> Path:
    """The school's folder of notebooks, with a few good and a few bad ones in it."""
    own = server.practika.settings.data / "notebooks"
    write(server.notebooks / "research", "first_look", ("markdown", "# A first look"))
    write(server.notebooks / "research", "both", ("markdown", "# Practika's own"))
    write(own / "research", "both", ("markdown", "# The school's own"))
    write(own, "everything", *CELLS)
    write(own, "étude no. 1", ("markdown", "Without a heading."))
    write(own, "broken", ("code", "print('before')"), ("code", "1 / 0  # a secret"))
    lean = {"practika": {"front": "lean"}}
    write(own, "light", ("code", "import ipywidgets; ipywidgets.Label('light')"), **lean)
    (own / "damaged.ipynb").write_text("{")
    write(own / ".ipynb_checkpoints", "old", ("markdown", "# Old"))
    write(own, ".hidden", ("markdown", "# Hidden"))
    write(own.parent, "outside", ("markdown", "# Outside"))
    (own / "link.ipynb").symlink_to(own.parent / "outside.ipynb")
    (own / "data.csv").write_text("a,b")
    return own


def shown(page: str) -> dict[str, str]:
    """The notebooks of the list: address to title."""
    found = re.findall(r'href="/(notebook/[^"]+)".*?<span>([^<]+)</span>', page)
    return {address: title for address, title in found}


def sign_in(page: Page, server: Running, name: str) -> None:
    page.goto(server.url("/login"))
    fill_in(page, name)
    page.wait_for_url(lambda address: "/login" not in address)


@pytest.mark.usefixtures("shelf")
def test_the_list_names_each_notebook_by_its_heading(server: Running) -> None:
    page = server.browser("rosa").get(server.url("/researcher")).text
    assert shown(page) == {
        "notebook/first_look": "A first look",
        "notebook/both": "The school&#39;s own",
        "notebook/everything": "What they practised",
        f"notebook/{quote('étude no. 1')}": "étude no. 1",
        "notebook/broken": "broken",
        "notebook/light": "light",
    }
    assert "damaged.ipynb is damaged" in page
    for each in ("Old", "Hidden", "Outside", "data.csv"):
        assert each not in page


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "name",
    ["missing", "link", ".hidden", "old", "data.csv", "first_look.ipynb", "..%2foutside", "%2e%2e",
     "%00", "%ff", "research%2fboth", "..%5coutside", "x" * 5000],
)  # fmt: skip
def test_nothing_else_can_be_opened(server: Running, name: str) -> None:
    session = server.browser("rosa")
    answer = session.get(server.url(f"/notebook/{name}"), allow_redirects=False)
    missing = session.get(server.url("/anything/else"))
    assert answer.status_code == missing.status_code == 404
    assert "There is nothing here" in answer.text


@pytest.mark.usefixtures("shelf")
def test_others_are_told_what_a_missing_page_tells_them(server: Running) -> None:
    def plain(answer: requests.Response) -> tuple[int, str]:
        return answer.status_code, re.sub(r'name="_xsrf" value="[^"]+"', "", answer.text)

    for name in ("mira", "ada", "cleo"):
        session = server.browser(name)
        there = plain(session.get(server.url("/notebook/first_look")))
        assert there == plain(session.get(server.url("/no/such/page")))
        assert there[0] == 404
    nobody = server.browser().get(server.url("/notebook/first_look"), allow_redirects=False)
    assert nobody.headers["Location"].startswith("/login")


@pytest.mark.usefixtures("shelf")
def test_a_damaged_notebook_is_one_sentence(server: Running) -> None:
    answer = server.browser("adam").get(server.url("/notebook/damaged"))
    assert answer.status_code == 400
    assert "The notebook damaged is damaged and cannot be opened." in answer.text


@pytest.mark.usefixtures("shelf")
def test_a_cell_that_fails_shows_a_calm_sentence_after_what_went_well(server: Running) -> None:
    page = server.browser("rosa").get(server.url("/notebook/broken")).text
    assert '<pre class="pk-printed">before\n</pre>' in page
    assert "This page could not be opened." in page
    assert "secret" not in page
    assert "ZeroDivisionError" not in page


@pytest.mark.usefixtures("shelf")
def test_a_notebook_that_asks_for_it_is_served_the_lean_way(server: Running) -> None:
    session = server.browser("rosa")
    light = session.get(server.url("/notebook/light")).text
    assert "data-block" in light
    assert "voila.js" not in light
    assert "voila.js" in session.get(server.url("/notebook/first_look")).text


@pytest.mark.usefixtures("shelf")
def test_everything_a_notebook_can_show_is_shown_and_answers(
    server: Running, browser: Browser
) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        loud: list[str] = []
        page.on("pageerror", lambda error: loud.append(str(error)))
        page.on("console", lambda said: said.type == "error" and loud.append(said.text))
        sign_in(page, server, "rosa")
        page.goto(server.url("/researcher"))
        keep(page, "researcher")
        page.get_by_role("link", name="What they practised").click()

        expect(page.get_by_role("heading", name="What they practised")).to_be_visible()
        expect(page.get_by_text("See <img src=x onerror=alert(1)> this.")).to_be_visible()
        expect(page.get_by_text("plain & <words>")).to_be_visible()
        expect(page.locator("table.dataframe")).to_be_visible(timeout=30_000)
        assert page.locator(".jp-RenderedImage img").evaluate("image => image.naturalWidth") == 900
        page.get_by_role("button", name="Count").click()
        expect(page.get_by_text("counted")).to_be_visible(timeout=20_000)
        expect(page.get_by_text("'la la la '")).to_be_visible()
        page.get_by_role("slider").focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_text("'la la la la '")).to_be_visible()
        expect(page.locator(".js-plotly-plot .scatterlayer .trace")).to_have_count(1)
        expect(page.locator(".js-plotly-plot .barlayer .trace")).to_have_count(1)
        expect(page.locator("#pk-skeleton")).to_have_count(0)
        expect(page.get_by_text("<function")).to_have_count(0)
        keep(page, "notebook-1280")
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate(wide) == 0
        keep(page, "notebook-390")
        assert [each for each in loud if not any(known in each for known in HARMLESS)] == []
