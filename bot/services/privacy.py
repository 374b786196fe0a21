"""People decide about their own words: left out means out of everything kept, shown or published."""

from __future__ import annotations

from bot.domain.consent import Erased
from bot.domain.errors import Problem, WrongMoment
from bot.services.person_ports import People
from bot.services.ports import Clock


class Privacy:
    """Use cases of a person about their own words."""

    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._clock = clock

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
