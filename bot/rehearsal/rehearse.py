"""`shelftalk rehearse`: the same bot as `shelftalk run`, in a simulated Discord, from the plan to the digest."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from simcord.backend.errors import SetupError

from bot.domain.digest import make_digest
from bot.domain.errors import SetupProblem
from bot.domain.messages import ChatRecord
from bot.rehearsal.check import differences
from bot.rehearsal.look import read_digest
from bot.rehearsal.plan import Plan, load_chat
from bot.rehearsal.play import Played, find_chat, plan_chat, play
from bot.rehearsal.stage import Stage, open_stage
from bot.rehearsal.terminal import as_seen
from bot.rehearsal.transcript import Transcript
from bot.web.page import render_page, write_page
from config.sections import DatabaseSettings, FileSettings
from config.settings import Settings


def rehearse(
    chat: Path | None, *, folder: Path | None = None, serve: bool = False, speed: float = 10.0, port: int = 0
) -> int:
    """Play a chat and show what came of it.

    Args:
        chat: a plan, a transcript, or None for the sample.
        folder: where the database and the page go; a new temporary one if None.
        serve: keep the simulated Discord open in the browser instead of playing on at once.
        speed: with `serve`, simulated seconds in one real second.
        port: with `serve`, on loopback; 0 for any.

    Returns:
        The exit status: 0 if everything came out as it should.

    Raises:
        SetupProblem: the files can't be used, or a step failed.
    """
    console = Console(highlight=False, soft_wrap=True)
    plan, transcript = load_chat(chat)
    target = _folder(folder)
    watch = _Watch()
    logging.getLogger().addHandler(watch)
    try:
        if serve:
            from bot.rehearsal.serve import serve_rehearsal

            asyncio.run(serve_rehearsal(console, _settings(target, plan), plan, transcript, speed=speed, port=port))
        else:
            asyncio.run(_rehearse(console, target, plan, transcript))
    except (SetupError, TimeoutError) as error:
        raise SetupProblem(f"The rehearsal got stuck: {error}", "This is a defect of Shelftalk.") from error
    finally:
        logging.getLogger().removeHandler(watch)
    if watch.problems:
        raise SetupProblem(f"The bot logged an error during the rehearsal: {watch.problems[0]}", "The rest went on.")
    return 0


def _folder(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="shelftalk-rehearsal-"))
    if (folder / _DATABASE).exists():
        raise SetupProblem(f"{folder} holds a rehearsal already.", "Name another folder, or delete that one first.")
    return folder


_DATABASE = "shelftalk.db"
# The newcomer lives where the chat falls into a working morning.
NEWCOMERS_ZONE = "Asia/Tokyo"


def _settings(folder: Path, plan: Plan) -> Settings:
    defaults = Settings()
    return defaults.model_copy(
        update={
            "database": DatabaseSettings(path=folder / _DATABASE, flush_milliseconds=0),
            "files": FileSettings(exports=folder),
            "chats": defaults.chats.model_copy(update={"default_zone": plan.zone}),
        }
    )


async def _rehearse(console: Console, folder: Path, plan: Plan, transcript: Transcript | None) -> None:
    async with open_stage(_settings(folder, plan), host=plan.host) as stage:
        progress = Progress(console, stage, plan.zone)
        played = await plan_chat(stage, plan, progress.tell)
        await play(stage, played, transcript, progress.tell)
        _show_digest(console, stage, await read_digest(stage))
        record = await stage.app.services.reading.record(played.chat_id)
        page = folder / "chat.html"
        write_page(page, render_page(record, make_digest(record), made_at=stage.env.now()))
        _show_archive(console, record)
        _check(stage, record, played)
        chat = await find_chat(stage, played)
        console.print(f"\nThe archive holds exactly what was said ({len(played.said)} messages compared).")
        console.print(f"Chat:     {escape(str(chat.id))}, {chat.state}")
        console.print(f"Database: {escape(str(folder / _DATABASE))}")
        console.print(f"Page:     {escape(str(page))}")
        for skipped in played.skipped:
            console.print(f"[yellow]Not played:[/yellow] {escape(skipped)}")


class Progress:
    """Tells what happens, with the simulated time on the host's clock."""

    def __init__(self, console: Console, stage: Stage, zone: str) -> None:
        self._console = console
        self._stage = stage
        self._zone = ZoneInfo(zone)

    def tell(self, text: str) -> None:
        """One line of progress."""
        threads = self._stage.channel.threads
        messages = sum(1 for thread in threads for m in thread.history() if not m.author.bot)
        clock = f"{self._stage.env.now().astimezone(self._zone):%d %b %H:%M}"
        self._console.print(f"[dim]{clock}  {messages:>3} messages[/dim]  {escape(text)}")


def _show_digest(console: Console, stage: Stage, pages: list[str]) -> None:
    console.print(f"\nA newcomer in Osaka types /digest and sees, in private ({len(pages)} pages):")
    names = {thread.id: thread.name or "" for thread in stage.channel.threads}
    for page in pages:
        console.print(Panel(as_seen(page, names, NEWCOMERS_ZONE), width=min(console.width, 100)), soft_wrap=False)


def _show_archive(console: Console, record: ChatRecord) -> None:
    said = record.messages
    table = Table(title="Archived", show_header=False, title_justify="left")
    rows = {
        "messages": len(said),
        "people": len({m.author_id for m in said}),
        "answers, filed by label": sum(any(f.basis == "label" for f in m.filings) for m in said),
        "answers, filed by reply": sum(any(f.basis == "reply" for f in m.filings) for m in said),
        "answers, filed by button": sum(any(f.basis == "button" for f in m.filings) for m in said),
        "answers, filed by time, words and company": sum(
            any(f.basis == "inferred" and f.sure for f in m.filings) for m in said
        ),
        "waiting for a host to say where": sum(m.is_unsure for m in said),
        "under no question": sum(not m.filings for m in said),
        "edited": sum(m.edited_at is not None for m in said),
        "deleted (words gone)": sum(m.is_deleted for m in said),
        "left out at their author's wish": sum(m.is_left_out for m in said),
        "reactions": sum(count for m in said for _, count in m.reactions),
        "attachments": sum(len(m.attachments) for m in said),
        "links": len(make_digest(record).links),
    }
    for name, number in rows.items():
        table.add_row(name, str(number))
    console.print(table)


def _check(stage: Stage, record: ChatRecord, played: Played) -> None:
    wrong = differences(record, played)
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise SetupProblem(f"The archive isn't what was said: {wrong[0]}{more}.", "This is a defect of Shelftalk.")
    errors = stage.env.errors
    if errors:
        raise SetupProblem(f"The bot failed on the way: {errors[0]!r}", "This is a defect of Shelftalk.")


class _Watch(logging.Handler):
    """Notices what the bot logs as an error; a rehearsal with one isn't a success."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.problems: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.problems.append(record.getMessage())
