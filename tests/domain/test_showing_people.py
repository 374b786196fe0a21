"""Whoever isn't named is nowhere in what is shown: as an author, in mentions, in names that others write, in files."""

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain import handles
from bot.domain.chat import Guest, Source
from bot.domain.consent import Consent, Showing, masks_of, shown
from bot.domain.messages import Attachment, ChatRecord, Embed, Extras, Poll, Version
from bot.domain.pseudonyms import COUNT, number_of, pseudonyms
from tests.domain.making import NOW, a_chat, an_answer

KEY = b"secret"
ILSE, NOOR, TOM = 10**17 + 1, 10**17 + 2, 10**17 + 3
WORDS = (
    "the",
    "shelf",
    "Reading",
    "A1:",
    "https://example.org/list",
    "**bold**",
    "\u202e",
    "\U0001f4da",
    "100000000",
    "x",
)

_syllables = st.sampled_from(["An", "Bel", "Cor", "Dun", "Eli", "Fro", "\u00c9lo", "\u0141u", "\u0421\u043e", "Zy"])
_name = st.builds(
    lambda first, last, sign: f"{''.join(first)}{sign}{''.join(last)}",
    st.lists(_syllables, min_size=1, max_size=3),
    st.lists(_syllables, min_size=1, max_size=3),
    st.sampled_from([" ", "_", "-", ". ", "  "]),
)
_choice = st.sampled_from([None, *Showing])


@st.composite
def _records(draw):
    """A chat whose people tell of each other in every place that a text can stand in, and what they chose."""
    names = draw(st.lists(_name, min_size=2, max_size=5, unique_by=_bare))
    # Of two names of which one is a part of the other, the shorter stands in every text that has the longer.
    assume(not any(_bare(a) in _bare(b) for a in names for b in names if a is not b))
    people = [(10**17 + number, name) for number, name in enumerate(names, start=1)]
    choices = {person_id: choice for person_id, _ in people if (choice := draw(_choice)) is not None}
    pieces = [st.sampled_from(WORDS)]
    for person_id, name in people:
        spellings = [
            f"<@{person_id}>",
            f"<@!{person_id}>",
            f"@{name}",
            name,
            name.upper(),
            f"({name}'s)",
            str(person_id),
        ]
        spellings.append(f"https://example.org/{name.replace(' ', '-')}?by={person_id}")
        pieces.append(st.sampled_from(spellings))
    text = st.lists(st.one_of(pieces), max_size=5).map(" ".join)
    extras = st.builds(
        Extras,
        stickers=st.tuples(text),
        embeds=st.tuples(st.builds(Embed, text, text, text)),
        poll=st.none() | st.builds(Poll, text, st.tuples(st.tuples(text, st.just(2)))),
    )
    files = st.tuples(st.builds(Attachment, st.just(1), text, text, st.just(1), st.none(), text))
    messages = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        author, name = draw(st.sampled_from(people))
        parts = {"extras": draw(extras), "attachments": draw(files), "versions": (Version(draw(text), NOW),)}
        parts |= {"reply_to_id": 100 + number - 1, "reactions": ((draw(text), 1),)}
        messages.append(an_answer(number, draw(text), author=author, author_name=name, **parts))
    host, host_name = draw(st.sampled_from(people))
    chat = a_chat(
        host_id=host, host_name=host_name, title=draw(text), description=draw(text), guests=(Guest(1, people[0][0]),)
    )
    chat = replace(chat, questions=tuple(replace(question, text=draw(text)) for question in chat.questions))
    return ChatRecord(chat, tuple(messages)), people, Consent(KEY, choices, draw(st.sampled_from(Showing)))


def _bare(text):
    return re.sub(r"[\W_]+", "", text).casefold()


