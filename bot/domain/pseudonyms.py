"""Names that tell nothing of whom they stand for: two plain words, alike for everybody, and in no language a person's.

Which two, a secret and the chat decide: the same person keeps theirs in a chat and has another in the next.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


_FIRST = _words(
    "Alpine Azure Bright Brass Bronze Calm Carved Cloudless Coastal Cobalt Cool Copper Cotton Crimson Crisp Distant "
    "Drifting Early Eastern Evening Faraway Floating Folded Fresh Frosted Gilded Glowing Golden Granite Grassy Hidden "
    "Indigo Inland Inner Iron Late Leafy Linen Lofty Long Lower Maritime Maroon Marble Mellow Midday Misty Moonlit "
    "Morning Mossy Narrow Northern Ochre Open Outer Painted Paper Patterned Pebbled Plain Polished Printed Quiet Rainy "
    "Rippling Rolling Round Sandstone Scarlet Sepia Shaded Shining Silken Silver Slate Smooth Snowy Southern Starlit "
    "Steady Striped Sunlit Swift Tall Teal Tidal Timber Turquoise Twilight Ultramarine Umber Upper Velvet Walled Warm "
    "Western Wide Winding Winter Wooden Woven"
)
_SECOND = _words(
    "Acorn Alder Almanac Anchor Aqueduct Arcade Arch Archway Atlas Attic Avenue Balcony Bamboo Barley Basin Basket "
    "Bay Beacon Beech Bench Birch Bookend Bookmark Bookshelf Boulder Boulevard Breeze Bridge Cabin Cabinet Canal "
    "Candle Canopy Canvas Canyon Cape Carousel Catalogue Cedar Chestnut Clearing Cloister Cloud Clover Coast Column "
    "Comet Compass Constellation Cottage Courtyard Cove Crater Curlew Cypress Delta Desk Dock Doorway Drawer Dune "
    "Easel Eclipse Elm Envelope Equinox Estuary Fable Ferry Fjord Fountain Frame Gallery Garden Gateway Geyser "
    "Glacier Globe Gorge Granary Greenhouse Grotto Grove Hallway Hamlet Harbour Harvest Hedgerow Heron Hill Hillside "
    "Horizon Hourglass Inkwell Inlet Island Jetty Journal Juncture Kestrel Kettle Keyhole Kite Lagoon Lake Lamp "
    "Lantern Lapwing Larch Ledge Ledger Lens Letter Lighthouse Linden Loom Lowland Maple Market Marsh Meadow Mesa "
    "Mill Monument Moor Mosaic Mountain Nebula Notebook Oak Oasis Observatory Orbit Orchard Osprey Outlook Palm "
    "Parchment Passage Pasture Pathway Pavilion Peak Pebble Pencil Pendulum Peninsula Pier Pine Planet Plateau Plaza "
    "Plover Pond Poplar Porch Portico Postcard Prairie Prism Promenade Quarry Quay Quill Quilt Rainfall Rampart Ravine "
    "Reef Ridge Ripple Roof Sailboat Scroll Seashore Shelf Shore Signpost Skylight Snowfall Solstice Spindle Spruce "
    "Square Stairway Station Steppe Stream Studio Summit Sundial Sunrise Sycamore Table Tapestry Telescope Terrace "
    "Theatre Thicket Thimble Thread Tide Tile Tower Trail Tundra Tunnel Valley Vase Veranda Viaduct Village Vineyard "
    "Walnut Waterfall Wave Wetland Wharf Windmill Window Woodland Workshop"
)
COUNT = len(_FIRST) * len(_SECOND)
# Nobody in Discord has a number below zero, and what the bot posts without a name lies above this.
_BELOW = 1 << 62
_DIGEST_BYTES = 7


def number_of(key: bytes, chat_id: int, person_id: int) -> int:
    """The number that stands for a person in a chat: below zero, and without the key nobody can tell whose it is."""
    made = hmac.new(key, f"{chat_id}:{person_id}".encode(), hashlib.sha256).digest()[:_DIGEST_BYTES]
    return -int.from_bytes(made) - _BELOW


def pseudonyms(numbers: Mapping[int, int], names: Iterable[str] = ()) -> dict[int, str]:
    """A name for each person that nobody else in the chat has; it doesn't change when more people come.

    Args:
        numbers: each person's number in the chat, by whom it stands for; who came earlier stands before the others.
        names: what people in the chat are called; no word of these is part of a pseudonym.
    """
    taken = {word for name in names for word in name.casefold().split()}
    used: set[str] = set()
    found = {}
    for person_id, number in numbers.items():
        found[person_id] = _first_free(-number, used, taken)
        used.add(found[person_id])
    return found


def _first_free(start: int, used: Collection[str], taken: Collection[str]) -> str:
    for place in range(start, start + COUNT):
        first, second = _FIRST[place // len(_SECOND) % len(_FIRST)], _SECOND[place % len(_SECOND)]
        name = f"{first} {second}"
        if name not in used and first.casefold() not in taken and second.casefold() not in taken:
            return name
    # More people than names: nobody has seen such a chat, yet each still has a name of their own.
    return f"Reader {start}"
