"""Between the program's values and the shapes of the JSON archive, both ways without loss."""

from __future__ import annotations

from bot.domain.chat import Belonging, Chat, Guest, Question
from bot.domain.manner import Notice, Pace
from bot.domain.messages import ArchivedMessage, Attachment, Embed, Extras, Filing, Poll, Version
from bot.exchange.archive import model as m


def chat_model(chat: Chat) -> m.ChatModel:
    """A chat as it stands in a file."""
    threads = dict(chat.question_threads)
    numbers = {question.number for question in chat.questions}
    pace, notice = chat.pace, chat.notice
    return m.ChatModel.model_construct(
        number=chat.id,
        server=chat.guild_id,
        channel=chat.channel_id,
        title=chat.title,
        hashtag=chat.hashtag,
        starts_at=chat.starts_at,
        zone=chat.zone,
        minutes=chat.minutes,
        host=_person(chat.host_id, chat.host_name),
        state=chat.state,
        source=chat.source,
        questions=tuple(
            m.QuestionModel.model_construct(
                number=q.number, text=q.text, message=q.message_id, asked_at=q.asked_at, thread=threads.get(q.number)
            )
            for q in chat.questions
        ),
        other_threads=tuple(pair for pair in chat.question_threads if pair[0] not in numbers),
        thread=chat.thread_id,
        locale=chat.locale,
        layout=chat.layout,
        format=chat.format,
        pace=m.PaceModel.model_construct(
            welcome=pace.welcome,
            wrap_up=pace.wrap_up,
            late=pace.late,
            reminder=pace.reminder,
            rhythm=pace.rhythm,
            every=pace.every,
            times=pace.times,
        ),
        notice=m.NoticeModel.model_construct(
            before=notice.before, ahead=notice.ahead, ping_role=notice.ping_role_id, event=notice.event
        ),
        description=chat.description,
        anonymous=chat.anonymous,
        quiet=chat.quiet,
        recap=chat.recap,
        forum=chat.forum_id,
        guests=_guests(chat.guests),
        cohosts=_guests(chat.cohosts),
        host_role=chat.host_role_id,
        belonging=_belonging(chat.belonging),
        sequence=chat.sequence,
        moved_from=chat.moved_from,
        announced_in=chat.announced_in,
        opened_by=chat.opened_by,
        held_at=chat.held_at,
        published=chat.published,
        is_public=chat.is_public,
    )


def chat_of(found: m.ChatModel) -> Chat:
    """A chat as it stood in a file."""
    own = tuple((q.number, q.thread) for q in found.questions if q.thread is not None)
    return Chat(
        id=found.number,
        guild_id=found.server,
        channel_id=found.channel,
        title=found.title,
        hashtag=found.hashtag,
        starts_at=found.starts_at,
        zone=found.zone,
        minutes=found.minutes,
        host_id=found.host.id,
        host_name=found.host.name,
        pace=Pace(**dict(found.pace)),
        state=found.state,
        questions=tuple(Question(q.number, q.text, q.message, q.asked_at) for q in found.questions),
        thread_id=found.thread,
        locale=found.locale,
        anonymous=found.anonymous,
        quiet=found.quiet,
        layout=found.layout,
        recap=found.recap,
        format=found.format,
        notice=Notice(found.notice.before, found.notice.ahead, found.notice.ping_role, found.notice.event),
        description=found.description,
        forum_id=found.forum,
        guests=tuple(Guest(guest.number, guest.person) for guest in found.guests),
        cohosts=tuple(Guest(guest.number, guest.person) for guest in found.cohosts),
        host_role_id=found.host_role,
        belonging=_belonging_of(found.belonging),
        sequence=found.sequence,
        moved_from=found.moved_from,
        announced_in=found.announced_in,
        question_threads=tuple(sorted((*own, *found.other_threads))),
        opened_by=found.opened_by,
        held_at=found.held_at,
        source=found.source,
        published=found.published,
        is_public=found.is_public,
    )


