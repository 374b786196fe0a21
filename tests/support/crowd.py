"""People who write, edit, delete, react, vote and pin in a simulated Discord, at random and in no time."""

from collections import Counter
from datetime import datetime

from simcord.backend import serializers
from simcord.backend.models import MessageSticker, Poll, PollAnswer

WORDS = [
    "a",
    "shelf",
    "of",
    "books",
    "by",
    "the",
    "window",
    "where",
    "the",
    "cat",
    "sleeps",
    "and",
    "nobody",
    "minds",
    "the",
    "rain",
    "at",
    "all",
]
EMOJI = ("👍", "❤️", "🎉", "shelf:123456789012345678")
PICTURE = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010800000000") + b"made up for a benchmark"
# Of a hundred things that happen while a chat goes on, so many are of this kind.
HAPPENINGS = {
    "say": 46,
    "reply": 10,
    "edit": 10,
    "react": 16,
    "unreact": 5,
    "delete": 4,
    "file": 2,
    "preview": 2,
    "vote": 2,
    "pin": 1,
    "webhook": 1,
    "poll": 1,
}
RARELY = {"clear": 1, "sticker": 1, "forward": 1, "bulk": 1, "unpin": 1, "clear one": 1, "drop file": 1, "answer": 1}
SAYING = frozenset({"say", "reply", "file", "webhook", "poll", "sticker", "forward"})


