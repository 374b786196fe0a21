"""Readers see in private what was said and what is coming, and only what they may see."""

import re

import discord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from sqlalchemy import text

from bot.rehearsal.look import read_digest
from bot.rehearsal.play import answer_of
from tests.support import evening


async def test_a_digest_shows_prompts_quotes_counts_and_links_in_private(stage):
    chat, thread = await evening.begun_chat(stage, asked=2)
    ana, tomas = stage.person("Ana"), stage.person("Tomás")
    long = await ana.send(thread, "A1: A timetable, because it is the only book that tells me when to get off the bus.")
    await tomas.send(
        thread, "A1: The backs of other people's newspapers, read at an angle. See https://example.org/news"
    )
    result = await stage.newcomer.slash(stage.channel, "digest")
    assert result.ephemeral
    said = answer_of(result)
    assert "2 messages by 2 people" in said
    assert "**Q1. What are you reading?**\n2 answers by 2 people" in said
    assert "> **Ana**: A timetable, because it is the only book" in said
    assert f"https://discord.com/channels/{stage.guild.id}/{thread.id}/{long.id}" in said
    assert "**Q2. Where do you read?**\nNo answers yet." in said
    assert "**Q3" not in said
    assert "**Then:** Q3 at <t:" in said
    assert "<https://example.org/news> (Q1, Tomás)" in said
    assert chat.thread_id == thread.id


async def test_a_long_digest_has_pages_whose_buttons_outlive_a_restart(stage, settings):
    chat, thread = await evening.begun_chat(stage, asked=3)
    for number in range(1, 4):
        for name in ("Ana", "Tomás", "Ilse", "Omar", "Bea", "Wren"):
            await stage.person(name).send(thread, f"A{number}: {name} says " + f"word{number}{name} " * 20)
    result = await stage.newcomer.slash(stage.channel, "digest")
    assert "Page 1 of" in answer_of(result)
    await stage.restart(settings)
    turned = await stage.newcomer.click(result.response, label="Next")
    assert "Page 2 of" in answer_of(turned)
    back = await stage.newcomer.click(turned.response, label="Back")
    assert "Page 1 of" in answer_of(back)
    pages = await read_digest(stage)
    assert all(len(page) <= 4000 for page in pages)
    assert sum(page.count("> **") for page in pages) == 9
    assert chat.id == 1


async def test_the_latest_finished_chat_is_shown_unless_one_is_running(stage):
    chat, thread = await evening.begun_chat(stage)
    await stage.person("Ana").send(thread, "A1: the first evening's answer, a fairly long one")
    await evening.until(stage, chat.closes_at, plus=5)
    over = answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    assert "over. 1 message by 1 person" in over
    second, _ = await evening.begun_chat(stage, hashtag="second")
    running = answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    assert "#second" in running
    assert "still running" in running
    first_again = answer_of(await stage.newcomer.slash(stage.channel, "digest", chat=chat.id))
    assert "#buschat" in first_again
    assert second.id == 2


async def test_the_button_under_the_wrap_up_shows_the_digest(stage):
    chat, thread = await evening.begun_chat(stage, asked=3)
    await evening.until(stage, chat.ends_at)
    wrap_up = [m for m in thread.history() if m.author.bot][-1]
    result = await stage.newcomer.click(wrap_up, label="What was said")
    assert result.ephemeral
    assert "#buschat" in answer_of(result)
    assert "Wrapping up" in [m for m in thread.history() if m.author.bot and not m.flags.ephemeral][-1].content


async def test_a_digest_with_nothing_to_show_says_what_will_come(stage):
    nothing = await stage.newcomer.slash(stage.channel, "digest")
    assert nothing.ephemeral
    assert "no chat has run, and none is planned" in answer_of(nothing)
    chat = await evening.planned_chat(stage)
    soon = answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    assert f"The next chat is #buschat, {discord.utils.format_dt(chat.starts_at, 'F')}" in soon
    unknown = answer_of(await stage.newcomer.slash(stage.channel, "digest", chat=77))
    assert "no chat number 77" in unknown


