"""What a label says beside its number: who asks or answers, which part, where it stands, how sure, what to cut off."""

import pytest

from bot.domain.markers import MarkerKind, Place, Sureness, cut_labels, read_labels, read_markers, read_piece

QUESTIONS = 12


def only(text, **more):
    markers = read_markers(text, QUESTIONS, **more)
    assert len(markers) == 1, markers
    return markers[0]


ELSEWHERE = [
    # At the end.
    ("We lend ukuleles, and they come back tuned. A3", Place.END, 3),
    ("Ukuleles! So many ukuleles! A3 #shelfchat", Place.END, 3),
    ("Who would borrow a telescope? Everyone. #shelfchat A2", Place.END, 2),
    ("They come back tuned. #shelfchat - A1 https://example.org/uke", Place.END, 1),
    ("They come back tuned (A4)", Place.END, 4),
    ("They come back tuned. [A4] @maren", Place.END, 4),
    ("Same here! \U0001f60a A1.", Place.END, 1),
    ("Tuning takes an hour. \u2026 A2b", Place.END, 2),
    ("Have a look here <#812> Q2!", Place.END, 2),
    # At the start of a later sentence, or in brackets.
    ("Hello all from the coast! A1: the ukuleles", Place.WITHIN, 1),
    ("(back from supper) A2: the ukuleles", Place.WITHIN, 2),
    ("Sorry I'm so late. A5. The ukuleles", Place.WITHIN, 5),
    ("Well, (A1:) the ukuleles", Place.WITHIN, 1),
    ("I would, but (Q3) it rains", Place.WITHIN, 3),
    ("Typing from the bus \U0001f68c A4) the ukuleles", Place.WITHIN, 4),
    ("I slept through the first, but for Q4, I say ukuleles", Place.WITHIN, 4),
    ("Late to the party, and wanted to say re A1 that ours are ukuleles", Place.WITHIN, 1),
    # On a later line.
    ("Good evening from the coast!\nA2 Ours are ukuleles", Place.LINE, 2),
    ("Good evening\n\nA2\nukuleles", Place.LINE, 2),
    ("Good evening\n**A2**: ukuleles", Place.LINE, 2),
    # After a few words.
    ("So A3: ukuleles", Place.START, 3),
    ("Sorry, late! A3: ukuleles", Place.START, 3),
    ("For Q4, I would say ukuleles", Place.START, 4),
    ("My answer to Q2: ukuleles", Place.START, 2),
    ("In response to Q6: ukuleles", Place.START, 6),
    ("2/2 Q2 and ukuleles", Place.START, 2),
    ("# A2: ukuleles", Place.START, 2),
    ("```\nA1: not this\n``` A2: ukuleles", Place.START, 2),
    ("@maren\n\nA2 ukuleles", Place.START, 2),
    # In someone else's words.
    ("RT @maren: A3: ukuleles", Place.QUOTED, 3),
    ("Quite so! MT @maren A3 ukuleles", Place.QUOTED, 3),
    ("\u201c@maren: A2 ukuleles\u201d yes", Place.QUOTED, 2),
    ("> A2: ukuleles\nQuite so!", Place.QUOTED, 2),
]


@pytest.mark.parametrize(("text", "place", "number"), ELSEWHERE)
def test_a_label_is_read_wherever_it_is_unambiguous(text, place, number):
    marker = only(text)
    assert (marker.place, marker.number) == (place, number)
    assert marker.sureness > Sureness.POSSIBLE
    assert read_labels(text, QUESTIONS) == (number,)


NOT_ELSEWHERE = [
    "We are off to #library A3",
    "Everybody is already at #shelfchat Q4",
    "On which paper do you print? A4",
    "The posters are done. A3",
    "We change trains there. Platform change! A2",
    "They closed the motorway. A1: no way through",
    "I can't find my size. A5: too small",
    "Loved Q6! @maren",
    "What's Q3? #shelfchat",
    "Here comes Q4. . . #shelfchat",
    "Coming up on Q4 (out of five)",
    "Did I miss Q2? #shelfchat",
    "Could someone repost Q2?\n\n#shelfchat",
    "Building on what we said in A1 about the bus",
    "(for the record, that was Q3)",
    'I was to begin with "A4", not "A2"',
    "Label your answers A1, A2, etc.",
    "We use a Q1/A1 format tonight.",
    "It ships in 2031. Q2",
    "They play C4 vs. A2",
    "See fig. A1: the map",
    "The ring road (A2) is closed",
    "The lounge is on A9. Wrong gate!",
    "A1c was too high, says my doctor",
    "A1 motorway closed again",
    "A2 level German for beginners",
    "A40: HS-AB2-3",
    "Q3 fiscal figures",
    "Q2 '31 was quiet",
    "```\nA1: code\n```",
    "<https://example.org/A1>",
    "www.example.org/?q=A1: x",
    "mail A1@example.org. a@A2: no",
    "$A1: a cell",
    "x=A1: a cell",
    "Cells: B2=A1",
    "2/2",
    "(2/3) and more ukuleles",
    "2/2 and more ukuleles",
    "cont. and more ukuleles",
    "1\ufe0f\u20e3 ukuleles 2\ufe0f\u20e3 lutes",
]


