"""A participant answers without a name where the chat allows it, and a host approves first unless it says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.anonymity import Decision, Given, stand_in
from bot.domain.chat import Chat
from bot.domain.errors import Problem, WrongMoment
from bot.domain.manner import Anonymous
from bot.domain.obstacles import Obstacle, ObstacleKind
from bot.domain.run import Action, ActionKind
from bot.services.answering import Answering, OpenQuestion, check_answer
from bot.services.person_ports import Anonymity
from bot.services.ports import Archive, Chats, Clock
from bot.services.values import Relay, RelayState


class AnonymousAnswers:
    """Use cases of whoever answers without a name, and of the host who approves it."""

    def __init__(
        self, answering: Answering, anonymity: Anonymity, chats: Chats, archive: Archive, clock: Clock
    ) -> None:
        self._answering = answering
        self._anonymity = anonymity
        self._chats = chats
        self._archive = archive
        self._clock = clock

    async def open_question(self, chat_id: int, number: int, person_id: int) -> OpenQuestion:
        """The question that a form is to be opened for, with what can still be changed of an earlier answer.

        Raises:
            WrongMoment: the chat is over or takes no anonymous answers, the question isn't asked yet, or the person
                asked to be left out.
        """
        found = await self._answering.open_question(chat_id, number, person_id)
        if found.chat.anonymous is Anonymous.NO:
            raise WrongMoment(Problem.ANONYMOUS_NOT_HERE)
        before = await self._changeable(found.chat, number, person_id)
        return replace(found, answered=before.text if before is not None else "")

    async def give(
        self, chat_id: int, number: int, *, press_id: int, person_id: int, nobody: str, text: str
    ) -> tuple[Chat, Given]:
        """Save an anonymous answer, or the new words of one given before.

        Args:
            chat_id: the chat.
            number: the question's.
            press_id: one press is one answer.
            person_id: who gives it; kept nowhere.
            nobody: the word that stands for the name.
            text: as typed.

        Raises:
            BadInput: there are no words in it, or too many.
            WrongMoment: as for `open_question`, or this person may give no more.
        """
        tidy = check_answer(text)
        chat = (await self.open_question(chat_id, number, person_id)).chat
        now = self._clock.now()
        before = await self._changeable(chat, number, person_id)
        if before is not None and before.state is RelayState.DUE and before.id != press_id:
            lane = f"relay:{before.id}"
            amend = Action(chat_id, ActionKind.AMEND, due_at=now, number=before.id, step=1, lane=lane)
            if await self._archive.amend_relay(replace(before, text=tidy), amend):
                return chat, Given.CHANGED
        relay = Relay(press_id, chat_id, number, stand_in(press_id), nobody, tidy, now)
        if chat.anonymous is Anonymous.OPEN:
            await self._anonymity.give(relay, person_id, [self._post(relay)])
            return chat, Given.ON_ITS_WAY
        told = Obstacle(ObstacleKind.APPROVAL).number
        tell = Action(chat_id, ActionKind.TELL, due_at=now, number=told, lane=f"tell:{told}")
        replaced = await self._anonymity.give(replace(relay, state=RelayState.WAITING), person_id, [tell])
        return chat, Given.REPLACED if replaced else Given.WAITING

    async def waiting(self, chat_id: int) -> tuple[Chat, Sequence[Relay]]:
        """The chat and the answers that wait for a host, the oldest first; when it is over, those left over too.

        Raises:
            WrongMoment: there is no such chat.
        """
        chat = await self._chats.get(chat_id)
        if chat is None:
            raise WrongMoment(Problem.CHAT_UNKNOWN, number=chat_id)
        return chat, await self._anonymity.waiting(chat_id)

    async def decide(self, chat_id: int, relay_id: int, decision: Decision) -> bool:
        """Post an answer, or let it go; False if that was decided before, or its author took it back or changed it."""
        waiting = (relay for relay in await self._anonymity.waiting(chat_id) if relay.id == relay_id)
        relay = next(waiting, None)
        return relay is not None and await self._anonymity.decide(relay_id, decision, self._post(relay))

    async def _changeable(self, chat: Chat, number: int, person_id: int) -> Relay | None:
        before = await self._anonymity.own(chat.id, number, person_id)
        if before is not None and before.state is RelayState.DUE and chat.anonymous is Anonymous.APPROVED:
            # Other words would stand there that no host has seen.
            return None
        return before

    def _post(self, relay: Relay) -> Action:
        return Action(
            relay.chat_id,
            ActionKind.RELAY,
            due_at=self._clock.now(),
            number=relay.id,
            lane=f"relay:{relay.id}",
        )
