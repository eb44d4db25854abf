"""Call names: two words by which a learner and her nurse mean the same person without a name.

The words are calm, plain and easy to say on a phone, and each pair is a place one could picture:
"Green Lake", "Maple Porch". Left out on purpose: anything of the body, of illness or its treatment,
of farewell or bad weather; sizes and colors that could be taken for a remark about a person; first
names; and animals, which make pairs that sound like a joke.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Collection

# fmt: off
FIRST = (
    "Almond", "Apple", "Apricot", "Azure", "Bamboo", "Barley", "Birch", "Blue", "Bright", "Bronze",
    "Calm", "Cedar", "Clover", "Coastal", "Cocoa", "Copper", "Eastern", "Emerald", "Fresh",
    "Gentle", "Golden", "Grassy", "Green", "Honey", "Indigo", "Lavender", "Leafy", "Lemon", "Lilac",
    "Linen", "Maple", "Mint", "Morning", "Mossy", "Northern", "Nutmeg", "Oak", "Orange", "Painted",
    "Pine", "Plum", "Quiet", "Saffron", "Sandy", "Sapphire", "Silver", "Southern", "Spruce",
    "Summer", "Sunflower", "Sunlit", "Sunny", "Teal", "Tulip", "Turquoise", "Vanilla", "Walnut",
    "Warm", "Western", "Wheat", "Wooden",
)
SECOND = (
    "Arbor", "Avenue", "Bakery", "Balcony", "Barn", "Beach", "Bench", "Boulevard", "Brook", "Cabin",
    "Canyon", "Cape", "Coast", "Cottage", "Courtyard", "Cove", "Creek", "Dock", "Dune", "Farm",
    "Ferry", "Forest", "Fountain", "Garden", "Gazebo", "Glade", "Grove", "Harbor", "Hill", "Inlet",
    "Island", "Lagoon", "Lake", "Lane", "Library", "Lighthouse", "Lodge", "Market", "Meadow",
    "Mill", "Mountain", "Museum", "Orchard", "Park", "Pasture", "Patio", "Pavilion", "Peninsula",
    "Pier", "Plaza", "Pond", "Porch", "Prairie", "Ridge", "River", "School", "Shore", "Spring",
    "Square", "Street", "Studio", "Terrace", "Tower", "Trail", "Valley", "Village", "Vineyard",
    "Windmill", "Woods", "Workshop",
)
# fmt: on


def call_name(taken: Collection[str], *, rng: random.Random) -> str:
    """A call name that nobody in the group has; with a number once every pair is taken."""
    turn, suffix = 1, ""
    while True:
        free = [
            name
            for first, second in itertools.product(FIRST, SECOND)
            if (name := f"{first} {second}{suffix}") not in taken
        ]
        if free:
            return rng.choice(free)
        turn += 1
        suffix = f" {turn}"
