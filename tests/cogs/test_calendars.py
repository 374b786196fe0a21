"""`/calendar` gives everybody the chats of the server or of one series, each under one name for good."""

import itertools
from datetime import timedelta
from zoneinfo import ZoneInfo

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.rehearsal.play import answer_of
from bot.ui.calendars import uid_of
from tests.support import evening
from tests.support.calendars import as_read, as_written, read
from tests.support.obstacles import told

NEW_YORK = ZoneInfo("America/New_York")


async def calendar(stage, place=None, **options):
    """The entries of the file that `/calendar` gives, by UID."""
    result = await stage.newcomer.slash(place or stage.channel, "calendar", **options)
    assert result.ephemeral
    (file,) = result.response.attachments
    return read(await file.read())


def hide(stage, channel=None):
    """Everybody who has no other role sees the channel no more; the bot does."""
    place, backend = channel or stage.channel, stage.env.backend
    everyone = Overwrite(
        target_id=stage.guild.id,
        type=OverwriteType.ROLE,
        allow=0,
        deny=discord.Permissions(view_channel=True).value,
    )
    own = backend.guilds[stage.guild.id].members[stage.app.bot.user.id].role_ids[0]
    allowed = discord.Permissions(view_channel=True).value
    backend.set_overwrite(place.id, everyone)
    backend.set_overwrite(place.id, Overwrite(target_id=own, type=OverwriteType.ROLE, allow=allowed, deny=0))


async def test_a_weekly_series_is_in_it_for_a_year_at_its_own_hour_on_both_sides_of_each_clock_change(stage):
    series = await evening.saved_series(stage)
    found = await calendar(stage)
    starts = sorted(entry.starts_at for entry in found.values())
    assert 52 <= len(starts) <= 53
    assert all(
        later - earlier in {timedelta(days=7, hours=h) for h in (-1, 0, 1)}
        for earlier, later in itertools.pairwise(starts)
    )
    local = [at.astimezone(NEW_YORK) for at in starts]
    assert {(at.weekday(), at.hour, at.minute) for at in local} == {(3, 20, 0)}
    assert {at.utcoffset() for at in local} == {timedelta(hours=-4), timedelta(hours=-5)}
    assert starts[-1] - stage.env.now() < timedelta(days=366)
    for chat in await evening.chats_of(stage, series):
        assert as_read(found[uid_of(chat)]) == as_written(chat)


async def test_of_a_daily_series_there_are_sixty(stage):
    await evening.saved_series(stage, when="every day, 8-9 pm ET")
    assert len(await calendar(stage)) == 60


async def test_entries_keep_their_names_while_chats_are_planned_and_held(stage):
    series = await evening.saved_series(stage)
    before = await calendar(stage)
    _, second, third = await evening.chats_of(stage, series)
    await evening.until(stage, second.closes_at, plus=60)
    after = await calendar(stage)
    assert max(chat.id for chat in await evening.chats_of(stage, series)) > third.id
    assert set(before) <= set(after)
    assert all(after[uid].starts_at == entry.starts_at for uid, entry in before.items())


