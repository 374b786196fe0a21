"""The jar keeps a question once, decides a suggestion once, and lets go of what was somebody's."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import BadInput, Problem
from bot.domain.jar import MAX_QUESTIONS, MAX_WAITING, Added, JarQuestion, JarState
from bot.services.jar import Jar
from bot.storage.jar import JarStore
from tests.storage.making import NOW, rows

GUILD, OTHER = 1, 2
ADE, BO = 7, 8
WORD = "marmalade"


class Clock:
    """Stands still."""

    at = NOW

    def now(self):
        return self.at


@pytest.fixture
def store(database):
    return JarStore(database)


@pytest.fixture
def jar(store):
    return Jar(store, Clock(), random.Random(1))


def a_question(text="Why?", state=JarState.APPROVED, person_id=ADE, **changes):
    return replace(JarQuestion(GUILD, text, (), state, person_id, NOW), **changes)


async def ids(jar, guild_id=GUILD):
    return {question.text: question.id for question in await jar.list(guild_id)}


async def test_a_question_comes_back_as_it_was(store):
    used = a_question(tags=("fun", "日本"), used_at=NOW - timedelta(microseconds=1))
    waiting = a_question("Who?", JarState.SUGGESTED, BO)
    assert await store.add(GUILD, [used, waiting]) == [Added.NEW, Added.NEW]
    kept = await store.of_guild(GUILD)
    assert [replace(question, id=0) for question in kept] == [used, waiting]
    assert await store.get(GUILD, kept[0].id) == kept[0]
    assert await store.get(OTHER, kept[0].id) is None
    assert await store.add(GUILD, []) == []


async def test_a_text_is_in_a_servers_jar_only_once(jar):
    assert (await jar.add(GUILD, ADE, "Why do you read?", "fun"))[1] is Added.NEW
    assert (await jar.add(GUILD, BO, " why DO you  read? "))[1] is Added.ALREADY
    assert await jar.suggest(GUILD, BO, "WHY do you read?") is Added.ALREADY
    assert (await jar.add(OTHER, BO, "Why do you read?"))[1] is Added.NEW
    (kept,) = await jar.list(GUILD)
    assert (kept.text, kept.tags, kept.person_id) == ("Why do you read?", ("fun",), ADE)


async def test_many_at_once_put_it_in_once(jar):
    outcomes = await asyncio.gather(*(jar.suggest(GUILD, person, "Why?") for person in range(20)))
    assert sorted(outcomes) == [*[Added.ALREADY] * 19, Added.NEW]


async def test_two_hosts_decide_once(jar):
    await jar.suggest(GUILD, BO, "Why?")
    number = (await ids(jar))["Why?"]
    assert sorted(await asyncio.gather(jar.approve(GUILD, number), jar.approve(GUILD, number))) == [False, True]
    assert await jar.decline(GUILD, number) is False
    assert (await jar.get(GUILD, number)).state is JarState.APPROVED


async def test_what_is_declined_is_gone_and_its_number_is_never_given_again(jar):
    await jar.suggest(GUILD, BO, "Why?")
    number = (await ids(jar))["Why?"]
    assert await jar.decline(GUILD, number) is True
    assert await jar.decline(GUILD, number) is False
    assert await jar.approve(GUILD, number) is False
    assert await jar.suggest(GUILD, BO, "Why?") is Added.NEW
    assert (await ids(jar))["Why?"] > number


async def test_a_host_who_adds_a_suggestion_says_yes_to_it(jar):
    await jar.suggest(GUILD, BO, "Why?")
    assert (await jar.add(GUILD, ADE, "why?", "fun"))[1] is Added.APPROVED
    (kept,) = await jar.list(GUILD)
    assert (kept.text, kept.tags, kept.person_id, kept.state) == ("Why?", ("fun",), BO, JarState.APPROVED)


async def test_another_server_can_do_nothing_with_it(jar, store):
    await jar.suggest(GUILD, BO, "Why?")
    number = (await ids(jar))["Why?"]
    assert not await store.approve(OTHER, number)
    assert not await store.decline(OTHER, number)
    assert not await store.remove(OTHER, number)
    assert not await store.retag(OTHER, number, ["fun"])
    assert not await store.mark_used(OTHER, number, NOW)
    assert await jar.list(OTHER) == ()
    assert (await jar.get(GUILD, number)).state is JarState.SUGGESTED


async def test_tags_are_replaced_and_what_is_removed_is_gone(jar):
    await jar.add(GUILD, ADE, "Why?", "fun")
    number = str((await ids(jar))["Why?"])
    assert (await jar.retag(GUILD, number, "Old #new")).tags == ("old", "new")
    assert await jar.tags_like(GUILD, "#N") == ["new"]
    assert (await jar.retag(GUILD, number, "")).tags == ()
    assert (await jar.remove(GUILD, number)).text == "Why?"
    with pytest.raises(BadInput) as caught:
        await jar.remove(GUILD, number)
    assert caught.value.problem is Problem.JAR_QUESTION_UNKNOWN


@pytest.mark.parametrize("typed", ["Why?", "", "-1", "0", "1.0", "9" * 18, "9" * 400, "²", "\u0661"])
async def test_what_was_not_chosen_from_the_list_is_no_question(jar, typed):
    await jar.add(GUILD, ADE, "Why?")
    with pytest.raises(BadInput) as caught:
        await jar.find(GUILD, typed)
    assert caught.value.problem is Problem.JAR_QUESTION_UNKNOWN


async def test_what_was_asked_rests(jar):
    for text in ("Why?", "Who?"):
        await jar.add(GUILD, ADE, text)
    first = await jar.draw(GUILD)
    await jar.mark_used(GUILD, first.id)
    assert (await jar.get(GUILD, first.id)).used_at == NOW
    for _ in range(20):
        assert (await jar.draw(GUILD)).id != first.id


async def test_the_jar_is_full_at_its_limit(jar, store):
    await store.add(GUILD, [a_question(f"Question {n}?") for n in range(MAX_QUESTIONS - 1)])
    report = await jar.import_csv(GUILD, b"Question 5?\nNew one?\nNew two?\nNew one?\n")
    assert (report.added, report.already) == (1, 2)
    assert [(wrong.line, wrong.why.problem) for wrong in report.wrong] == [(3, Problem.JAR_FULL)]
    with pytest.raises(BadInput) as caught:
        await jar.suggest(GUILD, BO, "Why?")
    assert caught.value.problem is Problem.JAR_FULL
    assert (await jar.add(GUILD, ADE, "new ONE?"))[1] is Added.ALREADY
    assert (await jar.add(OTHER, ADE, "Why?"))[1] is Added.NEW


async def test_nobody_fills_the_jar_with_suggestions(jar):
    for number in range(MAX_WAITING):
        await jar.suggest(GUILD, BO, f"Question {number}?")
    with pytest.raises(BadInput) as caught:
        await jar.suggest(GUILD, BO, "One more?")
    assert caught.value.problem is Problem.JAR_ENOUGH_WAITING
    assert await jar.suggest(GUILD, ADE, "One more?") is Added.NEW
    await jar.approve(GUILD, (await ids(jar))["Question 3?"])
    assert await jar.suggest(GUILD, BO, "And another?") is Added.NEW


async def test_the_same_file_again_changes_nothing(jar, database):
    await jar.suggest(GUILD, BO, "It waited?")
    data = b"question;tags;used\nWhy?;fun;2026-01-02\nwhy?;old;\nIt waited?;;\n=1+1;;3 Feb\n'=1+1;;\n"
    first = await jar.import_csv(GUILD, data)
    assert (first.added, first.already) == (3, 1)
    assert [(wrong.line, wrong.why.problem) for wrong in first.wrong] == [(5, Problem.JAR_LINE_DATE)]
    before = await rows(database, "SELECT * FROM jar")
    again = await jar.import_csv(GUILD, data)
    assert (again.added, again.already, len(again.wrong)) == (0, 4, 1)
    assert await rows(database, "SELECT * FROM jar") == before
    assert {q.person_id for q in await jar.list(GUILD)} == {0, BO}
    assert all(q.state is JarState.APPROVED for q in await jar.list(GUILD))


async def test_what_is_exported_can_be_imported_elsewhere(jar):
    for text in ('=HYPERLINK("x")', "'quoted, and; more", "-5 or +5?", "Ünï 日本?"):
        await jar.add(GUILD, ADE, text, "fun old")
    await jar.suggest(GUILD, BO, "It waits?")
    await jar.mark_used(GUILD, (await ids(jar))["-5 or +5?"])
    (file,) = await jar.export_csv(GUILD)
    report = await jar.import_csv(OTHER, file)
    assert (report.added, report.already, report.wrong) == (4, 0, ())
    there = {(q.text, q.tags, q.used_at and q.used_at.date()) for q in await jar.list(OTHER)}
    here = {(q.text, q.tags, q.used_at and q.used_at.date()) for q in await jar.list(GUILD)}
    assert here - there == {("It waits?", (), None)}
    assert there < here
    assert await jar.export_csv(OTHER) == (file,)


async def test_nothing_can_be_made_of_an_empty_jar(jar):
    for attempt in (jar.draw(GUILD), jar.export_csv(GUILD)):
        with pytest.raises(BadInput) as caught:
            await attempt
        assert caught.value.problem is Problem.JAR_EMPTY


async def test_leave_me_out_takes_a_persons_questions_out_of_every_jar(jar, people, database):
    await jar.add(GUILD, ADE, f"Do you like {WORD}?")
    await jar.suggest(OTHER, ADE, f"Who likes {WORD}?")
    await jar.suggest(GUILD, BO, "Why?")
    await people.leave_out(ADE, NOW)
    assert list(await ids(jar)) == ["Why?"]
    assert await jar.list(OTHER) == ()
    await database.close()
    files = list(database.path.parent.glob(f"{database.path.name}*"))
    assert files
    assert not any(WORD.encode() in file.read_bytes() for file in files)


async def test_of_who_is_left_out_it_is_not_kept_that_a_question_is_theirs(jar, people):
    await people.leave_out(ADE, NOW)
    await jar.suggest(GUILD, ADE, "Why?")
    await jar.add(GUILD, ADE, "Who?")
    await jar.suggest(GUILD, BO, "Where?")
    assert {q.text: q.person_id for q in await jar.list(GUILD)} == {"Why?": 0, "Who?": 0, "Where?": BO}
