"""Where in a message a label counts: at its start, of a later line or sentence, at its end, in someone's quoted words.

At the start almost any spelling counts. Elsewhere the same letters are as often a place, a paper size or talk about a
question, so a sign must follow, a sentence end before, and nothing speak of paper, roads or gates.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from bot.domain.markers.folding import LINK, MENTION, Folded, fold
from bot.domain.markers.grammar import KIND_OF, SURE, WORD, Label, after_signs, label_at
from bot.domain.markers.model import Marker, MarkerKind, Piece, Place, Sureness
from bot.domain.markers.pieces import end_behind, piece_at_edge, piece_behind, tail_start

_EMOJI = r"\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# What may stand before a label: mentions, hashtags, emoji, quotation marks, an opening bracket, a bullet, Markdown.
_LEAD = re.compile(
    rf"""(?:\s|[\u201c"](?!\s*[@{MENTION}])|[>*_~`|'\u201d\u2018\u2019(\[\u3010\u300c\u3014\u300e\u201e\u00ab]
    |[-\u2022](?=\s)|-?\#{{1,3}}(?=\s)|\.(?=[@{MENTION}])|[{LINK}{MENTION}{_EMOJI}]
    |\(?\d{{1,2}}/\d{{1,2}}[):.]?(?=\s)
    |(?<!\w)[@\#](?![aqrp]?\d{{1,2}}[a-d]?\b)[\w.\-]++:?)*+""",
    re.IGNORECASE | re.VERBOSE,
)
# "So A1: …", "Sorry, late! A2: …", "For Q4, I …": words that only lead to a label; those of `link` go with it.
_OPENING = re.compile(
    r"(?:(?:hi|hello|hey|all|everyone|oh|yes|yep|no|sorry|late|oops|edit|correction|ps|catching\s+up)"
    r"[,:!.\u2026-]{0,3}\s{1,3}){0,3}"
    r"(?P<link>(?:(?:so|ok|okay|well|and|but|also|mine|my|quick|first|again|still|finally|here's|here\s+is|to|back\s+to"
    r"|adding\s+to|answer|answering|(?:in\s+)?(?:answer|response|reply)\s+to|responding\s+to|replying\s+to"
    r"|going\s+back\s+to|as\s+for|pour|zu|para|sobre|(?P<about>for|on|re|regarding|about))[,:]?\s{1,3}){0,3})",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"(?:\b(?:for|on|regarding|as\s+for)|^(?:re|about))\s{1,3}$", re.IGNORECASE)
_CANDIDATE = re.compile(rf"(?<![\w/@=&+\-.'\u2019\\$\u20ac]){WORD.join(('#?', ''))}[.\s\#:\-]{{0,3}}\d", re.IGNORECASE)
_QUOTING = re.compile(
    rf"(?:\b(?:RT|MT)\s{{1,3}}|[\u201c\"\u201e\u00ab]\s?)(?:(?:@\w++|{MENTION}++):?\s{{0,3}}){{1,4}}[\"\u201c]?$"
)
_SOMEONES_WORDS = re.compile(rf"[\u201c\"\u201e\u00ab]\s{{0,3}}(?=[@{MENTION}])")
_SENTENCE_END = re.compile(
    rf"(?:[.!?\u2026:;\"\u201d\u3002\uff01\uff1f{_EMOJI}]|[)\]*_~`|\u3011])\s{{1,3}}$|[{LINK}{MENTION}\u3002\uff01\uff1f]\s{{0,3}}$"
)
_TAG_END = re.compile(
    rf"(?:^|(?P<word>[\w'\u2019]{{1,20}}|[^\s\w])\s{{1,3}})(?:(?:[#@]\w{{1,60}}|{LINK}+|{MENTION}+)[:,]?\s{{1,3}}){{1,9}}$"
)
_ABBREVIATION = re.compile(
    r"\b(?:vs|no|nr|nos|approx|e\.g|i\.e|cf|rd|st|ave|fig|sec|ch|pp?|ca|vol|incl|re)\.\s*$", re.IGNORECASE
)
_RE_ANSWER = re.compile(r"re\s{0,3}:?\s{0,3}a", re.IGNORECASE)
_BEFORE_BRACKET = re.compile(r"(?:^|[.,;:!?\u2026\u201d\"]|\b(?:but|and|so|oh|also|yes|well))\s{0,3}$", re.IGNORECASE)
_TALK = re.compile(
    r"(?:to|at|for|from|on|of|in|the|an?|is|was|are|were|miss(?:ed)?|about|with|w|by|see|and|or|not|than|your|this|that|next"
    r"|into|until|during|after|before|com(?:es|ing)|repost|loved?|answered|via|like|asked|reads?|my|near|off|between|gate"
    r"|room|hall|road|exit|level|size|now|over|past|towards?|through)",
    re.IGNORECASE,
)
# Where such words fall, A4 may be paper, a road or a gate.
_OTHER_THINGS = re.compile(
    r"\b(?:paper|papers|print|prints|printed|printer|printing|sheets?|sizes?|sized|posters?|envelopes?|fold(?:ed)?|laminate"
    r"|gates?|boarding|terminal|motorway|autobahn|junction|highway|flight|vitamin|chess|grammar|cefr|levels?|fiscal|quarter"
    r"|quarterly|earnings|revenue|platform|seats?|locker|aisle|grade|scale|cells?|spreadsheet|column)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\W{0,3}$")
_STRONG = re.compile(r"[*_~`|]{0,3}\s?(?:[:\]\u3011]|\)(?!\S))|[*_~`|]{0,3}\s[-\u2013\u2014]\s")
_STOP = re.compile(r"[*_~`|]{0,3}\.\s+[^\sa-z]")
_COMMA = re.compile(r"\s?[:,]\s")
_POINTER = re.compile(
    rf"(?:\s|[{LINK}{MENTION}{_EMOJI}]|(?:is\s)?\b(?:here|up|now|below)\b|[#@][\w.\-]++|[.!?:,\u2026\-()])*+$",
    re.IGNORECASE,
)
_CITED_TO_THE_END = re.compile(r"^\s{0,3}>>>", re.MULTILINE)
_INDENT = 4
_CUTTING = ":)].,;-\u2013\u2014\uff1a\uff09\u3011*_~`|"
_CLOSING = " \t\n.)]*_~`|"
_WINDOW = 80
# Every label has a figure; texts of signs among which there is none need no closer look, and most are such texts.
_NO_FIGURE = re.compile(
    r"[\x00-/:-\x7f\u00c0-\u024f\u2010-\u205e\u2600-\u2767\ufe0f\U0001f300-\U0001f51e\U0001f520-\U0001faff]*"
)
# With what each label of an ASCII text begins that may answer or ask, or only ask, and much else: its last word's
# first sign, the rest of that word, a gap, a figure. Ten times as fast as to look for the words themselves.
_BEGINNING = re.compile(r"[AQRPFDaqrpfd][A-Za-z]{0,9}+[.\s\#:\-]{0,3}+\d")
_ASKING = re.compile(r"[QPFDqpfd][A-Za-z]{0,9}+[.\s\#:\-]{0,3}+\d")
# No message answers so many questions; one that seems to is a list of something else.
_MOST = 60


@dataclass(frozen=True, slots=True)
class _Found:
    label: Label
    place: Place
    sureness: Sureness


def read_labels(text: str, question_count: int) -> tuple[int, ...]:
    """The numbers of the questions under which a message puts itself; empty if it says none.

    Labels that are no more than possible don't count, and those in someone else's quoted words only if the message
    has none of its own.

    Args:
        text: the message as written.
        question_count: how many questions the chat has; a higher number is no label.
    """
    markers = [m for m in read_markers(text, question_count) if m.sureness > Sureness.POSSIBLE]
    own = [m for m in markers if m.place is not Place.QUOTED]
    return tuple(dict.fromkeys(m.number for m in own or markers))


def read_hosts_labels(text: str, question_count: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The numbers of the questions that a host's message answers, and of those that it asks once more with a Q.

    Args:
        text: the message as written.
        question_count: how many questions the chat has; a higher number is no label.
    """
    markers = [m for m in read_markers(text, question_count, by_host=True) if m.sureness > Sureness.POSSIBLE]
    counted = [m for m in markers if m.place is not Place.QUOTED] or markers
    asks = dict.fromkeys(m.number for m in counted if m.kind is MarkerKind.QUESTION)
    answers = dict.fromkeys(m.number for m in counted if m.kind is not MarkerKind.QUESTION)
    return tuple(answers), tuple(number for number in asks if number not in answers)


def read_markers(text: str, question_count: int, *, by_host: bool = False) -> tuple[Marker, ...]:
    """All labels of a message, in their order; any text may be given, and the cost grows with its length only.

    Args:
        text: the message as written.
        question_count: how many questions the chat has; a higher number is no label.
        by_host: whether its author is a host, whose Q asks; anyone else's Q is meant as an answer.
    """
    if not _may_have(text, _BEGINNING):
        return ()
    folded = fold(text)
    found = sorted(_find(folded), key=lambda f: (f.label.start, f.place is not Place.START))
    own = len({number for f in found for number, _ in f.label.numbers}) == 1
    edge = piece_at_edge(folded) if found and own else None
    markers: list[Marker] = []
    done = -1
    for one in found:
        if one.label.start < done:
            continue
        done = one.label.core_end
        if one.place is Place.END and found[0].place is Place.START:
            # Two labels that contradict each other: the first is the usual one.
            one = replace(one, sureness=Sureness.POSSIBLE)  # noqa: PLW2901
        markers += _markers(one, folded, question_count, edge, by_host=by_host)
    if not markers and (hint := _keycap(folded, question_count)):
        markers.append(hint)
    return tuple(markers)


def may_ask(text: str) -> bool:
    """Whether a label of a question may be in a text: told in no time, and never wrong where it is no."""
    return _may_have(text, _ASKING)


def _may_have(text: str, beginning: re.Pattern[str]) -> bool:
    if _NO_FIGURE.fullmatch(text):
        return False
    return not text.isascii() or beginning.search(text) is not None


def cut_labels(text: str, question_count: int) -> str:
    """A text to be quoted, without the labels that are its author's own, and trimmed; all else as written.

    Args:
        text: the message as written.
        question_count: how many questions the chat has.
    """
    spans = {
        (m.start, m.end)
        for m in read_markers(text, question_count)
        if m.place is not Place.QUOTED
        and m.sureness > Sureness.POSSIBLE
        # "The room, re A2, was cold" would lose its sense.
        and (m.place is not Place.WITHIN or text[m.start : m.end].rstrip()[-1] in _CUTTING)
    }
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return text.strip()


def _find(folded: Folded) -> Iterator[_Found]:
    at_lines = list(islice(_at_lines(folded.text), _MOST))
    yield from at_lines
    yield from _elsewhere(folded.text, {one.label.start: one.label.core_end for one in at_lines})


def _at_lines(plain: str) -> Iterator[_Found]:
    begin, before, cited = 0, "", False
    lead_end = _lead_end(plain, 0)
    for line in plain.split("\n"):
        start = _lead_end(line, 0)
        cited_here = cited or line.lstrip().startswith(">")
        cited = cited or line.lstrip().startswith(">>>")
        one = _first_in_line(plain, begin + start, first=begin <= lead_end, after=before)
        opened = None if one else _SOMEONES_WORDS.match(line, start)
        if opened and (label := label_at(plain, begin + _lead_end(line, opened.end()))):
            one = _Found(label, Place.QUOTED, Sureness.LIKELY)
        if one is not None:
            yield _Found(one.label, Place.QUOTED, Sureness.LIKELY) if cited_here else one
        begin += len(line) + 1
        before = line


def _lead_end(line: str, at: int) -> int:
    lead = _LEAD.match(line, at)
    return lead.end() if lead else at


def _first_in_line(plain: str, at: int, *, first: bool, after: str) -> _Found | None:
    label = label_at(plain, at)
    if label is None:
        return _after_opening(plain, at, first=first)
    if first:
        return _Found(label, Place.START, Sureness.LIKELY if label.loose and not label.signed else Sureness.CERTAIN)
    behind = end_behind(plain, label.core_end)
    if label.signed or SURE.match(plain, behind) or plain[behind - 1] in ")].":
        return _Found(label, Place.LINE, Sureness.CERTAIN)
    rest = plain[label.core_end : label.core_end + 3]
    ended = not after.strip() or after.rstrip()[-1] in ".!?\u2026:" or after.rstrip()[-1] > "\u2000"
    alone = not rest.split("\n")[0].strip()
    if label.letter in "AQ" and (alone or (ended and not rest.lstrip()[:1].islower())) and not _other(plain, label):
        return _Found(label, Place.LINE, Sureness.LIKELY)
    return None


def _after_opening(plain: str, at: int, *, first: bool) -> _Found | None:
    opening = _OPENING.match(plain, at)
    label = label_at(plain, opening.end()) if opening else None
    if opening is None or label is None:
        return None
    signed = _STRONG.match(plain, label.core_end) or (opening["about"] and _COMMA.match(plain, label.core_end))
    if not signed:
        return None
    label = replace(label, cut_start=min(label.cut_start, opening.start("link")))
    return _Found(label, Place.START if first else Place.LINE, Sureness.LIKELY)


def _elsewhere(plain: str, known: Mapping[int, int]) -> Iterator[_Found]:
    """All but those that are known already, by the places where they begin and end."""
    tail = tail_start(plain)
    done = 0
    for match in islice(_CANDIDATE.finditer(plain), _MOST):
        at = match.start()
        if at < done:
            continue
        if at in known:
            done = known[at]
            continue
        label = label_at(plain, at)
        if label is None:
            continue
        before = plain[max(0, at - _WINDOW) : at]
        done = label.core_end
        if _QUOTING.search(before) or _is_cited(plain, at):
            yield _Found(label, Place.QUOTED, Sureness.LIKELY)
        elif last := _at_end(plain, label, before, tail):
            yield _Found(label, Place.END, last)
        elif about := _about(plain, label, before):
            yield about
        elif sureness := _within(plain, label, before):
            yield _Found(label, Place.WITHIN, sureness)


def _is_cited(plain: str, at: int) -> bool:
    """Whether a place lies in a line that Discord shows as a quotation."""
    begin = plain.rfind("\n", 0, at) + 1
    return plain[begin : begin + _INDENT].lstrip().startswith(">") or bool(_CITED_TO_THE_END.search(plain, 0, at))


def _about(plain: str, label: Label, before: str) -> _Found | None:
    """A clause that says what it is about: `…, but for Q4, I believe`."""
    about = _ABOUT.search(before)
    if about is None or not _COMMA.match(plain, label.core_end) or not _BEFORE_BRACKET.search(before[: about.start()]):
        return None
    label = replace(label, cut_start=label.start - (len(before) - about.start()))
    return _Found(label, Place.WITHIN, Sureness.LIKELY)


def _within(plain: str, label: Label, before: str) -> Sureness | None:
    """Whether a label in the middle of a line opens a sentence or an aside about that question."""
    if label.letter == "P" or _ABBREVIATION.search(before):
        return None
    behind = plain[label.core_end : label.core_end + 8]
    if before[-1:] in {"(", "["} and label.cut_start < label.start:
        told = ":" in plain[label.core_end : label.cut_end] or _BEFORE_BRACKET.search(before[:-1])
        return Sureness.LIKELY if told and not _other(plain, label) else None
    if _RE_ANSWER.match(plain, label.start):
        return None if _other(plain, label) else Sureness.LIKELY
    if not (_SENTENCE_END.search(before) or _ends_in_tag(before)):
        return None
    if _STRONG.match(behind) or (_STOP.match(behind) and label.letter == "A"):
        return Sureness.POSSIBLE if _other(plain, label) else Sureness.LIKELY
    return None


def _at_end(plain: str, label: Label, before: str, tail: int) -> Sureness | None:
    """Whether a label closes the message, with nothing but hashtags, mentions and links behind it."""
    closing = _CLOSING + "!" * (label.letter == "Q")
    if label.letter in "RP" or label.start >= tail or plain[label.core_end : tail].strip(closing):
        return None
    bracketed = before[-1:] in {"(", "["} and label.cut_start < label.start
    if bracketed:
        before = before[:-1]
    if _ABBREVIATION.search(before) or _YEAR.search(before):
        return None
    if not (bracketed or _ends_in_tag(before) or _SENTENCE_END.search(before)):
        return None
    if before.rstrip()[-1:] in {":", ";"} or _other(plain, label):
        return Sureness.POSSIBLE
    return Sureness.LIKELY


def _ends_in_tag(before: str) -> bool:
    before = re.sub(r"[-\u2013\u2014]\s$", "", before)
    match = _TAG_END.search(before)
    return match is not None and not _TALK.fullmatch(match["word"] or "")


def _other(plain: str, label: Label) -> bool:
    """Whether the text around a label speaks of things that bear such names."""
    near = (
        plain[max(0, label.start - 2 * _WINDOW) : label.start] + " " + plain[label.core_end : label.core_end + _WINDOW]
    )
    return bool(_OTHER_THINGS.search(near))


def _markers(
    one: _Found, folded: Folded, question_count: int, edge: Piece | None, *, by_host: bool
) -> Iterator[Marker]:
    label = one.label
    kind = KIND_OF[label.letter]
    if kind is MarkerKind.QUESTION and not by_host and not _passes_on(folded.text, label):
        kind = MarkerKind.ANSWER
    behind = piece_behind(folded, label.core_end)
    cut_end = label.cut_end
    if behind is not None:
        cut_end = after_signs(folded.text, max(cut_end, bisect_left(folded.starts, behind.end)))
    for number, part in label.numbers:
        if 1 <= number <= question_count:
            yield Marker(
                number=number,
                kind=kind,
                letter=label.letter,
                part=part,
                piece=behind or edge,
                place=one.place,
                start=folded.starts[label.cut_start],
                end=folded.ends[cut_end - 1],
                sureness=one.sureness,
            )


def _passes_on(plain: str, label: Label) -> bool:
    """Whether nothing but hashtags, links and "is here" stands beside a label at the start."""
    return (
        label.start < _WINDOW
        and bool(_POINTER.match(plain, label.core_end))
        and bool(_POINTER.match(plain[: label.start]))
    )


def _keycap(folded: Folded, question_count: int) -> Marker | None:
    """A message that opens with a single keycap emoji; several are a list."""
    if len(folded.keycaps) != 1:
        return None
    (at,) = folded.keycaps
    lead = _LEAD.match(folded.text)
    number = re.compile(r"\d{1,2}(?!\d)").match(folded.text, at)
    if lead is None or lead.end() != at or number is None or not 1 <= int(number[0]) <= question_count:
        return None
    return Marker(
        number=int(number[0]),
        kind=MarkerKind.UNKNOWN,
        letter="",
        part="",
        piece=None,
        place=Place.START,
        start=folded.starts[at],
        end=folded.ends[number.end() - 1],
        sureness=Sureness.POSSIBLE,
    )