@settings(max_examples=150)
@given(_records())
def test_no_output_holds_the_number_or_the_name_of_somebody_who_is_not_named(drawn):
    record, people, consent = drawn
    known = {record.chat.host_id, *(message.author_id for message in record.messages)}
    found = repr(shown(record, consent))
    for person_id, name in people:
        if consent.of(person_id) is Showing.NAMED:
            continue
        # Nobody knows the name of somebody who wrote nothing there.
        if person_id in known:
            assert str(person_id) not in found
            assert _bare(name) not in _bare(found)
        assert f"<@{person_id}>" not in found
        assert f"person_id={person_id}" not in found


@settings(max_examples=60)
@given(_records())
def test_what_is_said_of_those_who_are_named_stays_as_it_is(drawn):
    record, people, consent = drawn
    everybody = replace(consent, choices=dict.fromkeys([person_id for person_id, _ in people], Showing.NAMED))
    assert shown(record, replace(everybody, otherwise=Showing.NAMED)) == record
    # Those who are asked about are all named; only who nobody knows is not.
    assert shown(record, everybody) == record


def a_record(*said):
    """Ilse Brandt, Noor and Tom wrote, in that order; then what they say in a test."""
    names = {ILSE: "Ilse Brandt (she/her)", NOOR: "Noor", TOM: "Tom"}
    begun = [(person_id, "hello") for person_id in names]
    lines = enumerate([*begun, *said], start=1)
    chat = a_chat(host_id=NOOR, host_name="Noor")
    return ChatRecord(chat, tuple(an_answer(n, text, author=who, author_name=names[who]) for n, (who, text) in lines))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thanks, <@100000000000000001>", "thanks, @{ilse}"),
        ("thanks, @Ilse Brandt!", "thanks, @{ilse}!"),
        ("thanks, @ilse", "thanks, @{ilse}"),
        ("Ilse Brandt's list is good", "{ilse}'s list is good"),
        ("Ilse Brandt (she/her) said so", "{ilse} said so"),
        ("Brandt is a town", "Brandt is a town"),
        ("read https://example.org/ilse_brandt/list now", "read \u2026 now"),
        ("write to somebody@ilse.example", "write to somebody@ilse.example"),
        ("Noor and @Noor stay", "Noor and @Noor stay"),
    ],
)
def test_a_written_name_becomes_the_pseudonym_where_it_can_be_nothing_else(text, expected):
    record = a_record((TOM, text))
    found = shown(record, Consent(KEY, {ILSE: Showing.PSEUDONYM}, Showing.NAMED))
    pseudonym = found.messages[0].author_name
    assert pseudonym != "Ilse Brandt (she/her)"
    assert found.messages[-1].text == expected.format(ilse=pseudonym)


def test_a_reply_to_somebody_left_out_is_a_reply_to_words_that_were_taken_back():
    record = a_record((TOM, "as @Noor says"))
    record = replace(record, messages=(*record.messages[:-1], replace(record.messages[-1], reply_to_id=102)))
    found = shown(record, Consent(KEY, {NOOR: Showing.LEFT_OUT}, Showing.NAMED))
    noor, tom = found.messages[1], found.messages[-1]
    assert (noor.id, noor.text, noor.author_name, noor.is_left_out) == (102, None, "", True)
    assert (tom.reply_to_id, tom.text) == (102, "as @\u2026 says")
    assert (found.chat.host_name, found.chat.host_id) == ("", masks_of(record, Consent(KEY)).number(NOOR))


def test_a_name_that_two_people_have_is_given_to_neither():
    record = a_record((TOM, "Ilse Brandt is right"))
    other = an_answer(9, "hello", author=10**17 + 9, author_name="Ilse Brandt")
    record = replace(record, messages=(*record.messages, other))
    found = shown(record, Consent(KEY, {ILSE: Showing.PSEUDONYM}, Showing.NAMED))
    assert found.messages[3].text == "\u2026 is right"


@pytest.mark.parametrize("name", ["Will", "may", "\U0001f4da", "Al"])
def test_a_word_that_may_be_anything_else_stays_and_goes_only_behind_a_sign(name):
    record = a_record((TOM, f"{name} you come, @{name}?"))
    record = replace(record, messages=(*record.messages, an_answer(9, "yes", author=10**17 + 9, author_name=name)))
    found = shown(record, Consent(KEY, {10**17 + 9: Showing.PSEUDONYM}, Showing.NAMED))
    assert found.messages[3].text == f"{name} you come, @{found.messages[4].author_name}?"


