"""A chat that is over is compared with Discord and sealed, and stays true to what its authors do afterwards."""

from contextlib import contextmanager

from simcord.backend import serializers
from simcord.backend.models import Poll, PollAnswer

from bot.domain.messages import Embed
from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.hardship import run

PNG = b"\x89PNG\r\n\x1a\n" + b"a shelf"


async def seal_of(stage, chat):
    return await stage.app.services.sealing.seal_of(await evening.reload(stage, chat))


async def kept(stage, chat):
    return {message.id: message for message in (await evening.record(stage, chat)).messages}


@contextmanager
def deaf(stage):
    """Discord tells the bot nothing."""
    feed = stage.env.backend.subscribers.pop()
    try:
        yield
    finally:
        stage.env.backend.subscribers.append(feed)


async def to_the_seal(stage, chat):
    await evening.until(stage, chat.closes_at, plus=60)


def files_of(stage, settings):
    folder = settings.database.path.parent / "files"
    return {path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else set()


async def test_the_last_look_finds_what_was_missed_and_the_host_is_told(stage):
    chat, thread = await evening.begun_chat(stage)
    ana, backend = stage.person("Ana"), stage.env.backend
    backend.guilds[stage.guild.id].members[ana.id].nick = "Ana from Lisbon"
    heard = await ana.send(thread, "A1: by the window")
    gone = await ana.send(thread, "A1: a slip")
    with deaf(stage):
        missed = await ana.send(thread, "A1: on the stairs")
        await ana.edit(heard, "A1: by the door")
        await ana.delete(gone)
        await ana.react(missed, "👍")
        backend.set_pinned(thread.id, heard.id, pinned=True)
    await to_the_seal(stage, chat)
    messages = await kept(stage, chat)
    # A history doesn't say how its authors are called in the server; the missed message is named all the same.
    assert [(m.text, m.author_name) for m in messages.values()] == [
        ("A1: by the door", "Ana from Lisbon"),
        (None, "Ana from Lisbon"),
        ("A1: on the stairs", "Ana from Lisbon"),
    ]
    assert messages[missed.id].reactions == (("👍", 1),)
    assert messages[heard.id].extras.pinned
    seal = await seal_of(stage, chat)
    assert (seal.state, seal.messages) == ("matched", 2)
    shown = answer_of(await stage.host.slash(stage.channel, "chat show", number=chat.id))
    assert "Archived: 2 messages, as they stand in Discord" in shown
    # Its author edits it when all is over, then takes it away while nobody tells the bot.
    await ana.edit(missed, "A1: on the stairs, with the cat")
    with deaf(stage):
        await ana.delete(heard)
    await stage.pass_time(300)
    after = await seal_of(stage, chat)
    assert (after.state, after.messages) == ("matched", 1)
    assert after.checked_at > seal.checked_at
    assert (await kept(stage, chat))[missed.id].text == "A1: on the stairs, with the cat"


async def test_a_chat_that_closed_while_the_bot_was_away_is_sealed_once_it_is_back(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    await ana.send(thread, "A1: heard")
    await stage.app.close()
    await ana.send(thread, "A1: while nobody listens")
    await evening.until(stage, chat.closes_at, plus=3600)
    await stage.restart(settings)
    # What each question still gets after an outage comes first.
    await stage.pass_time(3 * 3600)
    assert [m.text for m in (await kept(stage, chat)).values()] == ["A1: heard", "A1: while nobody listens"]
    assert (await seal_of(stage, chat)).state == "matched"


async def test_what_moderators_write_in_a_locked_thread_is_no_part_of_the_chat(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    ana, backend = stage.person("Ana"), stage.env.backend
    await ana.send(thread, "A1: heard")
    await to_the_seal(stage, chat)
    later = backend.create_message(thread.id, stage.host.id, "Well done, see https://example.org/")
    later.embeds = [{"type": "link", "title": "A list"}]
    backend.emit("MESSAGE_UPDATE", dict(serializers.message_payload(backend, later)))
    await stage.restart(settings)
    await stage.pass_time(300)
    assert [m.text for m in (await kept(stage, chat)).values()] == ["A1: heard"]
    seal = await seal_of(stage, chat)
    assert (seal.state, seal.messages) == ("matched", 1)


async def test_a_thread_that_a_moderator_deletes_leaves_what_was_said(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    await stage.person("Ana").send(thread, "A1: heard")
    await to_the_seal(stage, chat)
    stage.env.backend.delete_channel(thread.id)
    await stage.restart(settings)
    await stage.pass_time(60)
    assert [m.text for m in (await kept(stage, chat)).values()] == ["A1: heard"]
    assert (await seal_of(stage, chat)).state == "gone"
    shown = answer_of(await stage.host.slash(stage.channel, "chat show", number=chat.id))
    assert "gone from Discord" in shown


async def test_what_comes_with_a_message_is_kept_as_it_comes(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    ana, tomas, backend = stage.person("Ana"), stage.person("Tomás"), stage.env.backend
    picture = await ana.send(thread, "A1: our shelf", attachments=[("shelf.png", PNG)])
    page = await ana.send(thread, "a page", attachments=[("page.html", b"<script>")])
    elsewhere = await ana.send(stage.channel, "from elsewhere", attachments=[("plan.png", PNG + b"!")])
    forwarded = await tomas.forward(elsewhere, thread)
    answers = [PollAnswer(1, "paper"), PollAnswer(2, "screen")]
    poll = backend.create_message(
        thread.id, tomas.id, poll=Poll("Paper or screen?", answers, expiry=backend.iso_after(600))
    )
    for person, answer in ((ana, 2), (tomas, 1), (tomas, 2)):
        backend.add_poll_vote(thread.id, poll.id, answer, person.id)
    stored = backend.get_message(thread.id, picture.id)
    stored.embeds = [{"type": "rich", "title": "A list", "description": "Long.", "url": "https://example.org/"}]
    backend.emit("MESSAGE_UPDATE", dict(serializers.message_payload(backend, stored)))
    backend.set_pinned(thread.id, picture.id, pinned=True, actor_id=stage.host.id)
    await stage.pass_time(1)
    messages = await kept(stage, chat)
    # That it was pinned is told by a notice, which nobody said.
    assert set(messages) == {picture.id, page.id, forwarded.id, poll.id}
    assert messages[picture.id].extras.embeds == (Embed("A list", "Long.", "https://example.org/"),)
    assert messages[picture.id].extras.pinned
    assert messages[forwarded.id].text == "from elsewhere"
    assert messages[poll.id].extras.poll.answers == (("paper", 0), ("screen", 2))
    assert not messages[poll.id].extras.poll.is_final
    assert files_of(stage, settings) == {PNG, PNG + b"!"}
    assert all(m.attachments[0].stored for i, m in messages.items() if i in {picture.id, forwarded.id})
    assert messages[page.id].attachments[0].stored is None
    await stage.pass_time(700)
    assert (await kept(stage, chat))[poll.id].extras.poll.is_final
    await ana.delete(picture)
    assert files_of(stage, settings) == {PNG + b"!"}
    await to_the_seal(stage, chat)
    assert (await seal_of(stage, chat)).state == "matched"


async def test_whatever_goes_wrong_the_sealed_archive_is_what_discord_has(tmp_path):
    """A small share of `benchmarks/completeness.py`."""
    for seed in (3, 11):
        folder = tmp_path / str(seed)
        folder.mkdir()
        found = await run(seed, 60, folder)
        assert found["exact"], found
        assert found["said"] >= 50