async def test_a_chat_that_moves_keeps_its_name_and_its_sequence_grows(stage):
    series = await evening.saved_series(stage)
    before = await calendar(stage)
    _, chat, _ = await evening.chats_of(stage, series)
    start = (chat.starts_at + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    await stage.host.slash(stage.channel, "chat edit", number=chat.id, start=start, zone="UTC", title="Weeding, again")
    after = await calendar(stage)
    assert set(after) == set(before)
    entry = after[uid_of(chat)]
    assert as_read(entry) == as_written(await evening.reload(stage, chat))
    assert entry.starts_at == chat.starts_at + timedelta(days=1)
    assert entry.summary == "#libchat: Weeding, again"
    assert entry.sequence > before[uid_of(chat)].sequence
    others = [uid for uid in before if uid != uid_of(chat)]
    assert [after[uid] for uid in others] == [before[uid] for uid in others]


async def test_chats_that_follow_their_series_to_another_day_keep_their_names(stage):
    series = await evening.saved_series(stage)
    before = {uid_of(chat): chat for chat in await evening.chats_of(stage, series)}
    result = await stage.host.slash(
        stage.channel, "series edit", series="Library chat", when="every Wednesday, 8-9 pm ET"
    )
    await stage.host.click(result.response, label="Save")
    after = await calendar(stage)
    for uid, chat in before.items():
        assert as_read(after[uid]) == as_written(await evening.reload(stage, chat))
        assert after[uid].starts_at.astimezone(NEW_YORK).weekday() == 2
        assert after[uid].sequence > 0


async def test_where_a_new_chat_takes_the_place_that_another_has_left_both_have_a_name_of_their_own(stage):
    series = await evening.saved_series(stage)
    result = await stage.host.slash(
        stage.channel, "series edit", series="Library chat", when="every Wednesday and Thursday, 8-9 pm ET"
    )
    await stage.host.click(result.response, label="Save")
    found = await calendar(stage)
    starts = [entry.starts_at for entry in found.values()]
    assert len(set(starts)) == len(starts)
    assert {uid_of(chat) for chat in await evening.chats_of(stage, series)} <= set(found)
    first, *_ = await evening.chats_of(stage, series)
    await evening.until(stage, first.closes_at, plus=60)
    later = await calendar(stage)
    assert set(found) <= set(later)
    assert all(later[uid].starts_at == entry.starts_at for uid, entry in found.items())


async def test_what_a_pause_calls_off_stays_as_cancelled_and_what_comes_back_is_new(stage):
    series = await evening.saved_series(stage)
    before = {uid_of(chat) for chat in await evening.chats_of(stage, series)}
    result = await stage.host.slash(stage.channel, "series pause", series="Library chat")
    await stage.host.click(result.response, label="Yes, pause it")
    paused = await calendar(stage)
    assert set(paused) == before
    assert {(entry.status, entry.sequence) for entry in paused.values()} == {("CANCELLED", 1)}
    await stage.host.slash(stage.channel, "series resume", series="Library chat")
    resumed = await calendar(stage, series="Library chat")
    assert {uid: entry.status for uid, entry in resumed.items() if uid in before} == dict.fromkeys(before, "CANCELLED")
    again = {uid_of(chat): chat for chat in await evening.chats_of(stage, series)}
    assert not set(again) & before
    assert [as_read(resumed[uid]) for uid in again] == [as_written(chat) for chat in again.values()]
    assert {resumed[uid].status for uid in again} == {"CONFIRMED"}


async def test_a_chat_that_is_called_off_stays_as_cancelled(stage):
    chat = await evening.planned_chat(stage)
    before = (await calendar(stage))[uid_of(chat)]
    await stage.host.slash(stage.channel, "chat cancel", number=chat.id)
    after = (await calendar(stage))[uid_of(chat)]
    assert (before.status, after.status) == ("CONFIRMED", "CANCELLED")
    assert after.sequence > before.sequence
    assert as_read(after) == as_read(before)


async def test_questions_are_in_it_once_they_were_announced_or_asked(stage):
    chat = await evening.planned_chat(
        stage, questions_ahead="all", announce="30 minutes", start=evening.start_text(stage, 60)
    )
    secret = await evening.planned_chat(
        stage, title="A secret", start=evening.start_text(stage, 240), questions_ahead="nothing"
    )

    async def shown(one):
        description = (await calendar(stage))[uid_of(one)].description
        return [text for text in evening.QUESTIONS if text in description]

    await evening.until(stage, chat.starts_at, plus=-1800 + 5)
    assert (await evening.reload(stage, chat)).state == "announced"
    assert await shown(chat) == list(evening.QUESTIONS)
    assert await shown(secret) == []
    actions = await stage.app.services.planning.agenda(secret)
    first_at = next(action.due_at for action in actions if action.kind == "ask")
    await evening.until(stage, first_at, plus=5)
    assert await shown(secret) == list(evening.QUESTIONS[:1])


async def test_chats_of_channels_that_not_everybody_may_read_are_left_out(stage):
    await evening.planned_chat(stage)
    other = stage.guild.create_text_channel("open-to-all")
    await evening.planned_chat(stage, title="For all", channel=other)
    await evening.saved_series(stage)
    hide(stage)
    found = await calendar(stage, place=other)
    assert [entry.summary for entry in found.values()] == ["#buschat: For all"]
    said = answer_of(await stage.newcomer.slash(other, "calendar", series="Library chat"))
    assert "Nothing is planned that everybody may see" in said


async def test_a_series_that_is_not_known_is_told_in_a_sentence(stage):
    said = answer_of(await stage.newcomer.slash(stage.channel, "calendar", series="Nothing like it"))
    assert "Nothing like it" in said
    assert told(stage, stage.newcomer) == []


@pytest.mark.parametrize("title", ["Soup; bread, and\\books 📚", "100 % true"])
async def test_a_title_with_signs_of_its_own_comes_through(stage, title):
    chat = await evening.planned_chat(stage, title=title)
    assert (await calendar(stage))[uid_of(chat)].summary == f"#buschat: {title}"