def message_model(message: ArchivedMessage) -> m.MessageModel:
    """A message as it stands in a file."""
    extras = message.extras
    return m.MessageModel.model_construct(
        id=message.id,
        thread=message.thread_id,
        author=_person(message.author_id, message.author_name),
        posted_at=message.posted_at,
        text=message.text,
        deleted=message.is_deleted,
        left_out=message.is_left_out,
        edited_at=message.edited_at,
        reply_to=message.reply_to_id,
        replies=message.replies,
        by_machine=message.by_machine,
        filings=tuple(
            m.FilingModel.model_construct(
                question=f.question, basis=f.basis, confidence=float(f.confidence), sure=f.sure, reasons=f.reasons
            )
            for f in message.filings
        ),
        files=tuple(
            m.FileModel.model_construct(
                id=f.id,
                name=f.filename,
                url=f.url,
                size=f.size,
                type=f.content_type,
                description=f.description,
                stored=f.stored,
            )
            for f in message.attachments
        ),
        reactions=tuple(m.ReactionModel.model_construct(emoji=e, count=count) for e, count in message.reactions),
        stickers=extras.stickers,
        embeds=tuple(
            m.EmbedModel.model_construct(title=e.title, description=e.description, url=e.url) for e in extras.embeds
        ),
        poll=_poll(extras.poll),
        pinned=extras.pinned,
        versions=tuple(
            m.VersionModel.model_construct(text=v.text, replaced_at=v.replaced_at) for v in message.versions
        ),
    )


def message_of(found: m.MessageModel) -> ArchivedMessage:
    """A message as it stood in a file."""
    poll = found.poll
    extras = Extras(
        found.stickers,
        tuple(Embed(e.title, e.description, e.url) for e in found.embeds),
        Poll(poll.question, tuple((a.text, a.count) for a in poll.answers), poll.is_final) if poll else None,
        found.pinned,
    )
    return ArchivedMessage(
        id=found.id,
        thread_id=found.thread,
        author_id=found.author.id,
        author_name=found.author.name,
        posted_at=found.posted_at,
        text=found.text,
        edited_at=found.edited_at,
        reply_to_id=found.reply_to,
        by_machine=found.by_machine,
        is_deleted=found.deleted,
        is_left_out=found.left_out,
        filings=tuple(Filing(f.question, f.basis, f.confidence, f.sure, f.reasons) for f in found.filings),
        attachments=tuple(
            Attachment(f.id, f.name, f.url, f.size, f.type, f.description, f.stored) for f in found.files
        ),
        reactions=tuple((r.emoji, r.count) for r in found.reactions),
        replies=found.replies,
        extras=extras,
        versions=tuple(Version(v.text, v.replaced_at) for v in found.versions),
    )


def _person(person_id: int, name: str) -> m.PersonModel:
    return m.PersonModel.model_construct(id=person_id, name=name)


def _guests(guests: tuple[Guest, ...]) -> tuple[m.GuestModel, ...]:
    return tuple(m.GuestModel.model_construct(number=guest.id, person=guest.person_id) for guest in guests)


def _belonging(belonging: Belonging | None) -> m.BelongingModel | None:
    if belonging is None:
        return None
    return m.BelongingModel.model_construct(
        series=belonging.series_id, key=belonging.key, own=belonging.own, first_key=belonging.first_key
    )


def _belonging_of(found: m.BelongingModel | None) -> Belonging | None:
    return Belonging(found.series, found.key, found.own, found.first_key) if found else None


def _poll(poll: Poll | None) -> m.PollModel | None:
    if poll is None:
        return None
    answers = tuple(m.PollAnswerModel.model_construct(text=text, count=count) for text, count in poll.answers)
    return m.PollModel.model_construct(question=poll.question, answers=answers, is_final=poll.is_final)
