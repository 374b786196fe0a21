"""A participant answers through a form or a command; what is typed is saved before it is posted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.chat import RUNNING_STATES, Chat, Question
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.run import Action, ActionKind
from bot.services.finding import find_running
from bot.services.person_ports import People
from bot.services.ports import Archive, Chats, Clock
from bot.services.values import Relay

# The post names its author and question too, and Discord allows 2,000 characters in all.
MAX_ANSWER_LENGTH = 1_700


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that a person can answer now.

    Attributes:
        chat: the chat.
        question: the question.
        answered: what this person answered to it through a form before; empty if nothing.
    """

    chat: Chat
    question: Question
    answered: str


def check_answer(text: str) -> str:
    """What was typed, without the space around it.

    Raises:
        BadInput: there are no words in it, or too many.
    """
    tidy = text.strip()
    if not tidy:
        raise BadInput(Problem.ANSWER_EMPTY)
    if len(tidy) > MAX_ANSWER_LENGTH:
        raise BadInput(Problem.ANSWER_TOO_LONG, length=len(tidy), limit=MAX_ANSWER_LENGTH)
    return tidy


class Answering:
    """Use cases of a participant who doesn't write in the thread."""

    def __init__(self, chats: Chats, archive: Archive, people: People, clock: Clock) -> None:
        self._chats = chats
        self._archive = archive
        self._people = people
        self._clock = clock

    async def find_question(self, guild_id: int, place_id: int, number: int | None) -> tuple[Chat, int]:
        """The chat that a person means who types a command here, and the question: the one named or the latest.

        Raises:
            BadInput: no chat is running, or several and none of them here.
            WrongMoment: nothing has been asked yet.
        """
        chat = await find_running(self._chats, guild_id, place_id)
        if number is not None:
            return chat, number
        current = chat.question_in(place_id) or chat.current_question
        if current is None:
            raise WrongMoment(Problem.NOTHING_ASKED)
        return chat, current.number

    async def open_question(self, chat_id: int, number: int, person_id: int) -> OpenQuestion:
        """The question that a form is to be opened for.

        Raises:
            WrongMoment: the chat is over, the question isn't asked yet, or the person asked to be left out.
        """
        chat, question = await self._question(chat_id, number)
        if await self._people.is_left_out(person_id):
            raise WrongMoment(Problem.LEFT_OUT)
        before = await self._archive.answer_of(chat_id, number, person_id)
        return OpenQuestion(chat, question, before.text if before is not None else "")

    async def answer(self, chat_id: int, number: int, *, press_id: int, person_id: int, name: str, text: str) -> bool:
        """Save an answer, or the new words of one given before; it is due in the thread at once.

        The same press sent twice is one answer.

        Returns:
            Whether it changes an answer given before.

        Raises:
            BadInput: there are no words in it, or too many.
            WrongMoment: as for `open_question`.
        """
        tidy = check_answer(text)
        await self.open_question(chat_id, number, person_id)
        now = self._clock.now()
        before = await self._archive.answer_of(chat_id, number, person_id)
        if before is not None and before.id != press_id:
            # In the lane of its post and after it, so that there is something to change.
            lane = f"relay:{before.id}"
            amend = Action(chat_id, ActionKind.AMEND, due_at=now, number=before.id, step=1, lane=lane)
            if await self._archive.amend_relay(replace(before, text=tidy), amend):
                return True
        relay = Relay(press_id, chat_id, number, person_id, name, tidy, now)
        action = Action(chat_id, ActionKind.RELAY, due_at=now, number=press_id, lane=f"relay:{press_id}")
        await self._archive.add_relay(relay, action)
        return False

    async def _question(self, chat_id: int, number: int) -> tuple[Chat, Question]:
        chat = await self._chats.get(chat_id)
        question = chat.question(number) if chat else None
        if chat is None or question is None or chat.state not in RUNNING_STATES or question.message_id is None:
            raise WrongMoment(Problem.QUESTION_NOT_OPEN, number=number)
        return chat, question
