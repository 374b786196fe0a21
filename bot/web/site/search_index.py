"""The search that works without a server: Pagefind reads the finished pages and writes an index beside them.

Pagefind is an extra. It is a program of its own, so that building an index keeps nobody waiting.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.domain.errors import SetupProblem

FOLDER = "pagefind"
# What isn't a person's words: the digest says a second time what stands below it, and a gap says nothing. What is
# hidden on a page mustn't stand open among what was found. Nobody is looked for by their name.
_LEFT_OUT = (
    ".skip, .bar, dl, .state, nav, #brief, #links, #people, .gone, .see, .spoiler, .facts, .part, small, footer, "
    ".said > li > bdi, .said > li > a"
)
# Pages of its own that nobody here asks for.
_UNUSED = ("-ui.", "highlight")
_SECONDS = 600


def find_pagefind() -> Path | None:
    """The program, or None if it isn't installed."""
    try:
        from pagefind.service import get_executable
    except ImportError:
        return None
    return get_executable()


async def search_index(program: Path, pages: Mapping[str, bytes], language: str) -> dict[str, bytes]:
    """The index's files by their addresses; of the same pages it is always the same.

    Args:
        program: Pagefind.
        pages: the pages of chats by their addresses.
        language: that of the page to search on; a page in another one is found too, by its words as they are written.

    Raises:
        SetupProblem: Pagefind failed.
    """
    with tempfile.TemporaryDirectory(prefix="shelftalk-search-") as name:
        site = Path(name)
        await asyncio.to_thread(_write, site, pages)
        options = ["--site", name, "--root-selector", "body", "--exclude-selectors", _LEFT_OUT]
        options += ["--force-language", language, "--quiet"]
        running = await asyncio.create_subprocess_exec(
            program,
            *options,
            cwd=name,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            told, _ = await asyncio.wait_for(running.communicate(), _SECONDS)
        except TimeoutError:
            raise _failed("it took over ten minutes") from None
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()
        if running.returncode != 0:
            raise _failed(" ".join(told.decode(errors="replace").strip().splitlines()[-1:]).rstrip("."))
        return await asyncio.to_thread(_read, site)


def _failed(why: str) -> SetupProblem:
    return SetupProblem(f"Pagefind couldn't make the search: {why}.", "All pages but that of the search are right.")


def _write(site: Path, pages: Mapping[str, bytes]) -> None:
    for name, content in pages.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _read(site: Path) -> dict[str, bytes]:
    found = (path for path in (site / FOLDER).rglob("*") if path.is_file())
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(found)
        if not any(part in path.name for part in _UNUSED)
    }
