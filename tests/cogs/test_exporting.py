"""A host takes a chat along as files that nobody else sees; others are told kindly what they can do."""

import asyncio
import io
import json
import sys
import zipfile

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.domain.chat import ChatState
from bot.domain.consent import Showing
from bot.exchange.archive import View, open_archive
from bot.exchange.forms import Form
from bot.exchange.packing import pack
from bot.platform import replies
from bot.rehearsal.play import answer_of
from bot.storage import tables as t
from tests.support import evening


async def export(stage, who=None, channel=None, **options):
    return await (who or stage.host).slash(channel or stage.channel, "export", **options)


async def files_of(result):
    """The files of a private answer, by name."""
    return {file.filename: await file.read() for file in result.response.attachments}


async def an_evening(stage):
    """A chat in which two people said something; the chat and its thread."""
    chat, thread = await evening.begun_chat(stage, asked=2)
    await stage.person("Ana").send(thread, "A1: A lantern walk, see https://example.org/lantern")
    await stage.person("Bea").send(thread, "A2: =HYPERLINK(1)")
    return chat, thread


async def test_a_host_gets_a_running_chat_as_a_page_that_says_that_it_goes_on(stage):
    chat, _ = await an_evening(stage)
    result = await export(stage)
    assert result.ephemeral
    said = answer_of(result)
    assert said.startswith("Here is **#buschat: Reading on the bus**. Only you see this message.\nThe chat isn't over")
    assert "most by their name" in said
    ((name, page),) = (await files_of(result)).items()
    assert name == f"buschat-{chat.starts_at:%Y-%m-%d}-{chat.id}.html"
    assert b"A lantern walk" in page
    assert b"wasn't over" in page.replace(b"&#39;", b"'")


async def test_all_forms_come_in_one_zip_and_the_archive_in_it_can_be_read_back(stage):
    chat, _ = await an_evening(stage)
    await evening.until(stage, chat.closes_at, plus=60)
    result = await export(stage, format="all")
    assert "isn't over" not in answer_of(result)
    ((name, data),) = (await files_of(result)).items()
    base = name.removesuffix(".zip")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.namelist() == [f"{base}.{form.ending}" for form in Form]
        archive = open_archive(io.BytesIO(packed.read(f"{base}.json")))
        assert packed.read(f"{base}.csv").count(b"\r\n") == 3
        assert json.loads(packed.read(f"{base}.csl.json"))[0]["URL"] == "https://example.org/lantern"
    (record,) = archive.records
    assert archive.view is View.SERVER
    assert [m.author_name for m in record.messages] == ["Ana", "Bea"]
    assert record.chat.state is ChatState.CLOSED


async def a_series(stage):
    """A series with two chats that are over, and two that are planned."""
    first, thread = await evening.begun_chat(stage, asked=2)
    await stage.person("Ana").send(thread, "A1: A lantern walk, see https://example.org/lantern")
    await evening.until(stage, first.closes_at, plus=60)
    second, thread = await evening.begun_chat(stage, title="Reading on the tram")
    await stage.person("Bea").send(thread, "A1: Under the clock")
    await evening.until(stage, second.closes_at, plus=60)
    series = await evening.saved_series(stage, name="Reading / moving")

    async def belong(conn):
        held = t.chats.c.id.in_([first.id, second.id])
        await conn.execute(t.chats.update().where(held).values(series_id=series.id))

    await stage.app.database.write(belong)
    return first, second


async def test_a_whole_series_comes_in_one_zip(stage):
    first, second = await a_series(stage)
    (choice,) = await stage.host.autocomplete(stage.channel, "export", "series", "moving")
    result = await export(stage, series=choice["value"], format="html csv json ris")
    assert answer_of(result).startswith("Here is **Reading / moving**: 2 chats. Only you see this message.\nIt shows")
    ((name, data),) = (await files_of(result)).items()
    assert name == "Reading-moving.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        pages = [f"buschat-{chat.starts_at:%Y-%m-%d}-{chat.id}.html" for chat in (first, second)]
        assert packed.namelist() == [*pages, *(f"Reading-moving.{ending}" for ending in ("csv", "json", "ris"))]
        archive = open_archive(io.BytesIO(packed.read("Reading-moving.json")))
        assert b"Under the clock" in packed.read(pages[1])
        assert packed.read("Reading-moving.csv").count(b"\r\n") == 3
    assert [record.chat.title for record in archive.records] == ["Reading on the bus", "Reading on the tram"]


async def test_of_a_series_only_those_chats_come_that_the_host_may_read(stage):
    first, second = await a_series(stage)
    newcomer = stage.newcomer
    assert "can export it" in answer_of(await export(stage, newcomer, series="moving"))
    assert await newcomer.autocomplete(stage.channel, "export", "series", "moving") == []

    async def hide(conn):
        await conn.execute(t.chats.update().where(t.chats.c.id == first.id).values(channel_id=1))

    await stage.app.database.write(hide)
    result = await export(stage, series="moving", format="json")
    assert "1 chat." in answer_of(result)
    ((_, data),) = (await files_of(result)).items()
    assert [record.chat.id for record in open_archive(io.BytesIO(data)).records] == [second.id]


async def test_a_series_without_a_held_chat_or_with_very_many_says_what_to_do(stage, monkeypatch):
    await evening.saved_series(stage, name="Only planned", when="every Monday, 8-9 pm ET")
    assert "None of the chats of **Only planned** has begun" in answer_of(await export(stage, series="Only planned"))
    await a_series(stage)
    monkeypatch.setattr(sys.modules["bot.services.exporting"], "MOST_TOGETHER", 1)
    assert "has 2 chats, and I hand over up to 1 at once" in answer_of(await export(stage, series="moving"))


