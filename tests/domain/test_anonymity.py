"""The key of an anonymous answer's author: the same for the same person and chat, and telling nothing else."""

from bot.domain.anonymity import author_key, stand_in


def test_the_key_is_the_standards():
    # printf 7 | openssl dgst -sha256 -hmac secret
    assert author_key("secret", 7) == "074d7db5790cd48f87f3735d285a3f4c758ddf00d8992d920629ca532564f7f7"


def test_another_person_or_another_chat_has_another_key():
    assert len({author_key("secret", 7), author_key("secret", 8), author_key("other", 7)}) == 3


def test_its_author_is_nobody_with_an_account():
    assert stand_in(1456080739631104005) == -1456080739631104005
