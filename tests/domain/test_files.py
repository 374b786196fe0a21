"""Which files are kept is decided by what they say they are, and again by what they turn out to be."""

import pytest

from bot.domain.files import KINDS, FileGroup, FileRules, Refusal, kind_of, refusal_of
from bot.domain.messages import Attachment

RULES = FileRules(keep=True, most_bytes=1000, groups=frozenset({FileGroup.IMAGES, FileGroup.TEXT}))


def a_file(content_type, filename="shelf", size=10):
    return Attachment(1, filename, "https://cdn.example.org/1", size, content_type)


@pytest.mark.parametrize(
    ("content_type", "filename", "extension"),
    [
        ("image/png", "x", "png"),
        ("IMAGE/JPG", "x", "jpg"),
        ("text/plain; charset=utf-8", "x.exe", "txt"),
        (None, "notes.txt", "txt"),
        (None, "../../etc/passwd", None),
        ("image/svg+xml", "drawing.svg", None),
        ("text/html", "page.png", None),
        ("application/x-msdownload", "x.png", None),
        ("", "shelf.JPEG", "jpg"),
    ],
)
def test_a_kind_is_told_by_its_media_type_or_by_its_name(content_type, filename, extension):
    kind = kind_of(a_file(content_type, filename))
    assert (kind.extension if kind else None) == extension


def test_what_the_operator_did_not_choose_is_not_fetched():
    assert refusal_of(a_file("image/png"), RULES) is None
    assert refusal_of(a_file("application/pdf"), RULES) is Refusal.KIND
    assert refusal_of(a_file("image/svg+xml"), RULES) is Refusal.KIND
    assert refusal_of(a_file("image/png", size=1001), RULES) is Refusal.TOO_LARGE


@pytest.mark.parametrize(
    ("media_type", "beginning", "is_so"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n rest", True),
        ("image/png", b"<html><script>", False),
        ("image/webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", True),
        ("image/webp", b"WEBP", False),
        ("application/pdf", b"%PDF-1.7", True),
        ("application/pdf", b"MZ", False),
        ("text/plain", "Öde Regale".encode(), True),
        ("text/plain", b"\x7fELF\x00\x01", False),
        ("image/png", b"", False),
    ],
)
def test_a_file_begins_as_its_kind_does(media_type, beginning, is_so):
    assert KINDS[media_type].begins_so(beginning) is is_so


def test_nothing_that_a_browser_would_run_is_among_the_kinds():
    assert not {"svg", "html", "htm", "xml", "js", "xhtml"} & {kind.extension for kind in KINDS.values()}
