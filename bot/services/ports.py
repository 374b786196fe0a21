"""What the services need from outside, in the domain's own words; `bot/storage` and `bot/platform` provide it."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.chat import Chat, ChatState
from bot.domain.desk import Change, Lane, Press, Turnout, Waiting
from bot.domain.manner import EventHindrance
from bot.domain.messages import ChatRecord, Incoming, Kept
from bot.domain.obstacles import Obstacle
from bot.domain.run import Action, ActionKind, ActionState
from bot.services.values import Look, Post, Posted, Relay, Stamp


class Clock(Protocol):
    """The one clock."""

    def now(self) -> datetime:
        """This instant (aware UTC)."""
        ...


class Platform(Protocol):
    """Discord, as far as the services use it.

    Every method may raise `MissingPermissions`, which names what to grant, or `TryLater`.
    """

    async def post(self, post: Post) -> Posted:
        """Say something. Repeating it within minutes doesn't say it twice (a nonce sees to that)."""
        ...

    async def edit(self, post: Post, message_id: int) -> None:
        """Give one of the bot's own messages the words that it should have now; does nothing if it is gone."""
        ...

    def may_ping(self, chat: Chat) -> bool:
        """Whether the bot can ping the role that a chat's announcements name; True where they name none."""
        ...

    async def may_read(self, guild_id: int, channel_id: int, person_id: int) -> bool:
        """Whether a person may read a channel now; everybody, where the person is 0."""
        ...

    def is_in(self, guild_id: int) -> bool:
        """Whether the bot is in a server."""
        ...

    def event_hindrance(self, guild_id: int, channel_id: int) -> EventHindrance | None:
        """Why Discord's list of events can't show a chat whose readers are those of this channel, if so."""
        ...

    def pages_of(self, post: Post) -> int:
        """How many messages a recap takes."""
        ...

    async def find(self, post: Post, since: datetime) -> Posted | None:
        """Look in the channel's history since then (aware UTC) for what an earlier try may have posted."""
        ...

    async def open_thread(self, chat: Chat, message_id: int, number: int = 0) -> int:
        """Open the thread of a message, or find it open; its id. A message has at most one thread.

        With a question's number it is that question's own.
        """
        ...

    async def open_post(self, post: Post) -> int:
        """Open a chat's post in a forum, with its first message; its id. An earlier try's post is taken instead."""
        ...

    async def close_thread(self, thread_id: int) -> None:
        """Lock and archive a thread; does nothing to one that is closed or gone."""
        ...

    async def delete(self, thread_id: int, message_id: int) -> None:
        """Take down one of the bot's own messages; does nothing if it is gone."""
        ...

    async def history(self, thread_id: int, since_id: int = 0, until: datetime | None = None) -> Sequence[Incoming]:
        """Everything that stands in a thread now, oldest first; the bot's own messages are marked.

        With `since_id` only that message and what came behind it, and with `until` (aware UTC) nothing that came
        after that, for a chat that is held in a channel.
        """
        ...

    async def name_of(self, guild_id: int, person_id: int) -> str | None:
        """How a person is called in a server now; None if they left it."""
        ...

    async def message(self, thread_id: int, message_id: int) -> Incoming | None:
        """One message as it stands now; None if it is gone."""
        ...

    def missing_permissions(self, channel_id: int) -> tuple[str, ...]:
        """What the bot would need in a channel and hasn't got, by discord.py's names.

        Only `view_channel` where it doesn't know the channel.
        """
        ...

    async def obstacles(self, chat: Chat, *, afresh: bool = False) -> tuple[Obstacle, ...]:
        """What stands in a chat's way, the worst first; with `afresh` Discord is asked even if it is known."""
        ...

    async def private_channel(self, person_id: int) -> int:
        """Where to write to a person in private.

        Raises:
            MissingPermissions: there is no such person, or they can't be written to.
        """
        ...


