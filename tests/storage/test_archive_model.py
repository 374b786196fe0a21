"""Whatever happens in a thread, in any order and told twice, the archive ends up as Discord does."""

import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.consent import NOBODY
from bot.domain.messages import Attachment, Incoming
from bot.domain.search import words_of
from tests.storage.making import NOW, START, THREAD, a_running_chat, an_own_post, filed, indexed, rows, said

TEXTS = ["A1: books", "A2 & A3 both https://example.org/x", "plain", "", "https://example.org/y"]
FILED = [[(1, "label")], [(2, "label"), (3, "label")], ["inferred"], ["inferred"], ["inferred"]]
EMOJI = ["👍", "❤️"]
AUTHORS = [7, 8]
SLOTS = 4

_rounds = itertools.count(1)
_slots = st.integers(0, SLOTS - 1)
_told = st.integers(1, 2)
_words = st.integers(0, len(TEXTS) - 1)
_happenings = st.lists(
    st.one_of(
        st.tuples(st.just("post"), _slots, _words, st.integers(0, 2), _told),
        st.tuples(st.just("edit"), _slots, _words, st.integers(0, 2), _told),
        st.tuples(st.just("late"), st.integers(0, 30)),
        st.tuples(st.just("delete"), st.sets(_slots, min_size=1), _told),
        st.tuples(st.just("react"), _slots, st.sampled_from(EMOJI), st.integers(1, 3)),
        st.tuples(st.just("unreact"), _slots, st.sampled_from(EMOJI), st.integers(1, 3)),
        st.tuples(st.just("clear"), _slots, st.sampled_from([*EMOJI, None])),
        st.tuples(st.just("leave out"), st.sampled_from(AUTHORS)),
        st.tuples(st.just("include"), st.sampled_from(AUTHORS)),
    ),
    max_size=25,
)


@dataclass
class Standing:
    """A message as it stands in Discord, or stood before it was deleted."""

    message: Incoming
    words: int
    is_deleted: bool = False
    is_left_out: bool = False
    fans: set = field(default_factory=set)

    @property
    def reactions(self):
        return tuple(sorted(Counter(emoji for emoji, _ in self.fans).items()))


class Discord:
    """A thread as Discord has it: it makes things happen, and tells the archive of them."""

    def __init__(self, archive, people, chat_id):
        self.archive, self.people, self.chat_id = archive, people, chat_id
        self.first_id = next(_rounds) * 10_000
        self.messages: dict[int, Standing] = {}
        self.left_out: set[int] = set()
        self.told: list[Incoming] = []
        self.time: datetime = START
        self.file_ids = itertools.count(self.first_id)

    async def happen(self, kind, *details):
        self.time += timedelta(seconds=1)
        await getattr(self, f"on_{kind.replace(' ', '_')}")(*details)

    def live(self, slot):
        standing = self.messages.get(self.first_id + slot)
        return standing if standing is not None and not standing.is_deleted else None

    async def tell(self, message, times):
        self.told.append(message)
        for _ in range(times):
            await self.archive.keep_message(self.chat_id, message)

    def files(self, count):
        return tuple(Attachment(next(self.file_ids), "shelf.jpg", "https://example.org/f", 1) for _ in range(count))

    async def on_post(self, slot, words, files, times):
        number = self.first_id + slot
        if number in self.messages:
            return
        author = AUTHORS[slot % 2]
        message = Incoming(number, THREAD, author, f"P{author}", self.time, TEXTS[words], attachments=self.files(files))
        self.messages[number] = Standing(message, words, is_left_out=author in self.left_out)
        await self.tell(message, times)

    async def on_edit(self, slot, words, files, times):
        standing = self.live(slot)
        if standing is None:
            return
        standing.words = words
        standing.message = replace(
            standing.message, text=TEXTS[words], edited_at=self.time, attachments=self.files(files)
        )
        await self.tell(standing.message, times)

    async def on_late(self, index):
        """Something that was told before is told once more."""
        if self.told:
            await self.archive.keep_message(self.chat_id, self.told[index % len(self.told)])

    async def on_delete(self, slots, times):
        gone = [standing for standing in map(self.live, slots) if standing is not None]
        for standing in gone:
            standing.is_deleted = True
        for _ in range(times):
            await self.archive.keep_deletion([standing.message.id for standing in gone], self.time)

    async def on_react(self, slot, emoji, person):
        standing = self.live(slot)
        if standing is not None and (emoji, person) not in standing.fans:
            standing.fans.add((emoji, person))
            await self.archive.keep_reaction(standing.message.id, emoji, 1)

    async def on_unreact(self, slot, emoji, person):
        standing = self.live(slot)
        if standing is not None and (emoji, person) in standing.fans:
            standing.fans.remove((emoji, person))
            await self.archive.keep_reaction(standing.message.id, emoji, -1)

    async def on_clear(self, slot, emoji):
        standing = self.live(slot)
        if standing is not None:
            standing.fans = {fan for fan in standing.fans if emoji not in {None, fan[0]}}
            await self.archive.keep_reactions_cleared(standing.message.id, emoji)

    async def on_leave_out(self, person):
        self.left_out.add(person)
        for standing in self.messages.values():
            standing.is_left_out |= standing.message.author_id == person
        await self.people.leave_out(person, self.time)

    async def on_include(self, person):
        self.left_out.discard(person)
        await self.people.include(person)

    def history(self):
        """What Discord answers when it is asked for the thread."""
        standing = [found for _, found in sorted(self.messages.items()) if not found.is_deleted]
        messages = [replace(found.message, reactions=found.reactions) for found in standing]
        return [an_own_post(self.first_id + 100), *messages]


