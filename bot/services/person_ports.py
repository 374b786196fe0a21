"""What the services need to know of persons: their consent, their own words, what they saved, when they looked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.anonymity import Decision
from bot.domain.consent import Erased
from bot.domain.messages import Kept
from bot.domain.run import Action
from bot.domain.showing import Showing
from bot.services.person_values import Held, Section
from bot.services.values import Relay, Reminder, SavedMessage, Standing


class Anonymity(Protocol):
    """Anonymous answers, whose author nobody can read from what is kept."""

    async def own(self, chat_id: int, question: int, person_id: int) -> Relay | None:
        """What a person answered to a question without a name, the latest, if it still stands or waits."""
        ...

    async def give(self, relay: Relay, person_id: int, actions: Sequence[Action]) -> bool:
        """Save an anonymous answer, and what is due with it, at once; whether it replaces one that was waiting.

        Raises:
            WrongMoment: the chat is over, or this person may give no more.
        """
        ...

    async def waiting(self, chat_id: int) -> Sequence[Relay]:
        """The answers that wait for a host, the oldest first."""
        ...

    async def decide(self, relay_id: int, decision: Decision, approved: Action) -> bool:
        """Do what a host says; False if somebody did before, or its author took it back or changed it.

        Args:
            relay_id: the answer.
            decision: what is to become of it.
            approved: what falls due once it is approved.
        """
        ...


class Reminders(Protocol):
    """Who wants to be reminded of which chat."""

    async def switch(self, chat_id: int, person_id: int, locale: str, due: Callable[[int], Action]) -> bool:
        """Wish for a reminder, or take the wish back; whether there is one now.

        Args:
            chat_id: which chat.
            person_id: who.
            locale: their language.
            due: what falls due for a reminder of this number.
        """
        ...

    async def get(self, reminder_id: int) -> Reminder | None:
        """A wish, or None if it was taken back."""
        ...


class Looks(Protocol):
    """When people last looked at a digest, for those who want that remembered."""

    async def remember(self, person_id: int, at: datetime) -> None:
        """Remember this person's looks from now on (aware UTC); safe to repeat."""
        ...

    async def forget(self, person_id: int) -> bool:
        """Forget them all, and remember none from now on; whether any were remembered."""
        ...

    async def is_on(self, person_id: int) -> bool:
        """Whether this person wants looks remembered."""
        ...

    async def last(self, person_id: int, chat_id: int) -> datetime | None:
        """When this person last looked at a chat (aware UTC), if that is remembered."""
        ...

    async def look(self, person_id: int, chat_id: int, at: datetime) -> None:
        """This person looks at a chat now (aware UTC); nothing is kept of those who didn't switch it on."""
        ...


class Words(Protocol):
    """What a person does with one message."""

    async def standing(self, message_id: int) -> Standing | None:
        """Where a message stands, or None if it isn't in the archive or has no words any more."""
        ...

    async def rule(self, message_id: int, questions: Sequence[int], *, by_author: bool) -> Kept:
        """File a message as a person says, under none if `questions` is empty; it stays so.

        Raises:
            BadInput: it isn't in the archive, or has no words any more.
        """
        ...

    async def withdraw(self, message_id: int, person_id: int, at: datetime) -> bool:
        """Take a message's words out of the archive; whether the bot had posted it and takes that post down.

        Raises:
            BadInput: it isn't in the archive, or has no words any more.
            NotAllowed: somebody else wrote it.
        """
        ...

    async def save(self, message_id: int, person_id: int, at: datetime) -> bool:
        """Keep a bookmark, or take it away again; whether it is kept now.

        Raises:
            BadInput: it isn't in the archive, or has no words any more.
        """
        ...

    async def saved(self, person_id: int, guild_id: int) -> Sequence[SavedMessage]:
        """A person's bookmarks in a server, the newest first."""
        ...


class People(Protocol):
    """What people wish for their own words."""

    async def leave_out(self, person_id: int, at: datetime) -> Erased:
        """Take a person's words and name out of everything kept, now and from now on."""
        ...

    async def erase(self, person_id: int, guild_id: int | None, at: datetime) -> Erased:
        """Take a person's words and name out of everything kept of a server, or with None everywhere.

        What they chose, and whether they are to be left out, stays: it is their wish for what comes.
        """
        ...

    async def include(self, person_id: int) -> bool:
        """Keep what they say from now on; whether they had been left out."""
        ...

    async def choose(self, person_id: int, guild_id: int, showing: Showing | None, at: datetime) -> bool:
        """Show a person in a server as they choose, or with None as is usual there; whether that changes anything.

        What was posted or published that tells of them becomes due to be put right, at once.
        """
        ...

    async def is_left_out(self, person_id: int) -> bool:
        """Whether this person asked to be left out."""
        ...

    async def greet(self, person_id: int, at: datetime | None) -> None:
        """Name a person as somebody to say hello to (since when, aware UTC), or with None name them no more."""
        ...


class Holdings(Protocol):
    """What is kept of a person."""

    async def held(self, person_id: int) -> Held:
        """What is kept of a person, in figures."""
        ...

    async def export(self, person_id: int) -> Sequence[Section]:
        """Everything that is kept of a person; sections without anything are left out."""
        ...
