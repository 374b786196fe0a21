"""A server's jar of questions: anybody suggests, hosts decide, draw and ask; a file goes in or comes out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import BadInput, Problem
from bot.domain.jar import (
    MAX_QUESTIONS,
    MAX_WAITING,
    Added,
    JarQuestion,
    JarState,
    check_tags,
    check_text,
    draw,
    fold,
    in_order,
    tag_of,
)
from bot.domain.jar_files import WrongLine, read_file, used_on, write_files
from bot.services.jar_ports import JarContents
from bot.services.ports import Clock

_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file.

    Attributes:
        added: how many questions are in the jar now that weren't, or only waited there.
        already: how many were there before, or stand in the file twice.
        wrong: the lines that can't be used, in order.
    """

    added: int
    already: int
    wrong: tuple[WrongLine, ...]


class Jar:
    """Use cases of the jar.

    Args:
        contents: the questions.
        clock: tells when one was asked.
        dice: what chance is taken from.
    """

    def __init__(self, contents: JarContents, clock: Clock, dice: random.Random) -> None:
        self._contents = contents
        self._clock = clock
        self._dice = dice

    async def add(self, guild_id: int, person_id: int, text: str, tags: str = "") -> tuple[JarQuestion, Added]:
        """A host puts a question in; if it waits there as a suggestion, that is the yes to it.

        Returns:
            The question as it was understood, and what became of it.

        Raises:
            BadInput: the text or a tag can't be used, or the jar is full.
        """
        question = self._made(guild_id, person_id, text, JarState.APPROVED, check_tags(tags))
        return question, await self._put(question)

    async def suggest(self, guild_id: int, person_id: int, text: str) -> Added:
        """Anybody suggests a question; it waits for a host.

        Raises:
            BadInput: the text can't be used, the jar is full, or too many of this person's wait.
        """
        return await self._put(self._made(guild_id, person_id, text, JarState.SUGGESTED))

    async def approve(self, guild_id: int, question_id: int) -> bool:
        """Let a suggestion be drawn; False if somebody decided before."""
        return await self._contents.approve(guild_id, question_id)

    async def decline(self, guild_id: int, question_id: int) -> bool:
        """Let a suggestion go; False if somebody decided before."""
        return await self._contents.decline(guild_id, question_id)

    async def list(self, guild_id: int, tag: str | None = None) -> Sequence[JarQuestion]:
        """What is in the jar, with a tag (as `check_tag` gives it) or all: suggestions that wait first."""
        return in_order(await self._contents.of_guild(guild_id), tag)

    async def like(self, guild_id: int, typed: str, limit: int = 25) -> Sequence[JarQuestion]:
        """The questions that may be meant by what is typed so far."""
        wanted = fold(typed)
        found = in_order(await self._contents.of_guild(guild_id))
        return [question for question in found if wanted in fold(question.text)][:limit]

    async def tags_like(self, guild_id: int, typed: str, limit: int = 25) -> Sequence[str]:
        """The tags that may be meant by what is typed so far, those of most questions first."""
        counts = Counter(tag for question in await self._contents.of_guild(guild_id) for tag in question.tags)
        wanted = fold(typed.lstrip("#"))
        return [tag for tag, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0])) if wanted in tag][:limit]

    async def tag_of(self, guild_id: int, mark: int) -> str | None:
        """The tag that a button remembers; None for 0.

        Raises:
            BadInput: no question has it any more.
        """
        return tag_of(await self._contents.of_guild(guild_id), mark)

    async def get(self, guild_id: int, question_id: int) -> JarQuestion:
        """A question.

        Raises:
            BadInput: it isn't in this server's jar.
        """
        question = await self._contents.get(guild_id, question_id)
        if question is None:
            raise BadInput(Problem.JAR_QUESTION_UNKNOWN)
        return question

    async def find(self, guild_id: int, chosen: str) -> JarQuestion:
        """The question that was chosen from the list that appears while one types.

        Raises:
            BadInput: it wasn't chosen there, or it is gone.
        """
        tidy = chosen.strip()
        # Longer numbers are none of ours, and too big for the archive.
        is_number = tidy.isascii() and tidy.isdecimal() and len(tidy) <= _MOST_DIGITS
        return await self.get(guild_id, int(tidy) if is_number else 0)

    async def remove(self, guild_id: int, chosen: str) -> JarQuestion:
        """Take a question out; what it was.

        Raises:
            BadInput: as for `find`.
        """
        question = await self.find(guild_id, chosen)
        if not await self._contents.remove(guild_id, question.id):
            raise BadInput(Problem.JAR_QUESTION_UNKNOWN)
        return question

    async def retag(self, guild_id: int, chosen: str, tags: str) -> JarQuestion:
        """Give a question other tags, or none; as it stands then.

        Raises:
            BadInput: as for `find`, or a tag can't be used.
        """
        wanted = check_tags(tags)
        question = await self.find(guild_id, chosen)
        await self._contents.retag(guild_id, question.id, wanted)
        return await self.get(guild_id, question.id)

    async def was_used(self, guild_id: int, chosen: str, day: str) -> JarQuestion:
        """Note that a question was asked elsewhere, so that it rests; as it stands then.

        Args:
            guild_id: the server.
            chosen: the question.
            day: such as `2026-12-03`; empty for today.

        Raises:
            BadInput: as for `find`, or it can't have been asked on that day.
        """
        now = self._clock.now()
        try:
            used_at = used_on(day.strip(), now) or now
        except BadInput as refused:
            raise BadInput(Problem.JAR_DAY_UNUSABLE, **refused.facts) from refused
        question = await self.find(guild_id, chosen)
        await self._contents.mark_used(guild_id, question.id, used_at)
        return await self.get(guild_id, question.id)

    async def draw(self, guild_id: int, tag: str | None = None, *, besides: int = 0) -> JarQuestion:
        """One question by chance; see `bot.domain.jar.draw`.

        Raises:
            BadInput: there is none to draw from.
        """
        questions = await self._contents.of_guild(guild_id)
        return draw(questions, self._clock.now(), self._dice, tag, besides=besides)

    async def mark_used(self, guild_id: int, question_id: int) -> None:
        """Remember that a question was asked now; safe to repeat."""
        await self._contents.mark_used(guild_id, question_id, self._clock.now())

    async def import_csv(self, guild_id: int, data: bytes) -> Imported:
        """Put a file's questions in, as a host's and as nobody's own; the same file again changes nothing.

        Raises:
            BadInput: the file can't be read at all; nothing is changed.
        """
        now = self._clock.now()
        rows, wrong = read_file(data, now)
        questions = [JarQuestion(guild_id, row.text, row.tags, JarState.APPROVED, 0, now, row.used_at) for row in rows]
        outcomes = await self._contents.add(guild_id, questions)
        no_room = [
            WrongLine(row.line, BadInput(Problem.JAR_FULL, limit=MAX_QUESTIONS))
            for row, outcome in zip(rows, outcomes, strict=True)
            if outcome is Added.NO_ROOM
        ]
        count = Counter(outcomes)
        return Imported(
            added=count[Added.NEW] + count[Added.APPROVED],
            already=count[Added.ALREADY],
            wrong=tuple(sorted([*wrong, *no_room], key=lambda one: one.line)),
        )

    async def export_csv(self, guild_id: int) -> tuple[bytes, ...]:
        """The questions that a host approved, as one file, or as several where one couldn't be read back.

        Raises:
            BadInput: there is none.
        """
        approved = [q for q in await self._contents.of_guild(guild_id) if q.state is JarState.APPROVED]
        if not approved:
            raise BadInput(Problem.JAR_EMPTY)
        return write_files(approved)

    def _made(
        self, guild_id: int, person_id: int, text: str, state: JarState, tags: tuple[str, ...] = ()
    ) -> JarQuestion:
        return JarQuestion(guild_id, check_text(text), tags, state, person_id, self._clock.now())

    async def _put(self, question: JarQuestion) -> Added:
        (outcome,) = await self._contents.add(question.guild_id, [question])
        if outcome is Added.NO_ROOM:
            raise BadInput(Problem.JAR_FULL, limit=MAX_QUESTIONS)
        if outcome is Added.ENOUGH:
            raise BadInput(Problem.JAR_ENOUGH_WAITING, limit=MAX_WAITING)
        return outcome
