"""Labels of numbers: what their code says is what a scanner reads, and a line takes it (tracking.md section 16)."""

from __future__ import annotations

import re

import pytest
from PIL import Image
from zxingcpp import read_barcodes

from models import NumberTotal
from services.items.scan_codes import read_scan
from services.reports.codes import Matrix
from services.reports.number_labels import NumberLabelOrder, element_string, number_label_pdf, read_labels
from tests.builders import d, day


def read_back(svg):
    """What a scanner reads from the drawing, with the signs it sends."""
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    picture = Image.new("L", (int(size.group(1)), int(size.group(2))), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)", svg):
        picture.paste(0, (int(x), int(y), int(x) + int(length), int(y) + 1))
    (found,) = read_barcodes(picture.resize((picture.width * 8, picture.height * 8), Image.Resampling.NEAREST))
    return found.symbology_identifier, found.bytes.decode("latin-1")


@pytest.mark.parametrize(("matrix", "fnc1"), [(Matrix.DATA_MATRIX, "]d2"), (Matrix.QR, "]Q3")])
def test_a_lots_label_is_read_as_item_lot_and_expiry_and_a_serials_as_its_lot_too(world, matrix, fnc1):
    code = world.tracking_code("T", lot_specific=True, serial_specific=True, use_expiration_dates=True)
    item = world.item(item_tracking_code_id=code.id, gtin="4006381333931")
    world.post(world.line(item, "purchase", 1, 1, lot_no="L1", serial_no="S1", expiration_date=day("2027-03-31")))
    ids = tuple(row.id for row in world.session.query(NumberTotal))

    labels = read_labels(world.session, NumberLabelOrder(ids, matrix=matrix))

    scans = {label.number: read_back(label.code) for label in labels}
    assert {kind for kind, _text in scans.values()} == {fnc1}
    lot, serial = (read_scan(scans[number][1]) for number in ("L1", "S1"))
    assert (lot.gtin[-13:], lot.lot_no, lot.expiration_date) == ("4006381333931", "L1", day("2027-03-31"))
    assert (serial.serial_no, serial.lot_no) == ("S1", "L1")
    assert number_label_pdf(world.session, NumberLabelOrder(ids, matrix=matrix))[:4] == b"%PDF"


def test_what_gs1_cannot_say_is_the_plain_number(world):
    item = world.item(item_tracking_code_id=world.tracking_code("T", lot_specific=True).id)
    world.post(world.line(item, "purchase", 1, 1, lot_no="L-Ö 1"))
    (label,) = read_labels(world.session, NumberLabelOrder((world.session.query(NumberTotal).one().id,)))

    assert (label.says, read_back(label.code)[0]) == ("L-Ö 1", "]d1")
    assert element_string("4006381333931", lot_no="A(10)B") == ""
    assert element_string("4006381333932", lot_no="A") == ""
    assert element_string("4006381333931", lot_no="A", count=d(12)) == "(01)04006381333931(10)A(37)12"
