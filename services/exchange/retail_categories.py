"""A category proposed from the words of a description: the last telling word names the thing. Plain data, pure."""

from __future__ import annotations

import re
from functools import lru_cache

ROOT = ("GIFTS", "Gifts and household")

#: code: (description, words); a word stands for itself and its plural
CATEGORIES: dict[str, tuple[str, str]] = {
    "CHRISTMAS": (
        "Christmas",
        "christmas xmas santa noel advent bauble reindeer snowman snowflake snow rudolph nativity mistletoe",
    ),
    "LIGHTING": (
        "Candles and lighting",
        (
            "candle t-light tealight lantern lamp light chandelier candlestick candleholder candlepot incense "
            "votive torch lampshade nightlight"
        ),
    ),
    "BAGS": (
        "Bags and purses",
        "bag shopper purse handbag rucksack backpack satchel suitcase wallet luggage charlotte tote holdall",
    ),
    "STATIONERY": (
        "Cards and stationery",
        (
            "card notebook pencil pen sticker paper wrap envelope notepad journal diary calendar eraser ruler "
            "crayon tape chalk blackboard chalkboard memo book booklet sketchbook stamp ribbon tissue stationery "
            "sharpener magnet"
        ),
    ),
    "KITCHEN": (
        "Kitchen and baking",
        (
            "kitchen baking cake cakestand cookie biscuit jam mixing rolling spoon fork knife cutlery recipe "
            "scale colander whisk grater bread egg cutter mould measuring timer lunch snack bottle flask oven "
            "apron trivet pantry food"
        ),
    ),
    "TABLE": (
        "Table and tea",
        (
            "mug cup saucer plate bowl teapot tea coffee jug glass tumbler beaker napkin placemat coaster tray "
            "dish cruet decanter goblet straw doily tablecloth doiley cocktail wine cutlery sugar milk butter "
            "salt pepper lid serving"
        ),
    ),
    "TOYS": (
        "Toys and games",
        (
            "toy game puzzle doll dolly teddy bear soldier playhouse skittle domino ludo jigsaw spaceboy robot "
            "train car aeroplane plane yoyo ball skipping circus farm pirate craft kit painting colouring rabbit "
            "duck dinosaur mini animal children child baby girl boy balloon marble"
        ),
    ),
    "JEWELLERY": (
        "Jewellery and accessories",
        (
            "necklace bracelet earring ring brooch bangle jewel jewellery jewelry pendant hairslide hair hairclip "
            "anklet charm keyring key-ring scarf umbrella glove hat belt sunglasses diamante bead beaded fan"
        ),
    ),
    "BATH": (
        "Bath and well-being",
        (
            "bath soap towel shower toothbrush sponge balm toilet wash perfume cosmetic cream lip nail plaster "
            "hot water warmer hottie mirror"
        ),
    ),
    "TEXTILES": (
        "Textiles and cushions",
        (
            "cushion quilt blanket throw rug curtain pillow duvet bedspread doormat door-mat mat fabric cotton "
            "felt knitted crochet bunting pad footstool"
        ),
    ),
    "GARDEN": (
        "Garden and outdoor",
        (
            "garden gardener gardening plant planter flowerpot watering bird birdhouse birdcage feeder parasol "
            "picnic bbq seed trowel wheelbarrow windmill thermometer nesting herb vase flower pot lavender rose "
            "bouquet greenhouse"
        ),
    ),
    "STORAGE": (
        "Boxes and storage",
        (
            "box tin basket storage drawer cabinet chest trinket holder rack hanger hook peg shelf shelves crate "
            "jar caddy organiser case trunk cupboard bin bucket tidy wardrobe stand"
        ),
    ),
    "DECORATION": (
        "Decoration",
        (
            "decoration heart frame clock sign garland wreath ornament hanging hanger star picture photo wall "
            "doorstop letter block figurine angel fairy butterfly feather bell wicker art plaque mobile sculpture "
            "canvas knob cloche home bird cage doorbell door word number tile paperweight bookend mirror"
        ),
    ),
    "PARTY": (
        "Party and food",
        "party chocolate sweet candy cupcake birthday invite balloon bubble lolly",
    ),
}
OTHER = ("OTHER", "Other gifts")
SERVICES = ("SERVICES", "Postage, fees and discounts")

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")


@lru_cache(maxsize=1)
def _index() -> dict[str, str]:
    index: dict[str, str] = {}
    for code, (_description, words) in CATEGORIES.items():
        for word in words.split():
            index.setdefault(word, code)
    return index


def propose_category(description: str) -> str:
    """The code of the category for a description; OTHER where no word tells."""
    index = _index()
    found = []
    for word in _WORD.findall(description.casefold()):
        for form in (word, word.removesuffix("s"), word.removesuffix("es")):
            if form in index:
                found.append(index[form])
                break
    # Christmas beats candle and bag; else the last telling word is the thing itself (BLUE BIRD GARDEN MUG is a mug).
    if "CHRISTMAS" in found:
        return "CHRISTMAS"
    return found[-1] if found else OTHER[0]