class Chats(Protocol):
    """The chats and what is due in them."""

    async def add_draft(self, chat: Chat) -> Chat:
        """Save a chat without questions; it comes back with its number."""
        ...

    async def get(self, chat_id: int) -> Chat | None:
        """A chat with its questions."""
        ...

    async def list(
        self,
        guild_id: int,
        states: frozenset[ChatState],
        *,
        newest_first: bool = False,
        limit: int = 25,
        series_id: int | None = None,
    ) -> Sequence[Chat]:
        """A server's chats in some states, by start; those of one series, if one is named."""
        ...

    async def open_threads(self) -> Sequence[Chat]:
        """Every chat that has a thread, closed ones too: their deletions must still be honoured."""
        ...

    async def confirm(self, chat: Chat, actions: Sequence[Action]) -> Chat:
        """Make a draft a plan: its questions and what is due, at once.

        Raises:
            BadInput: another chat took its channel and time meanwhile; nothing is saved.
        """
        ...

    async def busy_with(self, chat: Chat) -> Chat | None:
        """Another planned or running chat in the same channel at the same time, if there is one."""
        ...

    async def cancel(self, chat: Chat, state: ChatState, corrections: Sequence[Action]) -> bool:
        """Drop what is due, set the state, and make the corrections due, at once.

        Returns:
            False if the chat's state changed meanwhile; then nothing is saved.
        """
        ...

    async def forget_thread(self, thread_id: int) -> None:
        """A question's own thread was deleted."""
        ...

    async def keep_typed(self, chat_id: int, typed: str) -> None:
        """Remember what a host typed into the form of a draft, right or wrong."""
        ...

    async def typed(self, chat_id: int) -> str:
        """What a host typed last into the form of a draft; empty if nothing."""
        ...


class Agenda(Protocol):
    """What is due, as rows: saved before it is tried, recorded once it is done."""

    async def next_due_at(self, after: datetime) -> datetime | None:
        """When the earliest unfinished action falls due that isn't due yet at this instant (both aware UTC)."""
        ...

    async def due(self, now: datetime) -> Sequence[Action]:
        """The unfinished actions that are due and wait for no other: at most one of each chat's sequence."""
        ...

    async def claim(self, action: Action, now: datetime) -> bool:
        """Record that it is about to be handed to Discord; False if it was dropped or put off meanwhile."""
        ...

    async def record(
        self,
        action: Action,
        *,
        posted: Posted | None = None,
        step: tuple[ChatState, ChatState] | None = None,
        thread_id: int | None = None,
        done_at: datetime | None = None,
        least_gap: timedelta = timedelta(),
        outcome: ActionState = ActionState.DONE,
        then: Sequence[Action] = (),
    ) -> None:
        """Record what became of it: what it posted, and the chat's new state and thread.

        `then` falls due with it.

        With `done_at` (aware UTC) the rest moves so far that each question gets its least time.

        The state changes only if the chat is still in the state in which the action found it.
        """
        ...

    async def of_chat(self, chat_id: int) -> Sequence[Action]:
        """All actions of a chat's sequence, in order."""
        ...

    async def message_of(self, chat_id: int, kind: ActionKind, number: int = 0) -> int | None:
        """The message that an action of this kind posted."""
        ...

    async def add(self, actions: Sequence[Action]) -> None:
        """Make actions due, at once; one that is there stays as it is."""
        ...

    async def numbers_of(self, chat_id: int, kind: ActionKind, *, unfinished: bool = False) -> Sequence[int]:
        """The numbers of a chat's actions of one kind, done or not, or only of those that are still to be done."""
        ...


class Claims(Protocol):
    """What is due at the same time, claimed together."""

    async def prepare(self, after: datetime, until: datetime) -> Sequence[Action]:
        """What falls due after one instant and until another (both aware UTC), read ahead to be claimed quickly then.

        It may have changed by then, and more may have come; only `claim` knows.
        """
        ...

    async def claim(self, actions: Sequence[Action], now: datetime) -> Sequence[tuple[Action, Chat]]:
        """Record that actions are about to be handed to Discord for the first time, all at once.

        Returns:
            Those that are due now, wait for no other, come in time, and were never claimed; as they are now, each with
            its chat as it is now.
        """
        ...


class Desk(Protocol):
    """What hosts do while a chat runs."""

    async def move(self, press: Press) -> Change:
        """Decide a press and save what it changes, at once; a press that was saved before changes nothing.

        Raises:
            WrongMoment: the chat isn't at a point that allows it; nothing is saved.
            BadInput: what was typed can't be used; nothing is saved.
        """
        ...

    async def lane(self, chat_id: int, now: datetime) -> Lane:
        """What is still to be done of a chat, and the moves of the seconds before `now` (aware UTC)."""
        ...

    async def turnout(self, chat_id: int) -> Turnout:
        """How many wrote and answered so far, and who hasn't been replied to."""
        ...

    async def waiting(self, chat_id: int, limit: int) -> Sequence[Waiting]:
        """Messages that wait for a person to say where they belong, the likeliest answers first."""
        ...