async def test_who_may_not_see_a_channel_sees_nothing_of_its_chats(stage):
    hidden = stage.guild.create_text_channel("hidden")
    chat, thread = await evening.begun_chat(stage, channel=stage.channel)
    await stage.person("Ana").send(thread, "A1: nothing for everyone, said with many words")
    deny = Overwrite(
        target_id=stage.newcomer.id,
        type=OverwriteType.MEMBER,
        allow=0,
        deny=discord.Permissions(view_channel=True).value,
    )
    stage.env.backend.set_overwrite(stage.channel.id, deny)
    for options in ({}, {"chat": chat.id}):
        text = answer_of(await stage.newcomer.slash(hidden, "digest", **options))
        assert "nothing for everyone" not in text
        assert "buschat" not in text
    assert "buschat" not in answer_of(await stage.newcomer.slash(hidden, "chats"))
    assert "buschat" in answer_of(await stage.host.slash(hidden, "chats"))


async def test_the_programme_lists_what_runs_what_comes_and_what_is_archived(stage):
    empty = answer_of(await stage.newcomer.slash(stage.channel, "chats"))
    assert "Nothing is planned yet." in empty
    chat, thread = await evening.begun_chat(stage)
    await stage.person("Ana").send(thread, "A1: hello")
    later = await evening.planned_chat(stage, hashtag="later", start=evening.start_text(stage, 500))
    result = await stage.newcomer.slash(stage.channel, "chats")
    assert result.ephemeral
    text = answer_of(result)
    assert text.index("**Running now**") < text.index("#buschat") < text.index("**Coming up**") < text.index("#later")
    await evening.until(stage, chat.closes_at, plus=5)
    text = answer_of(await stage.newcomer.slash(stage.channel, "chats"))
    assert "**Archived**\nChat 1: #buschat: Reading on the bus" in text
    assert "1 message by 1 person" in text
    assert later.id == 2


async def test_help_fits_one_screen_and_every_announcement_offers_it(stage):
    text = answer_of(await stage.newcomer.slash(stage.channel, "help"))
    assert "/privacy show" in text
    assert len(text) < 1200
    await evening.plan(stage)
    pressed = await stage.newcomer.click(stage.channel.last_message, label="How to take part")
    assert pressed.ephemeral
    assert answer_of(pressed) == text


async def test_who_was_away_sees_what_was_said_since(stage):
    _, thread = await evening.begun_chat(stage)
    await stage.person("Ana").send(thread, "A1: The timetable, every single morning")
    await stage.pass_time(420)
    await stage.person("Tomás").send(thread, "A1: The backs of other people's newspapers")
    shown = answer_of(await stage.newcomer.slash(thread, "digest", since=5))
    assert "newspapers" in shown
    assert "timetable" not in shown
    assert "Since <t:" in shown
    assert "1 message by 1 person" in shown
    assert "**Now:** Q1 of 3, asked" in shown


async def test_a_reader_changes_the_length_and_takes_it_along(stage):
    _, thread = await evening.begun_chat(stage)
    for number, place in enumerate(("window", "stairs", "kitchen", "garden", "attic"), start=1):
        await stage.person(f"Reader {number}").send(thread, f"A1: In the {place}, with number {number} of the series")
    first = await stage.newcomer.slash(stage.channel, "digest", length="glance")
    assert answer_of(first).count("[↗]") == 1
    longer = await stage.newcomer.click(first.response, label="Longer")
    assert answer_of(longer).count("> **") == 5
    again = await stage.newcomer.click(longer.response, label="Standard")
    assert answer_of(again).count("> **") == 3
    sent = await stage.newcomer.click(again.response, label="Send it to me")
    assert "private messages" in answer_of(sent)
    channel_id = stage.env.backend.dm_channels[stage.newcomer.id]
    (message,) = stage.env.backend.messages[channel_id].values()
    kept = "\n".join(component.get("content", "") for component in message.components)
    assert kept.count("> **") == 3
    assert "Only you see this" not in kept
    taken = await stage.newcomer.click(again.response, label="As a file")
    assert "The same twice" in answer_of(taken)
    page, text = taken.response.attachments
    assert re.fullmatch(r"buschat-2026-\d\d-\d\d\.html", page.filename)
    assert text.filename == page.filename.replace(".html", ".md")
    assert min(page.size, text.size) > 500


