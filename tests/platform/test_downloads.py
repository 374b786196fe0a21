"""Files come from Discord's own hosts, within their size, and from nowhere else, whatever an address or answer says."""

import pytest
from aiohttp import web

from bot.domain.errors import TryLater
from bot.domain.files import Refusal
from bot.platform.budget import Budget
from bot.platform.downloads import Downloads
from bot.services.file_ports import ExpiredError, RefusedError


@pytest.fixture
async def cdn():
    """A server that hands out files, as a simulated Discord's does."""

    async def answer(request):
        match request.match_info["what"]:
            case "shelf.png":
                return web.Response(body=b"x" * 600_000)
            case "moved.png":
                raise web.HTTPFound("/secrets.png")
            case "busy.png":
                return web.Response(status=503)
            case "endless.png":
                response = web.StreamResponse()
                await response.prepare(request)
                for _ in range(100):
                    await response.write(b"x" * 100_000)
                return response
            case _:
                return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{what}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def fetch(downloads, url, most_bytes=1_000_000):
    return b"".join([chunk async for chunk in downloads.stream(url, most_bytes)])


@pytest.fixture
def downloads(cdn):
    return Downloads(Budget(), f"{cdn}/api/v10")


async def test_a_file_comes_whole_or_not_at_all(downloads, cdn):
    assert len(await fetch(downloads, f"{cdn}/shelf.png")) == 600_000
    with pytest.raises(RefusedError) as refused:
        await fetch(downloads, f"{cdn}/shelf.png", 599_999)
    assert refused.value.why is Refusal.TOO_LARGE
    # However large it says it is.
    with pytest.raises(RefusedError):
        await fetch(downloads, f"{cdn}/endless.png", 200_000)


async def test_what_is_gone_is_told_from_what_is_out_of_reach(downloads, cdn):
    with pytest.raises(ExpiredError):
        await fetch(downloads, f"{cdn}/gone.png")
    with pytest.raises(TryLater):
        await fetch(downloads, f"{cdn}/busy.png")
    # Nobody is followed to another address.
    with pytest.raises(TryLater):
        await fetch(downloads, f"{cdn}/moved.png")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/shelf.png",
        "http://cdn.discordapp.com/shelf.png",
        "https://cdn.discordapp.com.example.org/shelf.png",
        "https://cdn.discordapp.com@example.org/shelf.png",
        "https://cdn.discordapp.com:8443/shelf.png",
        "https://127.0.0.1/shelf.png",
        "file:///etc/passwd",
        "",
    ],
)
async def test_other_hosts_are_not_asked(downloads, url):
    with pytest.raises(RefusedError) as refused:
        await fetch(downloads, url)
    assert refused.value.why is Refusal.FOREIGN


async def test_with_discord_itself_no_address_of_the_inner_network_is_asked(cdn, monkeypatch):
    """A name that leads astray leads nowhere; and Discord's own settings make no other host its own."""
    plain = Downloads(Budget(), "https://discord.com/api/v10")
    with pytest.raises(RefusedError):
        await fetch(plain, f"{cdn}/shelf.png")
    monkeypatch.setattr("bot.platform.downloads.HOSTS", frozenset({"localhost"}))
    with pytest.raises(TryLater):
        await fetch(plain, "https://localhost/shelf.png")
