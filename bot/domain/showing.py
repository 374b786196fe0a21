"""How a person is shown where their words are shown: as they chose, and else as is usual there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto


class Showing(StrEnum):
    """How a person is shown where their words are shown."""

    NAMED = auto()
    PSEUDONYM = auto()
    LEFT_OUT = auto()


@dataclass(frozen=True, slots=True)
class Consent:
    """How the people of one chat are shown.

    Attributes:
        key: the archive's secret, from which pseudonyms are made; the same chat and key give the same pseudonyms.
        choices: what people chose, by their number.
        otherwise: how those are shown who chose nothing: by their name within their server, as its hosts decided
            outside of it.
    """

    key: bytes
    choices: Mapping[int, Showing] = field(default_factory=dict)
    otherwise: Showing = Showing.LEFT_OUT

    def of(self, person_id: int) -> Showing:
        """How a person is shown."""
        return self.choices.get(person_id, self.otherwise)

    @property
    def hides_anybody(self) -> bool:
        """Whether there may be anybody who isn't named."""
        return self.otherwise is not Showing.NAMED or any(one is not Showing.NAMED for one in self.choices.values())
