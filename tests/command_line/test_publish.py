"""`shelftalk publish` writes pages and says what became of them, or why it can't."""

import asyncio

import pytest

from bot.domain.errors import SetupProblem
from bot.publishing import publish
from bot.storage.database import Database
from tests.support.pages import open_pages, what_was_said


@pytest.fixture
def archived(settings, tmp_path):
    """Settings of an archive with a published chat of server 1."""

    async def fill():
        database = Database(settings.database.path, flush_seconds=0)
        await database.open()
        pages = await open_pages(database, tmp_path)
        await pages.over(*what_was_said())
        await database.close()

    asyncio.run(fill())
    return settings


def told(capsys):
    return " ".join(capsys.readouterr().out.split())


def test_it_says_what_it_wrote_and_what_is_missing(archived, tmp_path, capsys):
    folder = tmp_path / "site"
    publish(archived, folder, (), None)
    said = told(capsys)
    assert "1 chat in" in said
    assert "0 removed" in said
    assert "Without sitemap.xml" in said
    assert "Pagefind" not in said
    publish(archived, folder, (1,), "https://chats.example/")
    said = told(capsys)
    assert "sitemap" not in said
    assert "<loc>https://chats.example/</loc>" in (folder / "sitemap.xml").read_text(encoding="utf-8")
    publish(archived, folder, (1,), "https://chats.example")
    assert "0 files written, 0 removed" in told(capsys)


def test_without_pagefind_it_says_how_to_have_a_search(archived, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("bot.web.site.building.find_pagefind", lambda: None)
    publish(archived, tmp_path / "site", (), None)
    assert "Without a search: Pagefind isn't installed. To have one: pip install 'shelftalk[site]'" in told(capsys)


NO_ADDRESSES = ("chats.example", "javascript:alert(1)", 'https://x/"><b>', "https://x/?a=b", "https://")


def test_what_cannot_be_is_refused_with_a_sentence(archived, tmp_path):
    for address in NO_ADDRESSES:
        with pytest.raises(SetupProblem, match="isn't an address"):
            publish(archived, tmp_path / "site", (), address)
    assert not (tmp_path / "site").exists()
    with pytest.raises(SetupProblem, match="no chats of a server 5") as caught:
        publish(archived, tmp_path / "site", (5,), None)
    assert caught.value.advice == "It has chats of: 1."
    archived.database.path.unlink()
    with pytest.raises(SetupProblem, match="no database"):
        publish(archived, tmp_path / "site", (), None)


def test_where_nothing_is_published_it_says_who_decides_that(settings, tmp_path, capsys):
    async def fill():
        database = Database(settings.database.path, flush_seconds=0)
        await database.open()
        await database.close()

    asyncio.run(fill())
    publish(settings, tmp_path / "site", (), None)
    assert "hosts say with /publish in Discord which chats may be shown" in told(capsys)