async def test_people_are_shown_as_they_chose_within_their_server(stage):
    _, thread = await an_evening(stage)
    ana = stage.person("Ana")
    await stage.person("Cas").send(thread, f"A1: <@{ana.id}> is right")

    async def choose(conn):
        await conn.execute(
            t.showings.insert().values(
                guild_id=stage.guild.id, person_id=ana.id, showing=Showing.LEFT_OUT, chosen_at=stage.env.now()
            )
        )

    await stage.app.database.write(choose)
    made = b"".join((await files_of(await export(stage, format="text, json, csv, ris"))).values())
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        text = b"".join(packed.read(name) for name in packed.namelist())
    assert b"is right" in text
    assert b"Ana" not in text
    assert b"lantern" not in text
    assert str(ana.id).encode() not in text


async def test_only_hosts_export_and_those_of_the_chat_itself(stage):
    chat, _ = await an_evening(stage)
    for options in ({}, {"chat": chat.id}, {"format": "json"}):
        refused = await export(stage, who=stage.newcomer, **options)
        assert refused.ephemeral
        assert answer_of(refused).startswith("Only hosts of a chat, people with the role **Chat host**")
        assert refused.response.attachments == []
    assert await stage.newcomer.autocomplete(stage.channel, "export", "chat", "") == []
    other = await evening.planned_chat(stage, title="Another", start=evening.start_text(stage, 3000))
    guest = stage.person("Gus")
    await stage.host.slash(stage.channel, "chat invite", number=other.id, guest=guest)
    assert "Only hosts of a chat" in answer_of(await export(stage, who=guest, chat=chat.id))
    assert "hasn't begun" in answer_of(await export(stage, who=guest, chat=other.id))
    await evening.until(stage, chat.closes_at, plus=60)
    assert [choice["value"] for choice in await stage.host.autocomplete(stage.channel, "export", "chat", "bus")] == [
        chat.id
    ]


async def test_a_host_who_may_not_read_the_channel_gets_nothing_of_it(stage):
    chat, _ = await an_evening(stage)
    lobby = stage.guild.create_text_channel("lobby")
    deny = discord.Permissions(view_channel=True).value
    nobody = Overwrite(target_id=stage.host.id, type=OverwriteType.MEMBER, allow=0, deny=deny)
    stage.env.backend.set_overwrite(stage.channel.id, nobody)
    assert f"no chat number {chat.id}" in answer_of(await export(stage, channel=lobby, chat=chat.id))
    assert await stage.host.autocomplete(lobby, "export", "chat", "") == []


async def test_what_cannot_be_exported_is_said(stage):
    assert "none has begun" in answer_of(await export(stage))
    await evening.begun_chat(stage)
    for options, said in (
        ({"format": "docx, html"}, "I don't know the format “docx”. I know: `html`, `markdown`"),
        ({"format": " , "}, "I don't know the format"),
        ({"chat": 99}, "no chat number 99"),
        ({"chat": 1, "series": "any"}, "`chat:` means one chat and `series:` all of a series"),
        ({"series": "nowhere"}, "nowhere"),
        ({"format": "ris"}, "No links were shared there"),
    ):
        assert said in answer_of(await export(stage, **options))
    # Of a silent chat the text says so.
    result = await export(stage, format="txt ris")
    assert "no file for: ris" in answer_of(result)
    ((name, text),) = (await files_of(result)).items()
    assert name.endswith(".txt")
    assert b"Nothing was said." in text


async def test_what_discord_does_not_take_is_said_with_a_way_out(stage, monkeypatch):
    await an_evening(stage)
    await formats_complete_one_after_the_other(stage)
    monkeypatch.setattr(
        sys.modules["cogs.exporting"], "pack", lambda files, name, _limit, made_at: pack(files, name, 300, made_at)
    )
    assert "is too big for Discord" in answer_of(await export(stage))


class Asked:
    """Whoever asked, as far as they are told how far it is."""

    def __init__(self):
        self.told = []

    async def edit_original_response(self, *, content, allowed_mentions):
        assert not allowed_mentions.everyone
        self.told.append(content)


async def test_whoever_waits_is_told_how_far_it_is_and_nothing_works_on_behind_their_back(monkeypatch):
    monkeypatch.setattr(replies, "_WORD_EVERY", 0.02)
    asked, ended = Asked(), []

    async def work(seconds):
        try:
            await asyncio.sleep(seconds)
        finally:
            ended.append(seconds)
        return "done"

    assert await replies.with_progress(asked, work(0), lambda: "2 of 3") == "done"
    assert asked.told == []
    assert await replies.with_progress(asked, work(0.1), lambda: "2 of 3") == "done"
    assert set(asked.told) == {"2 of 3"}
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(replies.with_progress(asked, work(30), lambda: "2 of 3"), 0.1)
    await asyncio.sleep(0)
    assert ended == [0, 0.1, 30]


async def formats_complete_one_after_the_other(stage):
    complete = stage.host.autocomplete
    names = [choice["value"] for choice in await complete(stage.channel, "export", "format", "")]
    assert names == [*Form, "all"]
    more = await complete(stage.channel, "export", "format", "html, c")
    assert [choice["value"] for choice in more if choice["value"].startswith("html, c")] == ["html, csv", "html, csl"]
    assert "html, all" not in [choice["value"] for choice in more]
