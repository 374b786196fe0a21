"""The command line: it reads what was typed, calls one function, and turns a problem into a sentence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer
from rich.console import Console

from bot import __version__
from bot.domain.errors import SetupProblem

cli = typer.Typer(
    name="shelftalk",
    help="Runs library-style chats on Discord: planned hours of numbered questions and answers, archived and digested.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

ConfigOption = Annotated[
    Optional[Path],  # noqa: UP045 - Typer reads the annotation at run time
    typer.Option("--config", help="The settings file; else SHELFTALK_CONFIG, else ./shelftalk.toml if there is one."),
]


def _version(wanted: bool) -> None:  # noqa: FBT001 - the shape of a Typer callback
    if wanted:
        typer.echo(f"shelftalk {__version__}")
        raise typer.Exit


@cli.callback()
def shelftalk(
    version: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Runs library-style chats on Discord."""
    del version


@cli.command()
def run(config: ConfigOption = None) -> None:
    """Run the bot until it is stopped (Ctrl-C, or SIGTERM as Docker sends it)."""
    from bot.serving import run_forever
    from config.settings import load_settings

    run_forever(load_settings(config))


@cli.command()
def doctor(
    config: ConfigOption = None,
    health: Annotated[  # noqa: FBT002
        bool, typer.Option("--health", help="Only ask whether the running bot is alive, as Docker does.")
    ] = False,
    offline: Annotated[  # noqa: FBT002
        bool, typer.Option("--offline", help="Don't ask Discord; check settings and database only.")
    ] = False,
) -> None:
    """Check settings, database, token, intents and permissions, and say what to do about each finding."""
    from bot.doctoring import check_health, examine, show
    from config.settings import load_settings

    settings = load_settings(config)
    findings = check_health(settings) if health else examine(settings, offline=offline)
    raise typer.Exit(0 if show(findings, Console()) else 1)


@cli.command()
def digest(
    chat: Annotated[int, typer.Argument(min=1, help="The chat's number, as /chats and /chat show give it.")],
    config: ConfigOption = None,
    explain: Annotated[  # noqa: FBT002
        bool, typer.Option("--explain", help="Also tell what each quote covers and why it was chosen.")
    ] = False,
) -> None:
    """Print a chat's digest from the archive as plain text; nothing is changed or posted."""
    from bot.explaining import explain as explained
    from config.settings import load_settings

    for line in explained(load_settings(config), chat, why=explain):
        typer.echo(line)


