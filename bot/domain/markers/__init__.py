"""The label with which people say which question they answer: `A2: …`, `a3)`, `A1 & A2`, `Q2:` meant as A2.

`read_markers` tells all that a message says about itself, with where it stands and how sure the reading is;
`read_labels` gives the numbers alone, `read_hosts_labels` apart from those that a host asks; `read_piece` reads `2/2`
and `cont.`, which name no question; `cut_labels` takes the labels off a text that is to be quoted; `may_ask`
passes over quickly what asks nothing. How it is done
stands in `docs/markers.md`.
"""

from bot.domain.markers.model import Marker, MarkerKind, Piece, Place, Sureness
from bot.domain.markers.pieces import read_piece
from bot.domain.markers.reading import cut_labels, may_ask, read_hosts_labels, read_labels, read_markers

__all__ = [
    "Marker",
    "MarkerKind",
    "Piece",
    "Place",
    "Sureness",
    "cut_labels",
    "may_ask",
    "read_hosts_labels",
    "read_labels",
    "read_markers",
    "read_piece",
]
