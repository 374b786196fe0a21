"""The documents keep up with the program: commands, settings, links, the README's commands and the state diagram."""

import re
import struct
from pathlib import Path

import pytest
from discord import app_commands

from bot.app import EXTENSIONS, build
from bot.domain.chat import ChatState
from bot.domain.run import TRANSITIONS
from bot.platform.permissions import NEEDED, WELCOME, invite_permissions
from bot.ui.texts import permission_name
from config.settings import Settings, each_setting

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = sorted([README, ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|<img\s[^>]*src=\"([^\"]+)\"")
# Word for word what `.ci/run` runs.
COMMANDS = {
    "rehearsal": "python3 -m venv .venv && .venv/bin/pip install -e '.[rehearsal]' && .venv/bin/shelftalk rehearse",
    "tests": "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def ident(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(path: Path) -> str:
    """A page without its fenced blocks, in which brackets are no links and # begins no heading."""
    return FENCE.sub("", read(path))


def anchors(path: Path) -> set[str]:
    """What can stand behind # in a link to a page, as GitHub makes it of the headings."""
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def links(path: Path) -> list[str]:
    """The links and pictures of a page that lead to other files or headings of the project."""
    found = [match[1] or match[2] for match in LINK.finditer(prose(path))]
    return [link for link in found if not re.match(r"[a-z]+:", link)]


async def test_every_slash_command_is_explained_to_people():
    app = build(Settings())
    for extension in EXTENSIONS:
        await app.bot.load_extension(extension)
    names = [c.qualified_name for c in app.bot.tree.walk_commands() if isinstance(c, app_commands.Command)]
    await app.close()
    explained = "".join(read(DOCS / f"{name}.md") for name in ("hosts", "participants", "newcomers"))
    assert len(names) >= 8
    # Neither "/chat" in "/chats" nor a line's end within a name counts.
    text = " ".join(explained.split())
    assert [name for name in names if not re.search(rf"/{re.escape(name)}(?![\w-])", text)] == []


def test_every_setting_is_explained_to_operators():
    example = read(ROOT / "config" / "shelftalk.example.toml")
    operators = read(DOCS / "operators.md")
    names = [(setting.name, setting.variable) for setting in each_setting()]
    assert len(names) >= 18
    assert [name for name, variable in names if f"`{name}`" not in operators and variable not in example] == []


def test_operators_are_told_of_no_setting_that_is_not_there():
    named = set(
        re.findall(r"`((?:discord|database|chats|privacy|web|logging|files)\.\w+)`", read(DOCS / "operators.md"))
    )
    assert named
    assert named <= {setting.name for setting in each_setting()}


@pytest.mark.parametrize("path", PAGES, ids=ident)
def test_links_lead_somewhere(path):
    for link in links(path):
        target, _, anchor = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), link
        assert file.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(file), link


def test_every_page_can_be_reached_from_the_readme():
    seen, waiting = set(), [README]
    while waiting:
        page = waiting.pop()
        if page not in seen:
            seen.add(page)
            targets = [(page.parent / link.partition("#")[0]).resolve() for link in links(page)]
            waiting += [target for target in targets if target.suffix == ".md" and target.exists()]
    assert [ident(page) for page in PAGES if page not in seen] == []


def test_pictures_are_small_and_have_a_text_for_who_does_not_see_them():
    pictures = re.findall(r"<img\s[^>]*>|!\[[^\]]*\]\([^)]*\)", "".join(prose(path) for path in PAGES))
    assert pictures
    for picture in pictures:
        assert re.search(r'alt="[^"]{40,}"|!\[[^\]]{40,}\]', picture), picture
    for path in (DOCS / "images").iterdir():
        assert path.stat().st_size < 200_000, path.name
        assert any(path.name in picture for picture in pictures), path.name


def test_the_picture_is_a_png_that_fits_on_a_page():
    head = (DOCS / "images" / "chat-and-digest.png").read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    assert width <= 1200
    assert height <= 1600


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readmes_commands_are_word_for_word_what_ci_runs(name):
    (block,) = re.findall(rf"^<!-- {name} -->\n+```sh\n(.*?)^```$", read(README), re.MULTILINE | re.DOTALL)
    assert block == COMMANDS[name] + "\n"


def test_the_invite_link_asks_for_what_the_bot_needs_and_no_more():
    link = f"scope=bot+applications.commands&permissions={invite_permissions().value}"
    assert link in read(README)
    assert re.findall(r"permissions=(\d+)", read(README)) == [str(invite_permissions().value)]
    assert re.findall(r"^\s*\| ([A-Z][\w ]+) \| to ", read(README), re.MULTILINE) == [
        permission_name(name) for name in (*NEEDED, *WELCOME)
    ]


def state_diagram() -> str:
    """The table of states and events, as a diagram that GitHub draws."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {ChatState.DRAFT}"]
    for state, steps in TRANSITIONS.items():
        lines += [f"    {state} --> {after}: {event}" for event, after in steps.items()]
        if not steps:
            lines.append(f"    {state} --> [*]")
    return "\n".join([*lines, "```"])


def test_the_state_diagram_is_the_table():
    found = re.search(r"^```mermaid\n.*?^```$", read(DOCS / "development.md"), re.MULTILINE | re.DOTALL)
    drawn = found[0] if found else None
    assert drawn == state_diagram(), f"put this in place of the diagram in docs/development.md:\n{state_diagram()}"
