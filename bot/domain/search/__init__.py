"""Finding what was said: how texts become searchable words, what a search asks for, and where it hits a text."""

from bot.domain.search.folding import Word, fold, words_of
from bot.domain.search.hits import Snippet, has_all, snippet
from bot.domain.search.query import Has, Query, Term, read_query

__all__ = ["Has", "Query", "Snippet", "Term", "Word", "fold", "has_all", "read_query", "snippet", "words_of"]
