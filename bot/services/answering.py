"""A participant answers through the form behind a prompt's button; what is typed is saved before it is posted."""

from __future__ import annotations

from bot.domain.chat import RUNNING_STATES, Chat, Question
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.run import Action, ActionKind
from bot.services.ports import Archive, Chats, Clock, People, Relay

# The post names its author and question too, and Discord allows 2,000 characters in all.
MAX_ANSWER_LENGTH = 1_700


class Answering:
    """Use cases of a participant who doesn't write in the thread."""

    def __init__(self, chats: Chats, archive: Archive, people: People, clock: Clock) -> None:
        self._chats = chats
        self._archive = archive
        self._people = people
        self._clock = clock

    async def open_question(self, chat_id: int, number: int, person_id: int) -> tuple[Chat, Question]:
        """The question that a form is to be opened for.

        Raises:
            WrongMoment: the chat is over, the question isn't asked yet, or the person asked to be left out.
        """
        chat = await self._chats.get(chat_id)
        question = chat.question(number) if chat else None
        if chat is None or question is None or chat.state not in RUNNING_STATES or question.message_id is None:
            raise WrongMoment(Problem.QUESTION_NOT_OPEN, number=number)
        if await self._people.is_left_out(person_id):
            raise WrongMoment(Problem.LEFT_OUT)
        return chat, question

    async def answer(
        self, chat_id: int, number: int, *, press_id: int, person_id: int, name: str, text: str
    ) -> Question:
        """Save an answer; it is due in the thread at once. The same press sent twice is one answer.

        Raises:
            BadInput: there are no words in it.
            WrongMoment: as for `open_question`.
        """
        tidy = text.strip()
        if not tidy:
            raise BadInput(Problem.ANSWER_EMPTY)
        chat, question = await self.open_question(chat_id, number, person_id)
        now = self._clock.now()
        relay = Relay(press_id, chat.id, number, person_id, name, tidy[:MAX_ANSWER_LENGTH], now)
        action = Action(chat.id, ActionKind.RELAY, due_at=now, number=press_id, lane=f"relay:{press_id}")
        await self._archive.add_relay(relay, action)
        return question