@cli.command("import")
def import_chats(  # noqa: PLR0913, PLR0917 - the options of the command line
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Shelftalk's JSON, DiscordChatExporter's JSON, tweets or a TAGS sheet."),
    ],
    server: Annotated[int, typer.Option("--server", min=1, help="The Discord server's id, to which the chats belong.")],
    channel: Annotated[
        int, typer.Option("--channel", min=0, help="Whoever may read this channel may read the chats; else the file's.")
    ] = 0,
    dry_run: Annotated[  # noqa: FBT002
        bool, typer.Option("--dry-run", help="Only say what would come in.")
    ] = False,
    hashtag: Annotated[str, typer.Option("--hashtag", help="The chats' hashtag; else one from the file.")] = "",
    title: Annotated[str, typer.Option("--title", help="The chats' title; else one from the file.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="In which dates are told; else the settings' default zone.")] = "",
    kind: Annotated[
        str, typer.Option("--format", help="shelftalk, discord, tweets or tags; else told by what stands in the file.")
    ] = "",
    one_chat: Annotated[  # noqa: FBT002
        bool, typer.Option("--one-chat", help="Take a whole channel or hashtag as one chat.")
    ] = False,
    chats_only: Annotated[  # noqa: FBT002
        bool, typer.Option("--chats-only", help="Pass over what was said between the chats that are found.")
    ] = False,
    moved: Annotated[  # noqa: FBT002
        bool, typer.Option("--moved", help="The chats are from another server; no links will lead there.")
    ] = False,
    salvage: Annotated[  # noqa: FBT002
        bool, typer.Option("--salvage", help="Of a file that is cut off, take the whole messages before that.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Bring chats from files into the archive; a second time changes nothing."""
    from bot.importing import Order, bring_in, kind_named
    from bot.runtime.clock import DiscordClock
    from config.settings import load_settings

    order = Order(
        files=tuple(files),
        server=server,
        channel=channel,
        hashtag=hashtag,
        zone=zone,
        title=title,
        kind=kind_named(kind),
        one_chat=one_chat,
        chats_only=chats_only,
        moved=moved,
        salvage=salvage,
        dry_run=dry_run,
    )
    bring_in(load_settings(config), order, DiscordClock().now(), typer.echo)


@cli.command()
def export(
    chats: Annotated[
        Optional[list[int]],  # noqa: UP045
        typer.Argument(min=1, help="The chats' numbers, as /chats and /chat show give them; else all there are."),
    ] = None,
    server: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--server", help="Only chats of this server, by Discord's number."),
    ] = None,
    series: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--series", help="Only chats of this series, by its name or number."),
    ] = None,
    forms: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--format", help="html (the default), markdown, text, csv, json, ris, bibtex, csl, bookmarks, all."
        ),
    ] = None,
    to: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--to", help="The folder; else files.exports of the settings."),
    ] = None,
    view: Annotated[
        Literal["published", "named"],
        typer.Option("--as", help="What everybody may see of published chats, or what each server's own people see."),
    ] = "published",
    everything: Annotated[  # noqa: FBT002
        bool, typer.Option("--everything", help="All that the archive has, as JSON: a backup, for nobody else's eyes.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Write chats from the archive as files into a folder; nothing is changed or posted."""
    from bot.exchange.archive import View
    from bot.exporting import Wish
    from bot.exporting import export as write_files
    from bot.runtime.clock import DiscordClock
    from config.settings import load_settings

    settings = load_settings(config)
    seen = View.EVERYTHING if everything else View.SERVER if view == "named" else View.PUBLISHED
    wish = Wish(chats or (), server, series, forms or (), seen, to or settings.files.exports)
    for path in write_files(settings, wish, DiscordClock().now(), Console(stderr=True)):
        typer.echo(path)


@cli.command()
def rehearse(
    chat: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Argument(help="A plan (TOML) with its transcript, or a transcript (JSON Lines); else the sample chat."),
    ] = None,
    folder: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--folder", help="Where the database and the page go; else a new temporary folder."),
    ] = None,
    serve: Annotated[  # noqa: FBT002
        bool, typer.Option("--serve", help="Keep the simulated Discord open in the browser, on this machine only.")
    ] = False,
    speed: Annotated[
        float, typer.Option("--speed", min=0.1, max=600, help="With --serve: simulated seconds in one real second.")
    ] = 10.0,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="With --serve: the port; 0 for any.")] = 0,
) -> None:
    """Play a whole chat through the real bot in a simulated Discord: no account, no network."""
    try:
        from bot.rehearsal.rehearse import rehearse as play
    except ModuleNotFoundError as error:
        if error.name not in {"simcord", "PIL", "markdown_it", "linkify_it", "regex", "av"}:
            raise
        raise SetupProblem(
            f"The rehearsal needs the package {error.name}, which isn't installed.",
            "Install it with: pip install 'shelftalk[rehearsal]'",
        ) from error
    raise typer.Exit(play(chat, folder=folder, serve=serve, speed=speed, port=port))


@cli.command()
def when(
    phrase: Annotated[str, typer.Argument(help="Such as: every other Thursday, 8-9 pm ET, until the end of June.")],
    zone: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--zone", help="The time zone where the phrase names none; else the settings' default zone."),
    ] = None,
    since: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--from", help="The date from which on to look, such as 2027-01-31; else now."),
    ] = None,
    count: Annotated[int, typer.Option("--count", min=0, max=5000, help="How many dates.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,  # noqa: FBT002
    config: ConfigOption = None,
) -> None:
    """Tell what a schedule's words mean: the rule, and the next dates in UTC and local time."""
    from bot.runtime.clock import DiscordClock
    from bot.telling import Question, tell
    from config.settings import load_settings

    home = zone or load_settings(config).chats.default_zone
    question = Question(phrase, home, since, count, as_json)
    raise typer.Exit(0 if tell(question, DiscordClock().now()) else 1)


def main() -> None:
    """The console script; a problem that the operator can solve ends it with a sentence and status 2."""
    try:
        cli()
    except SetupProblem as problem:
        console = Console(stderr=True, soft_wrap=True)
        console.print(f"[bold]Can't do that:[/bold] {_plain(problem.what)}", highlight=False)
        if problem.advice:
            console.print(_plain(problem.advice), highlight=False)
        sys.exit(2)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


if __name__ == "__main__":
    main()
