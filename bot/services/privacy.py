"""People decide about their own words: how they are shown, and whether they are kept at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.consent import Erased
from bot.domain.errors import BadInput, Problem, WrongMoment
from bot.domain.showing import Showing
from bot.services.person_ports import Holdings, People
from bot.services.person_values import Held, HeldHere, Section
from bot.services.ports import Clock
from bot.services.publishing_ports import Publications, PublishingRules


@dataclass(frozen=True, slots=True)
class Account:
    """How a person stands.

    Attributes:
        held: what is kept of them.
        here: the same of the server in which they ask; None in a private message.
        rules: what that server publishes.
    """

    held: Held
    here: HeldHere | None
    rules: PublishingRules


class Privacy:
    """Use cases of a person about their own words."""

    def __init__(self, people: People, holdings: Holdings, publications: Publications, clock: Clock) -> None:
        self._people = people
        self._holdings = holdings
        self._publications = publications
        self._clock = clock

    async def account(self, person_id: int, guild_id: int | None) -> Account:
        """How a person stands in a server, or with None in general."""
        held = await self._holdings.held(person_id)
        if guild_id is None:
            return Account(held, None, PublishingRules())
        return Account(held, held.of(guild_id), await self._publications.rules(guild_id))

    async def choose(self, person_id: int, guild_id: int | None, showing: Showing | None) -> bool:
        """Show a person in a server as they choose, or with None as is usual there; whether that changes anything.

        Raises:
            BadInput: a choice holds for one server, and this isn't one.
            WrongMoment: they asked to be left out of everything, so nothing of theirs can be shown.
        """
        if guild_id is None:
            raise BadInput(Problem.CHOICE_NEEDS_SERVER)
        if showing in {Showing.NAMED, Showing.PSEUDONYM} and await self._people.is_left_out(person_id):
            raise WrongMoment(Problem.LEFT_OUT_EVERYWHERE)
        return await self._people.choose(person_id, guild_id, showing, self._clock.now())

    async def to_erase(self, person_id: int, guild_id: int | None) -> tuple[HeldHere, bool]:
        """What an erasure in a server, or with None everywhere, would take away; whether more is kept elsewhere.

        Raises:
            BadInput: there is nothing.
        """
        held = await self._holdings.held(person_id)
        found = held.everywhere if guild_id is None else held.of(guild_id)
        only_everywhere = guild_id is None and (held.is_greeted or held.remembers_looks)
        is_elsewhere = any(not one.is_nothing for one in held.servers if guild_id not in {None, one.guild_id})
        if found.is_nothing and not only_everywhere:
            raise BadInput(Problem.NOTHING_KEPT, elsewhere=is_elsewhere)
        return found, is_elsewhere

    async def erase(self, person_id: int, guild_id: int | None) -> Erased:
        """Take away what is kept of a person in a server, or with None everywhere; safe to repeat."""
        return await self._people.erase(person_id, guild_id, self._clock.now())

    async def export(self, person_id: int) -> Sequence[Section]:
        """Everything that is kept of a person.

        Raises:
            BadInput: there is nothing.
        """
        found = await self._holdings.export(person_id)
        if not found:
            raise BadInput(Problem.NOTHING_KEPT, elsewhere=False)
        return found

    async def leave_out(self, person_id: int) -> Erased:
        """Take a person's words and name out of everything, now and from now on; safe to repeat."""
        return await self._people.leave_out(person_id, self._clock.now())

    async def include(self, person_id: int) -> bool:
        """Keep what they say from now on; True if they had been left out. What was erased doesn't come back."""
        return await self._people.include(person_id)

    async def greet(self, person_id: int, *, on: bool) -> None:
        """Let a person be named in digests as somebody to say hello to, or no more.

        Raises:
            WrongMoment: they asked to be left out, so nothing of theirs can be named.
        """
        if on and await self._people.is_left_out(person_id):
            raise WrongMoment(Problem.LEFT_OUT)
        await self._people.greet(person_id, self._clock.now() if on else None)
