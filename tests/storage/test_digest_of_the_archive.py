"""Every quote stands verbatim in the archive and leads to its message; what is taken back is in no output any more."""

import itertools
import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.digest import Length
from bot.domain.errors import BadInput
from bot.domain.messages import Incoming
from bot.domain.roundup import Every, Roundup
from bot.services.digesting import Digesting
from bot.services.showing import Showings
from bot.storage.publishing import PublicationStore
from bot.storage.words import WordStore
from bot.ui import roundups
from bot.ui.digest import Wanted, pages
from bot.ui.digest.markdown import as_markdown
from bot.ui.texts import Texts
from bot.web.digest_file import render_digest
from bot.web.page import render_page
from tests.storage.making import NOW, START, a_running_chat, edited

SAY = Texts()
STRANDS = (
    "A{q}: a reading garden behind the mill, with a bench for two",
    "the reading garden behind the mill is where *we* read, with a _bench_ for two",
    "A{q}: story sacks go home over the winter. They come back in spring, most of them! Some with sand.",
    "||the lantern walk|| ends at the library, by the river",
    "A{q}: [lantern](walk) along the river in November \\o/",
    "same here",
    "I disagree, a bench for two is one too few in a reading garden",
    "Does anybody know who mends lanterns in our valley, and for how much?",
    "👍",
    "A{q}: " + "We read aloud by the lantern. " * 15,
)
QUOTED = re.compile(r"^> \*\*(.+?)\*\*: (.*) \[↗\]\(<https://discord\.com/channels/1/(\d+)/(\d+)>\)$", re.MULTILINE)
LED_TO = re.compile(r"discord\.com/channels/1/\d+/(\d+)")
_rounds = itertools.count(1)
_talk = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, len(STRANDS) - 1), st.integers(1, 2), st.integers(0, 30)),
    min_size=1,
    max_size=14,
)


async def a_talk(database, archive, said):
    """A running chat in which this was said, each message with a word and an address of its own; its messages."""
    number = next(_rounds)
    chat = await a_running_chat(database, 2, thread_id=50 + 10_000 * number, channel_id=number)
    first, messages = number * 1_000_000, []
    for place, (author, strand, question, to) in enumerate(said):
        name = f"zp{first + author}x"
        word = f"zq{first + place}x"
        text = STRANDS[strand].format(q=question) + ("" if strand in {5, 8} else f" {word} https://example.org/{word}")
        reply_to = messages[to].id if to < len(messages) else None
        message = Incoming(
            first + place, chat.thread_id, first + author, name, START, text, reply_to_id=reply_to
        )  # fmt: skip
        await archive.keep_message(chat.id, message)
        messages.append(message)
    return chat, messages


async def outputs(archive, digesting, chat):
    """All that a digest becomes: pages of each length, files, the page of the chat, round-up; by name."""
    found = {}
    record = await archive.record_of(chat.id)
    for length in Length:
        digest = await digesting.digest(chat, length)
        wanted = Wanted(length)
        found[f"{length} pages"] = "\n".join(text for page in pages(digest, wanted, SAY) for text in page)
        found[f"{length} markdown"] = as_markdown(digest, wanted, SAY)
        found[f"{length} file"] = unescape(render_digest(digest, wanted, SAY, made_at=NOW))
    glance = await digesting.digest(chat, Length.GLANCE)
    found["round-up"] = "\n".join(roundups.texts(Roundup(1, Every.WEEK, "UTC", "en-US"), [glance], SAY))
    standard = await digesting.digest(chat, Length.STANDARD)
    found["page"] = unescape(render_page(record, standard, made_at=NOW))
    return found


