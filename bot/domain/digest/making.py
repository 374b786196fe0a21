"""A chat in brief: what was asked, the quotes that voice most of what was said, themes, links and loose ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, auto

from bot.domain.chat import Chat, Question
from bot.domain.digest.loose_ends import Disagreement, OpenQuestion, disagreements, unanswered
from bot.domain.digest.memory import Memory
from bot.domain.digest.picking import PER_PERSON, Picker
from bot.domain.digest.quotes import Quote
from bot.domain.digest.themes import Said, Theme, find_themes
from bot.domain.links import SharedLink, collect_links
from bot.domain.manner import Format
from bot.domain.messages import ArchivedMessage, ChatRecord

QUOTES_PER_QUESTION = 3


class Length(StrEnum):
    """How much a reader wants to read."""

    GLANCE = auto()
    STANDARD = auto()
    FULL = auto()

    @property
    def quotes(self) -> int:
        """How many quotes a question has at most."""
        return {Length.GLANCE: 1, Length.STANDARD: QUOTES_PER_QUESTION, Length.FULL: 2 * QUOTES_PER_QUESTION}[self]

    @property
    def per_person(self) -> int:
        """How often one person is quoted at most."""
        return 2 * PER_PERSON if self is Length.FULL else PER_PERSON


# A chat without questions is told by what several people spoke of, and a few quotes of the rest.
TOLD_THEMES = 5
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class QuestionDigest:
    """One question's part of a digest.

    Attributes:
        question: the prompt.
        answers: how many messages stand under it.
        people: how many people wrote them.
        quotes: at most as many as asked for, by different people, in order of time.
    """

    question: Question
    answers: int
    people: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class ThemeDigest:
    """What several people spoke of in a chat without questions.

    Attributes:
        theme: the phrase, and who used it.
        quotes: at most as many as asked for, by different people, in order of time.
    """

    theme: Theme
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A chat in brief.

    Attributes:
        chat: the chat.
        messages: how many messages people wrote, those without a question included.
        people: how many people wrote them.
        questions: one entry for each question that was asked.
        links: every address shared.
        themes: phrases that several people used, those of most people first.
        by_theme: in a chat in which no question was asked, what several people spoke of; else empty.
        highlights: in such a chat quotes of the rest; else empty.
        unanswered: questions by participants that nobody replied to.
        disagreements: messages that say that they disagree.
        to_greet: names of newcomers who agreed to be named, in no order of merit.
        elsewhere: the threads of messages that stand in a question's own.
    """

    chat: Chat
    messages: int
    people: int
    questions: tuple[QuestionDigest, ...]
    links: tuple[SharedLink, ...]
    themes: tuple[Theme, ...] = ()
    by_theme: tuple[ThemeDigest, ...] = ()
    highlights: tuple[Quote, ...] = ()
    unanswered: tuple[OpenQuestion, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    to_greet: tuple[str, ...] = ()
    elsewhere: Mapping[int, int] = field(default_factory=dict)

    def thread_of(self, message_id: int) -> int:
        """Where a message stands."""
        return self.elsewhere.get(message_id, self.chat.thread_id or self.chat.channel_id)


def since(record: ChatRecord, at: datetime) -> ChatRecord:
    """What was said after an instant (aware UTC); the questions stay, for an answer may come late."""
    return replace(record, messages=tuple(m for m in record.messages if m.posted_at > at))


def make_digest(
    record: ChatRecord,
    quotes: int = QUOTES_PER_QUESTION,
    per_person: int = PER_PERSON,
    newcomers: frozenset[int] = frozenset(),
    memory: Memory | None = None,
) -> Digest:
    """The digest of what the archive holds now; questions not yet asked are left out.

    Args:
        record: the chat and all that was said in it.
        quotes: how many quotes a question has at most.
        per_person: how often one person is quoted at most in the whole digest.
        newcomers: ids of those who take part for the first time; of two answers worth the same theirs is quoted.
        memory: of an earlier digest of the same chat; it saves work and changes nothing.
    """
    chat = record.chat
    # What stands under a question is somebody's answer, though a bridge or a moderator's tool carried it here.
    spoken = (m for m in record.messages if not m.is_deleted and (not m.by_machine or m.questions))
    said = sorted(spoken, key=lambda m: m.id)
    memory = Memory() if memory is None else memory
    picker = Picker(chat, said, per_person, newcomers, memory)
    asked = [question for question in chat.questions if question.message_id is not None]
    filed: defaultdict[int, list[ArchivedMessage]] = defaultdict(list)
    for message in said:
        for number in message.questions:
            filed[number].append(message)
    under = [filed[question.number] for question in asked]
    readable = [m for m in said if m.is_readable]
    texts = [Said(m.id, m.author_id, m.text or "", picker.words[m.id]) for m in readable]
    themes = find_themes(texts, ignored=picker.ignored, memory=memory)
    by_theme: tuple[ThemeDigest, ...] = ()
    highlights: tuple[Quote, ...] = ()
    chosen: Sequence[tuple[Quote, ...]] = ()
    if asked:
        chosen = picker.pick([(question.text, found) for question, found in zip(asked, under, strict=True)], quotes)
    else:
        by_theme, highlights = _tell_by_theme(picker, said, themes, quotes)
    # Nobody hosts an informal chat: whoever planned it asks as anybody does.
    hosts = frozenset() if chat.format is Format.INFORMAL else frozenset({chat.host_id})
    digest = Digest(
        chat,
        messages=len(said),
        people=len({m.author_id for m in said}),
        questions=tuple(
            QuestionDigest(question, len(answers), len({m.author_id for m in answers}), found)
            for question, answers, found in zip(asked, under, chosen, strict=True)
        ),
        links=collect_links(said),
        themes=themes,
        by_theme=by_theme,
        highlights=highlights,
        unanswered=unanswered(_without(asked, readable), hosts, memory),
        disagreements=disagreements(readable, memory),
        elsewhere={m.id: m.thread_id for m in readable if m.thread_id != chat.thread_id},
    )
    memory.forget_unused()
    return digest


def _without(asked: Sequence[Question], said: Sequence[ArchivedMessage]) -> Sequence[ArchivedMessage]:
    """Of a chat that came from elsewhere the messages that asked its questions are there too."""
    prompts = {question.message_id for question in asked}
    return [message for message in said if message.id not in prompts]


def _tell_by_theme(
    picker: Picker, said: Sequence[ArchivedMessage], themes: Sequence[Theme], quotes: int
) -> tuple[tuple[ThemeDigest, ...], tuple[Quote, ...]]:
    """The quotes of a chat without questions: for each theme some of its messages', and some of all the rest."""
    told: list[tuple[Theme, list[ArchivedMessage]]] = []
    left = {message.id: message for message in said}
    for theme in themes[:TOLD_THEMES]:
        if len(theme.people) >= _SEVERAL:
            # A message that voices two themes is quoted under the one of more people.
            found = [left.pop(number) for number in theme.messages if number in left]
            told += [(theme, found)] if found else []
    parts = [(theme.phrase, found) for theme, found in told] + [("", list(left.values()))]
    *chosen, rest = picker.pick(parts, quotes)
    shown = [ThemeDigest(theme, found) for (theme, _), found in zip(told, chosen, strict=True) if found]
    return tuple(shown), rest
