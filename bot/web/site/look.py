"""What all pages of a site share: where they are, what leads to them, what a browser may load for them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot import __version__
from bot.ui.texts import Texts
from bot.web.site import addresses

_TEMPLATES = Path(__file__).parents[1] / "templates"
_HASH_LENGTH = 10
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; form-action 'self'; base-uri 'none'"
)
# Pagefind is WebAssembly that reads its index piece by piece, in a worker of its own.
_SEARCHING = _POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'") + (
    "; connect-src 'self'; worker-src 'self' blob:"
)


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What an operator chose for a site.

    Attributes:
        base_url: the address of its home page's folder without a slash at its end, or None if it isn't known.
        has_search: whether there is a page to search on.
        is_live: whether it is served by the bot, which searches by itself.
    """

    base_url: str | None = None
    has_search: bool = False
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class SiteLook:
    """What the layout asks for, by name."""

    options: SiteOptions
    say: Texts
    path: str
    crumbs: Sequence[tuple[str, str]]
    feeds: Sequence[tuple[str, str]] = ()
    is_indexed: bool = True
    citation: object = ""
    words: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The way to the home page's folder."""
        if self.path == addresses.NOT_FOUND:
            # It stands at any address that leads nowhere.
            return f"{self.options.base_url or ''}/"
        return addresses.root_of(self.path)

    @property
    def policy(self) -> str:
        """What a browser may load for the page."""
        return policy_of(self.path, is_live=self.options.is_live)

    @property
    def canonical(self) -> str:
        """The page's whole address, if it is known."""
        base, path = self.options.base_url, "" if self.path == addresses.HOME else self.path
        return f"{base}/{path}" if base is not None and self.is_indexed else ""

    @property
    def has_search(self) -> bool:
        """Whether there is a page to search on."""
        return self.options.has_search

    @property
    def style(self) -> str:
        """The style sheet; another address for another content, so that browsers may keep it."""
        return f"{addresses.STYLE}?{_version(addresses.STYLE)}"

    @property
    def script(self) -> str:
        """The script that tells times on the reader's clock."""
        return f"{addresses.SCRIPT}?{_version(addresses.SCRIPT)}"

    @property
    def script_search(self) -> str:
        """The script that searches in the browser; empty where the bot does."""
        return "" if self.options.is_live else f"{addresses.SEARCH_SCRIPT}?{_version(addresses.SEARCH_SCRIPT)}"


def look_at(
    options: SiteOptions,
    say: Texts,
    path: str,
    crumbs: Sequence[tuple[str, str]] = (),
    feeds: Sequence[tuple[str, str]] = (),
    *,
    is_indexed: bool = True,
    citation: object = "",
) -> SiteLook:
    """The look of a page.

    Args:
        options: the operator's.
        say: the page's language.
        path: the page.
        crumbs: pages above it, from the home page on, each with what it is called.
        feeds: its feeds, each with its title.
        is_indexed: whether search engines may know it.
        citation: how to cite it.
    """
    words = {
        "site": say("All pages"),
        "search": say("Search"),
        "find": say("Find"),
        "yours": say("on your clock"),
        "shown": say(
            "People are shown here as they chose themselves: by name, under another name, or not at all. Whoever "
            "changes their mind types /privacy in Discord, and the pages follow."
        ),
        "cite": say("To cite this chat:"),
    }
    return SiteLook(options, say, path, crumbs, feeds, is_indexed, citation, words)


def policy_of(path: str, *, is_live: bool) -> str:
    """What a browser may load for a page."""
    return _SEARCHING if path == addresses.SEARCH and not is_live else _POLICY


@cache
def asset(name: str) -> bytes:
    """A file that all pages share."""
    if name == addresses.STYLE:
        return b"".join((_TEMPLATES / part).read_bytes() for part in ("page.css", "site.css"))
    return (_TEMPLATES / name).read_bytes()


def _look() -> str:
    names = sorted(path.name for path in _TEMPLATES.iterdir())
    parts = [__version__.encode(), *((_TEMPLATES / name).read_bytes() for name in names)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:_HASH_LENGTH]


# Changes with the program and its templates: pages of another look are all made anew.
LOOK = _look()


@cache
def _version(name: str) -> str:
    return hashlib.sha256(asset(name)).hexdigest()[:_HASH_LENGTH]
