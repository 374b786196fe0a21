"""Templates become documents here and nowhere else, so that nothing unfit for HTML gets past."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

# What HTML forbids, and what turns the reading order of all that follows it. Taken out of the finished page, where
# nothing can be forgotten: leaving out a sign never makes markup of escaped text. The rare ones stand apart, since a
# pattern with all of them takes several times as long.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_RARE = tuple(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))


def render(template: str, **facts: Any) -> str:  # noqa: ANN401 - whatever the template asks for
    """A whole HTML document.

    Args:
        template: its file's name.
        facts: what it asks for, by name; text is escaped, `Markup` is not.
    """
    html = _UNFIT.sub("", _TEMPLATES.get_template(template).render(**facts))
    for sign in _RARE:
        if sign in html:
            html = html.replace(sign, "")
    return html
