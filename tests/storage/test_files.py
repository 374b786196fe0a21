"""Files on the disk: there before a row says so, once for equal contents, gone with the last row of theirs."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from bot.domain.errors import Gone, TryLater
from bot.domain.files import FileGroup, FileRules, Refusal
from bot.domain.messages import Attachment
from bot.services.file_ports import ExpiredError, RefusedError
from bot.services.keeping_files import KeepingFiles
from bot.storage import tables as t
from bot.storage.files import FileStore
from tests.storage.making import NOW, a_message, a_running_chat, edited, rows, said

PNG = b"\x89PNG\r\n\x1a\n" + b"a shelf" * 300
NAME = f"{hashlib.sha256(PNG).hexdigest()}.png"
SHELF = Attachment(81, "../../shelf.png", "https://cdn.example.org/shelf", len(PNG), "image/png", "our shelf")
COPY = replace(SHELF, id=82, url="https://cdn.example.org/copy")
RULES = FileRules(keep=True, most_bytes=10_000, groups=frozenset(FileGroup))


class Discord:
    """Hands out what is under an address, and knows the addresses of today."""

    def __init__(self):
        self.contents = {SHELF.url: PNG, COPY.url: PNG}
        self.asked = []
        self.messages = {}
        self.before_the_end = None
        self.now = lambda: NOW

    async def stream(self, url, most_bytes):
        self.asked.append(url)
        content = self.contents.get(url, ExpiredError())
        if isinstance(content, Exception):
            raise content
        yield content[:10]
        if len(content) > most_bytes:
            raise RefusedError(Refusal.TOO_LARGE)
        yield content[10:]
        if self.before_the_end is not None:
            await self.before_the_end()

    async def message(self, _thread_id, message_id):
        found = self.messages.get(message_id)
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def discord():
    return Discord()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def files(database, folder):
    return FileStore(database, folder)


@pytest.fixture
def keeping(files, discord, archive):
    return KeepingFiles(files, discord, archive, discord, discord, RULES)


@pytest.fixture
async def chat(database):
    return await a_running_chat(database)


async def send(archive, chat, *numbers, files=(SHELF,), **changes):
    for number in numbers:
        await archive.keep_message(chat.id, a_message(number, attachments=files, **changes))


async def stored(archive, chat, number):
    return [file.stored for file in (await said(archive, chat.id))[number].attachments]


def on_disk(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


async def test_a_file_is_kept_under_the_number_of_its_content(archive, chat, keeping, files, folder):
    await send(archive, chat, 11)
    assert await stored(archive, chat, 11) == [None]
    assert await keeping.work() is None
    assert await stored(archive, chat, 11) == [NAME]
    assert on_disk(folder) == [NAME]
    assert files.path(NAME).read_bytes() == PNG
    assert files.path("../shelftalk.db") is None


async def test_equal_contents_are_kept_once_and_go_with_the_last_message(archive, chat, keeping, folder):
    await send(archive, chat, 11)
    await send(archive, chat, 12, files=(COPY,))
    # A forwarded message carries the file of another under its own number.
    await send(archive, chat, 13, files=(SHELF,))
    await keeping.work()
    assert on_disk(folder) == [NAME]
    for number, left in ((11, [NAME]), (13, [NAME]), (12, [])):
        await archive.keep_deletion([number], NOW)
        await keeping.work()
        assert on_disk(folder) == left


async def test_an_edit_keeps_the_files_that_stay_and_drops_the_others(archive, chat, keeping, discord, folder):
    other = replace(SHELF, id=83, url="https://cdn.example.org/other", filename="other.png")
    discord.contents[other.url] = PNG + b"!"
    message = a_message(11, attachments=(SHELF, other))
    await archive.keep_message(chat.id, message)
    await keeping.work()
    assert len(on_disk(folder)) == 2
    moved = replace(SHELF, url="https://cdn.example.org/moved")
    await archive.keep_message(chat.id, edited(message, "A1: other words", 9, attachments=(moved,)))
    await keeping.work()
    assert on_disk(folder) == [NAME]
    (kept,) = (await said(archive, chat.id))[11].attachments
    assert (kept.stored, kept.url) == (NAME, moved.url)
    assert len(discord.asked) == 2


async def test_what_a_person_takes_back_is_gone_from_the_disk(archive, people, chat, keeping, folder):
    await send(archive, chat, 11, author=7)
    await keeping.work()
    await people.leave_out(7, NOW)
    await keeping.work()
    assert on_disk(folder) == []


async def test_of_those_who_are_left_out_no_file_is_fetched(archive, people, chat, keeping, discord):
    await people.leave_out(7, NOW)
    await send(archive, chat, 11, author=7)
    await keeping.work()
    assert discord.asked == []


async def test_a_row_that_goes_in_any_way_frees_its_file(archive, database, chat, keeping, folder):
    await send(archive, chat, 11)
    await keeping.work()
    # As when a whole chat is removed: nothing tells the archive's own code of it.
    await database.write(lambda conn: conn.execute(delete(t.filings)))
    await database.write(lambda conn: conn.execute(delete(t.messages).where(t.messages.c.id == 11)))
    await keeping.work()
    assert on_disk(folder) == []


async def test_a_message_that_goes_while_its_file_is_fetched_leaves_nothing(archive, chat, keeping, discord, folder):
    await send(archive, chat, 11)
    discord.before_the_end = lambda: archive.keep_deletion([11], NOW)
    await keeping.work()
    assert on_disk(folder) == []


@pytest.mark.parametrize(
    "case",
    [
        (SHELF, b"<html><script>alert(1)</script>", "not_what_it_says"),
        (SHELF, b"", "not_what_it_says"),
        (SHELF, PNG + bytes(20_000), "too_large"),
        (replace(SHELF, size=20_000), PNG, "too_large"),
        (replace(SHELF, content_type="image/svg+xml"), b"<svg/>", "kind"),
        (SHELF, RefusedError(Refusal.FOREIGN), "foreign"),
    ],
)
async def test_what_is_not_kept_has_its_reason_and_leaves_nothing(
    archive, database, chat, keeping, discord, folder, case
):
    file, content, why = case
    discord.contents[file.url] = content
    await send(archive, chat, 11, files=(file,))
    assert await keeping.work() is None
    assert on_disk(folder) == []
    assert [row[0] for row in await rows(database, "SELECT refused FROM attachments")] == [why]
    await keeping.work()
    assert len(discord.asked) <= 1


async def test_an_address_that_has_expired_is_asked_for_anew(archive, chat, keeping, discord):
    del discord.contents[SHELF.url]
    fresh = replace(SHELF, url="https://cdn.example.org/fresh")
    discord.contents[fresh.url] = PNG
    discord.messages[11] = a_message(11, attachments=(fresh,))
    await send(archive, chat, 11)
    await keeping.work()
    assert await stored(archive, chat, 11) == [NAME]


@pytest.mark.parametrize("now", [None, Gone(50), a_message(11)])
async def test_a_file_that_is_gone_from_discord_is_given_up(archive, database, chat, keeping, discord, now):
    del discord.contents[SHELF.url]
    discord.messages[11] = now
    await send(archive, chat, 11)
    await keeping.work()
    # A message that is gone was deleted, and nobody told.
    assert (await said(archive, chat.id))[11].is_deleted is (now is None)
    assert [row[0] for row in await rows(database, "SELECT refused FROM attachments")] == (
        [] if now is None else ["gone"]
    )


async def test_what_is_out_of_reach_is_tried_again_later_and_given_up_at_last(
    archive, database, chat, keeping, discord
):
    discord.contents[SHELF.url] = TryLater("out of reach")
    await send(archive, chat, 11)
    at, waits = NOW, []
    for _ in range(20):
        next_at = await keeping.work()
        if next_at is None:
            break
        waits.append(next_at - at)
        at = next_at
        discord.now = lambda at=at: at
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert len(discord.asked) == len(waits) + 1
    assert [row[0] for row in await rows(database, "SELECT refused FROM attachments")] == ["unreachable"]


async def test_a_start_removes_what_a_crash_left_and_fetches_what_is_missing(
    archive, chat, keeping, files, discord, folder
):
    await send(archive, chat, 11)
    await keeping.work()
    (folder / NAME).unlink()
    (folder / f"{'0' * 64}.png").write_bytes(PNG)
    (folder / "fetching.part").write_bytes(PNG)
    (folder / "notes of the operator.txt").write_text("not ours")
    await KeepingFiles(files, discord, archive, discord, discord, RULES).work()
    assert on_disk(folder) == sorted([NAME, "notes of the operator.txt"])


async def test_other_settings_are_applied_at_the_next_start(archive, chat, files, discord, folder):
    await send(archive, chat, 11)
    strict = replace(RULES, most_bytes=10)
    await KeepingFiles(files, discord, archive, discord, discord, strict).work()
    assert on_disk(folder) == []
    await KeepingFiles(files, discord, archive, discord, discord, replace(RULES, keep=False)).work()
    assert on_disk(folder) == []
    await KeepingFiles(files, discord, archive, discord, discord, RULES).work()
    assert on_disk(folder) == [NAME]


async def test_a_disk_that_takes_no_file_is_tried_again(archive, chat, keeping, folder):
    folder.write_text("a file where the folder should be")
    await send(archive, chat, 11)
    assert await keeping.work() == NOW + timedelta(minutes=1)
    assert await stored(archive, chat, 11) == [None]
