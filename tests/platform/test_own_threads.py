"""A chat with a thread for each question: what is written there is archived, and answers that question."""

import pytest

from bot.rehearsal.play import answer_of
from tests.support import evening
from tests.support.desk import at_the_desk
from tests.support.guillotine import Guillotine, cut_and_restart
from tests.support.obstacles import shut, state_of

IN_MAIN = ["1:welcome:0", "1:ask:1", "1:ask:2", "1:ask:3", "1:wrap_up:0"]


def own_threads(stage):
    """The questions' own threads, by number."""
    found = {}
    for thread in stage.channel.threads:
        if thread.name.startswith("Q"):
            assert int(thread.name[1]) not in found
            found[int(thread.name[1])] = thread
    return found


async def begun(stage, **options):
    """A chat under way, its main thread, and the questions' own."""
    chat, _ = await evening.begun_chat(stage, layout="questions", **options)
    (main,) = [thread for thread in stage.channel.threads if thread.id == chat.thread_id]
    return chat, main, own_threads(stage)


async def filed(stage, chat):
    found = (await evening.record(stage, chat)).messages
    return [(m.text, [(filing.question, filing.basis) for filing in m.filings]) for m in found]


async def test_each_question_has_a_thread_before_it_is_asked(stage):
    _chat, main, own = await begun(stage)
    assert sorted(own) == [1, 2, 3]
    assert own[2].name == "Q2 #buschat: Reading on the bus"
    assert evening.posts(stage.channel)[-4:] == ["1:open:0", "1:card:1", "1:card:2", "1:card:3"]
    cards = [m.content for m in stage.channel.history() if "thread of its own" in m.content]
    assert not any("Where do you read" in card for card in cards)
    assert evening.posts(own[1]) == ["1:copy:1"]
    assert evening.posts(own[2]) == []
    (prompt,) = [m for m in main.history() if "What are you reading?" in m.content]
    assert f"Its own thread: <#{own[1].id}>" in prompt.content


async def test_what_is_written_there_answers_that_question_whatever_is_asked_meanwhile(stage):
    chat, main, own = await begun(stage, asked=2)
    ana, tomas = stage.person("Ana"), stage.person("Tomás")
    first = await ana.send(own[1], "A cookbook, from cover to cover")
    await tomas.send(own[1], "A3: my driver did")
    await tomas.send(own[1], "Me too, only backwards", reply_to=first)
    await ana.send(own[1], "Thanks!")
    await stage.pass_time(120)
    await ana.send(main, "Where do I read? On the top deck, at the very front")
    await ana.send(own[3], "Nothing is asked here yet")
    assert await filed(stage, chat) == [
        ("A cookbook, from cover to cover", [(1, "thread")]),
        ("A3: my driver did", [(3, "label")]),
        ("Me too, only backwards", [(1, "reply")]),
        ("Thanks!", []),
        ("Where do I read? On the top deck, at the very front", [(2, "inferred")]),
        ("Nothing is asked here yet", [(2, "inferred")]),
    ]


async def test_it_counts_and_is_linked_where_it_stands(stage):
    _chat, main, own = await begun(stage)
    message = await stage.person("Ana").send(own[1], "A cookbook, from cover to cover https://example.org/soup")
    (marked,) = [m for m in own[1].history() if m.id == message.id]
    assert [str(reaction.emoji) for reaction in marked.reactions] == ["\N{WAVING HAND SIGN}", "1\ufe0f\u20e3"]
    shown = answer_of(await stage.newcomer.slash(stage.channel, "digest"))
    link = f"https://discord.com/channels/{stage.guild.id}/{own[1].id}/{message.id}"
    assert shown.count(link) == 2
    desk = answer_of(await stage.host.slash(main, "host desk"))
    assert f"[Ana]({link})" in desk


async def test_the_button_and_the_command_post_into_the_questions_thread(stage):
    chat, main, own = await begun(stage, asked=2)
    ana = stage.person("Ana")
    await ana.slash(own[1], "answer", text="By the window")
    shown = await ana.click(evening.prompt_in(main, chat, 2), label="Answer Q2")
    await ana.submit_modal(shown, {"text": "On the stairs"})
    assert "By the window" in own[1].history()[-1].content
    assert "On the stairs" in own[2].history()[-1].content
    assert await filed(stage, chat) == [("By the window", [(1, "button")]), ("On the stairs", [(2, "button")])]
    # Changed, and taken back, where they stand.
    await ana.slash(own[1], "answer", text="By the door")
    assert "By the door" in own[1].history()[-1].content
    await ana.slash(stage.channel, "privacy leave-me-out")
    assert not [m for thread in (main, *own.values()) for m in thread.history() if "By the" in m.content]


async def test_the_thread_of_a_question_that_was_left_out_takes_the_next(stage):
    _chat, _main, host = await at_the_desk(stage, layout="questions")
    await host.press("Skip Q2")
    await host.press("Ask Q2 now")
    own = own_threads(stage)
    assert evening.posts(own[2]) == ["1:copy:2"]
    assert "Who told you about it?" in own[2].history()[-1].content
    assert evening.posts(own[3]) == []


