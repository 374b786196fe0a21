"""Chats are found in what was said: by a host's questions in order, with what belongs to them around."""

import io

from bot.domain.chat import Source
from bot.domain.manner import Format, Layout
from bot.exchange.foreign import Tally, Why, Wishes, arrivals_of, filed, helpers
from bot.exchange.foreign.chat_exporter import read_chat_exporter
from bot.exchange.foreign.tweet_lines import read_tweet_lines
from tests.support.foreign_files import (
    ADE,
    BO,
    CHANNEL,
    HOST,
    NOW,
    SERVER,
    THREAD,
    evening,
    export,
    said,
    short_tweets,
    tweet,
)

WEEK = 7 * 24 * 60


def chats(messages, *, kind="GuildTextChat", tally=None, **wishes):
    place = read_chat_exporter(io.BytesIO(export(messages, kind=kind).encode()), NOW, Tally(), salvage=False)
    return list(filed(list(arrivals_of([place], Wishes(SERVER, "UTC", **wishes), tally or Tally()))))


def texts(arrival):
    return [message.text for message in arrival.record.messages]


def test_a_thread_is_one_chat_called_as_it_is():
    (arrival,) = chats(evening(), kind="GuildPublicThread")
    chat = arrival.record.chat
    assert (chat.hashtag, chat.title, chat.source) == ("shelfchat", "Quiet mornings", Source.IMPORTED)
    assert (chat.thread_id, chat.channel_id, chat.layout, chat.format) == (
        THREAD,
        CHANNEL,
        Layout.THREAD,
        Format.HOSTED,
    )
    assert (chat.host_id, chat.host_name, chat.minutes) == (HOST, "Maren", 24)
    assert [q.text for q in chat.questions] == [
        "Which shelf do you visit first on a quiet morning?",
        "And which shelf would you move to the front door?",
    ]
    assert arrival.key == f"discord:{THREAD}"


def test_answers_stand_under_their_questions_and_questions_under_none():
    (arrival,) = chats(evening(), kind="GuildPublicThread")
    filings = {message.text[:12]: message.questions for message in arrival.record.messages}
    assert filings["A1: the retu"] == filings["A1 new poetr"] == (1,)
    assert filings["A2: cookery,"] == (2,)
    assert filings["**Q1:** Whic"] == filings["Q2: And whic"] == filings["Welcome, eve"] == ()


def test_questions_in_other_scripts_are_found():
    talk = [
        said(0, HOST, "\u554f1\uff1a\u5b89\u9759\u7684\u65e9\u6668\u5148\u53bb\u54ea\u4e2a\u4e66\u67b6\uff1f"),
        said(2, ADE, "\u7b541\uff1a\u8fd8\u4e66\u8f66"),
        said(12, HOST, "\uff31\uff12\uff1a\u54ea\u4e2a\u653e\u5230\u95e8\u53e3\uff1f"),
        said(14, BO, "\u7b542\uff1a\u83dc\u8c31"),
    ]
    (arrival,) = chats(talk)
    assert [question.message_id is not None for question in arrival.record.chat.questions] == [True, True]
    assert [message.questions for message in arrival.record.messages] == [(), (1,), (), (2,)]


def test_a_channel_is_cut_into_its_evenings_with_the_talk_between():
    talk = [said(3 * 24 * 60 + 7 * number, ADE, f"talk {number}") for number in range(12)]
    first, between, second = chats([*evening(), *talk, *evening(WEEK)])
    assert (len(texts(first)), len(texts(between)), len(texts(second))) == (8, 12, 8)
    assert between.record.chat.format is Format.INFORMAL
    assert [len(a.record.chat.questions) for a in (first, between, second)] == [2, 0, 2]
    assert first.record.chat.title == "shelf-chat, 2026-03-03"
    assert (first.record.chat.layout, first.record.chat.thread_id) == (Layout.CHANNEL, CHANNEL)
    assert first.record.chat.opened_by == first.record.messages[0].id
    assert len({a.key for a in (first, between, second)}) == 3


def test_talk_between_chats_can_be_passed_over():
    tally = Tally()
    talk = [said(3 * 24 * 60 + 7 * number, ADE, f"talk {number}") for number in range(12)]
    assert len(chats([*evening(), *talk, *evening(WEEK)], tally=tally, chats_only=True)) == 2
    assert tally.counts == {Why.BETWEEN: 12}


def test_a_few_words_on_the_same_day_belong_to_the_chat_and_dont_lengthen_it():
    early, late = said(-300, BO, "who hosts tonight?"), said(300, ADE, "thank you all")
    (arrival,) = chats([early, *evening(), late])
    assert len(texts(arrival)) == 10
    assert (arrival.record.chat.starts_at.hour, arrival.record.chat.minutes) == (20, 24)


