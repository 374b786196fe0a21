"""A series plans each of its chats once and at its wall-clock time, however often the bot is killed meanwhile."""

import random
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.domain.chat import Chat, ChatState
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.obstacles import Obstacle, ObstacleKind
from bot.domain.recurrence.holidays import HolidayCalendar
from bot.domain.recurrence.reading import read_phrase
from bot.domain.recurrence.rules import Frequency, Nth, Rule
from bot.domain.recurrence.schedule import Changes, HolidayPolicy, Key, Schedule, Sitting
from bot.domain.series import Lineup, Series, SeriesState, let_go, line_up, realign
from bot.storage.changes import ChangeStore
from bot.storage.schedules import read_schedule, schedule_text
from bot.storage.series import SeriesStore
from tests.storage.making import ROOT

NOW = datetime(2026, 1, 1, tzinfo=UTC)
THURSDAYS = "every Thursday, 8-9 pm UTC"


def a_series(phrase=THURSDAYS, name="Library chat", **changes):
    schedule = read_phrase(phrase, "UTC", NOW).schedule
    model = Chat(1, 2, name, "libchat", NOW, schedule.zone, schedule.minutes, 5, "Noor")
    return replace(Series(model, schedule, phrase), **changes)


@pytest.fixture
def store(database):
    return SeriesStore(database)


def lined_up(now=NOW):
    return lambda series, standing: line_up(series, standing, now)


async def saved(store, *, hosts=(), now=NOW, **changes):
    draft = await store.add(a_series(**changes), hosts, now)
    series, lineup = await store.save(draft.id, lined_up(now), now)
    return series, [chat for chat, _ in lineup.add]


