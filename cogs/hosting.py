"""A host runs the hour: the desk with its buttons, and the same as commands."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.domain.chat import Chat
from bot.domain.desk import MoveKind, Outcome, mark
from bot.domain.errors import BadInput
from bot.platform.client import ShelftalkBot
from bot.platform.replies import Interaction, kindly, texts_of
from bot.ui import desk, unsure
from bot.ui.controls import Control
from bot.ui.forms import edit_form, extra_form, typed_into
from cogs.hosts import allow_host, require_host, require_host_of
from cogs.options import complete_running

_FORMS = frozenset({MoveKind.ASK, MoveKind.EDIT})
# What a press carries of what its presser saw; for the others the value says whether it is confirmed.
_SEEN = frozenset({MoveKind.NEXT, MoveKind.LATER, MoveKind.SKIP})


@app_commands.guild_only()
class Hosting(commands.GroupCog, name="host", description="Hosts: run the hour"):
    """`/host desk`, and a command for each button on it."""

    def __init__(self, bot: ShelftalkBot) -> None:
        self.bot = bot
        self._hosting = bot.services.hosting

    @app_commands.command(
        name="desk", description="Hosts: how the hour stands, with a button for each thing you can do"
    )
    @app_commands.describe(chat="Which one, if several are running: type part of its name")
    @app_commands.autocomplete(chat=complete_running)
    async def desk(self, interaction: Interaction, chat: int | None = None) -> None:
        """The desk."""
        async with kindly(interaction):
            found = await self._find(interaction, chat)
            await self.bot.boards.show(interaction, found.id)

    @app_commands.command(name="next", description="Hosts: ask the next question now")
    @app_commands.describe(chat="Which one, if several are running: type part of its name")
    @app_commands.autocomplete(chat=complete_running)
    async def next(self, interaction: Interaction, chat: int | None = None) -> None:
        """Ask now."""
        await self._command(interaction, chat, MoveKind.NEXT)

    @app_commands.command(name="hold", description="Hosts: hold the next question back, up to ten minutes")
    @app_commands.describe(chat="Which one, if several are running: type part of its name")
    @app_commands.autocomplete(chat=complete_running)
    async def hold(self, interaction: Interaction, chat: int | None = None) -> None:
        """Hold."""
        await self._command(interaction, chat, MoveKind.HOLD)

    @app_commands.command(name="resume", description="Hosts: go on after a hold")
    @app_commands.describe(chat="Which one, if several are running: type part of its name")
    @app_commands.autocomplete(chat=complete_running)
    async def resume(self, interaction: Interaction, chat: int | None = None) -> None:
        """Go on."""
        await self._command(interaction, chat, MoveKind.RESUME)

    @app_commands.command(name="later", description="Hosts: two more minutes before the next question")
    @app_commands.describe(chat="Which one, if several are running: type part of its name")
    @app_commands.autocomplete(chat=complete_running)
    async def later(self, interaction: Interaction, chat: int | None = None) -> None:
        """Two minutes more."""
        await self._command(interaction, chat, MoveKind.LATER)

    @app_commands.command(name="skip", description="Hosts: leave the next question out")
    @app_commands.describe(chat="Which one, if several are running: type part of its name")
    @app_commands.autocomplete(chat=complete_running)
    async def skip(self, interaction: Interaction, chat: int | None = None) -> None:
        """Leave one out."""
        await self._command(interaction, chat, MoveKind.SKIP)

    @app_commands.command(name="ask", description="Hosts: ask something that wasn't planned, now")
    @app_commands.describe(
        question="The question, without a number", chat="Which one, if several are running: type part of its name"
    )
    @app_commands.autocomplete(chat=complete_running)
    async def ask(
        self, interaction: Interaction, question: app_commands.Range[str, 1, 4000], chat: int | None = None
    ) -> None:
        """Ask something else."""
        await self._command(interaction, chat, MoveKind.ASK, text=question)

    @app_commands.command(name="edit", description="Hosts: give the next question other words")
    @app_commands.describe(question="Its new words", chat="Which one, if several are running: type part of its name")
    @app_commands.autocomplete(chat=complete_running)
    async def edit(
        self, interaction: Interaction, question: app_commands.Range[str, 1, 4000], chat: int | None = None
    ) -> None:
        """Change the next question."""
        await self._command(interaction, chat, MoveKind.EDIT, text=question)

    @app_commands.command(name="wrap-up", description="Hosts: wrap up now")
    @app_commands.describe(chat="Which one, if several are running: type part of its name")
    @app_commands.autocomplete(chat=complete_running)
    async def wrap_up(self, interaction: Interaction, chat: int | None = None) -> None:
        """Wrap up."""
        await self._command(interaction, chat, MoveKind.WRAP_UP)

    @app_commands.command(name="end", description="Hosts: end the hour now; late answers are still kept")
    @app_commands.describe(chat="Which one, if several are running: type part of its name")
    @app_commands.autocomplete(chat=complete_running)
    async def end(self, interaction: Interaction, chat: int | None = None) -> None:
        """End."""
        await self._command(interaction, chat, MoveKind.END)

    @commands.Cog.listener()
    async def on_control(self, interaction: Interaction, control: Control) -> None:
        """The desk's buttons."""
        if control.doing.kind == "desk":
            async with kindly(interaction):
                await allow_host(self.bot, interaction, control.chat_id)
                await self.bot.boards.show(interaction, control.chat_id)
        elif control.doing.kind == "unsure":
            async with kindly(interaction):
                await allow_host(self.bot, interaction, control.chat_id)
                await self._show_unsure(interaction, control.chat_id)
        elif control.doing.kind == "place":
            async with kindly(interaction):
                await self._place(interaction, control)
        elif control.doing.kind in _FORMS:
            async with kindly(interaction):
                await self._open_form(interaction, control.chat_id, MoveKind(control.doing.kind))
        elif control.doing.kind in set(MoveKind):
            kind, value = MoveKind(control.doing.kind), control.doing.value
            async with kindly(interaction):
                await allow_host(self.bot, interaction, control.chat_id)
                seen = value if kind in _SEEN else None
                await self._press(
                    interaction, control.chat_id, kind, expected=seen, confirmed=seen is None and value > 0
                )

    @commands.Cog.listener()
    async def on_form(self, interaction: Interaction, control: Control) -> None:
        """A question was typed into a form of the desk."""
        if control.doing.kind in _FORMS:
            typed = typed_into(interaction)
            async with kindly(interaction, keep=typed):
                await allow_host(self.bot, interaction, control.chat_id)
                kind = MoveKind(control.doing.kind)
                expected = control.doing.value if kind is MoveKind.EDIT else None
                await self._press(interaction, control.chat_id, kind, expected=expected, text=typed)

    async def _command(self, interaction: Interaction, chat_id: int | None, kind: MoveKind, text: str = "") -> None:
        async with kindly(interaction, keep=text):
            chat = await self._find(interaction, chat_id)
            await self._press(interaction, chat.id, kind, text=text)

    async def _press(
        self,
        interaction: Interaction,
        chat_id: int,
        kind: MoveKind,
        *,
        expected: int | None = None,
        text: str = "",
        confirmed: bool = False,
    ) -> None:
        change = await self._hosting.press(
            chat_id,
            kind,
            press_id=interaction.id,
            person_id=interaction.user.id,
            expected=expected,
            text=text,
            confirmed=confirmed,
        )
        self.bot.wake()
        note = desk.what_happened(change, kind, texts_of(interaction))
        asks_back = change.outcome is Outcome.CONFIRM
        await self.bot.boards.show(interaction, chat_id, note, kind if asks_back else None)
        self.bot.boards.changed(chat_id, at_once=change.outcome is Outcome.DONE)

    async def _open_form(self, interaction: Interaction, chat_id: int, kind: MoveKind) -> None:
        chat = await allow_host(self.bot, interaction, chat_id)
        say = texts_of(interaction)
        if kind is MoveKind.ASK:
            await interaction.response.send_modal(extra_form(chat, say))
            return
        chat, number, text = await self._hosting.question_to_edit(chat_id)
        await interaction.response.send_modal(edit_form(chat, number, text, mark(text), say))

    async def _show_unsure(self, interaction: Interaction, chat_id: int) -> None:
        chat, waiting = await self._hosting.waiting(chat_id, unsure.SHOWN)
        if not waiting:
            await self.bot.boards.show(interaction, chat_id)
            return
        text, view = unsure.render(chat, waiting, texts_of(interaction))
        self.bot.boards.leave(chat_id, interaction.user.id)
        await interaction.response.edit_message(content=text, view=view)

    async def _place(self, interaction: Interaction, control: Control) -> None:
        await allow_host(self.bot, interaction, control.chat_id)
        message_id, number = unsure.read(control.doing.value)
        kept = await self.bot.services.wording.file(
            message_id, [number] if number else [], interaction.user.id, is_host=True
        )
        self.bot.marks.confirm(kept)
        self.bot.boards.changed(control.chat_id)
        await self._show_unsure(interaction, control.chat_id)

    async def _find(self, interaction: Interaction, chat_id: int | None) -> Chat:
        place = interaction.channel_id or 0
        try:
            chat = await self._hosting.find(interaction.guild_id or 0, place, chat_id)
        except BadInput:
            # Which chats there are is told to hosts; others learn that it isn't theirs to ask.
            require_host(interaction, self.bot.host_role)
            raise
        require_host_of(self.bot, interaction, chat)
        return chat


async def setup(bot: ShelftalkBot) -> None:
    """Called by discord.py when the extension is loaded."""
    await bot.add_cog(Hosting(bot))