class Crowd:
    """People who write in a chat, straight into the simulated Discord."""

    def __init__(self, stage, dice):
        self.stage, self.dice = stage, dice
        self.backend = stage.env.backend
        self.people = [
            stage.person(name) for name in ("Ana", "Tomás", "Odile", "Ade", "Mirela", "Kō", "Björk", "Yusuf")
        ]
        members = self.backend.guilds[stage.guild.id].members
        members[self.people[0].id].nick = "Ana from Lisbon"
        members[self.people[3].id].nick = "Ade (works)"
        self.webhook = stage.guild.create_webhook(stage.channel, "Bridge")
        self.elsewhere = self.backend.create_message(
            stage.channel.id,
            self.people[0].id,
            "from elsewhere",
            attachments=self.backend.store_attachments(stage.channel.id, [("plan.png", PICTURE)]),
        )
        self.said = 0
        self.happened = Counter()

    def threads(self):
        """Those in which people can write."""
        channels = self.backend.channels
        found = [thread.id for thread in self.stage.channel.threads]
        return [i for i in found if not channels[i].thread_metadata.locked]

    def happen(self, kinds=None):
        """One thing happens, if there is anything to which it can."""
        dice = self.dice
        if kinds is None:
            kinds = RARELY if dice.random() < 0.04 else HAPPENINGS
        kind = dice.choices(list(kinds), weights=list(kinds.values()))[0]
        threads = self.threads() or ([t.id for t in self.stage.channel.threads] if kind not in SAYING else [])
        if not threads:
            return
        thread = dice.choice(threads)
        if kind in SAYING:
            self._say(kind, thread)
        else:
            messages = [m for m in self.backend.messages[thread].values() if m.type in {0, 19}]
            if messages:
                # What was said lately is met more often.
                message = messages[int(len(messages) * dice.random() ** 0.4)]
                getattr(self, "_" + kind.replace(" ", "_"))(thread, message)
        self.happened[kind] += 1

    def text(self):
        """A few words, sometimes with a label or a link."""
        words = " ".join(self.dice.choices(WORDS, k=self.dice.randrange(1, 12)))
        label = self.dice.choice(("", "", f"A{self.dice.randrange(1, 5)}: "))
        link = f" https://example.org/{self.dice.randrange(99)}" if self.dice.random() < 0.1 else ""
        return f"{label}{words}{link} {self.dice.randrange(10**6)}"

    def _say(self, kind, thread):
        dice, backend = self.dice, self.backend
        person = dice.choice(self.people).id
        if kind == "webhook":
            name = dice.choice(("Ines (Bluesky)", "Per (Bluesky)"))
            hook = self.webhook.id
            backend.create_message(thread, hook, self.text(), webhook_id=hook, author_name=name)
        elif kind == "reply" and backend.messages[thread]:
            to = dice.choice(list(backend.messages[thread].values()))
            reference = {"channel_id": str(thread), "message_id": str(to.id)}
            backend.create_message(thread, person, self.text(), reference=reference)
        elif kind == "file":
            names = dice.sample(["shelf.png", "notes.txt", "plan.png"], k=dice.randrange(1, 3))
            contents = {"notes.txt": f"a list {dice.randrange(3)}".encode()}
            files = [(name, contents.get(name, PICTURE + bytes([dice.randrange(3)]))) for name in names]
            stored = backend.store_attachments(thread, files)
            stored[0]["description"] = "a shelf"
            backend.create_message(thread, person, "" if dice.random() < 0.3 else self.text(), attachments=stored)
        elif kind == "poll":
            answers = [PollAnswer(1, "paper"), PollAnswer(2, "screen"), PollAnswer(3, "ear")]
            poll = Poll("Paper or screen?", answers, expiry=backend.iso_after(dice.choice((1200, 86_400))))
            backend.create_message(thread, person, poll=poll)
        elif kind == "sticker":
            sticker = MessageSticker(backend.snowflake(), "a purring cat", 1, self.stage.guild.id)
            backend.create_message(thread, person, stickers=[sticker])
        elif kind == "forward":
            source = self.elsewhere
            reference = {"type": 1, "channel_id": str(source.channel_id), "message_id": str(source.id)}
            backend.create_message(thread, self.people[0].id, reference=reference)
        else:
            backend.create_message(thread, person, self.text())
        self.said += 1

    def _is_ours(self, message):
        return message.author_id == self.backend.bot_user.id

    def _edit(self, thread, message):
        # Nobody edits twice in one instant, which is all that tells which wording is the later.
        is_new = message.edited_timestamp != self.backend.now_iso()
        if not self._is_ours(message) and message.webhook_id is None and message.content and is_new:
            self.backend.edit_message(thread, message.id, {"content": self.text()})

    def _drop_file(self, thread, message):
        if message.attachments and message.edited_timestamp != self.backend.now_iso():
            fields = {"attachments": message.attachments[1:], "content": self.text()}
            self.backend.edit_message(thread, message.id, fields)

    def _delete(self, thread, message):
        if not self._is_ours(message):
            self.backend.delete_message(thread, message.id)

    def _bulk(self, thread, message):
        ids = [m.id for m in list(self.backend.messages[thread].values())[-3:] if not self._is_ours(m) and m.type == 0]
        if ids:
            self.backend.bulk_delete_messages(thread, ids)

    def _react(self, thread, message):
        person = self.dice.choice(self.people).id
        self.backend.set_reaction(thread, message.id, self.dice.choice(EMOJI), person, reacted=True)

    def _unreact(self, thread, message):
        for reaction in message.reactions[:1]:
            who = [user for user in reaction.user_ids if user != self.backend.bot_user.id]
            if who:
                self.backend.set_reaction(thread, message.id, reaction.emoji, self.dice.choice(who), reacted=False)

    def _clear(self, thread, message):
        self.backend.clear_reactions(thread, message.id)

    def _clear_one(self, thread, message):
        if message.reactions:
            self.backend.clear_reaction(thread, message.id, message.reactions[0].emoji)

    def _pin(self, thread, message):
        self.backend.set_pinned(thread, message.id, pinned=True, actor_id=self.people[0].id)

    def _unpin(self, thread, message):
        for pinned in [m for m in self.backend.messages[thread].values() if m.pinned][:1]:
            self.backend.set_pinned(thread, pinned.id, pinned=False)

    def _preview(self, thread, message):
        if "https://" in message.content and not self._is_ours(message) and not message.embeds:
            embed = {"type": "link", "title": "A list of books", "url": "https://example.org/", "description": "Long."}
            message.embeds = [embed]
            self.backend.emit("MESSAGE_UPDATE", dict(serializers.message_payload(self.backend, message)))

    def _vote(self, thread, message):
        polls = [m for m in self.backend.messages[thread].values() if m.poll is not None and not m.poll.finalized]
        if polls:
            person, poll = self.dice.choice(self.people).id, self.dice.choice(polls)
            if datetime.fromisoformat(poll.poll.expiry) > self.stage.env.now():
                self.backend.set_poll_votes(thread, poll.id, [self.dice.randrange(1, 4)], person)

    def _answer(self, thread, message):
        """Given through a form, and posted by the bot; see `Evening.answer`."""