class Archive(Protocol):
    """What was said. `take` and the `keep_*` methods queue at once, in the order of the calls, and never wait."""

    def attend(self, kept: Callable[[Sequence[Kept]], None], lost: Callable[[BaseException], None]) -> None:
        """Say who is to learn what became of messages that were taken in, and of any that couldn't be saved."""
        ...

    def take(self, chat_id: int, message: Incoming) -> None:
        """A message that was posted: written down at once, filed when nothing else waits."""
        ...

    def keep_message(self, chat_id: int, message: Incoming) -> Future[Kept | None]:
        """The same, filed as it is kept, or an edit; an older version never replaces a newer. None: nothing changed."""
        ...

    def keep_deletion(self, message_ids: Sequence[int], at: datetime) -> Future[None]:
        """Messages that were deleted: their words go at once."""
        ...

    def keep_reaction(self, message_id: int, emoji: str, change: int) -> Future[None]:
        """One more or one fewer of a reaction; an unknown message is passed over."""
        ...

    def keep_reactions_cleared(self, message_id: int, emoji: str | None) -> Future[None]:
        """All reactions of a message, or all of one emoji, were taken off."""
        ...

    def keep_vote(self, message_id: int, answer: int, change: int) -> Future[None]:
        """One more or one fewer vote for a poll's answer, counted from 0; an unknown poll is passed over."""
        ...

    def keep_pinned(self, message_id: int) -> Future[None]:
        """A message was pinned; an unknown one, and one whose words are gone, is passed over."""
        ...

    async def names(self, chat_id: int) -> dict[int, str]:
        """How those who wrote in a chat were called when they did so last; those who are left out aren't named."""
        ...

    async def known(self, chat_id: int, thread_id: int, until: datetime | None) -> frozenset[int]:
        """The messages of a chat that stand archived in one of its threads and for all that is known in Discord.

        With `until` (aware UTC) only those that were posted until then.
        """
        ...

    async def reconcile(self, chat_id: int, look: Look, *, also_new: bool = True) -> None:
        """Make the archive of a chat's thread equal what Discord had when it was asked.

        Without `also_new` only what is archived already is put right.
        """
        ...

    async def add_relay(self, relay: Relay, action: Action) -> None:
        """Save an answer given through a form, and that it is due in the thread, at once."""
        ...

    async def relay(self, relay_id: int) -> Relay | None:
        """An answer given through a form, or None if its author took it back."""
        ...

    async def answer_of(self, chat_id: int, question: int, author_id: int) -> Relay | None:
        """What a person answered to a question through a form, the latest, if it still stands."""
        ...

    async def amend_relay(self, relay: Relay, action: Action) -> bool:
        """Give an answer its new words, in the archive too, and make the change due in the thread, at once.

        Returns:
            False if its author took it back meanwhile; then nothing is saved.
        """
        ...

    async def closing_at(self, chat: Chat) -> datetime | None:
        """Until when what is said belongs to a chat (aware UTC), as it stands after all that moved it.

        None while that isn't known: its thread isn't locked yet, or was by an older version of the bot.
        """
        ...

    async def thread_of(self, message_id: int) -> int | None:
        """The thread in which a message of the archive stands."""
        ...

    async def relay_posted(self, relay: Relay, thread_id: int, posted: Posted) -> None:
        """File the message that carries such an answer as its author's.

        If its author took the answer back meanwhile, the message is to be taken down instead.
        """
        ...

    async def review(self, chat_id: int, *, last: bool) -> Sequence[Kept]:
        """File everything once more with the whole chat known; what people wrote that stands elsewhere than before.

        With `last` nothing more is expected in the chat.
        """
        ...

    async def record_of(self, chat_id: int) -> ChatRecord | None:
        """A chat with everything that was said in it."""
        ...

    async def cast(self, chat_id: int) -> Sequence[tuple[int, str]]:
        """Who wrote in a chat and under which names, the earliest first; without those of whom nothing is kept."""
        ...

    async def stamp(self, chat_id: int) -> Stamp:
        """Something that changes whenever anything a digest of the chat could show changes."""
        ...

    async def newcomers(self, chat_id: int) -> frozenset[int]:
        """Who wrote in this chat and in no earlier one of its server."""
        ...

    async def to_greet(self, chat_id: int) -> tuple[str, ...]:
        """The names of newcomers who agreed to be named, in the order of the alphabet."""
        ...

    async def counts(self, chat_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Messages and people of each chat, for lists."""
        ...
