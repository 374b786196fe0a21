"""Whether a name is one: people call themselves by signs that nobody can see."""

from __future__ import annotations

import unicodedata

# Letters that show nothing, beside what Unicode calls a format, a mark or a space.
_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_BLANK_KINDS = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"})


def can_be_seen(name: str) -> bool:
    """Whether anything of a name can be seen."""
    return any(unicodedata.category(sign) not in _BLANK_KINDS and sign not in _BLANK_LETTERS for sign in name)
