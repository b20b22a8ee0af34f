"""Rules for real invoice lines of a wholesaler: what is goods, what a line means, how a description reads. Pure.

Made for the 'Online Retail' data (D. Chen, UCI Machine Learning Repository, data set 352, CC BY 4.0) and its kind:
invoice no. (a leading C cancels), code, description, quantity, date, price, customer, country.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.errors import ValidationError
from core.rounding import round_amount
from core.text import _
from services.exchange import cells


class Rule(enum.StrEnum):
    """What becomes of a line; the first six are posted, the others reported with this reason."""

    SALE = "sale"
    GIFT = "gift"
    RETURN = "return"
    WRITE_OFF = "write_off"
    CHARGE = "charge"
    CHARGE_CREDIT = "charge_credit"
    UNREADABLE = "unreadable"
    ZERO_QUANTITY = "zero_quantity"
    NEGATIVE_PRICE = "negative_price"
    CANCELLATION_POSITIVE = "cancellation_positive"
    NEGATIVE_WITH_PRICE = "negative_with_price"
    TEST_CODE = "test_code"


POSTED = frozenset({Rule.SALE, Rule.GIFT, Rule.RETURN, Rule.WRITE_OFF, Rule.CHARGE, Rule.CHARGE_CREDIT})


def rule_words(rule: Rule) -> str:
    """The rule as a sentence for the report."""
    return {
        Rule.SALE: _("Goods sold"),
        Rule.GIFT: _("Goods given away: price 0, posted as a sale at 0"),
        Rule.RETURN: _("Goods taken back: invoice no. begins with C, posted as a negative sale"),
        Rule.WRITE_OFF: _(
            "Goods written off: negative at price 0, not a cancellation, posted as a negative adjustment"
        ),
        Rule.CHARGE: _("No goods (postage, fees ...): sold as a service item"),
        Rule.CHARGE_CREDIT: _("No goods, credited (discount, fee given back ...): negative sale of a service item"),
        Rule.UNREADABLE: _("Not posted: number, date or code cannot be read"),
        Rule.ZERO_QUANTITY: _("Not posted: quantity 0"),
        Rule.NEGATIVE_PRICE: _("Not posted: price below 0"),
        Rule.CANCELLATION_POSITIVE: _("Not posted: a cancellation with a positive quantity"),
        Rule.NEGATIVE_WITH_PRICE: _("Not posted: negative with a price, but not a cancellation"),
        Rule.TEST_CODE: _("Not posted: a test code"),
    }[rule]


#: Codes that are no goods, with the name their service item gets; other codes of letters alone are no goods either.
CHARGES = {
    "POST": "Postage", "DOT": "Postage, web shop", "C2": "Carriage", "M": "Manual entry", "D": "Discount",
    "S": "Samples", "BANK CHARGES": "Bank charges", "AMAZONFEE": "Marketplace fee", "CRUK": "Charity commission",
    "B": "Bad debt adjustment", "PADS": "Pads to match all cushions",
}  # fmt: skip
_GOODS = re.compile(r"\d{5}[A-Z]{0,3}")
_VOUCHER = re.compile(r"GIFT[_ -]?\d.*")
_TEST = re.compile(r"TEST\d*")

#: Remarks of the warehouse that stand where a description should.
_NOTE_WORDS = frozenset({
    "damaged", "damages", "damage", "lost", "found", "check", "checked", "missing", "broken", "wet", "rusty", "mouldy",
    "faulty", "sample", "samples", "test", "adjustment", "amazon", "ebay", "dotcom", "thrown", "away", "cargo", "order",
    "mix", "up", "sold", "as", "wrong", "wrongly", "coded", "marked", "unsaleable", "dagamed", "crushed", "smashed",
})  # fmt: skip
#: Words that keep their capital in a sentence, and abbreviations that keep them all.
_PROPER = frozenset(
    [
        "christmas",
        "england",
        "english",
        "london",
        "paris",
        "french",
        "france",
        "union",
        "jack",
        "british",
        "scottish",
        "spanish",
        "italian",
        "russian",
        "swedish",
        "scandinavian",
        "scandinavia",
        "moroccan",
        "indian",
        "chinese",
        "japanese",
        "american",
        "england's",
        "santa",
        "noel",
        "easter",
        "valentine",
        "queen",
        "victorian",
        "edwardian",
        "regency",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "tilda",
        "alice",
    ]
)
_ABBREVIATIONS = frozenset(
    ["UK", "USA", "EU", "LED", "CD", "DVD", "USB", "PC", "PCS", "TV", "BBQ", "DIY", "PVC", "A4", "A5", "A6", "3D", "XL"]
)
_UNITS = re.compile(r"(\d+(?:\.\d+)?)(CM|MM|M|KG|G|ML|L)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RetailLine:
    """One line of the file as read; `code` is upper-cased, quantity signed as in the file."""

    line: int
    invoice_no: str
    code: str
    description: str
    quantity: Decimal
    day: dt.date
    price: Decimal
    customer: str
    country: str
    rule: Rule

    @property
    def amount(self) -> Decimal:
        """Quantity x price, signed as in the file."""
        return round_amount(self.quantity * self.price)

    @property
    def posted(self) -> bool:
        """True when the line goes to the ledger."""
        return self.rule in POSTED


def is_charge(code: str) -> bool:
    """True for codes that are no goods: named ones, vouchers, and letters alone."""
    return code in CHARGES or bool(_VOUCHER.fullmatch(code)) or not any(sign.isdigit() for sign in code)


def decide_rule(invoice_no: str, code: str, quantity: Decimal, price: Decimal, customer: str) -> Rule:
    """What becomes of a readable line."""
    cancelled = invoice_no.startswith("C")
    if _TEST.fullmatch(code):
        rule = Rule.TEST_CODE
    elif not quantity:
        rule = Rule.ZERO_QUANTITY
    elif price < 0:
        rule = Rule.NEGATIVE_PRICE
    elif cancelled and quantity > 0:
        rule = Rule.CANCELLATION_POSITIVE
    elif is_charge(code):
        rule = Rule.CHARGE if quantity > 0 else Rule.CHARGE_CREDIT
    elif quantity > 0:
        rule = Rule.SALE if price else Rule.GIFT
    elif cancelled:
        rule = Rule.RETURN
    else:
        # Nobody is credited by these: somebody in the warehouse took goods off the books.
        rule = Rule.NEGATIVE_WITH_PRICE if price else Rule.WRITE_OFF
    return rule


def read_line(line: int, values: dict[str, str]) -> RetailLine:
    """One line from its texts by column name. A line that cannot be read gets the rule `unreadable`."""
    try:
        invoice_no = cells.code(values["invoice_no"], field="invoice_no", length=20)
        code = cells.code(cells.plain_text(values["code"]), field="code", length=20)
        quantity = cells.number(values["quantity"].strip(), negative=True)
        price = cells.number(values["price"].strip(), negative=True)
        day = cells.day(values["day"].strip())
        customer = cells.plain_text(values["customer"]).upper()
        if len(customer) > 20:
            raise ValidationError("too_long", _("The customer's number is too long."))
    except ValidationError:
        day = _any_day(values["day"])
        return RetailLine(
            line,
            values["invoice_no"][:20],
            values["code"][:50],
            values["description"][:100],
            Decimal(0),
            day,
            Decimal(0),
            values["customer"][:20],
            values["country"][:50],
            Rule.UNREADABLE,
        )
    rule = decide_rule(invoice_no, code, quantity, price, customer)
    return RetailLine(
        line,
        invoice_no,
        code,
        cells.plain_text(values["description"]),
        quantity,
        day,
        price,
        customer.removesuffix(".0"),
        values["country"].strip(),
        rule,
    )


def _any_day(text: str) -> dt.date:
    try:
        return cells.day(text.strip())
    except ValidationError:
        return dt.date(1900, 1, 1)


def is_note(text: str) -> bool:
    """True for what is no description: blank, question marks, remarks such as "damages" or "lost"."""
    plain = text.strip(" ?!.*'\"-/")
    if not plain or not any(sign.isalpha() for sign in plain):
        return True
    words = re.findall(r"[a-z']+", plain.casefold())
    if words and all(word in _NOTE_WORDS for word in words):
        return True
    # Descriptions in such files are in capitals; what is all small was typed by somebody in a hurry.
    return plain == plain.lower()


def choose_description(texts: Counter[str]) -> str:
    """The most frequent description that is one, tidied; "" where there is none."""
    tidied: Counter[str] = Counter()
    first: dict[str, str] = {}
    for text, count in texts.items():
        plain = " ".join(text.split())
        if not is_note(plain):
            tidied[plain.casefold()] += count
            first.setdefault(plain.casefold(), plain)
    if not tidied:
        return ""
    best = min(tidied, key=lambda text: (-tidied[text], text))
    return tidy(first[best])


def tidy(text: str) -> str:
    """Capitals to a sentence: WHITE HANGING HEART T-LIGHT HOLDER becomes White hanging heart T-light holder."""
    plain = " ".join(text.replace(" ,", ",").split()).strip(" ,.")
    letters = [sign for sign in plain if sign.isalpha()]
    if sum(sign.islower() for sign in letters) > len(letters) * 0.3:
        return plain[:100]  # written with care already
    words = [_tidy_word(word, first=place == 0) for place, word in enumerate(plain.split(" "))]
    return " ".join(words)[:100]


def _tidy_word(word: str, *, first: bool) -> str:
    bare = word.strip(",.;:()'\"!").upper()
    if bare in _ABBREVIATIONS:
        return word.upper()
    low = _UNITS.sub(lambda match: match[1] + match[2].lower().replace("ml", "ml"), word.lower())
    if low.startswith("t-light"):
        return "T" + low[1:]
    key = re.sub(r"[^a-z']", "", low)
    if key in _PROPER or first:
        for place, sign in enumerate(low):
            if sign.isalpha():
                # "3 tier", "60cm": a word that begins with a digit has no capital
                return low if place and low[0].isdigit() else low[:place] + sign.upper() + low[place + 1 :]
    return low


def usual(values: Iterable[Decimal]) -> Decimal:
    """The most frequent value, the lower one of two; 0 where there is none."""
    counted = Counter(values)
    return min(counted, key=lambda value: (-counted[value], value)) if counted else Decimal(0)
