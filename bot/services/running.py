"""What is due is done once: the intent is saved, Discord is asked to act, and what it answered is recorded.

Killed before the post, a restart posts; killed after it, a restart finds in Discord what was posted and records
that instead.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot.domain.agenda import copy_action, own_thread_actions, recap_actions
from bot.domain.chat import Chat, ChatState
from bot.domain.errors import Gone, MissingPermissions, TryLater
from bot.domain.manner import Format, Layout
from bot.domain.messages import Kept
from bot.domain.obstacles import ObstacleKind
from bot.domain.run import (
    EVENT_OF,
    TRANSITIONS,
    Action,
    ActionKind,
    ActionState,
    is_looked_at_first,
    is_moot,
    least_gap,
    next_state,
)
from bot.services.announcing import Announcing
from bot.services.archiving import Archiving
from bot.services.events import Events
from bot.services.guarding import Guarding
from bot.services.ports import Agenda, Archive, Chats, Clock, Platform
from bot.services.publishing import Publishing
from bot.services.recapping import Recapping
from bot.services.relaying import Relaying
from bot.services.reminding import Reminding
from bot.services.roundups import Roundups
from bot.services.series import SeriesPlanning
from bot.services.values import Post, Posted

_log = logging.getLogger(__name__)

_IN_CHANNEL = frozenset({ActionKind.ANNOUNCE, ActionKind.REMIND, ActionKind.OPEN, ActionKind.CARD, ActionKind.NOTE})
# After so long it is looked again whether a question's own thread is open.
_OWN_THREAD_SECONDS = 2.0
# These are for one person; where to write to them is found out when they are due.
_IN_PRIVATE = frozenset(
    {
        ActionKind.TELL,
        ActionKind.NUDGE,
        ActionKind.ROUNDUP,
        ActionKind.REVISE,
        ActionKind.MISSING,
        ActionKind.HOLIDAY,
    }
)
# What can't be done for these is left out, and nothing else waits for them.
_OPTIONAL = frozenset(
    {
        ActionKind.ROUNDUP,
        ActionKind.REVISE,
        ActionKind.NUDGE,
        ActionKind.MISSING,
        ActionKind.HOLIDAY,
        ActionKind.NOTE,
        ActionKind.EVENT,
    }
)
# A chat goes on without a thread for each question.
_DISPENSABLE = frozenset({ActionKind.CARD, ActionKind.OWN_THREAD, ActionKind.COPY})


@dataclass(frozen=True, slots=True)
class Aides:
    """Who does what an action brings with it.

    Attributes:
        archiving: learns of a thread before it opens, so that its first message is kept, and once it is closed.
        guarding: finds out why Discord refused something and has the host told.
        recapping: posts the digest of a chat that is over.
        roundups: posts what tells of a server's chats.
        reminding: writes to those who want to be reminded.
        announcing: puts right what was announced, and writes to hosts.
        series: plans the next chats of a series.
        events: keeps Discord's list of events in step.
        publishing: notes who may read a chat when it opens and when it is over.
        confirm: called for a message that was filed anew when the hour was over.
    """

    archiving: Archiving
    guarding: Guarding
    recapping: Recapping
    roundups: Roundups
    reminding: Reminding
    announcing: Announcing
    series: SeriesPlanning
    events: Events
    publishing: Publishing
    confirm: Callable[[Kept], None]


class Running:
    """Does one due action after another."""

    def __init__(
        self, agenda: Agenda, chats: Chats, archive: Archive, platform: Platform, clock: Clock, aides: Aides
    ) -> None:
        self._agenda = agenda
        self._chats = chats
        self._archive = archive
        self._platform = platform
        self._clock = clock
        self._archiving = aides.archiving
        self._guarding = aides.guarding
        self._recapping = aides.recapping
        self._roundups = aides.roundups
        self._reminding = aides.reminding
        self._announcing = aides.announcing
        self._relaying = Relaying(agenda, chats, archive, platform)
        self._series = aides.series
        self._events = aides.events
        self._publishing = aides.publishing
        self._confirm = aides.confirm
        # What isn't here is simply posted.
        self._ways: Mapping[ActionKind, Callable[[Action, Chat], Awaitable[None]]] = {
            ActionKind.THREAD: self._open_thread,
            ActionKind.OWN_THREAD: self._open_own_thread,
            ActionKind.COPY: self._copy,
            ActionKind.END: self._end,
            ActionKind.CLOSE: self._close,
            ActionKind.RECAP: self._recap,
            ActionKind.CORRECT: self._recap,
            ActionKind.NUDGE: self._nudge,
            ActionKind.ROUNDUP: self._round_up,
            ActionKind.REVISE: self._round_up,
            ActionKind.RELAY: self._relay,
            ActionKind.AMEND: self._relay,
            ActionKind.RETRACT: self._relay,
            ActionKind.TELL: self._tell,
            ActionKind.REWORD: self._announce_anew,
            ActionKind.NOTE: self._announce_anew,
            ActionKind.MISSING: self._announce_anew,
            ActionKind.HOLIDAY: self._announce_anew,
            ActionKind.EXTEND: self._extend,
            ActionKind.EVENT: self._keep_event,
        }

    async def perform(self, action: Action) -> None:
        """Do one due action and record it; safe to repeat at any point.

        Raises:
            MissingPermissions: Discord doesn't allow it now; it stays due.
            TryLater: Discord or the disk is out of reach; it stays due.
        """
        now = self._clock.now()
        chat = await self._chats.get(action.chat_id)
        if chat is None:
            _log.error("action %s belongs to no chat; dropped", action.key)
            await self._agenda.record(action, outcome=ActionState.DROPPED)
            return
        if is_moot(action, chat, now) and not await self._stands(action, chat):
            await self._drop(action, chat)
            return
        if is_looked_at_first(action, chat):
            await self._guarding.check_forum(chat)
        if not await self._agenda.claim(action, now):
            return
        # What is claimed stays as it is now: a host may have changed a question or held the chat until this moment.
        await self.carry_out(action, await self._chats.get(action.chat_id) or chat)

    async def carry_out(self, action: Action, chat: Chat) -> None:
        """Do what was claimed, for its chat as it was then, and record it.

        Raises:
            MissingPermissions: Discord doesn't allow it now; it stays due.
            TryLater: Discord or the disk is out of reach; it stays due.
        """
        try:
            await self._ways.get(action.kind, self._post)(action, chat)
        except MissingPermissions as error:
            if not await self._give_up(action, chat, error):
                raise

    async def _announce_anew(self, action: Action, chat: Chat) -> None:
        await self._announcing.perform(action, chat, self._post_once)

    async def _extend(self, action: Action, chat: Chat) -> None:
        if chat.belonging is not None:
            await self._series.extend(chat.belonging.series_id)
        await self._agenda.record(action)

    async def _keep_event(self, action: Action, chat: Chat) -> None:
        await self._events.perform(action, chat)

    async def _relay(self, action: Action, chat: Chat) -> None:
        await self._relaying.perform(action, chat, self._post_once)

    async def _nudge(self, action: Action, chat: Chat) -> None:
        await self._reminding.perform(action, chat, self._post_once)

    async def _round_up(self, action: Action, chat: Chat) -> None:
        await self._roundups.perform(action, chat, self._post_once)

    async def _recap(self, action: Action, chat: Chat) -> None:
        await self._recapping.perform(action, chat, self._post_once)

    async def _give_up(self, action: Action, chat: Chat, error: MissingPermissions) -> bool:
        """Have the host told why something can't be done; whether it never can."""
        if action.kind is ActionKind.TELL:
            _log.info("chat %d: its host can't be told in private", chat.id)
            await self._agenda.record(action, outcome=ActionState.DROPPED)
            return True
        # Where nobody can read any more, nobody needs to be told that a chat is off.
        if action.kind in _OPTIONAL or (action.kind is ActionKind.CALL_OFF and isinstance(error, Gone)):
            _log.warning("%s is left out: %s", action.key, error)
            await self._agenda.record(action, outcome=ActionState.DROPPED)
            return True
        if action.kind in _DISPENSABLE and not error.missing:
            _log.warning("chat %d: Q%d gets no thread of its own: %s", chat.id, action.number, error)
            await self._agenda.record(action, outcome=ActionState.DROPPED)
            return True
        found = await self._guarding.heed(chat, error)
        if action.lane == "run" or all(one.kind is not ObstacleKind.DELETED for one in found):
            return False
        if action.kind is ActionKind.RELAY:
            await self._relaying.keep_unposted(action, chat)
        await self._agenda.record(action, outcome=ActionState.DROPPED)
        return True

    async def _tell(self, action: Action, chat: Chat) -> None:
        place = await self._platform.private_channel(chat.host_id)
        posted = await self._post_once(Post(action, chat, place))
        await self._agenda.record(action, posted=posted)

    async def _stands(self, action: Action, chat: Chat) -> bool:
        """Whether an earlier try of what comes too late now has been posted after all."""
        if action.state is not ActionState.TRIED or action.first_tried_at is None:
            return False
        if action.kind in _IN_PRIVATE:
            return False
        try:
            return await self._platform.find(self._describe(action, chat), action.first_tried_at) is not None
        except MissingPermissions:
            return False

    async def _drop(self, action: Action, chat: Chat) -> None:
        _log.warning("%s of chat %d comes too late and is left out", action.key, chat.id)
        if action.kind is ActionKind.OPEN:
            # The whole hour was missed: say so once instead of running it at the wrong time.
            call_off = Action(chat.id, ActionKind.CALL_OFF, due_at=self._clock.now(), number=1, lane="call_off")
            await self._chats.cancel(chat, ChatState.CANCELLED, (call_off,))
            return
        if action.kind is ActionKind.RELAY:
            await self._relaying.keep_unposted(action, chat)
        event = EVENT_OF.get(action.kind)
        known = event is not None and event in TRANSITIONS[chat.state]
        step = (chat.state, next_state(chat.state, event)) if event and known else None
        await self._agenda.record(action, step=step, outcome=ActionState.DROPPED)

    async def _post(self, action: Action, chat: Chat) -> None:
        post = self._describe(action, chat)
        if action.kind is ActionKind.WRAP_UP:
            rest = [a for a in await self._agenda.of_chat(chat.id) if a.step > action.step]
            post = replace(post, closes_at=next((a.due_at for a in rest if a.kind is ActionKind.CLOSE), None))
        posted = await self._post_once(post)
        now = self._clock.now()
        then: tuple[Action, ...] = ()
        if action.kind is ActionKind.ASK and chat.layout is Layout.QUESTIONS:
            # One that nobody planned has no thread yet.
            then = (*own_thread_actions(chat, [action.number], now), copy_action(chat, action.number, now))
        await self._agenda.record(
            action,
            posted=posted,
            step=self._step(action, chat),
            done_at=now,
            least_gap=least_gap(chat),
            then=then,
        )

    @staticmethod
    def _describe(action: Action, chat: Chat) -> Post:
        place = chat.channel_id if action.kind in _IN_CHANNEL or chat.thread_id is None else chat.thread_id
        question = chat.question(action.number) if action.kind is ActionKind.ASK else None
        return Post(action, chat, place, question=question)

    async def _post_once(self, post: Post, *elsewhere: int) -> Posted:
        """Say something unless an earlier try did, there or in one of the other places."""
        action = post.action
        if action.state is ActionState.TRIED and action.first_tried_at is not None:
            for place in (post.channel_id, *elsewhere):
                found = await self._platform.find(replace(post, channel_id=place), action.first_tried_at)
                if found is not None:
                    return found
        return await self._platform.post(post)

    async def _open_thread(self, action: Action, chat: Chat) -> None:
        opening = await self._agenda.message_of(chat.id, ActionKind.OPEN)
        if opening is None:
            _log.error("chat %d has no opening message; its thread can't be opened", chat.id)
            await self._agenda.record(action, outcome=ActionState.DROPPED)
            return
        thread_id = await self._open_place(action, chat, opening)
        await self._publishing.look_at(chat)
        has_own = chat.layout is Layout.QUESTIONS and chat.format is not Format.INFORMAL
        asked = [question.number for question in chat.questions] if has_own else []
        then = own_thread_actions(chat, asked, self._clock.now())
        await self._agenda.record(action, thread_id=thread_id, then=then)
        await self._catch_up_after(action, chat)

    async def _open_place(self, action: Action, chat: Chat, opening: int) -> int:
        """Open what the chat is held in, and listen to it."""
        if chat.layout is Layout.CHANNEL:
            self._archiving.watch(chat.id, chat.channel_id)
            # What stands for the place in the archive; the channel itself may see many chats.
            return opening
        if chat.layout is Layout.FORUM:
            thread_id = await self._platform.open_post(Post(action, chat, chat.home_id))
            self._archiving.watch(chat.id, thread_id)
            return thread_id
        # A thread has the id of the message it hangs on, so it can be listened to before it is there.
        self._archiving.watch(chat.id, opening)
        return await self._platform.open_thread(chat, opening)

    async def _open_own_thread(self, action: Action, chat: Chat) -> None:
        card = await self._agenda.message_of(chat.id, ActionKind.CARD, action.number)
        if card is None:
            await self._agenda.record(action, outcome=ActionState.DROPPED)
            return
        self._archiving.watch(chat.id, card)
        thread_id = await self._platform.open_thread(chat, card, action.number)
        await self._agenda.record(action, thread_id=thread_id)
        await self._catch_up_after(action, chat)

    async def _catch_up_after(self, action: Action, chat: Chat) -> None:
        """Somebody may have written before it was listened to: since an earlier try, or below the opening message."""
        if action.state is ActionState.TRIED or chat.layout in {Layout.FORUM, Layout.CHANNEL}:
            opened = await self._chats.get(chat.id)
            if opened is not None:
                await self._archiving.catch_up(opened)

    async def _copy(self, action: Action, chat: Chat) -> None:
        own = dict(chat.question_threads).get(action.number)
        if own is None:
            if action.number in await self._agenda.numbers_of(chat.id, ActionKind.OWN_THREAD, unfinished=True):
                raise TryLater(f"the thread of Q{action.number} isn't open yet", _OWN_THREAD_SECONDS)
            await self._agenda.record(action, outcome=ActionState.DROPPED)
            return
        posted = await self._post_once(Post(action, chat, own, question=chat.question(action.number)))
        await self._agenda.record(action, posted=posted)

    async def _end(self, action: Action, chat: Chat) -> None:
        for kept in await self._archive.review(chat.id, last=False):
            self._confirm(kept)
        await self._agenda.record(action, step=self._step(action, chat))

    async def _close(self, action: Action, chat: Chat) -> None:
        await self._archiving.look_last(chat)
        for thread_id in chat.threads:
            if thread_id != chat.channel_id:
                await self._platform.close_thread(thread_id)
            self._archiving.unwatch(chat.id, thread_id)
        await self._archive.review(chat.id, last=True)
        await self._publishing.look_at(chat)
        then = recap_actions(chat, [1], self._clock.now()) if chat.recap and action.lane == "run" else ()
        then += await self._roundups.actions(chat)
        await self._agenda.record(action, step=self._step(action, chat), then=then)

    @staticmethod
    def _step(action: Action, chat: Chat) -> tuple[ChatState, ChatState] | None:
        event = EVENT_OF.get(action.kind)
        if event is None or action.lane != "run":
            return None
        return chat.state, next_state(chat.state, event)
