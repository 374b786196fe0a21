"""Which question each message answers: by its author's sign, else by clues whose weights were learned."""

from bot.domain.filing.heard import Asked, Said
from bot.domain.filing.room import Room, Verdict, is_aside

__all__ = ["Asked", "Room", "Said", "Verdict", "is_aside"]