@pytest.mark.parametrize("text", NOT_ELSEWHERE)
def test_talk_about_questions_and_other_things_of_that_name_are_no_labels(text):
    assert read_labels(text, 50) == ()


@pytest.mark.parametrize("text", ["On which paper do you print? A4", "1\ufe0f\u20e3 ukuleles"])
def test_what_may_be_a_label_is_a_hint(text):
    assert only(text).sureness is Sureness.POSSIBLE


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("A1a: ukuleles", [(1, "a")]),
        ("A1.2 ukuleles", [(1, "2")]),
        ("A1 (b) ukuleles", [(1, "b")]),
        ("A3a&b: ukuleles", [(3, "a"), (3, "b")]),
        ("A1a & A2b: ukuleles", [(1, "a"), (2, "b")]),
        ("A1, A2: ukuleles", [(1, ""), (2, "")]),
        ("A2-4: ukuleles", [(2, ""), (3, ""), (4, "")]),
        ("A1: ukuleles. A2: lutes. A3) harps", [(1, ""), (2, ""), (3, "")]),
        ("A1 +1 ukuleles", [(1, "")]),
    ],
)
def test_numbers_and_parts(text, parts):
    assert [(m.number, m.part) for m in read_markers(text, QUESTIONS)] == parts


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("A3 cont: and lutes", (None, None, True, False)),
        ("A3 cont'd and lutes", (None, None, True, False)),
        ("A3 (cont.) and lutes", (None, None, True, False)),
        ("A3(followup): and lutes", (None, None, True, False)),
        ("A3 pt 2 and lutes", (2, None, True, False)),
        ("A3 (2/2) and lutes", (2, 2, True, False)),
        ("A3 1/2 ukuleles", (1, 2, False, True)),
        ("A3: ukuleles (1/3) #shelfchat", (1, 3, False, True)),
        ("2/3 A3: lutes", (2, 3, True, True)),
        ("A3: ukuleles, cont'd", (None, None, False, True)),
        ("A3 +1 ukuleles", None),
        ("A3 1/2 of us own one", None),
        ("A3: open 24/7", None),
        ("A3: on 3/18 at noon", None),
        ("A3: continuing the tour", None),
    ],
)
def test_a_continuation_belongs_to_its_label(text, piece):
    found = only(text).piece
    assert (found and (found.number, found.total, found.continues, found.goes_on)) == piece


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("2/2 and so on", "2/2"),
        ("(2/3) and so on", "(2/3)"),
        ("@maren 2/2: and so on", "2/2:"),
        ("and so on 2/2", "2/2"),
        ("and so on (1/2) #shelfchat", "(1/2)"),
        ("Part 2: and so on", "Part 2:"),
        ("\uff12/\uff12 and so on", "\uff12/\uff12"),
        ("cont.: and so on", "cont.:"),
        ("1/2 of us", None),
        ("2/3 cup of tea", None),
        ("3/18 @ noon", None),
        ("24/7", None),
        ("5/4", None),
        ("contact me", None),
        ("", None),
    ],
)
def test_a_bare_piece_is_no_question(text, sign):
    piece = read_piece(text)
    assert (piece and text[piece.start : piece.end]) == sign
    assert read_labels(text, QUESTIONS) == ()


