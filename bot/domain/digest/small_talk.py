"""What people write beside their answers: greetings, thanks, agreement, praise, words about the hour itself.

Told by plain phrases, English ones only; what these miss is taken for an answer.
"""

from __future__ import annotations

import re

AGREES = re.compile(
    r"\W*(?:same|this|\+1|agree|agreed|yes|yep|yeah|exactly|absolutely|totally|so true|true|ditto|me too|us too|amen"
    r"|right|indeed|love this|seconded|hear,? hear|well said)\b|\W*\+1",
    re.IGNORECASE,
)
_GREETS = re.compile(
    r"\W*(?:hi|hello|hey|good (?:morning|evening|night|afternoon)|welcome|thanks?(?: you)?(?! to (?!you|all|every))"
    r"|bye|goodnight|goodbye"
    r"|see you|cheers|sorry i|(?:i )?missed|just (?:got here|joining)|joining late|great chat|glad i"
    r"|if you (?:loved|enjoyed|liked) (?:this|the|tonight))\b"
    r"|sorry\b.{,60}\b(?:tonight|participate|late|leave|lurk)"
    r"|.{,60}\b(?:thanks?|thank you)\b.{,30}\b(?:hosting|facilitating|moderating|chat)\b",
    re.IGNORECASE,
)
# What is said of the hour itself, and by whoever runs it: it answers nothing, wherever it stands.
_HOUSEKEEPING = re.compile(
    r"\b(?:good ?)?night,? (?:all|everyone|everybody|folks|y['\u2019]?all)\b"
    r"|\b(?:great|awesome|amazing|wonderful|fantastic|terrific|excellent|super|lovely) "
    r"(?:chat|convo|conversation|discussion|hour)\b.{0,25}(?:\btonight|\btoday|\ball|\beveryone|\beverybody|!)"
    r"|\bthanks? (?:you )?for\b.{0,40}\b(?:questions|resources|chat|moderating|hosting|(?:this|the|a|great) hour)\b"
    r"|\b(?:behind|late|lost)\b.{0,20}\b(?:chat|tonight)\b"
    r"|\b(?:catch|caught|keep|kept|catching|keeping) up\b.{0,20}(?:\bchat|\btonight|#\w)"
    r"|\b(?:questions?|q\d*|chat)\b.{0,20}\bcoming (?:right )?(?:up|soon|out)\b"
    r"|\bjoin us\b.{0,30}\b(?:next|tomorrow|tonight|on|for|at)\b"
    r"|\bnext (?:#\w+|chat\b)|\bhave to wrap up\b|\bwrap(?:ping)? (?:this|things|it) up\b"
    r"|\b(?:big|huge|many) thanks\b|\bappreciate (?:everyone|everybody|you all|y['\u2019]?all)\b",
    re.IGNORECASE,
)
# In a few words thanks are all that is said, but for "thanks to a grant".
_THANKS = re.compile(r"\bthank(?:s| you)\b(?! to (?!you|all|every))", re.IGNORECASE)
_FEW_WORDS = 15
# Praise for what somebody else said is hardly an answer of one's own.
PRAISES = re.compile(
    r"\W*(?:(?:great|good|excellent|nice|interesting|awesome|fantastic|love(?:ly)?) "
    r"(?:points?|ideas?|questions?|thoughts?|examples?|answers?|one)|(?:i )?love (?:this|that|the|your|it)|so true)\b",
    re.IGNORECASE,
)
# "#shelfchat Good night all": who writes on a network where the hashtag is the room writes it anywhere.
_TAGS_FIRST = re.compile(r"^(?:\W*#\w+\s+)+")
# What somebody else wrote.
PASSED_ON = re.compile(r"(?:^|\s)RT @")


def is_about_the_hour(said: str) -> bool:
    """Whether a text greets, thanks, takes leave or speaks of the hour itself; told by English phrases only."""
    if _GREETS.match(_TAGS_FIRST.sub("", said)) or _HOUSEKEEPING.search(said):
        return True
    return _THANKS.search(said) is not None and len(said.split()) <= _FEW_WORDS
