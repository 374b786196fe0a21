"""A control's whole state is in its id, so that it works after any restart and a post is found by it again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import discord

from bot.domain.run import Action, ActionKind

# `st` marks our own among the controls of other bots; then the action's key, then what pressing it does.
PATTERN = (
    r"st:(?P<chat>\d+):(?P<kind>[a-z_]+):(?P<number>\d+):"
    r"(?P<doing>answer|help|digest|programme|questions|saved|desk|next|hold|resume|later|skip|ask|edit|wrap_up|end|unsure|place|"
    r"anonymous|approvals|approve|decline|block|send|keep|search|"
    r"remind|calendar|write|holiday|"
    r"series_save|series_follow|series_change|series_pause|series_end|"
    r"jar_ask|jar_draw|jar_yes|jar_no|jar_page|"
    r"words|showing|my_data|erase|erase_yes|publish_yes)"
    r"-(?P<value>-?\d+)"
)
# A choice from a list; its value is the message that it is about.
CHOICE_PATTERN = r"st:(?P<chat>\d+):(?P<kind>[a-z_]+):(?P<number>\d+):(?P<doing>file)-(?P<value>\d+)"
_PATTERN = re.compile(PATTERN)
_CHOICE_PATTERN = re.compile(CHOICE_PATTERN)


@dataclass(frozen=True, slots=True)
class Doing:
    """What pressing a control does.

    Attributes:
        kind: `answer`, `anonymous`, `help`, `digest`, `programme`, `questions`, `saved`, `file`, `desk`, `unsure`,
            `place`, `approvals`, what begins with `jar`, `words`, `showing`, `my_data`, `erase`, `erase_yes` (see
            `bot.ui.privacy`), `publish_yes`, a `MoveKind` of the host's desk, or a `Decision` about an
            anonymous answer.
        value: the question's number for `answer` and `anonymous`, the answer's id for a decision, the page for
            `digest` and `saved`, the message for `file`, message and question for `place` (see `bot.ui.unsure`),
            question, page and tag at the jar (see `bot.ui.jar`), what its presser saw for a move (see
            `bot.domain.desk.Press`), 1 for a confirmed `wrap_up` or `end`, else 0. What came from Twitter has
            numbers below zero.
    """

    kind: str
    value: int = 0


@dataclass(frozen=True, slots=True)
class Control:
    """A control as its id tells.

    Attributes:
        chat_id: whose chat.
        doing: what pressing it does.
    """

    chat_id: int
    doing: Doing


def control_prefix(action: Action) -> str:
    """What the ids of all controls of an action's post begin with."""
    return f"st:{action.key}:"


def control_id(action: Action, doing: Doing) -> str:
    """The id of a control on an action's post, at most 100 characters."""
    return f"{control_prefix(action)}{doing.kind}-{doing.value}"


def free_control_id(chat_id: int, doing: Doing) -> str:
    """The id of a control on a private message, which belongs to no action."""
    return f"st:{chat_id}:{ActionKind.ANNOUNCE}:0:{doing.kind}-{doing.value}"


def read_control(custom_id: str) -> Control | None:
    """What an id says, or None if it isn't one of ours."""
    match = _PATTERN.fullmatch(custom_id) or _CHOICE_PATTERN.fullmatch(custom_id)
    return Control(int(match["chat"]), Doing(match["doing"], int(match["value"]))) if match else None


def control_ids(message: discord.Message) -> Iterator[str]:
    """The ids of all controls below a message, in order."""
    for row in message.components:
        for item in getattr(row, "children", ()):
            custom_id = getattr(item, "custom_id", None)
            if isinstance(custom_id, str):
                yield custom_id


class ControlButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=PATTERN):
    """A button that works after any restart; pressing it dispatches the event `control` with a `Control`."""

    def __init__(
        self, custom_id: str, label: str = "…", style: discord.ButtonStyle = discord.ButtonStyle.secondary
    ) -> None:
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=custom_id))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button again from its id alone."""
        del interaction, item
        return cls(match.string)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to whoever listens for it."""
        interaction.client.dispatch("control", interaction, read_control(self.custom_id))


class ControlSelect(discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=CHOICE_PATTERN):
    """A list that works after any restart; choosing dispatches the event `choice` with a `Control` and the values.

    Args:
        custom_id: what it is about.
        options: at most 25.
        placeholder: shown while nothing is chosen.
        most: how many may be chosen at once.
    """

    def __init__(
        self,
        custom_id: str,
        options: Sequence[discord.SelectOption] = (),
        placeholder: str | None = None,
        most: int = 1,
    ) -> None:
        shown = list(options) or [discord.SelectOption(label="…")]
        super().__init__(
            discord.ui.Select(custom_id=custom_id, options=shown, placeholder=placeholder, max_values=most)
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the list again from its id alone."""
        del interaction, item
        return cls(match.string)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand what was chosen to whoever listens for it."""
        data: object = interaction.data
        values = data.get("values", []) if isinstance(data, dict) else []
        interaction.client.dispatch("choice", interaction, read_control(self.custom_id), [str(v) for v in values])


def rows_of(*rows: Sequence[ControlButton]) -> discord.ui.View:
    """Rows of at most five buttons that never expire."""
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(rows):
        for button in row:
            button.item.row = number
            view.add_item(button)
    return view


def view_of(*buttons: ControlButton) -> discord.ui.View:
    """A row of buttons that never expires."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view