@pytest.mark.parametrize(
    ("text", "by_host", "kind"),
    [
        ("A2: ukuleles", False, MarkerKind.ANSWER),
        ("A2: ukuleles", True, MarkerKind.ANSWER),
        ("R2: ukuleles", False, MarkerKind.ANSWER),
        ("Re Q2: ukuleles", True, MarkerKind.ANSWER),
        ("Q2: ukuleles", False, MarkerKind.ANSWER),
        ("P2: ukuleles", False, MarkerKind.ANSWER),
        ("Q2: What do you lend?", True, MarkerKind.QUESTION),
        ("P2: \u00bfQu\u00e9 prestan?", True, MarkerKind.QUESTION),
        ("Q2 is here! #shelfchat https://example.org/q2", False, MarkerKind.QUESTION),
        ("#shelfchat Q2 https://example.org/q2", False, MarkerKind.QUESTION),
        ("3\ufe0f\u20e3 ukuleles", False, MarkerKind.UNKNOWN),
    ],
)
def test_a_q_asks_only_from_a_host_or_as_a_pointer(text, by_host, kind):
    assert only(text, by_host=by_host).kind is kind


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("\uff21\uff12\uff1a\u672c", 2),
        ("\u3010A2\u3011\u672c", 2),
        ("A2\u3001\u672c", 2),
        ("A2\u672c", 2),
        ("A\u0663: ukuleles", 3),
        ("A\u096a ukuleles", 4),
        ("\u062c\u0662: \u0643\u062a\u0628", 2),
        ("\u0633\u0661: \u0643\u062a\u0628", 1),
        ("\u7b542\uff1a\u672c", 2),
        ("A2\ufe0f\u20e3 ukuleles", 2),
        ("\U0001f170\ufe0f2: ukuleles", 2),
        ("\U0001d400\U0001d7d0: ukuleles", 2),
        ("A\u2461 ukuleles", 2),
        ("\u0410\u0032: \u0443\u043a\u0443\u043b\u0435\u043b\u0435", 2),
        ("A\u00ad2: ukuleles", 2),
        ("\u202bA2: ukuleles", 2),
        ("R\u00e9ponse 2 : ukul\u00e9l\u00e9s", 2),
        ("Re\u0301ponse 2 : ukuleles", 2),
        ("Respuesta 2: ukeleles", 2),
        ("Pregunta 2: ukeleles", 2),
        ("Antwort 2: Ukulelen", 2),
        ("A2\U0001f4da ukuleles", 2),
    ],
)
def test_other_scripts_and_forms(text, number):
    marker = only(text)
    assert (marker.number, marker.place, marker.sureness > Sureness.POSSIBLE) == (number, Place.START, True)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("A1: ukuleles", "ukuleles"),
        ("@maren A1 - ukuleles", "@maren ukuleles"),
        ("**A1:** ukuleles", "ukuleles"),
        ("||**A1**|| ukuleles", "ukuleles"),
        ("(A1) ukuleles", "ukuleles"),
        ("A1). ukuleles", "ukuleles"),
        ("A1 (2/2): ukuleles", "ukuleles"),
        ("A1 cont'd: ukuleles", "ukuleles"),
        ("A1 & A3: ukuleles", "ukuleles"),
        ("\uff21\uff11\uff1a\u672c", "\u672c"),
        ("Ukuleles. A1 #shelfchat", "Ukuleles. #shelfchat"),
        ("A1: ukuleles\nA2: lutes", "ukuleles\nlutes"),
        ("For Q4, I say ukuleles", "I say ukuleles"),
        ("Sorry! My answer to Q4: ukuleles", "Sorry! ukuleles"),
        ("I slept, but for Q4, I say ukuleles", "I slept, but I say ukuleles"),
        ("Wanted to say re A1 that I slept", "Wanted to say re A1 that I slept"),
        ("> A1: ukuleles\nquite so", "> A1: ukuleles\nquite so"),
        ("A1 -5 degrees", "-5 degrees"),
        ("A1 +1", "+1"),
        ("A1", ""),
        ("no label", "no label"),
    ],
)
def test_a_quotation_goes_without_its_label(text, rest):
    assert cut_labels(text, QUESTIONS) == rest


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("> A1: ukuleles\nA2: lutes", (2,)),
        (">>> A1: ukuleles\nA2: lutes", (1, 2)),
        ("A2: yes! RT @maren: A1: no", (2,)),
    ],
)
def test_own_labels_outrank_those_in_quoted_words(text, labels):
    assert read_labels(text, QUESTIONS) == labels


def test_a_number_beyond_the_last_question_leaves_no_marker():
    assert read_markers("A7: ukuleles. A2: lutes", 6)[0].number == 2
    assert read_markers("Ukuleles. A7", 6) == ()
    assert read_markers("7\ufe0f\u20e3 ukuleles", 6) == ()
