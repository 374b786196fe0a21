"""A published site in a real browser: WCAG 2.2 AA by axe, light and dark, on a phone, without scripts, searched."""

import asyncio
import contextlib
import functools
import http.server
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.storage.making import a_message
from tests.support.pages import a_kept_file, open_pages, what_was_said

axe_playwright = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python isn't installed")

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = Path(axe_playwright.__file__).with_name("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LONG = "Donaudampfschifffahrtsgesellschaft" * 8
PAGES = ["index.html", "1/shelfchat.html", "chats/1.html", "search.html?q=bench", "404.html"]


async def build(folder):
    database = Database(folder / "shelftalk.db", flush_seconds=0)
    await database.open()
    try:
        pages = await open_pages(database, folder)
        a_kept_file(pages, "ab.png", b"")
        odd = a_message(51_100, f"A2: {LONG} https://example.org/{LONG} `{LONG}`", thread_id=51, author_name=LONG)
        arabic = a_message(51_101, "A2: \u0627\u0644\u0643\u062a\u0628 " * 30, thread_id=51)
        await pages.over(*what_was_said(), odd, arabic, title="W" * 70, host_name=LONG)
        await pages.over(*what_was_said(1, 52), number=2, hashtag="w" * 25)
        await pages.coming()
        await pages.building(base_url=None).build()
    finally:
        await database.close()
    return pages.folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    # Playwright has an event loop of its own in this thread.
    with ThreadPoolExecutor() as elsewhere:
        return elsewhere.submit(lambda: asyncio.run(build(tmp_path_factory.mktemp("site")))).result()


@pytest.fixture(scope="module")
def address(folder):
    """The site on a server that knows nothing but files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        pytest.skip("no browser (chromium, google-chrome) is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield opened
        opened.close()


@contextlib.contextmanager
def visiting(browser, address, **options):
    """A page, and what its browser complained of or asked of others."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("requestfailed", lambda asked: page.complaints.append(asked.url))
    page.on("request", lambda asked: asked.url.startswith((address, "data:")) or page.complaints.append(asked.url))
    try:
        yield page
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(browser, address, scheme):
    # axe is put into the page from outside, which its own policy would forbid.
    with visiting(
        browser, address, color_scheme=scheme, bypass_csp=True, viewport={"width": 390, "height": 844}
    ) as page:
        for path in PAGES:
            page.goto(f"{address}/{path}")
            if "search" in path:
                page.wait_for_selector("#hits li")
            page.add_script_tag(path=AXE)
            found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
            told = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]]
            assert told == [], path
            assert len(found["passes"]) > 10


def test_nothing_has_to_be_scrolled_sideways_and_nothing_is_asked_of_others(browser, address):
    with visiting(browser, address, viewport={"width": 320, "height": 600}) as page:
        for path in PAGES:
            page.goto(f"{address}/{path}", wait_until="networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
            heights = page.eval_on_selector_all(
                "nav a, button, input, .tags a", "found => found.map(one => one.getBoundingClientRect().height)"
            )
            assert min(heights, default=24) >= 24, path
        assert page.complaints == []


def test_everything_can_be_read_without_scripts_and_from_a_disk(browser, address, folder):
    with visiting(browser, address, java_script_enabled=False) as page:
        page.goto(f"{address}/chats/1.html")
        assert page.locator("#m51001").inner_text().startswith("Person 7")
        page.goto(f"{address}/search.html?q=bench")
        assert "needs JavaScript" in page.locator("main").inner_text()
    with visiting(browser, "file:") as page:
        page.goto((folder / "index.html").as_uri())
        page.click("ul.chats a:has-text('Reading in winter')")
        page.wait_for_url("**/chats/2.html")
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
        assert page.locator("#m52001").count() == 1


def test_the_keyboard_leads_to_the_words_and_a_link_to_a_message_leads_there(browser, address):
    with visiting(browser, address) as page:
        page.goto(f"{address}/chats/1.html")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
        page.keyboard.press("Enter")
        assert page.url.endswith("#chat")
        page.goto(f"{address}/chats/1.html#m51006")
        assert page.locator("#m51006").is_visible()
        assert page.evaluate("document.querySelector(':target').id") == "m51006"


def test_the_start_is_told_on_the_readers_own_clock_too(browser, address):
    with visiting(browser, address, timezone_id="Asia/Tokyo", locale="en-US") as page:
        page.goto(f"{address}/chats/1.html")
        when = page.locator("dl > div").first.inner_text().replace("\u202f", " ")
        assert "Thu, Dec 3, 2026, 8:00 PM EST" in when
        assert "Fri, Dec 4, 2026, 10:00 AM GMT+9 (on your clock)" in when


def test_the_search_finds_messages_and_never_what_is_hidden(browser, address):
    with visiting(browser, address) as page:
        page.goto(f"{address}/index.html")
        page.fill("input[name=q]", "trolley")
        page.keyboard.press("Enter")
        page.wait_for_selector("#hits li")
        links = page.eval_on_selector_all("#hits li > a", "found => found.map(one => one.getAttribute('href'))")
        assert sorted(links) == ["/chats/1.html#m51006", "/chats/2.html#m52006"]
        assert page.locator("#hits mark").first.inner_text().startswith("trolley")
        for hidden in ("winter", "quince"):
            page.goto(f"{address}/search.html?q={hidden}")
            page.wait_for_selector("#status:not(:empty)")
            assert "though" not in page.locator("#hits").inner_text()
            if hidden != "winter":
                assert page.locator("#hits li").count() == 0, hidden
        assert page.complaints == []


def test_it_prints_without_what_only_a_screen_needs(browser, address):
    with visiting(browser, address) as page:
        page.emulate_media(media="print")
        page.goto(f"{address}/chats/1.html")
        assert not page.locator(".bar").is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
