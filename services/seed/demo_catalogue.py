"""What the demo company trades in: categories, attributes and products. Plain data, invented, the same every time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from models.enums import AttributeType, CostingMethod

FIFO, LIFO, AVERAGE = CostingMethod.FIFO, CostingMethod.LIFO, CostingMethod.AVERAGE
SPECIFIC, STANDARD = CostingMethod.SPECIFIC, CostingMethod.STANDARD

#: code: description, parent; parents first
CATEGORIES: dict[str, tuple[str, str]] = {
    "BIKE": ("Bicycles", ""),
    "BIKE-WHOLE": ("Complete bicycles", "BIKE"),
    "BIKE-CITY": ("City bicycles", "BIKE-WHOLE"),
    "BIKE-TOUR": ("Touring bicycles", "BIKE-WHOLE"),
    "BIKE-KIDS": ("Children's bicycles", "BIKE-WHOLE"),
    "BIKE-ELEC": ("Electric bicycles", "BIKE-WHOLE"),
    "BIKE-PARTS": ("Bicycle parts", "BIKE"),
    "BIKE-WHEEL": ("Wheels and tyres", "BIKE-PARTS"),
    "BIKE-BRAKE": ("Brakes", "BIKE-PARTS"),
    "BIKE-DRIVE": ("Chains and gears", "BIKE-PARTS"),
    "BIKE-SEAT": ("Saddles and grips", "BIKE-PARTS"),
    "BIKE-GEAR": ("Bicycle accessories", "BIKE"),
    "BIKE-LIGHT": ("Bicycle lights", "BIKE-GEAR"),
    "BIKE-LOCK": ("Locks", "BIKE-GEAR"),
    "BIKE-BAG": ("Bags and baskets", "BIKE-GEAR"),
    "BIKE-CARE": ("Care and repair", "BIKE-GEAR"),
    "GARDEN": ("Garden", ""),
    "GDN-TOOL": ("Garden tools", "GARDEN"),
    "GDN-HAND": ("Hand tools", "GDN-TOOL"),
    "GDN-CUT": ("Cutting tools", "GDN-TOOL"),
    "GDN-WATER": ("Watering", "GDN-TOOL"),
    "GDN-GROW": ("Growing", "GARDEN"),
    "GDN-SEED": ("Seeds and feed", "GDN-GROW"),
    "GDN-POT": ("Pots and planters", "GDN-GROW"),
    "GDN-SOIL": ("Soil and mulch", "GDN-GROW"),
    "GDN-OUT": ("Outdoor living", "GARDEN"),
    "GDN-FURN": ("Garden furniture", "GDN-OUT"),
    "GDN-LAMP": ("Lanterns", "GDN-OUT"),
    "HOME": ("Homewares", ""),
    "HOME-KIT": ("Kitchen and table", "HOME"),
    "HOME-COOK": ("Cookware", "HOME-KIT"),
    "HOME-TABLE": ("Tableware", "HOME-KIT"),
    "HOME-STORE": ("Storage", "HOME-KIT"),
    "HOME-LIV": ("Living", "HOME"),
    "HOME-CANDL": ("Candles", "HOME-LIV"),
    "HOME-TEXT": ("Textiles", "HOME-LIV"),
    "HOME-LAMP": ("Lamps", "HOME-LIV"),
    "SERVICE": ("Services", ""),
    "SVC-SHOP": ("Workshop", "SERVICE"),
    "SVC-SHIP": ("Delivery and packing", "SERVICE"),
}

#: name: type, unit
ATTRIBUTES: dict[str, tuple[AttributeType, str]] = {
    "Colour": (AttributeType.OPTION, ""),
    "Material": (AttributeType.OPTION, ""),
    "Fits": (AttributeType.TEXT, ""),
    "Pieces": (AttributeType.INTEGER, ""),
    "Wheel size": (AttributeType.INTEGER, "in"),
    "Width": (AttributeType.DECIMAL, "cm"),
    "Capacity": (AttributeType.DECIMAL, "l"),
    "In range since": (AttributeType.DATE, ""),
}

OPTIONS: dict[str, tuple[str, ...]] = {
    "Colour": ("Black", "Blue", "Green", "Grey", "Natural", "Red", "Terracotta", "White", "Yellow"),
    "Material": (
        "Aluminium", "Bamboo", "Ceramic", "Cotton", "Glass", "Leather", "Linen", "Plastic", "Rubber", "Steel",
        "Wax", "Wood",
    ),
}  # fmt: skip

#: category: attributes it brings to its items, with the default value
CATEGORY_ATTRIBUTES: dict[str, dict[str, str]] = {
    "BIKE": {"Colour": "Black"},
    "BIKE-WHOLE": {"Wheel size": "28"},
    "GARDEN": {"Material": "Steel"},
    "HOME": {"Colour": "White", "Material": "Ceramic"},
    "HOME-STORE": {"Capacity": "1"},
}


class Product(NamedTuple):
    """One product as the demo company lists it; `demand` is how often it is sold (0 never, 5 daily)."""

    description: str
    category: str
    cost: str
    price: str
    demand: int
    vendor: int
    colour: str = ""
    material: str = ""
    method: CostingMethod = FIFO
    box: int = 0
    unit: str = "PCS"
    weight: str = "0.5"
    more: tuple[tuple[str, str], ...] = ()
    variants: tuple[str, ...] = ()
    tracking: str = ""
    blocked: str = ""

    @property
    def cost_value(self) -> Decimal:
        """Direct cost of one base unit when history begins."""
        return Decimal(self.cost)

    @property
    def price_value(self) -> Decimal:
        """List price of one base unit."""
        return Decimal(self.price)


_P = Product
_FRAMES = ("S", "M", "L")
_WHEEL = "Wheel size"

BICYCLES: tuple[Product, ...] = (
    _P('City bicycle Harbour 28"', "BIKE-CITY", "212", "379", 3, 0, "Black", weight="16.2", variants=_FRAMES),
    _P("City bicycle Harbour step-through", "BIKE-CITY", "208", "369", 3, 0, "Blue", weight="15.9", variants=_FRAMES),
    _P("City bicycle Canal 7-speed", "BIKE-CITY", "264", "459", 2, 0, "Green", weight="16.8"),
    _P('Folding bicycle Ferry 20"', "BIKE-CITY", "231", "419", 2, 0, "Grey", weight="12.1", more=((_WHEEL, "20"),)),
    _P("Touring bicycle Heath 24-speed", "BIKE-TOUR", "418", "749", 2, 0, "Green", weight="14.4", variants=_FRAMES),
    _P("Touring bicycle Moor 27-speed", "BIKE-TOUR", "496", "879", 1, 0, "Black", weight="13.9"),
    _P("Gravel bicycle Ridge", "BIKE-TOUR", "538", "949", 1, 0, "Red", weight="10.8"),
    _P("Children's bicycle Puffin 12\"", "BIKE-KIDS", "62", "119", 3, 0, "Yellow", weight="7.1",
       more=((_WHEEL, "12"),)),
    _P("Children's bicycle Otter 16\"", "BIKE-KIDS", "71", "139", 3, 0, "Blue", weight="8.3", more=((_WHEEL, "16"),)),
    _P("Children's bicycle Fox 20\"", "BIKE-KIDS", "89", "169", 2, 0, "Red", weight="10.2", more=((_WHEEL, "20"),)),
    _P("Electric city bicycle Tide 418 Wh", "BIKE-ELEC", "1120", "1899", 1, 0, "Black", method=SPECIFIC, weight="24.5",
       tracking="SERIAL"),
    _P("Electric city bicycle Tide 522 Wh", "BIKE-ELEC", "1310", "2199", 1, 0, "White", method=SPECIFIC, weight="25.1",
       tracking="SERIAL"),
    _P("Electric touring bicycle Gale", "BIKE-ELEC", "1645", "2799", 1, 0, "Grey", method=SPECIFIC, weight="24.9",
       tracking="SERIAL"),
    _P("Electric cargo bicycle Barge", "BIKE-ELEC", "2480", "4199", 1, 0, "Green", method=SPECIFIC, weight="38.5",
       tracking="SERIAL", more=((_WHEEL, "20"),)),
    _P('Front wheel 28"', "BIKE-WHEEL", "18.40", "39", 4, 1, "Black", "Aluminium", weight="1.3"),
    _P('Rear wheel 28", hub gear', "BIKE-WHEEL", "46.20", "89", 3, 1, "Black", "Aluminium", weight="2.4"),
    _P('Tyre 28", puncture proof', "BIKE-WHEEL", "11.90", "24.90", 5, 1, "Black", "Rubber", AVERAGE, box=10),
    _P('Tyre 20", children', "BIKE-WHEEL", "5.60", "12.90", 3, 1, "Black", "Rubber", AVERAGE, box=10),
    _P('Inner tube 28"', "BIKE-WHEEL", "1.85", "4.90", 5, 1, "Black", "Rubber", AVERAGE, box=25, weight="0.15"),
    _P("Rim tape, roll", "BIKE-WHEEL", "0.72", "2.20", 3, 1, "Blue", "Cotton", AVERAGE, box=20, weight="0.05"),
    _P("Brake pads, pair", "BIKE-BRAKE", "2.10", "5.90", 5, 1, "Black", "Rubber", box=20, unit="PAIR", weight="0.08",
       more=(("Fits", "V-brakes and cantilevers"),)),
    _P("Disc brake set, hydraulic", "BIKE-BRAKE", "38.50", "79", 2, 1, "Black", "Aluminium", unit="SET",
       more=(("Pieces", "2"), ("Fits", "Post mount 160 mm"))),
    _P("Brake cable", "BIKE-BRAKE", "0.88", "2.90", 5, 1, "Grey", "Steel", box=50, weight="0.06"),
    _P("Chain 7-speed", "BIKE-DRIVE", "5.40", "12.50", 4, 1, "Grey", "Steel", more=(("Fits", "6, 7 and 8 speeds"),)),
    _P("Chain 9-speed", "BIKE-DRIVE", "9.80", "21.90", 3, 1, "Grey", "Steel", more=(("Fits", "9 speeds"),)),
    _P("Cassette 11-34", "BIKE-DRIVE", "16.30", "34.90", 2, 1, "Grey", "Steel"),
    _P("Pedals, trekking, pair", "BIKE-DRIVE", "7.25", "16.90", 3, 1, "Black", "Aluminium", unit="PAIR"),
    _P("Saddle Comfort", "BIKE-SEAT", "11.20", "27.90", 3, 2, "Black", "Leather"),
    _P("Saddle Sport", "BIKE-SEAT", "14.60", "34.90", 2, 2, "Black", "Plastic"),
    _P("Grips, cork, pair", "BIKE-SEAT", "3.10", "8.90", 3, 2, "Natural", "Rubber", unit="PAIR", weight="0.12"),
    _P("Front light 60 lux", "BIKE-LIGHT", "13.90", "32.90", 4, 2, "Black", "Aluminium", box=6),
    _P("Rear light with reflector", "BIKE-LIGHT", "6.20", "14.90", 4, 2, "Red", "Plastic", box=12),
    _P("Light set, chargeable", "BIKE-LIGHT", "17.50", "39.90", 3, 2, "Black", "Plastic", unit="SET",
       more=(("Pieces", "2"),)),
    _P("Frame lock", "BIKE-LOCK", "9.90", "22.90", 3, 2, "Black", "Steel", STANDARD, weight="0.8"),
    _P("Folding lock 85 cm", "BIKE-LOCK", "24.80", "54.90", 2, 2, "Black", "Steel", STANDARD, weight="1.2",
       more=(("Width", "85"),)),
    _P("Cable lock, number code", "BIKE-LOCK", "5.30", "13.90", 4, 2, "Blue", "Steel", STANDARD, box=12),
    _P("Pannier bag, waterproof", "BIKE-BAG", "21.40", "49.90", 3, 2, "Yellow", "Plastic",
       more=(("Capacity", "20"), ("Width", "32.5"))),
    _P("Front basket, wicker", "BIKE-BAG", "9.70", "23.90", 3, 2, "Natural", "Bamboo", more=(("Width", "38"),)),
    _P("Repair kit in a tin", "BIKE-CARE", "1.95", "5.50", 4, 2, "Red", "Steel", AVERAGE, box=24, weight="0.09",
       more=(("Pieces", "14"),)),
    _P("Floor pump with gauge", "BIKE-CARE", "12.80", "29.90", 3, 2, "Black", "Steel", weight="1.4"),
    _P("Chain oil 100 ml", "BIKE-CARE", "1.60", "4.90", 5, 2, "", "", LIFO, box=12, weight="0.12",
       more=(("Capacity", "0.1"),)),
    _P("Multi tool 16 functions", "BIKE-CARE", "6.90", "17.90", 3, 2, "Black", "Steel", weight="0.18",
       more=(("Pieces", "16"),)),
)  # fmt: skip

GARDEN: tuple[Product, ...] = (
    _P("Hand trowel, ash handle", "GDN-HAND", "3.40", "8.90", 4, 3, "Natural", "Steel", box=12),
    _P("Hand fork, ash handle", "GDN-HAND", "3.60", "9.20", 3, 3, "Natural", "Steel", box=12),
    _P("Digging spade", "GDN-HAND", "13.20", "29.90", 3, 3, "Green", "Steel", weight="2.1"),
    _P("Border fork", "GDN-HAND", "13.90", "31.90", 2, 3, "Green", "Steel", weight="2.0"),
    _P("Leaf rake, bamboo", "GDN-HAND", "5.10", "12.90", 3, 3, "Natural", "Bamboo", more=(("Width", "45"),)),
    _P("Dibber, marked in centimetres", "GDN-HAND", "2.20", "6.50", 2, 3, "Natural", "Wood", box=12),
    _P("Kneeling mat", "GDN-HAND", "2.90", "7.90", 3, 3, "Green", "Rubber", more=(("Width", "40"),)),
    _P("Garden gloves", "GDN-HAND", "2.35", "6.90", 5, 3, "Yellow", "Leather", AVERAGE, unit="PAIR", box=12,
       variants=("S", "M", "L", "XL"), weight="0.1"),
    _P("Secateurs, bypass", "GDN-CUT", "9.80", "24.90", 4, 3, "Red", "Steel", weight="0.24"),
    _P("Loppers, telescopic", "GDN-CUT", "17.60", "39.90", 2, 3, "Red", "Aluminium", weight="1.1"),
    _P("Hedge shears", "GDN-CUT", "14.20", "33.90", 2, 3, "Red", "Steel", weight="1.0"),
    _P("Pruning saw, folding", "GDN-CUT", "8.60", "19.90", 3, 3, "Black", "Steel", weight="0.3"),
    _P("Watering can 10 l", "GDN-WATER", "8.40", "19.90", 4, 3, "Green", "Steel", more=(("Capacity", "10"),)),
    _P("Watering can 1.5 l, indoor", "GDN-WATER", "4.90", "13.50", 3, 3, "White", "Steel", more=(("Capacity", "1.5"),)),
    _P("Garden hose, by the metre", "GDN-WATER", "0.92", "2.40", 3, 3, "Green", "Rubber", unit="M", weight="0.2"),
    _P("Hose connector set", "GDN-WATER", "3.70", "9.90", 4, 3, "Yellow", "Plastic", unit="SET", box=10,
       more=(("Pieces", "4"), ("Fits", "Hoses of 13 mm"))),
    _P("Rain gauge", "GDN-WATER", "1.90", "5.90", 2, 3, "White", "Glass", box=12),
    _P("Wild flower seeds 50 g", "GDN-SEED", "1.30", "3.90", 4, 4, tracking="LOTEXP", box=20, weight="0.06"),
    _P("Lawn seed 1 kg", "GDN-SEED", "4.80", "11.90", 3, 4, tracking="LOTEXP", weight="1.02"),
    _P("Tomato feed 1 l", "GDN-SEED", "2.75", "7.50", 4, 4, tracking="LOTEXP", box=6, weight="1.1",
       more=(("Capacity", "1"),)),
    _P("Terracotta pot 12 cm", "GDN-POT", "0.95", "2.90", 5, 5, "Terracotta", "Ceramic", AVERAGE, box=12,
       more=(("Width", "12"),)),
    _P("Terracotta pot 18 cm", "GDN-POT", "1.85", "4.90", 5, 5, "Terracotta", "Ceramic", AVERAGE, box=6,
       more=(("Width", "18"),)),
    _P("Terracotta pot 27 cm", "GDN-POT", "4.60", "11.90", 3, 5, "Terracotta", "Ceramic", AVERAGE,
       more=(("Width", "27"),), weight="3.2"),
    _P("Glazed planter 30 cm", "GDN-POT", "11.50", "27.90", 2, 5, "Blue", "Ceramic", STANDARD, weight="5.4",
       more=(("Width", "30"),)),
    _P("Window box, oak", "GDN-POT", "14.90", "34.90", 2, 5, "Natural", "Wood", more=(("Width", "60"),), weight="3.9"),
    _P("Potting compost 40 l", "GDN-SOIL", "2.95", "7.90", 4, 4, "", "", LIFO, weight="16",
       more=(("Capacity", "40"),)),
    _P("Bark mulch 60 l", "GDN-SOIL", "3.60", "9.50", 3, 4, "", "", LIFO, weight="18", more=(("Capacity", "60"),)),
    _P("Grit, fine", "GDN-SOIL", "0.18", "0.55", 3, 4, "Grey", "", LIFO, unit="KG", weight="1"),
    _P("Bistro table, folding", "GDN-FURN", "27.50", "59.90", 2, 5, "Green", "Steel", weight="6.8",
       more=(("Width", "60"),)),
    _P("Bistro chair, folding", "GDN-FURN", "16.90", "37.90", 3, 5, "Green", "Steel", weight="4.2",
       more=(("Width", "42"),)),
    _P("Deck chair, striped", "GDN-FURN", "18.20", "42.90", 2, 5, "Blue", "Wood", weight="3.6"),
    _P("Garden bench, oak", "GDN-FURN", "96", "199", 1, 5, "Natural", "Wood", weight="19", more=(("Width", "150"),)),
    _P("Hurricane lantern, small", "GDN-LAMP", "4.40", "11.90", 4, 5, "Black", "Steel", box=6),
    _P("Hurricane lantern, large", "GDN-LAMP", "8.10", "19.90", 3, 5, "Black", "Steel", box=4),
    _P("String of solar lights 10 m", "GDN-LAMP", "7.70", "18.90", 3, 5, "White", "Plastic", more=(("Pieces", "50"),)),
)  # fmt: skip

HOMEWARES: tuple[Product, ...] = (
    _P("Saucepan 16 cm", "HOME-COOK", "13.40", "32.90", 3, 6, "Grey", "Steel", STANDARD,
       more=(("Width", "16"), ("Capacity", "1.6"))),
    _P("Saucepan 20 cm", "HOME-COOK", "16.80", "39.90", 3, 6, "Grey", "Steel", STANDARD,
       more=(("Width", "20"), ("Capacity", "3"))),
    _P("Cast iron casserole 24 cm", "HOME-COOK", "34.50", "79.90", 2, 6, "Red", "Steel", STANDARD, weight="5.1",
       more=(("Width", "24"), ("Capacity", "4.2"))),
    _P("Frying pan 28 cm", "HOME-COOK", "15.20", "36.90", 3, 6, "Black", "Aluminium", more=(("Width", "28"),)),
    _P("Chopping board, beech", "HOME-COOK", "5.90", "14.90", 4, 6, "Natural", "Wood", more=(("Width", "35"),)),
    _P("Cooking spoon set", "HOME-COOK", "3.30", "8.90", 3, 6, "Natural", "Bamboo", unit="SET",
       more=(("Pieces", "5"),)),
    _P("Paring knife", "HOME-COOK", "2.60", "7.50", 4, 6, "Black", "Steel", box=12, weight="0.07"),
    _P("Dinner plate 27 cm", "HOME-TABLE", "3.20", "8.50", 5, 7, "White", "Ceramic", STANDARD, box=6,
       more=(("Width", "27"),)),
    _P("Side plate 20 cm", "HOME-TABLE", "2.10", "5.90", 4, 7, "White", "Ceramic", STANDARD, box=6,
       more=(("Width", "20"),)),
    _P("Cereal bowl", "HOME-TABLE", "2.30", "6.20", 5, 7, "White", "Ceramic", STANDARD, box=6,
       more=(("Capacity", "0.5"),)),
    _P("Mug, hand glazed", "HOME-TABLE", "2.45", "6.90", 5, 7, "Blue", "Ceramic", AVERAGE, box=6,
       variants=("BLUE", "GREEN", "GREY"), more=(("Capacity", "0.35"),)),
    _P("Tumbler, recycled glass", "HOME-TABLE", "1.40", "3.90", 5, 7, "Green", "Glass", AVERAGE, box=6,
       more=(("Capacity", "0.3"),)),
    _P("Carafe 1 l", "HOME-TABLE", "4.60", "12.50", 3, 7, "", "Glass", AVERAGE, more=(("Capacity", "1"),)),
    _P("Cutlery set, 24 pieces", "HOME-TABLE", "21.90", "49.90", 2, 7, "Grey", "Steel", unit="SET",
       more=(("Pieces", "24"),), weight="1.9"),
    _P("Tea pot with strainer", "HOME-TABLE", "9.40", "23.90", 2, 7, "White", "Ceramic", more=(("Capacity", "1.2"),)),
    _P("Egg cup, set of four", "HOME-TABLE", "2.80", "7.90", 2, 7, "Yellow", "Ceramic", unit="SET",
       more=(("Pieces", "4"),)),
    _P("Storage jar 0.5 l", "HOME-STORE", "1.75", "4.90", 5, 7, "", "Glass", AVERAGE, box=12,
       more=(("Capacity", "0.5"),)),
    _P("Storage jar 1 l", "HOME-STORE", "2.20", "5.90", 4, 7, "", "Glass", AVERAGE, box=12, more=(("Capacity", "1"),)),
    _P("Storage jar 2 l", "HOME-STORE", "3.10", "7.90", 3, 7, "", "Glass", AVERAGE, box=6, more=(("Capacity", "2"),)),
    _P("Bread bin, bamboo lid", "HOME-STORE", "11.30", "27.90", 2, 7, "White", "Steel",
       more=(("Width", "36"), ("Capacity", "12"))),
    _P("Basket, seagrass", "HOME-STORE", "6.40", "15.90", 3, 8, "Natural", "Bamboo", more=(("Width", "30"),)),
    _P("Pillar candle 7 x 10 cm", "HOME-CANDL", "1.35", "3.90", 5, 8, "White", "Wax", AVERAGE, box=12,
       variants=("WHITE", "RED", "GREEN"), more=(("Width", "7"),)),
    _P("Dinner candles, pack of ten", "HOME-CANDL", "1.90", "5.50", 5, 8, "White", "Wax", AVERAGE, unit="PACK", box=20,
       more=(("Pieces", "10"),)),
    _P("Scented candle, fig", "HOME-CANDL", "3.80", "11.90", 3, 8, "Green", "Wax", AVERAGE, box=6),
    _P("Scented candle, sea salt", "HOME-CANDL", "3.80", "11.90", 3, 8, "Blue", "Wax", AVERAGE, box=6),
    _P("Tea lights, pack of fifty", "HOME-CANDL", "2.40", "6.90", 4, 8, "White", "Wax", AVERAGE, unit="PACK",
       more=(("Pieces", "50"),)),
    _P("Cushion 45 x 45 cm", "HOME-TEXT", "6.90", "17.90", 4, 8, "Grey", "Linen", variants=("GREY", "GREEN", "RED"),
       more=(("Width", "45"),)),
    _P("Throw, wool and cotton", "HOME-TEXT", "17.80", "42.90", 3, 8, "Grey", "Cotton", more=(("Width", "130"),)),
    _P("Tea towel, linen", "HOME-TEXT", "2.15", "6.50", 5, 8, "Natural", "Linen", box=10, more=(("Width", "50"),)),
    _P("Oven glove", "HOME-TEXT", "2.70", "7.50", 3, 8, "Blue", "Cotton"),
    _P("Table cloth 140 x 250 cm", "HOME-TEXT", "13.90", "34.90", 2, 8, "White", "Linen", more=(("Width", "140"),)),
    _P("Door mat, coir", "HOME-TEXT", "4.80", "12.90", 3, 8, "Natural", "", more=(("Width", "60"),)),
    _P("Table lamp, ceramic foot", "HOME-LAMP", "18.70", "44.90", 2, 9, "White", "Ceramic", more=(("Width", "28"),)),
    _P("Reading lamp, brass look", "HOME-LAMP", "24.20", "56.90", 2, 9, "Yellow", "Steel"),
    _P("Paper lantern 40 cm", "HOME-LAMP", "2.30", "6.90", 3, 9, "White", "", box=10, more=(("Width", "40"),)),
    _P("Desk lamp Signal (discontinued)", "HOME-LAMP", "19.80", "47.90", 0, 9, "Red", "Steel",
       blocked="Recalled by its maker: the switch may overheat."),
)  # fmt: skip

SERVICES: tuple[Product, ...] = (
    _P("Bicycle service, small", "SVC-SHOP", "18", "45", 2, 0, unit="PCS"),
    _P("Bicycle service, full", "SVC-SHOP", "38", "89", 1, 0, unit="PCS"),
    _P("Workshop hour", "SVC-SHOP", "24", "58", 2, 0, unit="HOUR"),
    _P("Delivery within the county", "SVC-SHIP", "6", "12", 3, 0),
    _P("Gift wrapping", "SVC-SHIP", "0.60", "2.50", 2, 0),
)

#: first item number of each range, with its products, in steps of ten
RANGES: tuple[tuple[str, int, tuple[Product, ...]], ...] = (
    ("", 1000, BICYCLES),
    ("", 2000, GARDEN),
    ("", 3000, HOMEWARES),
    ("S", 100, SERVICES),
)

#: what a variant code stands for
VARIANT_WORDS: dict[str, str] = {
    "S": "Small", "M": "Medium", "L": "Large", "XL": "Extra large", "BLUE": "Blue", "GREEN": "Green", "GREY": "Grey",
    "RED": "Red", "WHITE": "White",
}  # fmt: skip

#: In range since: how long before today a product of each range came in
RANGE_AGE = dt.timedelta(days=900)


def numbered() -> list[tuple[str, Product]]:
    """Every product with its item number, in number order."""
    return [
        (f"{prefix}{first + 10 * place}", product)
        for prefix, first, products in RANGES
        for place, product in enumerate(products)
    ]
