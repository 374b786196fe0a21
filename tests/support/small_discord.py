"""The smallest server that speaks Discord's protocol: enough to log in at another address and be told things."""

import asyncio
import json

from aiohttp import WSMsgType, web

USER = {"id": "100", "username": "shelftalk", "discriminator": "0", "avatar": None, "bot": True, "global_name": None}


def answer(data, status=200):
    # Discord names no charset, and discord.py takes it at its word.
    return web.Response(body=json.dumps(data).encode(), status=status, headers={"Content-Type": "application/json"})


class SmallDiscord:
    """REST and gateway on one loopback port."""

    def __init__(self, token="right-token", flags=1 << 18):
        self.token = token
        self.flags = flags
        self.found = {"users/@me/guilds": []}
        self.requests = []
        self.identified = asyncio.Event()
        self.commands = []
        self.sockets = []

    async def __aenter__(self):
        app = web.Application()
        app.router.add_get("/gateway", self._gateway)
        app.router.add_route("*", "/api/{path:.*}", self._rest)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.port = self.runner.addresses[0][1]
        return self

    async def __aexit__(self, *_):
        for socket in self.sockets:
            await socket.close()
        await self.runner.cleanup()

    def invite(self, *, granted):
        """Put the bot into a server with two channels, in one of which it may do what is granted and in one less."""
        role = {"id": "1", "name": "@everyone", "permissions": str(granted), "position": 0, "color": 0, "hoist": False}
        role |= {"managed": False, "mentionable": False, "flags": 0}
        guild = {"id": "1", "name": "Town Library", "owner_id": "9", "roles": [role], "emojis": [], "features": []}
        member = {"user": USER, "roles": [], "joined_at": None, "deaf": False, "mute": False, "flags": 0}
        deny = {"id": "1", "type": 0, "allow": "0", "deny": str(1 << 38)}
        channel = {"type": 0, "guild_id": "1", "position": 0, "permission_overwrites": []}
        self.found |= {
            "users/@me/guilds": [guild | {"permissions": "0", "owner": False, "icon": None, "banner": None}],
            "guilds/1": guild,
            "guilds/1/members/100": member,
            "guilds/1/channels": [
                channel | {"id": "11", "name": "chats"},
                channel | {"id": "12", "name": "news", "permission_overwrites": [deny]},
            ],
        }

    @property
    def environment(self):
        return {
            "DISCORD_TOKEN": self.token,
            "SHELFTALK_DISCORD__API_BASE": f"http://127.0.0.1:{self.port}/api",
            "SHELFTALK_DISCORD__GATEWAY": f"ws://127.0.0.1:{self.port}/gateway",
        }

    async def _rest(self, request):
        path = request.match_info["path"]
        self.requests.append((request.method, path))
        if request.headers.get("Authorization") != f"Bot {self.token}":
            return answer({"message": "401: Unauthorized", "code": 0}, status=401)
        if path == "users/@me":
            return answer(USER)
        if path == "oauth2/applications/@me":
            application = {"id": "200", "name": "Shelftalk", "flags": self.flags, "description": "", "icon": None}
            return answer(
                application
                | {"verify_key": "", "bot_public": True, "bot_require_code_grant": False, "owner": USER, "team": None}
            )
        if path in self.found:
            return answer(self.found[path])
        if path == "applications/200/commands" and request.method == "PUT":
            given = enumerate(await request.json(), 300)
            # The menu of a message has no description, and Discord answers with an empty one.
            self.commands = [{"description": ""} | c | {"id": str(n), "version": "1"} for n, c in given]
        if path == "applications/200/commands":
            return answer([c | {"application_id": "200"} for c in self.commands])
        return answer({"message": "Unknown", "code": 0}, status=404)

    async def _gateway(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": 40_000}, "s": None, "t": None}))
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            payload = json.loads(message.data)
            if payload["op"] == 1:
                await socket.send_str(json.dumps({"op": 11, "d": None, "s": None, "t": None}))
            elif payload["op"] == 2:
                self.identify = payload["d"]
                await self._dispatch(
                    socket,
                    1,
                    "READY",
                    {
                        "v": 10,
                        "user": USER,
                        "guilds": [],
                        "session_id": "s",
                        "shard": [0, 1],
                        "resume_gateway_url": f"ws://127.0.0.1:{self.port}/gateway",
                        "application": {"id": "200", "flags": self.flags},
                    },
                )
                self.identified.set()
        return socket

    @staticmethod
    async def _dispatch(socket, number, event, data):
        await socket.send_str(json.dumps({"op": 0, "s": number, "t": event, "d": data}))
