"""With whom the demo company trades, where, and who works there. Plain data, invented, the same every time."""

from __future__ import annotations

from typing import NamedTuple

from models import RoleName
from services.seed.defaults import LocationAnswer

COMPANY = {
    "name": "Harbour & Heath Trading Ltd",
    "address": "14 Ropewalk Lane",
    "post_code": "BS1 6QF",
    "city": "Bristol",
    "country_code": "GB",
    "phone": "+44 117 496 0100",
    "email": "office@harbourheath.example",
    "web_page": "https://harbourheath.example",
    "vat_registration_no": "GB 000 0000 00",
    "gs1_prefix": "2040",
    "currency_code": "GBP",
    "currency_symbol": "£",
}

LOCATIONS: tuple[LocationAnswer, ...] = (
    LocationAnswer("MAIN", "Central warehouse, Avonmouth"),
    LocationAnswer("EAST", "East depot, Reading"),
    LocationAnswer("SHOP", "Showroom, Bristol"),
    LocationAnswer("TRANSIT", "On the road", in_transit=True),
)

#: code: address, post code, city, contact
ADDRESSES: dict[str, tuple[str, str, str, str]] = {
    "MAIN": ("Unit 7, Kings Weston Dock", "BS11 9HS", "Avonmouth", "Priya Nair"),
    "EAST": ("22 Basingstoke Road", "RG2 0QS", "Reading", "Owen Pritchard"),
    "SHOP": ("14 Ropewalk Lane", "BS1 6QF", "Bristol", "Martha Quill"),
}

#: The depot with bins: aisle, rack, level.
BIN_LOCATION = "EAST"
BINS: tuple[str, ...] = tuple(
    f"{aisle}-{rack:02}-{level}" for aisle in "ABC" for rack in range(1, 9) for level in (1, 2)
)
RECEIVING_BIN, SHIPPING_BIN = "RECEIVE", "SHIP"

#: from, to, via, shipping time
ROUTES: tuple[tuple[str, str, str, str], ...] = (
    ("MAIN", "EAST", "TRANSIT", "1D"),
    ("EAST", "MAIN", "TRANSIT", "1D"),
    ("MAIN", "SHOP", "TRANSIT", "1D"),
    ("EAST", "SHOP", "TRANSIT", "2D"),
    ("SHOP", "MAIN", "TRANSIT", "1D"),
)


class VendorRow(NamedTuple):
    """One vendor; its place in the list is the `vendor` of products."""

    name: str
    address: str
    post_code: str
    city: str
    country: str
    contact: str
    terms: str
    lead_days: int


VENDORS: tuple[VendorRow, ...] = (
    VendorRow("Fabrik Noord Cycles BV", "Havenweg 118", "3089 JE", "Rotterdam", "NL", "Joris Visser", "30D", 12),
    VendorRow("Ardent Wheel Works Ltd", "5 Canal Street", "B1 3ES", "Birmingham", "GB", "Helen Ash", "30D", 6),
    VendorRow("Tarn Cycle Supplies Ltd", "41 Mill Brow", "LA9 5BW", "Kendal", "GB", "Rob Postlethwaite", "14D", 5),
    VendorRow("Greenforge Tools Ltd", "Forge House, Park Lane", "S10 2PN", "Sheffield", "GB", "Amy Dyson", "30D", 7),
    VendorRow("Somerset Seed & Soil Co.", "Levels Farm", "TA7 0QZ", "Bridgwater", "GB", "Tom Chedzoy", "14D", 4),
    VendorRow("Terracotta Toscana Srl", "Via dei Fornaciai 9", "50023", "Impruneta", "IT", "Lucia Berti", "30D", 18),
    VendorRow("Kessel & Klinge GmbH", "Stahlstraße 3", "42651", "Solingen", "DE", "Jana Krug", "30D", 14),
    VendorRow("Potters Row Ceramics Ltd", "8 Kiln Yard", "ST4 1EQ", "Stoke-on-Trent", "GB", "Dev Patel", "30D", 8),
    VendorRow("Wick & Weave Ltd", "2 Loom Court", "HX1 5RA", "Halifax", "GB", "Sian Howells", "EOM", 6),
    VendorRow("Lumen Atelier SARL", "27 rue des Lampes", "69007", "Lyon", "FR", "Claire Morel", "30D", 16),
    VendorRow("Avon Packaging Ltd", "Unit 3, Severn Park", "BS11 8DE", "Avonmouth", "GB", "Kelly Bright", "14D", 2),
    VendorRow("Quayside Freight Ltd", "Royal Portbury Dock", "BS20 7XN", "Bristol", "GB", "Ian Sloane", "8D", 1),
)


class CustomerRow(NamedTuple):
    """One customer; `buys` names the item ranges, `orders` how often (1 seldom, 4 often)."""

    name: str
    address: str
    post_code: str
    city: str
    country: str
    contact: str
    buys: str
    orders: int
    location: str = "MAIN"
    discount: int = 0