async def test_an_unplanned_question_gets_a_thread_too(stage):
    chat, _main, host = await at_the_desk(stage, layout="questions", asked=3)
    shown = await host.press("Ask something else")
    await host.fill(shown, "And what do you read next?")
    await stage.pass_time(5)
    own = own_threads(stage)
    assert "what do you read next" in own[4].history()[-1].content
    await stage.person("Ana").send(own[4], "The timetable")
    assert await filed(stage, chat) == [("The timetable", [(4, "thread")])]


async def test_at_the_end_all_are_closed_and_what_was_said_there_while_the_bot_was_away_is_kept(stage, settings):
    chat, main, own = await begun(stage)
    ana = stage.person("Ana")
    gone = await ana.send(own[1], "A1: this goes again")
    await stage.app.close()
    await ana.send(own[1], "A cookbook, from cover to cover")
    await ana.delete(gone)
    await stage.restart(settings)
    await stage.pass_time(30)
    assert await filed(stage, chat) == [
        (None, [(1, "label")]),
        ("A cookbook, from cover to cover", [(1, "thread")]),
    ]
    await evening.until(stage, chat.closes_at, plus=60)
    assert evening.posts(main) == IN_MAIN
    for thread in (main, *own.values()):
        assert state_of(stage, thread) == (True, True)


async def test_a_question_goes_on_without_its_own_thread_once_that_is_deleted(stage):
    chat, main, own = await begun(stage)
    ana = stage.person("Ana")
    await ana.send(own[1], "A cookbook, from cover to cover")
    for number in (1, 2):
        stage.env.backend.delete_channel(own[number].id)
    await stage.pass_time(1)
    await ana.slash(main, "answer", text="By the window")
    assert "By the window" in main.history()[-1].content
    await evening.until(stage, chat.closes_at, plus=60)
    assert evening.posts(main)[0] == "1:welcome:0"
    assert [key for key in evening.posts(main) if ":relay:" not in key] == IN_MAIN
    assert (await evening.reload(stage, chat)).state == "closed"
    assert [text for text, _ in await filed(stage, chat)] == ["A cookbook, from cover to cover", "By the window"]


async def test_a_question_thread_that_is_put_away_opens_for_the_question(stage):
    chat, _main, own = await begun(stage)
    shut(stage, own[2], archived=True)
    await evening.until(stage, chat.ends_at, plus=-60)
    assert evening.posts(own[2]) == ["1:copy:2"]
    assert state_of(stage, own[2]) == (False, False)


async def test_a_chat_that_is_called_off_closes_them_too(stage):
    chat, main, own = await begun(stage)
    await stage.host.slash(stage.channel, "chat cancel", number=chat.id)
    await stage.pass_time(60)
    assert [state_of(stage, thread) for thread in (main, *own.values())] == [(True, True)] * 4


async def test_hosts_and_authors_do_there_what_they_do_in_the_main_thread(stage):
    chat, _, own = await begun(stage)
    await stage.pass_time(30)
    assert "You sent Q2." in answer_of(await stage.host.slash(own[1], "host next"))
    ana = stage.person("Ana")
    message = await ana.send(own[1], "A cookbook, from cover to cover")
    shown = await ana.context_menu(own[1], "File under …", message)
    await ana.select(shown.response, ["2"])
    assert await filed(stage, chat) == [("A cookbook, from cover to cover", [(2, "author")])]
    await ana.context_menu(own[1], "Withdraw", message)
    assert [text for text, _ in await filed(stage, chat)] == [None]


async def test_two_chats_at_once_keep_their_threads_apart(stage):
    other = stage.guild.create_text_channel("second")
    first = await evening.planned_chat(stage, layout="questions")
    second = await evening.planned_chat(stage, channel=other, hashtag="#other", layout="questions")
    await evening.until(stage, first.starts_at, plus=400)
    assert len(stage.channel.threads) == len(other.threads) == 4
    (own,) = [thread for thread in other.threads if thread.name.startswith("Q1")]
    await stage.person("Ana").slash(own, "answer", text="By the window")
    assert await filed(stage, first) == []
    assert await filed(stage, second) == [("By the window", [(1, "button")])]


@pytest.mark.parametrize("effects", range(1, 30, 3))
async def test_wherever_the_bot_is_cut_off_each_thread_and_post_is_there_once(stage, settings, caplog, effects):
    chat = await evening.planned_chat(stage, layout="questions")
    guillotine = Guillotine()
    with guillotine.standing():
        guillotine.watch(stage.app)
        await evening.until(stage, chat.starts_at, plus=-1)
        guillotine.fall_after(effects)
        await stage.pass_time(20)
        await cut_and_restart(stage, guillotine, settings)
        await evening.until(stage, chat.closes_at, plus=60)
    caplog.clear()
    own = own_threads(stage)
    assert sorted(own) == [1, 2, 3]
    (main,) = [thread for thread in stage.channel.threads if thread.name.startswith("#")]
    assert evening.posts(main) == IN_MAIN
    assert sorted(key for key in evening.posts(stage.channel) if "card" in key) == ["1:card:1", "1:card:2", "1:card:3"]
    assert [evening.posts(own[number]) for number in (1, 2, 3)] == [["1:copy:1"], ["1:copy:2"], ["1:copy:3"]]