async def test_who_takes_no_private_messages_is_told_and_nothing_is_lost(stage):
    _, thread = await evening.begun_chat(stage)
    await stage.person("Ana").send(thread, "A1: The timetable, every single morning")
    shown = await stage.newcomer.slash(stage.channel, "digest")
    stage.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    refused = await stage.newcomer.click(shown.response, label="Send it to me")
    assert "take the digest as a file" in answer_of(refused)


async def test_what_is_withdrawn_is_gone_from_the_next_look_in_a_sealed_chat_too(stage):
    chat, thread = await evening.begun_chat(stage)
    ana = stage.person("Ana")
    await ana.send(thread, "A1: The timetable, every single morning")
    await stage.person("Tomás").send(thread, "A1: The backs of other people's newspapers")
    await evening.until(stage, chat.closes_at, plus=60)
    assert "timetable" in answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    await ana.slash(stage.channel, "privacy leave-me-out")
    shown = await stage.newcomer.slash(stage.channel, "digest")
    assert "timetable" not in answer_of(shown)
    assert "Ana" not in answer_of(shown)
    assert "newspapers" in answer_of(shown)


async def test_the_next_chat_is_named(stage):
    _, thread = await evening.begun_chat(stage)
    await stage.person("Ana").send(thread, "A1: The timetable, every single morning")
    await evening.planned_chat(stage, hashtag="#nextchat", start=evening.start_text(stage, 3 * 60))
    assert "**Next:** #nextchat" in answer_of(await stage.newcomer.slash(stage.channel, "digest"))


async def test_nobody_is_pinged_by_what_a_digest_quotes(stage):
    _, thread = await evening.begun_chat(stage)
    await stage.person("Ana").send(thread, f"A1: ask <@{stage.host.id}>, @everyone, about the timetable of the bus")
    shown = await stage.newcomer.slash(stage.channel, "digest")
    stored = stage.env.backend.get_message(shown.response.channel_id, shown.response.id)
    assert not stored.allowed_mentions.everyone
    assert not stored.allowed_mentions.allows_user(stage.host.id)


async def looks(stage):
    async with stage.app.database.read() as conn:
        return [tuple(row) for row in await conn.execute(text("SELECT person_id, chat_id FROM looks ORDER BY chat_id"))]


async def test_the_last_look_is_remembered_for_those_alone_who_want_it(stage, settings):
    chat, thread = await evening.begun_chat(stage)
    reader, other = stage.newcomer, stage.person("Odile")
    await stage.person("Ana").send(thread, "A1: The timetable, every single morning")
    refused = answer_of(await reader.slash(thread, "digest", since=-1))
    assert "I don't note who reads what" in refused
    for person in (reader, other):
        await person.slash(thread, "digest")
    assert await looks(stage) == []
    assert "From now on" in answer_of(await reader.slash(thread, "privacy remember-looks"))
    # Nothing is remembered of before: everything is new.
    assert "timetable" in answer_of(await reader.slash(thread, "digest", since=-1))
    await other.slash(thread, "digest")
    assert await looks(stage) == [(reader.id, 0), (reader.id, chat.id)]
    await stage.restart(settings)
    await stage.pass_time(60)
    await stage.person("Tomás").send(thread, "A1: The backs of other people's newspapers")
    shown = answer_of(await reader.slash(thread, "digest", since=-1))
    assert "newspapers" in shown
    assert "timetable" not in shown
    assert "Forgotten" in answer_of(await reader.slash(thread, "privacy forget-looks"))
    assert await looks(stage) == []
    assert "nothing to forget" in answer_of(await reader.slash(thread, "privacy forget-looks"))
    await reader.slash(thread, "digest")
    assert await looks(stage) == []


async def test_leave_me_out_forgets_when_somebody_looked(stage):
    _, thread = await evening.begun_chat(stage)
    await stage.newcomer.slash(thread, "privacy remember-looks")
    await stage.newcomer.slash(thread, "digest")
    await stage.newcomer.slash(thread, "privacy leave-me-out")
    assert await looks(stage) == []


