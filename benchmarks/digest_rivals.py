"""Other ways to choose quotes and key phrases, run beside the product's by `benchmarks/digest.py`."""

import logging
import math
import random
import re
from collections import Counter

import yake
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer

from bot.domain.digest.words import EMPTY_WORDS

WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
LONGEST = 3
STEMMER = Stemmer("english")
logging.getLogger("sumy").setLevel(logging.ERROR)


def at_random(record):
    """The mean over this many questions is steady to about a point."""
    count = len(record["answers"])
    return random.Random(record["id"]).sample(range(count), min(record["k"], count))


def longest(record):
    answers = record["answers"]
    return sorted(range(len(answers)), key=lambda i: (-len(answers[i]["text"]), i))[: record["k"]]


def facility_location(record):
    """Plain greedy facility location over TF-IDF cosines: the method that the product's selection grew from."""
    documents = [Counter(STEMMER(word) for word in _content(answer["text"])) for answer in record["answers"]]
    used = Counter(term for found in documents for term in found)
    units = []
    for found in documents:
        vector = {t: n * math.log((len(documents) + 1) / (used[t] + 0.5)) for t, n in found.items()}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1
        units.append({t: value / length for t, value in vector.items()})
    like = [[sum(v * b.get(t, 0) for t, v in a.items()) for b in units] for a in units]
    covered = [0.0] * len(units)
    chosen = []
    while len(chosen) < min(record["k"], len(units)):
        gains = [
            -1.0 if i in chosen else sum(max(0.0, s - c) for s, c in zip(row, covered, strict=True))
            for i, row in enumerate(like)
        ]
        best = max(range(len(units)), key=lambda i: gains[i])
        chosen.append(best)
        covered = [max(pair) for pair in zip(covered, like[best], strict=True)]
    return chosen


class _Words:
    """sumy's own tokenizer needs data from the network; an answer is one sentence here anyway."""

    def to_words(self, text):
        return tuple(WORD.findall(text))


def _by_sumy(summarizer):
    def choose(record):
        tokenizer = _Words()
        sentences = [Sentence(answer["text"] or " ", tokenizer) for answer in record["answers"]]
        document = ObjectDocumentModel([Paragraph(sentences)])
        picked = {id(sentence) for sentence in summarizer(document, record["k"])}
        return [i for i, sentence in enumerate(sentences) if id(sentence) in picked]

    summarizer.stop_words = EMPTY_WORDS
    return choose


RIVALS = {
    "random": at_random,
    "longest": longest,
    "facility location": facility_location,
    "lexrank": _by_sumy(LexRankSummarizer(STEMMER)),
    "lsa": _by_sumy(LsaSummarizer(STEMMER)),
}


def _content(text):
    return [word.lower() for word in WORD.findall(text) if word.lower() not in EMPTY_WORDS]


def yake_phrases(record, _labels=()):
    text = ". ".join(answer["text"] for answer in record["answers"])
    return [phrase for phrase, _ in yake.KeywordExtractor(n=3, top=5).extract_keywords(text)]


def rake(record, _labels=()):
    """RAKE (Rose et al. 2010): runs of words between empty words and signs, by the sum of degree to frequency.

    Written here because the packages need data from the network. Runs longer than three words are passed over, as
    the themes to be named are short.
    """
    phrases = []
    for answer in record["answers"]:
        for piece in re.split(r"[^\w\s'\u2019-]+", answer["text"].lower()):
            run = []
            for word in [*WORD.findall(piece), ""]:
                if word and word not in EMPTY_WORDS:
                    run.append(word)
                elif run:
                    phrases.append(tuple(run))
                    run = []
    times = Counter(word for phrase in phrases for word in phrase)
    degree = Counter()
    for phrase in phrases:
        for word in phrase:
            degree[word] += len(phrase)
    worth = {phrase: sum(degree[word] / times[word] for word in phrase) for phrase in phrases if len(phrase) <= LONGEST}
    return [" ".join(phrase) for phrase in sorted(worth, key=lambda phrase: (-worth[phrase], phrase))[:5]]