def test_all_of_a_channel_can_be_one_chat():
    (arrival,) = chats([*evening(), *evening(WEEK)], one_chat=True)
    assert (len(texts(arrival)), arrival.key) == (16, f"discord:{CHANNEL}")
    assert arrival.record.chat.is_slow


def test_a_channel_without_questions_is_one_informal_chat():
    (arrival,) = chats([said(n, ADE, f"talk {n}") for n in range(5)])
    assert (arrival.record.chat.format, arrival.record.chat.host_name) == (Format.INFORMAL, "")


def test_the_host_is_who_asks_first_not_who_answers_with_a_q():
    messages = evening()
    messages.insert(5, said(9, BO, "Q1: the map drawers, nobody goes there"))
    messages.insert(7, said(21, BO, "Q2: the map drawers again"))
    (arrival,) = chats(messages, kind="GuildPublicThread")
    assert arrival.record.chat.host_id == HOST
    by_text = {message.text: message.questions for message in arrival.record.messages}
    assert by_text["Q1: the map drawers, nobody goes there"] == (1,)


def test_an_agenda_asks_nothing_and_a_lost_question_keeps_its_number():
    agenda = said(1, HOST, "Q1: Shelves\nQ2: Doors\nQ3: Windows")
    lost = [said(30, HOST, "Q4: What did we forget?"), said(31, ADE, "A4: the cat")]
    (arrival,) = chats([agenda, *evening()[2:], *lost], kind="GuildPublicThread")
    questions = arrival.record.chat.questions
    assert [q.number for q in questions] == [1, 2, 3, 4]
    assert questions[0].text.startswith("Which shelf")
    assert (questions[2].message_id, questions[3].text) == (None, "What did we forget?")
    assert arrival.record.messages[-1].questions == (4,)


def test_a_slow_chat_goes_on_counting_the_next_day():
    day = 24 * 60
    messages = [said(day * n, HOST, f"Q{n + 1}: What of day {n + 1}?") for n in range(4)]
    messages += [said(day * n + 90, ADE, f"A{n + 1}: a book a day") for n in range(4)]
    (arrival,) = chats(messages)
    assert len(arrival.record.chat.questions) == 4
    assert arrival.record.chat.is_slow


def test_parts_of_one_export_come_together_and_what_stands_twice_is_taken_once():
    tally = Tally()
    places = [
        read_chat_exporter(io.BytesIO(export(part).encode()), NOW, Tally(), salvage=False)
        for part in (evening()[:5], evening()[3:])
    ]
    (arrival,) = arrivals_of(places, Wishes(SERVER, "UTC"), tally)
    assert len(texts(arrival)) == 8
    assert tally.counts == {Why.TWICE: 2}


def test_tweets_without_a_heading_are_cut_too_and_named_by_their_hashtag():
    lines = [
        tweet(f"w{week}a{n}", n + 60 * 24 * 14 * week, author, f"{text} #ShelfChat")
        for week in (0, 1)
        for n, (author, text) in enumerate(
            [("maren", "Hello"), ("maren", "Q1: Which shelf?"), ("bo", "A1: poetry"), ("maren", "Q2: Why?")]
        )
    ]
    place = read_tweet_lines(io.BytesIO(short_tweets(*lines).encode()), "x", NOW, Tally(), salvage=False)
    first, second = arrivals_of([place], Wishes(SERVER, "Europe/Berlin", channel=5), Tally())
    assert first.record.chat.title == "Twitter chat, 2026-03-03"
    assert (first.record.chat.hashtag, first.record.chat.thread_id) == ("shelfchat", None)
    assert (first.record.chat.source, second.record.chat.channel_id) == (Source.TWITTER, 5)
    assert first.record.chat.questions[0].text == "Which shelf?"


def test_chats_that_move_to_another_server_lead_nowhere():
    (arrival,) = chats(evening(), channel=9, moved=True)
    chat = arrival.record.chat
    assert (chat.channel_id, chat.thread_id, chat.opened_by) == (9, None, None)
    assert {message.thread_id for message in arrival.record.messages} == {0}


def test_several_processes_file_as_one_does_and_what_is_not_wanted_stays_unfiled(monkeypatch):
    place = read_chat_exporter(
        io.BytesIO(export([*evening(), *evening(WEEK)], kind="GuildTextChat").encode()), NOW, Tally(), salvage=False
    )
    cut = list(arrivals_of([place], Wishes(SERVER, "UTC"), Tally()))
    alone = list(filed(cut))
    monkeypatch.setattr("bot.exchange.foreign.filing._WORTH_IT", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with helpers(0) as none, helpers(1 << 30) as pool:
        assert none is None
        assert pool is not None
        assert list(filed(cut, None, pool)) == alone
        first, second = filed(cut, [True, False], pool)
    assert any(message.filings for message in alone[1].record.messages)
    assert sum(len(message.filings) for arrival in alone for message in arrival.record.messages) == 4 * 2
    assert (first, second) == (alone[0], cut[1])