def expected(standing):
    """A message as the archive should hold it, in brief."""
    hidden = standing.is_deleted or standing.is_left_out
    message = standing.message
    return {
        "text": None if hidden else message.text,
        "name": "" if standing.is_left_out else message.author_name,
        "flags": (standing.is_deleted, standing.is_left_out),
        "attachments": () if hidden else message.attachments,
        "reactions": None if standing.is_deleted else standing.reactions,
        "posted": (NOBODY if standing.is_left_out else message.author_id, message.posted_at),
        "edited_at": None if hidden else message.edited_at,
        # Where words that nobody may read stand is of no interest.
        "filed": None if hidden else FILED[standing.words],
    }


def held(message):
    """The same of what the archive does hold."""
    hidden = message.is_deleted or message.is_left_out
    return {
        "text": message.text,
        "name": message.author_name,
        "flags": (message.is_deleted, message.is_left_out),
        "attachments": message.attachments,
        "reactions": None if message.is_deleted else tuple(sorted(message.reactions)),
        "posted": (message.author_id, message.posted_at),
        "edited_at": None if hidden else message.edited_at,
        # Without a sign it depends on all that was said before.
        "filed": None if hidden else [b if b == "inferred" else (n, b) for n, b in filed(message)],
    }


async def compare_index(database):
    """What can be found is what can be read, word by word, and no other word is known."""
    held = await rows(database, "SELECT id, text, author_name FROM messages WHERE text IS NOT NULL")
    readable = {number: [word.folded for word in words_of(text)] for number, text, _ in held}
    names = {word.folded for _, _, name in held for word in words_of(name)}
    words, vocabulary = await indexed(database)
    assert words == readable
    assert vocabulary == names.union(*readable.values())


async def compare(archive, discord):
    kept = await said(archive, discord.chat_id)
    kept = {number: held(m) for number, m in kept.items() if number >= discord.first_id}
    assert kept == {number: expected(standing) for number, standing in discord.messages.items()}


async def in_a_thread(database, archive, people):
    """A fresh stretch of one thread; chats are dear to make."""
    if await archive.record_of(1) is None:
        await a_running_chat(database)
    for person in AUTHORS:
        await people.include(person)
    return Discord(archive, people, 1)


_same_database = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_same_database
@given(_happenings)
@example([("post", 0, 0, 1, 1), ("delete", {0}, 1), ("late", 0)])
@example([("post", 0, 0, 1, 1), ("edit", 0, 1, 0, 1), ("edit", 0, 2, 1, 1), ("late", 1), ("late", 0)])
@example([("leave out", 7), ("post", 0, 0, 1, 1), ("include", 7), ("late", 0), ("edit", 0, 1, 1, 1)])
async def test_told_as_it_happens_the_archive_equals_discord(database, archive, people, happenings):
    discord = await in_a_thread(database, archive, people)
    for happening in happenings:
        await discord.happen(*happening)
    await compare(archive, discord)
    await compare_index(database)


@_same_database
@given(_happenings, st.sets(st.integers(0, 24)))
async def test_asked_afterwards_the_archive_equals_discord_whatever_it_missed(
    database, archive, people, happenings, missed
):
    """An outage: some of what happened was never told, and the history puts it right."""
    discord = await in_a_thread(database, archive, people)
    for index, happening in enumerate(happenings):
        # A person's wish comes as a command, which an outage doesn't lose without their notice.
        is_lost = index in missed and happening[0] not in {"leave out", "include"}
        discord.archive = Nobody() if is_lost else archive
        await discord.happen(*happening)
    discord.archive = archive
    await archive.reconcile(1, THREAD, discord.history(), NOW + timedelta(days=365))
    kept = {n: m for n, m in (await said(archive, 1)).items() if n >= discord.first_id}
    for number, standing in discord.messages.items():
        if standing.is_deleted:
            assert number not in kept or kept[number].text is None
        elif not standing.is_left_out:
            assert held(kept[number]) == expected(standing)
    await compare_index(database)


class Nobody:
    """Listens to nothing, as a bot that is down."""

    async def keep_message(self, *_):
        pass

    keep_deletion = keep_reaction = keep_reactions_cleared = keep_message