def plain(shown):
    """The words of a quote as they were typed, without the signs of a cut."""
    typed = re.sub(r"\\(.)", r"\1", re.sub(r"<(https?://[^>]+)>", r"\1", shown))
    return typed.removeprefix("… ").removesuffix("…").strip()


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_talk, st.sets(st.integers(0, 13), max_size=3), st.sets(st.integers(0, 4), max_size=2))
async def test_quotes_are_verbatim_and_what_is_taken_back_is_gone_from_everywhere(
    database, archive, people, said, deleted, left_out
):
    chat, messages = await a_talk(database, archive, said)
    showings = Showings(PublicationStore(database), archive)
    digesting = Digesting(archive, showings, SimpleNamespace(now=lambda: NOW))
    known = {message.id: message for message in messages}
    prompts = {question.message_id for question in chat.questions}
    before = await outputs(archive, digesting, chat)
    for name in ("standard pages", "full pages"):
        for author, words, thread_id, message_id in QUOTED.findall(before[name]):
            message = known[int(message_id)]
            assert (author, int(thread_id)) == (message.author_name, message.thread_id)
            assert plain(words) in " ".join(message.text.split())
    for name, text in before.items():
        assert {int(number) for number in LED_TO.findall(text)} <= known.keys() | prompts, name
    await archive.keep_deletion([m.id for place, m in enumerate(messages) if place in deleted], NOW)
    for place in left_out:
        await people.leave_out(messages[0].id + place, NOW)
    gone = [
        message
        for place, message in enumerate(messages)
        if place in deleted or message.author_id - messages[0].id in left_out
    ]
    silent = {m.author_name for m in gone} - {m.author_name for m in messages if m not in gone}
    # In the same second: what was made before must not be shown again.
    for name, text in (await outputs(archive, digesting, chat)).items():
        led_to = {int(number) for number in LED_TO.findall(text)}
        for message in gone:
            assert f"zq{message.id}x" not in text, name
            assert message.id not in led_to, name
        for author in silent:
            assert author not in text, name


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    _talk,
    st.lists(
        st.tuples(
            st.sampled_from(["say", "say", "say", "edit", "delete", "react", "rule", "leave out"]), st.integers(0, 13)
        ),
        min_size=1,
        max_size=6,
    ),
)
async def test_of_a_chat_that_goes_on_the_next_digest_is_as_if_it_were_the_first(
    database, archive, people, said, happenings
):
    chat, messages = await a_talk(database, archive, said)
    showings, minutes = Showings(PublicationStore(database), archive), itertools.count()
    clock = SimpleNamespace(now=lambda: NOW + timedelta(minutes=next(minutes)))
    goes_on = Digesting(archive, showings, clock)
    for kind, place in [("look", 0), *happenings]:
        message = messages[place % len(messages)]
        if kind == "say":
            text, number = STRANDS[place % len(STRANDS)].format(q=2), message.id + 100 + next(minutes)
            messages.append(replace(message, id=number, text=text, reply_to_id=message.id))
            await archive.keep_message(chat.id, messages[-1])
        elif kind == "edit":
            await archive.keep_message(chat.id, edited(message, f"A1: a word that was changed, {place}", place + 1))
        elif kind == "delete":
            await archive.keep_deletion([message.id], NOW)
        elif kind == "react":
            await archive.keep_reaction(message.id, "🦉", 1)
        elif kind == "rule":
            # What was taken back can't be filed any more.
            with suppress(BadInput):
                await WordStore(database).rule(message.id, [place % 3 + 1], by_author=False)
        elif kind == "leave out":
            await people.leave_out(message.author_id, NOW)
        found = await goes_on.digest(chat, Length.STANDARD)
        assert found == await Digesting(archive, showings, clock).digest(chat, Length.STANDARD), kind


async def test_what_is_new_is_told_only_where_nothing_else_changed(database, archive):
    chat, messages = await a_talk(database, archive, [(0, 0, 1, 30), (1, 1, 2, 0)])
    record, stamp = await archive.record_of(chat.id), await archive.stamp(chat.id)
    assert await archive.grown(record, stamp) == record
    new = replace(messages[0], id=messages[1].id + 1, text="and a lantern", reply_to_id=messages[0].id)
    await archive.keep_message(chat.id, new)
    grown = await archive.grown(record, stamp)
    assert [m.replies for m in grown.messages] == [2, 0, 0]
    assert grown == await archive.record_of(chat.id)
    await archive.keep_deletion([messages[1].id], NOW)
    assert await archive.grown(record, stamp) is None