schedules = st.builds(
    Schedule,
    st.lists(
        st.builds(
            Sitting,
            st.builds(
                Rule,
                st.sampled_from(Frequency),
                st.integers(1, 9),
                st.lists(st.builds(Nth, st.integers(0, 6), st.integers(-1, 5)), max_size=3).map(tuple),
                st.lists(st.integers(1, 31), max_size=3).map(tuple),
                until=st.none() | st.dates(date(2026, 1, 1), date(2040, 1, 1)),
            ),
            st.dates(date(2026, 1, 1), date(2030, 1, 1)),
            st.times().map(lambda at: at.replace(second=0, microsecond=0)),
            st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Etc/UTC"]),
            st.integers(10, 44_640),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    st.builds(
        Changes,
        st.frozensets(st.builds(Key, st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 2)), max_size=4),
    ),
    st.booleans(),
)


@given(schedules)
def test_a_schedule_is_read_back_as_it_was_written(schedule):
    assert read_schedule(schedule_text(schedule)) == schedule


async def test_everything_of_a_series_is_kept(store):
    series, _ = await saved(
        store,
        hosts=(7, 8),
        calendar=HolidayCalendar("GB", "SCT"),
        policy=HolidayPolicy.ASK,
        host_role_id=9,
    )
    found = await store.get(series.id)
    assert found == replace(series, model=replace(series.model, starts_at=found.model.starts_at))
    assert [host.person_id for host in await store.hosts(series.id)] == [7, 8]
    assert found.schedule.sittings[0].at == time(20)
    assert [one.id for one in await store.of_guild(1)] == [one.id for one in await store.active()] == [series.id]
    assert await store.of_guild(2) == []


async def test_saved_twice_it_plans_its_chats_once(store):
    draft = await store.add(a_series(), (), NOW)
    await store.save(draft.id, lined_up(), NOW)
    with pytest.raises(WrongMoment):
        await store.save(draft.id, lined_up(), NOW)
    assert len(await store.standing(draft.id, NOW)) == len(await store.standing(draft.id, NOW)) >= 3


async def test_planned_again_nothing_is_added(store):
    series, chats = await saved(store)
    lineup = await store.extend(series.id, lined_up(), NOW)
    assert lineup == Lineup()
    assert [chat.id for chat in await store.standing(series.id, NOW)] == [chat.id for chat in chats]


async def test_a_chat_of_its_series_knows_its_hosts_and_their_role(store):
    _, chats = await saved(store, hosts=(7,), host_role_id=9)
    assert chats[0].host_ids == (5, 7)
    assert chats[0].host_role_id == 9
    assert chats[0].belonging.key == "2026-01-01"


async def test_a_draft_that_nobody_saved_is_forgotten_after_a_week(store):
    old = await store.add(a_series(), (), NOW)
    await store.add(a_series(), (), NOW + timedelta(days=6))
    assert await store.get(old.id) is not None
    await store.add(a_series(), (), NOW + timedelta(days=8))
    assert await store.get(old.id) is None


async def test_a_name_belongs_to_one_series_of_a_server(store):
    await saved(store)
    draft = await store.add(a_series(name="LIBRARY chat"), (), NOW)
    with pytest.raises(BadInput) as refused:
        await store.save(draft.id, lined_up(), NOW)
    assert refused.value.problem is Problem.SERIES_NAME_TAKEN
    assert (await store.get(draft.id)).state is SeriesState.DRAFT


async def test_planned_ahead_into_another_chats_hour_both_stand_and_the_host_is_told_once(store, database):
    early, _ = await saved(store, name="Early")
    _, late = await saved(store, phrase="every Thursday, 8:30-9:30 pm UTC, starting 5 March 2026", name="Late")
    begun = datetime(2026, 2, 20, tzinfo=UTC)
    for _ in range(2):
        await store.extend(early.id, lined_up(begun), begun)
    standing = await store.standing(early.id, begun)
    assert [chat.starts_at.date() for chat in standing] == [date(2026, 2, 26), date(2026, 3, 5), date(2026, 3, 12)]
    assert [chat.starts_at.date() for chat in late][:2] == [date(2026, 3, 5), date(2026, 3, 12)]
    async with database.read() as conn:
        rows = (await conn.execute(text("SELECT chat_id, number FROM actions WHERE kind = 'tell'"))).all()
    number = Obstacle(ObstacleKind.OVERLAP).number
    assert [tuple(row) for row in rows] == [(chat.id, number) for chat in standing[1:]]


async def test_an_edit_takes_the_place_of_the_series_and_its_draft_is_gone(store):
    series, chats = await saved(store, hosts=(7,))
    draft = await store.add(a_series("every Friday, 8-9 pm UTC", replaces=series.id), (8,), NOW)

    def decide(now_series, standing):
        return realign(now_series, standing, NOW, also_prepared=True)

    edited, lineup = await store.save(draft.id, decide, NOW)
    assert edited.id == series.id
    assert await store.get(draft.id) is None
    assert [after.id for _, after in lineup.change] == [chat.id for chat in chats]
    # Each took the place that another one left: the keys are those of the new rule, none twice.
    keys = [chat.belonging.key for chat in await store.standing(series.id, NOW)]
    assert keys[:2] == ["2026-01-02", "2026-01-09"]
    assert len(keys) == len(set(keys))
    assert [host.person_id for host in await store.hosts(series.id)] == [8]


async def test_let_go_a_chat_frees_its_place_and_keeps_what_hosts_wrote(store, chats):
    series, planned = await saved(store)
    gone = lambda _series, standing: Lineup(drop=let_go(standing, also_prepared=True))  # noqa: E731
    active, paused = SeriesState.ACTIVE, SeriesState.PAUSED
    await store.set_state(series.id, active, paused, gone, NOW)
    assert await store.standing(series.id, NOW) == []
    assert (await chats.get(planned[0].id)).state is ChatState.CANCELLED
    with pytest.raises(WrongMoment):
        await store.set_state(series.id, active, paused, gone, NOW)
    _, lineup = await store.set_state(series.id, paused, active, lined_up(), NOW)
    assert [chat.starts_at for chat, _ in lineup.add] == [chat.starts_at for chat in planned]


async def test_a_newer_zone_database_moves_the_chats_that_stand_planned(store, database):
    series, chats = await saved(store)
    moved = replace(series.schedule.sittings[0], at=time(21))

    def decide(current, standing):
        return line_up(replace(current, schedule=Schedule((moved,))), standing, NOW)

    lineup = await store.extend(series.id, decide, NOW)
    assert [after.starts_at - before.starts_at for before, after in lineup.change] == [timedelta(hours=1)] * len(chats)
    own = (await store.standing(series.id, NOW))[0]
    changed = replace(own, title="Weeding", belonging=replace(own.belonging, own=True))
    await ChangeStore(database).change(own, changed, NOW)
    lineup = await store.extend(series.id, lined_up(), NOW)
    # What hosts gave a time or topic of its own stays where they put it.
    assert own.id not in {after.id for _, after in lineup.change}
    assert len(lineup.change) == len(chats) - 1


PLACES = [
    "every Saturday 10 am Australia/Lord_Howe",
    "every day 2:30 am Africa/Casablanca",
    "every other Saturday 6 pm America/Santiago",
    "every Monday and Thursday 8 am Pacific/Apia",
    "second Thursday of the month 9 pm America/New_York",
    "every Sunday 1:30 am Europe/London",
]


@settings(max_examples=5)
@given(
    phrases=st.lists(st.sampled_from(PLACES), min_size=2, max_size=3, unique=True),
    stops=st.lists(st.integers(0, 89 * 86_400), max_size=12),
    seed=st.integers(0, 1_000),
)
async def test_under_random_restarts_and_kills_none_is_doubled_or_missing(tmp_path_factory, phrases, stops, seed):
    sys.path.insert(0, str(ROOT))
    from benchmarks.planned_ahead import compare, live

    end = NOW + timedelta(days=90)
    path = tmp_path_factory.mktemp("series") / "chats.db"
    moments = [NOW + timedelta(seconds=stop) for stop in stops]
    found, _ = await live(path, phrases, end, moments, random.Random(seed))
    counts = compare(found, end)
    assert counts.pop("occurrences") >= len(phrases) * 3
    assert counts == {"doubled": 0, "missing": 0, "unexpected": 0}
