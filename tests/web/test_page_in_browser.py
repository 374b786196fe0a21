"""The page looks right in a real browser: nothing sticks out on a phone, nothing fails, and colours can be read."""

import html
import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

import bot.web.page
from bot.domain.digest import make_digest
from bot.domain.messages import Attachment, Basis, Filing
from bot.web.page import render_page
from tests.domain.making import START, a_record, an_answer, an_asked_chat

CSS = Path(bot.web.page.__file__).parent / "templates" / "page.css"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# A phone; the narrowest that WCAG's rule on reflow names; a desk. A window can't be as narrow as a frame in it.
WIDTHS = (390, 320, 1280)
MEASURE = """
const measured = [...document.querySelectorAll("iframe")].map((frame) => {
  const page = frame.contentDocument, root = page.documentElement;
  const rect = (found) => page.querySelector(found).getBoundingClientRect();
  const skipped = rect(".skip").bottom;
  page.querySelector(".skip").focus();
  return {
    width: root.clientWidth, content: root.scrollWidth, height: root.scrollHeight, skipped, skip: rect(".skip").top,
    spoiler: page.querySelector("details").innerText, font: getComputedStyle(page.body).fontSize,
    least: Math.min(...[...page.querySelectorAll("nav a")].map((link) => link.getBoundingClientRect().height)),
  };
});
document.body.textContent = JSON.stringify(measured);
"""


def a_page():
    """A page with what is hardest to fit: words, names and addresses that never end."""
    long = "Donaudampfschifffahrtsgesellschaft" * 8
    file = Attachment(1, f"{long}.jpg", "", 1, None, long)
    answers = [
        an_answer(1, f"A1: {long}", author=11, author_name=long, attachments=(file,), reactions=((f"<:{long}:1>", 2),)),
        an_answer(2, f"A1: `{long}` and https://example.org/{long}/{long}", author=12, reply_to_id=101),
        an_answer(3, f"I agree ||{long}||", author=13, edited_at=START, filings=(Filing(1, Basis.INFERRED),)),
        an_answer(4, "A1: " + "\u0627\u0644\u0643\u062a\u0628 " * 40, author=14),
        an_answer(5, f"hello {'m' * 500}", author=15, question=None),
    ]
    record = a_record(*answers, chat=an_asked_chat(12, title="W" * 70, hashtag="w" * 25, host_name=long))
    return render_page(record, make_digest(record), made_at=START + timedelta(days=1))


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What a browser measured at each width, and what it wrote to its console."""
    if BROWSER is None:
        pytest.skip("no browser (chromium, google-chrome) is installed")
    folder = tmp_path_factory.mktemp("browser")
    source = html.escape(a_page())
    frames = "".join(f'<iframe style="width:{w}px;height:800px;border:0" srcdoc="{source}"></iframe>' for w in WIDTHS)
    script = f"<script>addEventListener('load', () => {{{MEASURE}}})</script>"
    wrapper = folder / "wrapper.html"
    wrapper.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{frames}{script}", encoding="utf-8")
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    flags += ["--enable-logging=stderr", "--virtual-time-budget=2000", f"--user-data-dir={folder / 'profile'}"]
    done = subprocess.run(
        [BROWSER, *flags, "--dump-dom", wrapper.as_uri()], capture_output=True, text=True, timeout=120, check=False
    )
    found = re.search(r"<body>(\[.*\])</body>", done.stdout, re.DOTALL)
    assert found, done.stdout[-2000:] + done.stderr[-2000:]
    console = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
    return dict(zip(WIDTHS, json.loads(html.unescape(found[1])), strict=True)), console


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_has_to_be_scrolled_sideways(seen, width):
    measured = seen[0][width]
    assert width - 20 <= measured["width"] <= width
    assert measured["content"] <= measured["width"]
    assert measured["height"] > 1000


def test_the_browser_finds_nothing_to_complain_of(seen):
    assert seen[1] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_it_can_be_used_by_keyboard_and_thumb(seen, width):
    """The skip link comes into view with the focus, and what is tapped is at least 24 pixels high."""
    measured = seen[0][width]
    assert measured["skipped"] <= 0 <= measured["skip"]
    assert measured["least"] >= 24
    assert float(measured["font"].removesuffix("px")) >= 16


def test_a_spoiler_is_closed_at_first(seen):
    assert seen[0][390]["spoiler"].strip() == "Spoiler"


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "card", "mark"])
@pytest.mark.parametrize("ink", ["ink", "soft", "link"])
def test_colours_have_the_contrast_that_wcag_asks_for(scheme, ground, ink):
    blocks = re.findall(r":root \{([^}]+)\}", CSS.read_text(encoding="utf-8"))
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})\b", blocks[scheme]))
    lighter, darker = sorted((luminance(colours[ground]), luminance(colours[ink])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
