"""The camera as a scanner: a label held before it is read in the browser and goes where a hand scanner's code would."""

import re
from urllib.parse import quote

from playwright.sync_api import expect
from sqlalchemy import select

from models import ItemLedgerEntry, db
from services.reports.codes import Matrix, gs1
from tests.browser.conftest import NARROW

#: a camera that sees one picture, white around it
CAMERA = """
navigator.mediaDevices.enumerateDevices = async () => [{ kind: "videoinput" }];
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const drawn = canvas.getContext("2d");
  const label = new Image(300, 300);
  label.src = "data:image/svg+xml,LABEL";
  await label.decode();
  setInterval(() => {
    drawn.fillStyle = "#fff";
    drawn.fillRect(0, 0, 640, 480);
    drawn.drawImage(label, 170, 90, 300, 300);
  }, 50);
  return canvas.captureStream(20);
};
"""


def seeing(page, text, kind):
    drawn = str(gs1(text, kind)).replace("<svg ", '<svg width="300" height="300" ')
    page.add_init_script(CAMERA.replace("LABEL", quote(drawn)))


def test_a_label_before_the_camera_fills_the_scan_field_else_opens_what_it_names(shop, visit):
    with shop.app.app_context():
        lot = db.session.scalars(select(ItemLedgerEntry.lot_no).where(ItemLedgerEntry.lot_no != "").limit(1)).one()
    page = visit(shop, "/login", size=NARROW)
    seeing(page, f"(10){lot}", Matrix.DATA_MATRIX)
    page.goto("/tracing/")
    page.locator("#number").focus()
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.locator("#number")).to_have_value(f"(10){lot}")
    expect(page.get_by_role("dialog", name="Camera")).to_be_hidden()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Recall", exact=True)).to_be_visible()
    expect(page.locator("#report")).to_contain_text(lot)

    other = visit(shop, "/login")
    seeing(other, "(21)HH00006", Matrix.QR)
    other.goto("/counts")
    other.get_by_role("button", name="Scan with the camera").click()
    expect(other).to_have_url(re.compile("HH00006"))