_C = CustomerRow
CUSTOMERS: tuple[CustomerRow, ...] = (
    _C("Hansen Cykler ApS", "Torvegade 41", "1400", "Copenhagen", "DK", "Mette Hansen", "1", 3, discount=5),
    _C("Spokes of Bath", "3 Walcot Street", "BA1 5BG", "Bath", "GB", "Gemma Cole", "1", 4),
    _C("The Bike Shed, Cardiff", "77 City Road", "CF24 3BL", "Cardiff", "GB", "Rhys Bowen", "1", 4),
    _C("Pedal & Post", "19 Cowley Road", "OX4 1HP", "Oxford", "GB", "Nadia Rahman", "1", 3, "EAST"),
    _C("Ridgeway Cycles", "52 Wood Street", "SN1 4AN", "Swindon", "GB", "Karl Weber", "1", 3, "EAST"),
    _C("Velo Bretagne SAS", "12 quai de la Fosse", "44000", "Nantes", "FR", "Yann Le Goff", "1", 2, discount=5),
    _C("Kennet Cycle Hire", "Canal Wharf", "SN10 1EB", "Devizes", "GB", "Jo Farrant", "1", 2, "EAST", 10),
    _C("Fenwick & Daughters Garden Centre", "London Road", "RG12 2XH", "Bracknell", "GB", "Ruth Fenwick", "2", 4,
       "EAST"),
    _C("Blagdon Nurseries", "Bath Road", "BS40 7SZ", "Blagdon", "GB", "Alan Tripp", "2", 4),
    _C("The Potting Shed, Wells", "6 Sadler Street", "BA5 2SE", "Wells", "GB", "Flora Mead", "2", 3),
    _C("Chew Valley Farm Shop", "Stoke Hill", "BS40 8UZ", "Chew Stoke", "GB", "Liz Hembrow", "23", 3),
    _C("Thames & Kennet Gardens", "88 Caversham Road", "RG1 8AE", "Reading", "GB", "Imran Sheikh", "2", 3, "EAST"),
    _C("Allotment Society of Bedminster", "Alderman Moores", "BS3 2LT", "Bristol", "GB", "Percy Lane", "2", 2, "SHOP",
       10),
    _C("Gartenhaus Lindau GmbH", "Seeweg 4", "88131", "Lindau", "DE", "Ulrike Bauer", "2", 2, discount=5),
    _C("Mendip Landscapes Ltd", "Wells Road", "BA3 4TL", "Radstock", "GB", "Steve Gane", "2", 2),
    _C("Cotswold Country Stores", "Market Place", "GL7 2NW", "Cirencester", "GB", "Harriet Poole", "23", 3, "EAST"),
    _C("Clifton Kitchen & Table", "30 The Mall", "BS8 4DS", "Bristol", "GB", "Beatriz Souza", "3", 4),
    _C("Larder & Loft", "11 High Street", "BA11 1AA", "Frome", "GB", "Ed Marchant", "3", 4),
    _C("Penrose Homewares", "4 River Street", "TR1 2SJ", "Truro", "GB", "Morwenna Penrose", "3", 3, discount=3),
    _C("Saltmarsh Interiors", "63 Gloucester Road", "BS7 8AD", "Bristol", "GB", "Kit Saltmarsh", "3", 3, "SHOP"),
    _C("Wharf Street Café", "1 Wharf Street", "BS1 4RN", "Bristol", "GB", "Agnes Obi", "3", 2, "SHOP"),
    _C("Oak & Ember Restaurants", "Paintworks 12", "BS4 3EH", "Bristol", "GB", "Louis Grant", "3", 2, discount=8),
    _C("Hotel Mount Pleasant", "Mount Pleasant", "TQ5 9AB", "Brixham", "GB", "Dora Selwyn", "3", 2, discount=8),
    _C("Galway Gifts & Crafts", "Quay Street 22", "H91 K5XY", "Galway", "IE", "Niamh Joyce", "3", 2, discount=5),
    _C("Maison du Thé", "8 rue Haute", "1000", "Brussels", "BE", "Luc Janssens", "3", 2, discount=5),
    _C("Henley Living", "17 Hart Street", "RG9 2AU", "Henley-on-Thames", "GB", "Sophie Rudd", "3", 3, "EAST"),
    _C("Candle & Cloth", "2 Catherine Hill", "BA11 1BZ", "Frome", "GB", "Wilf Tanner", "3", 3),
    _C("Parish of St Werburgh", "Mina Road", "BS2 9YH", "Bristol", "GB", "Rev. Joan Keane", "3", 1, "SHOP"),
    _C("Over the counter", "14 Ropewalk Lane", "BS1 6QF", "Bristol", "GB", "", "123", 4, "SHOP"),
    _C("Staff purchases", "14 Ropewalk Lane", "BS1 6QF", "Bristol", "GB", "", "123", 1, "SHOP", 20),
)  # fmt: skip

HOME_COUNTRY = "GB"

#: The password of every demo user, shown on the first-start page of a demo company. Never used elsewhere.
DEMO_PASSWORD = "stockbook-demo"  # noqa: S105 - meant to be known

#: role, first part of the address, full name, location
USERS: tuple[tuple[RoleName, str, str, str], ...] = (
    (RoleName.OWNER, "owner", "Olivia Harbour", ""),
    (RoleName.BOOKKEEPER, "bookkeeper", "Bernard Heath", ""),
    (RoleName.BUYER, "buyer", "Bukola Adeyemi", "MAIN"),
    (RoleName.SELLER, "seller", "Sam Ellery", "MAIN"),
    (RoleName.CLERK, "clerk", "Priya Nair", "EAST"),
    (RoleName.VIEWER, "viewer", "Vera Lund", ""),
)

MANUFACTURERS: dict[str, str] = {"NOORD": "Fabrik Noord", "GREENFORGE": "Greenforge", "KESSEL": "Kessel & Klinge"}
