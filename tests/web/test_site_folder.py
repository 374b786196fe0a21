"""A folder with a site is put right safely: what differs is touched, nothing of others, and no end leaves debris."""

import asyncio
import gzip
import json

import pytest

from bot.domain.consent import Showing
from bot.domain.errors import SetupProblem
from bot.runtime.tasks import Tasks
from bot.web.site.folder import MARKER, SiteNotes, locked
from bot.web.site.keeper import SiteKeeper
from tests.support.pages import MASKED, what_was_said


def everything(pages):
    """All bytes of a site, what is packed unpacked."""
    found = [path.read_bytes() for path in pages.files().values()]
    return b"\n".join(gzip.decompress(one) if one[:2] == b"\x1f\x8b" else one for one in found)


async def test_built_again_nothing_is_touched_and_elsewhere_it_is_the_same(pages, tmp_path):
    await pages.over(*what_was_said())
    await pages.building().build()
    before = {name: path.stat().st_mtime_ns for name, path in pages.files().items() if not name.endswith(".lock")}
    again = await pages.building().build()
    assert (again.written, again.removed) == (0, 0)
    after = {name: path.stat().st_mtime_ns for name, path in pages.files().items() if not name.endswith(".lock")}
    assert after == before
    other = tmp_path / "other"
    await pages.building(other).build()
    assert {n: p.read_bytes() for n, p in pages.files(other).items()} == {
        n: p.read_bytes() for n, p in pages.files().items()
    }


async def test_what_was_taken_back_is_gone_after_the_keeper_looked(pages):
    one = await pages.over(*what_was_said())
    other = await pages.over(*what_was_said(1, 52), number=2)
    await pages.building().build()
    kept = pages.folder / "chats" / f"{other.id}.html"
    stood = kept.stat().st_mtime_ns
    tasks = Tasks()

    def building(path, notes):
        return pages.building(path, notes.base_url, notes.servers)

    keeper = SiteKeeper(pages.published, building, tasks)
    await pages.archive.keep_deletion([51 * 1000 + 6], one.starts_at)
    await pages.published.publish(one.id, published=False)
    await keeper.look()
    assert f"chats/{one.id}.html" not in pages.files()
    assert kept.stat().st_mtime_ns == stood
    assert (await pages.published.stale(str(pages.folder))).chats == ()
    await pages.choose(MASKED, Showing.LEFT_OUT)
    assert b"trolley" in everything(pages)
    await keeper.look()
    assert b"trolley" not in everything(pages)
    await tasks.stop()


async def test_a_folder_that_is_gone_is_told_once_and_left_alone(pages, caplog):
    await pages.over(*what_was_said())
    await pages.published.built("/nowhere/at/all", 0)
    keeper = SiteKeeper(pages.published, lambda path, notes: pages.building(path), Tasks())
    await keeper.look()
    await keeper.look()
    told = [record.getMessage() for record in caplog.records if "/nowhere" in record.getMessage()]
    assert len(told) == 1
    assert "run `shelftalk publish` there" in told[0]


async def test_a_chat_whose_page_cannot_be_made_does_not_keep_others_words_where_they_were(pages, caplog, monkeypatch):
    import bot.web.site.building as module

    one = await pages.over(*what_was_said())
    await pages.over(*what_was_said(1, 52), number=2)
    await pages.building().build()
    original = module.make_chat

    def make(chat, options, folder):
        if chat.record.chat.id == one.id:
            raise ZeroDivisionError
        return original(chat, options, folder)

    keeper = SiteKeeper(pages.published, lambda path, notes: pages.building(path, notes.base_url), Tasks())
    await pages.choose(MASKED, Showing.LEFT_OUT)
    with monkeypatch.context() as patch:
        patch.setattr(module, "make_chat", make)
        await keeper.look()
        await keeper.look()
    assert [record.levelname for record in caplog.records if "can't be put right" in record.getMessage()] == ["ERROR"]
    assert b"trolley" not in everything(pages)
    assert f"chats/{one.id}.html" not in pages.files()
    caplog.clear()
    await SiteKeeper(pages.published, lambda path, notes: pages.building(path, notes.base_url), Tasks()).look()
    assert f"chats/{one.id}.html" in pages.files()


async def test_a_folder_with_something_else_in_it_is_refused(pages, tmp_path):
    other = tmp_path / "mine"
    other.mkdir()
    (other / "diary.txt").write_text("dear diary", encoding="utf-8")
    with pytest.raises(SetupProblem, match="isn't a site of Shelftalk's"):
        await pages.building(other).build()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(SetupProblem, match="is a file"):
        await pages.building(tmp_path / "file").build()
    assert [path.name for path in other.iterdir()] == ["diary.txt"]


async def test_what_others_put_beside_the_pages_stays(pages):
    chat = await pages.over(*what_was_said())
    await pages.building().build()
    (pages.folder / "CNAME").write_text("chats.example", encoding="utf-8")
    await pages.published.publish(chat.id, published=False)
    built = await pages.building().build()
    assert built.chats == 0
    assert (pages.folder / "CNAME").exists()
    assert not (pages.folder / "chats").exists()
    assert "No chat is published yet." in (pages.folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("writes", [1, 4, 14])
async def test_a_build_that_was_cut_off_leaves_nothing_that_the_next_one_does_not_know(pages, monkeypatch, writes):
    """After so many files the process ends; then a chat is taken back, and the next build must remove its page."""
    from bot.web.site.folder import SiteFolder

    chat = await pages.over(*what_was_said())
    await pages.over(*what_was_said(1, 52), number=2)
    done = 0
    original = SiteFolder._write

    def write(self, target, content):
        nonlocal done
        done += 1
        if done > writes:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.with_name(f".{target.name}.shelftalk-tmp").write_bytes(content[:10])
            raise KeyboardInterrupt
        original(self, target, content)

    with monkeypatch.context() as patch:
        patch.setattr(SiteFolder, "_write", write)
        patch.setattr(SiteFolder, "finish", lambda self: None)
        with pytest.raises(KeyboardInterrupt):
            await pages.building().build()
    await pages.published.publish(chat.id, published=False)
    await pages.building().build()
    known = set(json.loads((pages.folder / MARKER).read_text(encoding="utf-8"))["files"])
    drafts = {name for name in pages.files() if name.endswith(".shelftalk-tmp")}
    assert {name for name in pages.files() if not name.startswith(".")} == known
    assert f"chats/{chat.id}.html" not in known
    assert drafts <= {f"chats/.{chat.id}.html.shelftalk-tmp"}


async def test_two_builds_of_one_folder_wait_for_each_other(pages):
    async with locked(pages.folder):
        building = asyncio.create_task(pages.building().build())
        await asyncio.sleep(0.3)
        assert not building.done()
    assert (await building).chats == 0


def test_notes_of_another_version_are_not_guessed_at(tmp_path):
    from bot.web.site.folder import read_notes

    assert read_notes(tmp_path / "new") is None
    (tmp_path / MARKER).write_text(json.dumps({"format": 2}), encoding="utf-8")
    with pytest.raises(SetupProblem, match="another version"):
        read_notes(tmp_path)
    (tmp_path / MARKER).write_text("{", encoding="utf-8")
    with pytest.raises(SetupProblem, match="can't be understood"):
        read_notes(tmp_path)
    assert SiteNotes() == SiteNotes((), None, frozenset())