def test_an_answer_without_a_name_stays_one_unless_all_are_left_out_who_chose_nothing():
    answer = an_answer(1, "A1: tea", author=-5, author_name="Anonymous")
    record = ChatRecord(a_chat(), (answer,))
    assert shown(record, Consent(KEY, {}, Showing.PSEUDONYM)).messages == (answer,)
    assert shown(record, Consent(KEY, {}, Showing.LEFT_OUT)).messages[0].is_left_out
    elsewhere = replace(record, chat=replace(record.chat, source=Source.TWITTER))
    assert shown(elsewhere, Consent(KEY, {}, Showing.PSEUDONYM)).messages[0].author_name not in {"", "Anonymous"}


def test_on_twitter_those_who_are_only_mentioned_have_no_name_either():
    """Unless all who chose nothing are named, as in their own server."""
    said = "Thanks @shelf_ana and @Ilse, see https://example.org/@press or write to me@example.org, cc .@town_hall!"
    ilse, ana = handles.number_of("ilse"), handles.number_of("Shelf_Ana")
    messages = (an_answer(1, said, author=ilse, author_name="Ilse"),)
    chat = replace(a_chat(), source=Source.TWITTER)

    def text(consent, chat=chat):
        return shown(ChatRecord(chat, messages), consent).messages[0].text

    rest = ", see https://example.org/@press or write to me@example.org, cc .@"
    pseudonym = shown(ChatRecord(chat, messages), Consent(KEY, {}, Showing.PSEUDONYM)).messages[0].author_name
    in_a_word = pseudonym.replace(" ", "")
    assert text(Consent(KEY, {}, Showing.PSEUDONYM)) == f"Thanks @\u2026 and @{in_a_word}{rest}\u2026!"
    agreed = Consent(KEY, {ilse: Showing.NAMED, ana: Showing.NAMED}, Showing.LEFT_OUT)
    assert text(agreed) == f"Thanks @shelf_ana and @Ilse{rest}\u2026!"
    assert text(Consent(KEY, {}, Showing.NAMED)) == said
    assert text(Consent(KEY, {ilse: Showing.NAMED}, Showing.PSEUDONYM), a_chat()) == said


def test_pseudonyms_stay_as_they_are_when_others_come_or_choose():
    record = a_record((TOM, "and more"))
    consent = Consent(KEY, {ILSE: Showing.PSEUDONYM}, Showing.NAMED)
    before = shown(record, consent).messages[0].author_name
    more = tuple(an_answer(10 + n, "hi", author=10**17 + 10 + n, author_name=f"Guest {n}") for n in range(80))
    grown = replace(record, messages=(*record.messages, *more))
    assert shown(grown, consent).messages[0].author_name == before
    assert shown(grown, replace(consent, otherwise=Showing.PSEUDONYM)).messages[0].author_name == before


def test_in_a_large_chat_each_pseudonym_is_one_persons_and_few_had_to_give_way():
    """110 people wrote in the largest chat that was counted."""
    moved = 0
    for chat_id in range(1, 201):
        numbers = {person_id: number_of(KEY, chat_id, person_id) for person_id in range(110)}
        names = pseudonyms(numbers)
        assert len(set(names.values())) == 110
        alone = {person_id: pseudonyms({person_id: number})[person_id] for person_id, number in numbers.items()}
        moved += sum(names[person_id] != alone[person_id] for person_id in numbers)
    assert COUNT > 20_000
    # One person in four such chats.
    assert moved / 200 < 0.5


def test_more_people_than_names_still_have_one_each():
    numbers = {person_id: number_of(KEY, 1, person_id) for person_id in range(300)}
    words = {word for name in pseudonyms(numbers).values() for word in name.split()}
    names = pseudonyms(numbers, words)
    assert len(set(names.values())) == 300
    assert not {word for name in names.values() for word in name.split()} & words
