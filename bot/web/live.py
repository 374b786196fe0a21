"""The same pages as `shelftalk publish` writes, served by the bot: always what the archive holds now.

A page is kept until anything differs that it shows, so that the next visitor gets it at once, and no visitor gets what
somebody took back.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.domain.errors import BadInput
from bot.services.shown_chats import Key, Shelf, ShownChat, ShownChats
from bot.services.shown_search import ShownSearching
from bot.ui.problems import sentence
from bot.web.site import addresses, views
from bot.web.site.found import found_page
from bot.web.site.kept import TYPES
from bot.web.site.look import SiteOptions, policy_of
from bot.web.site.making import ChatFiles, make_chat, shared_pages

_MOST_KEPT = 200
_LONGEST_SEARCH = 200
_CHAT = re.compile(r"chats/([0-9]{1,12})\.html")
_FILE = re.compile(r"files/([0-9]{1,12})/[0-9a-f]+\.([a-z0-9]+)")
_TYPES = {
    "html": "text/html",
    "xml": "application/xml",
    "ics": "text/calendar",
    "css": "text/css",
    "js": "text/javascript",
    "txt": "text/plain",
}
_FEED = "application/atom+xml"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
# Smaller ones gain nothing.
_COMPRESSED_FROM = 1_000


@dataclass(frozen=True, slots=True)
class _Body:
    """A page ready to be sent."""

    plain: bytes
    packed: bytes | None
    tag: str


@dataclass(frozen=True, slots=True)
class _Chat:
    """A chat that was shown, and for what it may be shown again."""

    key: Key
    made: ChatFiles
    body: _Body


class LivePages:
    """Answers requests for pages.

    Args:
        shown: the chats.
        searching: finds what was said in them.
        base_url: the address that visitors use, or None if it isn't known.
        files: where the archive keeps files; None if it keeps none.
    """

    def __init__(self, shown: ShownChats, searching: ShownSearching, base_url: str | None, files: Path | None) -> None:
        self._shown = shown
        self._searching = searching
        self._options = SiteOptions(base_url, has_search=True, is_live=True)
        self._files = files
        self._chats: OrderedDict[int, _Chat] = OrderedDict()
        self._records: OrderedDict[int, tuple[Key, ShownChat]] = OrderedDict()
        self._shared: OrderedDict[str, tuple[Shelf, _Body]] = OrderedDict()
        self._turns: dict[Hashable, asyncio.Lock] = {}

    async def page(self, request: web.Request) -> web.StreamResponse:
        """What is at an address.

        Raises:
            HTTPNotFound: nothing is.
        """
        path = request.match_info.get("path", "") or addresses.HOME
        if path == addresses.SEARCH:
            return await self._search(request)
        chat = _CHAT.fullmatch(path)
        if chat is not None:
            found = await self._chat(int(chat[1]))
            if found is None:
                raise web.HTTPNotFound
            return _answer(request, path, found.body)
        file = _FILE.fullmatch(path)
        if file is not None:
            return await self._file(int(file[1]), path, file[2])
        body = await self._shared_page(path)
        return _answer(request, path, body, may_keep=bool(request.query_string))

    async def sorry(self, status: int, told: str) -> web.Response:
        """A page for what isn't there, or for what went wrong, where it says what.

        Args:
            status: as HTTP has it.
            told: what went wrong.
        """
        if status == web.HTTPNotFound.status_code:
            html = views.not_found_page(Shelf(), self._options)
        else:
            say = views.say_for(Shelf())
            html = views.sorry_page(say, say("This page can't be shown just now"), told, self._options)
        headers = _headers(addresses.NOT_FOUND) | {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
        body = html.encode()
        return web.Response(status=status, body=body, content_type="text/html", charset="utf-8", headers=headers)

    async def _shared_page(self, path: str) -> _Body:
        async with self._turn(path):
            shelf = await self._shown.shelf()
            kept = self._shared.get(path)
            if kept is not None and kept[0] == shelf:
                return kept[1]
            # Beside the loop: with hundreds of chats a list takes a while.
            make = (await asyncio.to_thread(shared_pages, shelf, self._options)).get(path)
            if make is None:
                self._shared.pop(path, None)
                raise web.HTTPNotFound
            body = await asyncio.to_thread(lambda: _body(make()))
            self._shared[path] = shelf, body
            _forget_oldest(self._shared)
            return body

    async def _chat(self, number: int) -> _Chat | None:
        async with self._turn(number):
            record = await self._record(number)
            if record is None:
                self._chats.pop(number, None)
                return None
            key, shown = record
            kept = self._chats.get(number)
            if kept is None or kept.key != key:
                made = await asyncio.to_thread(make_chat, shown, self._options, self._files)
                kept = _Chat(key, made, await asyncio.to_thread(_body, made.page))
            self._chats[number] = kept
            self._chats.move_to_end(number)
            _forget_oldest(self._chats)
            return kept

    async def _record(self, number: int) -> tuple[Key, ShownChat] | None:
        # Asked before anything is read, so that a change meanwhile makes the page anew the next time.
        key = await self._shown.key(number)
        kept = self._records.get(number)
        if key is not None and (kept is None or kept[0] != key):
            shown = await self._shown.chat(number)
            kept = (key, shown) if shown is not None else None
        if key is None or kept is None:
            self._records.pop(number, None)
            return None
        self._records[number] = kept
        self._records.move_to_end(number)
        _forget_oldest(self._records)
        return kept

    async def _search(self, request: web.Request) -> web.Response:
        typed = " ".join(request.query.get("q", "").split())[:_LONGEST_SEARCH]
        shelf = await self._shown.shelf()
        found, told = None, ""
        if typed:
            try:
                found = await self._searching.search(typed, shelf, self._lookup)
            except BadInput as refusal:
                told = sentence(refusal, views.say_for(shelf))
        html = await asyncio.to_thread(found_page, typed, found, told, shelf, self._options)
        headers = _headers(addresses.SEARCH) | {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
        response = web.Response(body=html.encode(), content_type="text/html", charset="utf-8", headers=headers)
        response.enable_compression()
        return response

    async def _lookup(self, number: int) -> ShownChat | None:
        found = await self._record(number)
        return found[1] if found is not None else None

    async def _file(self, number: int, path: str, ending: str) -> web.StreamResponse:
        chat = await self._chat(number)
        source = chat.made.files.get(path) if chat is not None else None
        if source is None or not await asyncio.to_thread(source.is_file):
            raise web.HTTPNotFound
        headers = _headers(path) | {"Cache-Control": _ASK_AGAIN, "Content-Type": TYPES[ending]}
        return web.FileResponse(source, headers=headers)

    def _turn(self, what: Hashable) -> asyncio.Lock:
        # Whoever asks for the same page meanwhile gets it once it is made.
        if len(self._turns) > 2 * _MOST_KEPT:
            self._turns = {key: turn for key, turn in self._turns.items() if turn.locked()}
        return self._turns.setdefault(what, asyncio.Lock())


def _body(plain: bytes) -> _Body:
    packed = gzip.compress(plain, 6, mtime=0) if len(plain) >= _COMPRESSED_FROM else None
    return _Body(plain, packed, hashlib.sha256(plain).hexdigest()[:20])


def _answer(request: web.Request, path: str, body: _Body, *, may_keep: bool = False) -> web.Response:
    is_asset = path.endswith((".css", ".js"))
    headers = _headers(path) | {"Cache-Control": _FOREVER if is_asset and may_keep else _ASK_AGAIN}
    packed = body.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
    tag = body.tag if packed is None else f"{body.tag}-gz"
    headers |= {"ETag": f'"{tag}"', "Vary": "Accept-Encoding"}
    known = {etag.value for etag in request.if_none_match or ()}
    if tag in known or "*" in known:
        return web.Response(status=304, headers=headers)
    if packed is not None:
        headers["Content-Encoding"] = "gzip"
    ending = path.rpartition(".")[2]
    is_feed = ending == "xml" and path != addresses.SITEMAP
    content_type = _FEED if is_feed else _TYPES.get(ending, "application/octet-stream")
    return web.Response(body=packed or body.plain, content_type=content_type, charset="utf-8", headers=headers)


def _headers(path: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": f"{policy_of(path, is_live=True)}; frame-ancestors 'none'",
        "X-Robots-Tag": "all",
    }


def _forget_oldest(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > _MOST_KEPT:
        kept.popitem(last=False)