async def test_in_a_fast_hour_a_digest_is_seconds_old_at_most_and_never_shows_what_was_taken_back(stage):
    _, thread = await evening.begun_chat(stage)
    ana, tomas = stage.person("Ana"), stage.person("Tomás")
    first = await ana.send(thread, "A1: The timetable, every single morning")
    assert "timetable" in answer_of(await stage.newcomer.slash(thread, "digest"))
    await tomas.send(thread, "A1: The backs of other people's newspapers")
    await stage.pass_time(15)
    assert "newspapers" in answer_of(await stage.newcomer.slash(thread, "digest"))
    await ana.delete(first)
    assert "timetable" not in answer_of(await stage.newcomer.slash(thread, "digest"))
    edited = await ana.send(thread, "A1: The departures board, when it works")
    await stage.pass_time(15)
    assert "departures" in answer_of(await stage.newcomer.slash(thread, "digest"))
    await ana.edit(edited, "A1: The ticket, front and back")
    shown = answer_of(await stage.newcomer.slash(thread, "digest"))
    assert "departures" not in shown
    assert "The ticket" in shown


async def test_a_chat_is_found_by_typing_part_of_its_name(stage):
    first, _ = await evening.begun_chat(stage)
    await evening.until(stage, first.closes_at, plus=60)
    second, _ = await evening.begun_chat(stage, title="Cookbooks, mostly", hashtag="#soup")
    hidden = stage.guild.create_text_channel("board")
    everyone = Overwrite(stage.guild.id, OverwriteType.ROLE, 0, discord.Permissions(view_channel=True).value)
    third = await evening.planned_chat(stage, channel=hidden, hashtag="#secret")
    await evening.until(stage, third.starts_at, plus=400)
    stage.env.backend.set_overwrite(hidden.id, everyone)

    async def found(typed):
        shown = await stage.newcomer.autocomplete(stage.channel, "digest", "chat", typed)
        return [(choice["name"], choice["value"]) for choice in shown]

    assert await found("") == [
        ("#soup: Cookbooks, mostly (Jan 1, 2026)", second.id),
        ("#buschat: Reading on the bus (Jan 1, 2026)", first.id),
    ]
    assert [value for _, value in await found("read bus")] == [first.id]
    assert [value for _, value in await found("#SOUP")] == [second.id]
    assert await found("secret") == []


async def test_newcomers_are_named_to_be_greeted_if_they_agreed_and_no_longer(stage):
    chat, thread = await evening.begun_chat(stage)
    for name in ("Tomás", "Ana", "Odile"):
        await stage.person(name).send(thread, f"A1: The timetable of {name}'s bus, every single morning")
    assert "Say hello" not in answer_of(await stage.newcomer.slash(thread, "digest"))
    for name in ("Tomás", "Ana"):
        assert "somebody to say hello to" in answer_of(await stage.person(name).slash(thread, "privacy greet-me"))
    shown = answer_of(await stage.newcomer.slash(thread, "digest"))
    assert "**Say hello to** Ana, Tomás, who came for the first time" in shown
    await stage.person("Ana").slash(thread, "privacy greet-me", yes=False)
    assert "**Say hello to** Tomás, who" in answer_of(await stage.newcomer.slash(thread, "digest"))
    await stage.person("Tomás").slash(thread, "privacy leave-me-out")
    assert "Say hello" not in answer_of(await stage.newcomer.slash(thread, "digest"))
    refused = answer_of(await stage.person("Tomás").slash(thread, "privacy greet-me"))
    assert "asked to be left out" in refused
    # Who comes again is new no more.
    await stage.person("Odile").slash(thread, "privacy greet-me")
    await evening.until(stage, chat.closes_at, plus=60)
    _, again = await evening.begun_chat(stage, hashtag="#again")
    await stage.person("Odile").send(again, "A1: The same timetable as last time, still every single morning")
    assert "Say hello" not in answer_of(await stage.newcomer.slash(again, "digest"))
