"""Pictures: many out of one ZIP, those of variants, where they are shown (items.md section 8)."""

import io
import zipfile

import pytest
from PIL import Image
from sqlalchemy import select

from core.errors import ValidationError
from core.unit_of_work import perform
from models import ItemPicture, PictureImport, PictureImportRow, StoredFile, db
from models.enums import PictureStatus
from services import pictures
from services.items import picture_import
from tests.support.item_pages import ItemPages
from tests.support.trading import Trade


def picture(colour="red", width=60):
    target = io.BytesIO()
    Image.new("RGB", (width, 40), colour).save(target, "PNG")
    return target.getvalue()


def zipped(**files):
    """A ZIP; `new_png` is the file new.png."""
    return packed({name.replace("_", "."): data for name, data in files.items()})


def packed(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


@pytest.fixture
def trade(each_world):
    return Trade(each_world)


def read(trade, data, **arguments):
    return perform(trade.session, lambda s: picture_import.start(s, data, "pictures.zip", **arguments))


def carry(trade, made):
    return picture_import.import_pending(
        trade.session, made.id, commit=lambda work: perform(trade.session, work), progress=lambda *_said: None
    )


def rows(trade, made):
    found = trade.session.scalars(
        select(PictureImportRow).where(PictureImportRow.import_id == made.id).order_by(PictureImportRow.place)
    )
    return [(row.item_no, row.file_name, row.extension, row.status.value) for row in found]


@pytest.fixture
def items_with_one_picture(trade):
    """NEW has none, OLD has one."""
    new, old = trade.item("NEW"), trade.item("OLD")
    perform(trade.session, lambda s: pictures.store_picture(s, old.id, picture("blue"), "old.png"))
    return new, old


def test_pic_1_new_added_existing_skipped_unknown_ignored(trade, items_with_one_picture):
    new, old = items_with_one_picture
    before = pictures.digests(trade.session, [old.id])

    made = read(trade, zipped(new_png=picture(), old_png=picture(), nobody_png=picture()))
    shown = rows(trade, made)
    waiting = picture_import.counters_of(trade.session, made.id)
    counters = carry(trade, made)

    assert shown == [("NEW", "new.png", "PNG", "pending"), ("OLD", "old.png", "PNG", "skip")]
    assert (waiting.to_add, waiting.to_replace, waiting.total, made.ignored) == (1, 0, 2, 1)
    assert (counters.added, counters.replaced, counters.pending) == (1, 0, 0)
    assert [row[3] for row in rows(trade, made)] == ["completed", "skip"]
    assert pictures.digests(trade.session, [old.id]) == before
    assert pictures.find_picture(trade.session, new.id) is not None


def test_pic_2_with_replace_on_both_are_done(trade, items_with_one_picture):
    _new, old = items_with_one_picture
    before = pictures.digests(trade.session, [old.id])
    made = read(trade, zipped(new_png=picture(), old_png=picture()))

    perform(trade.session, lambda s: picture_import.set_replace(s, s.get_one(PictureImport, made.id), replace=True))
    waiting = picture_import.counters_of(trade.session, made.id)
    counters = carry(trade, made)

    assert (waiting.to_add, waiting.to_replace) == (1, 1)
    assert (counters.added, counters.replaced, counters.pending) == (1, 1, 0)
    assert pictures.digests(trade.session, [old.id]) != before


def test_the_switch_turned_off_again_leaves_what_is_done(trade, items_with_one_picture):
    made = read(trade, zipped(new_png=picture(), old_png=picture()), replace=True)

    perform(trade.session, lambda s: picture_import.set_replace(s, s.get_one(PictureImport, made.id), replace=False))
    carry(trade, made)
    again = carry(trade, made)

    assert [row[3] for row in rows(trade, made)] == ["completed", "skip"]
    assert (again.added, again.replaced) == (1, 0)


def test_pic_4_a_renamed_file_that_is_no_picture_is_refused_with_its_name(trade):
    trade.item("NEW")
    good = trade.item("GOOD")
    made = read(trade, zipped(new_jpg=b"this is no picture", good_png=picture()))

    counters = carry(trade, made)

    told = trade.session.scalars(select(PictureImportRow).where(PictureImportRow.status == PictureStatus.REFUSED)).one()
    assert "new.jpg" in told.message
    assert (counters.refused, counters.added) == (1, 1)
    assert [row.item_id for row in trade.session.scalars(select(ItemPicture))] == [good.id]


def test_folders_hidden_files_and_case_do_not_matter_and_one_item_is_served_once(trade):
    trade.item("NEW")
    data = packed({"shots/New.PNG": picture(), "new.jpg": picture("green"), "__MACOSX/new.png": b"x", ".new": b"x"})

    made = read(trade, data)

    assert [(row[1], row[3]) for row in rows(trade, made)] == [("New.PNG", "pending"), ("new.jpg", "skip")]


@pytest.mark.parametrize(
    ("data", "code"), [(b"no zip", "not_a_zip"), (zipped(nobody_png=b"x"), "zip_without_items"), (b"", "not_a_zip")]
)
def test_what_cannot_be_read_is_refused_and_nothing_is_kept(trade, data, code):
    with pytest.raises(ValidationError) as refused:
        read(trade, data)

    assert refused.value.code == code
    assert trade.session.scalars(select(StoredFile.id)).all() == []


# ------------------------------------------------------------------------------------------------ pages
@pytest.fixture
def shop(app, login):
    made = ItemPages(app)
    login(made.client, "owner")
    made.item("BOLT")
    return made


def upload(shop, url, data, name, **fields):
    key = "file" if "imports" in url else "picture"
    return shop.client.send(
        url, {key: (io.BytesIO(data), name), **fields}, htmx=True, content_type="multipart/form-data"
    )


def test_pic_1_the_page_shows_rows_and_counters_and_imports(shop):
    read_in = upload(shop, "/picture-imports/", zipped(bolt_png=picture(), x_png=picture()), "pictures.zip")
    address = read_in.headers["HX-Redirect"]

    shown = shop.client.get(address).text
    shop.client.send(f"{address}/run")
    after = shop.client.get(address).text

    assert "Replace pictures: off" in shown
    assert "data-pending" in shown
    assert "Import 1 picture" in shown
    assert "data-pending" not in after
    assert "Completed" in after
    assert shop.count(ItemPicture) == 1


def test_the_page_switches_forgets_and_refuses(shop):
    refused = upload(shop, "/picture-imports/", b"nothing", "pictures.zip")
    nothing = shop.client.send("/picture-imports/", {}, htmx=True)
    address = upload(shop, "/picture-imports/", zipped(bolt_png=picture()), "p.zip").headers["HX-Redirect"]

    shop.client.send(f"{address}/replace", {"replace": "1"})
    switched = shop.client.get(address).text
    shop.client.send(f"{address}/discard")

    assert (refused.status_code, nothing.status_code) == (422, 422)
    assert "not a ZIP file" in refused.text
    assert "Replace pictures: on" in switched
    assert shop.client.get(address).status_code == 404
    assert (shop.count(PictureImport), shop.count(PictureImportRow), shop.count(StoredFile)) == (0, 0, 0)


def test_pic_3_a_picture_from_the_camera_shows_on_card_in_the_list_and_in_the_lookup(shop):
    card = shop.client.get("/items/BOLT").text
    upload(shop, "/items/BOLT/picture", picture(), "image.jpg")
    with shop.app.app_context():
        digest = db.session.scalars(select(ItemPicture.digest)).one()

    small = f"/items/pictures/{digest}/small"
    assert 'capture="environment"' in card
    for address in ("/items/BOLT", "/items", "/pick/item?q=bolt", "/pick/item_sale?q=bolt"):
        assert small in shop.client.get(address).text, address


def test_pic_3_a_variant_has_a_picture_of_its_own_in_table_and_tiles(shop):
    shop.client.send("/items/BOLT/variants", {"edit": "new", "code": "RED"}, htmx=True)

    upload(shop, "/items/BOLT/picture", picture(), "image.jpg", variant="RED")
    with shop.app.app_context():
        row = db.session.scalars(select(ItemPicture)).one()
        assert row.variant_id != 0
    small = f"/items/pictures/{row.digest}/small"
    places = ("/items/BOLT", "/items/BOLT/variants?tiles=1", "/items/BOLT/picture?variant=RED")
    shown = [small in shop.client.get(address).text for address in places]
    other = small in shop.client.get("/items/BOLT/picture").text
    shop.client.send("/items/BOLT/picture/delete", {"variant": "RED"})

    assert shown == [True, True, True]
    assert not other
    assert shop.count(ItemPicture) == 0


def test_replacing_and_deleting_a_picture_is_confirmed(shop):
    before = shop.client.get("/items/BOLT/picture").text
    upload(shop, "/items/BOLT/picture", picture(), "image.jpg")
    after = shop.client.get("/items/BOLT/picture").text

    assert "data-confirm=" not in before.split('id="pictures"')[1]
    assert after.split('id="pictures"')[1].count("data-confirm=") == 2


def test_an_item_has_several_pictures_in_order_and_the_first_is_the_main_one(shop):
    in_order = select(ItemPicture).order_by(ItemPicture.position)
    for side in (41, 42, 43):
        assert upload(shop, "/items/BOLT/picture", picture(width=side), "p.jpg", another="yes").status_code == 200

    def there():
        with shop.app.app_context():
            return [(row.width, row.id, row.digest) for row in db.session.scalars(in_order)]

    def order():
        return [row[0] for row in there()]

    def press(what, width, **values):
        which = next(row[1] for row in there() if row[0] == width)
        answer = shop.client.send(f"/items/BOLT/picture/{what}", {"picture": which} | values, htmx=True)
        assert answer.status_code == 200
        return order()

    assert order() == [41, 42, 43]
    assert press("move", 43, to="main") == [43, 41, 42]
    assert press("move", 43, to="later") == [41, 43, 42]
    assert press("move", 42, to="later") == [41, 43, 42]
    main, *others = [row[2] for row in there()]
    for address in ("/items", "/items/BOLT"):
        assert f"/items/pictures/{main}/small" in shop.client.get(address).text
    assert all(f"/items/pictures/{digest}/small" in shop.client.get("/items/BOLT").text for digest in others)
    assert press("delete", 41) == [43, 42]
    upload(shop, "/items/BOLT/picture", picture(width=50), "p.jpg")  # in place of the main one
    assert order() == [50, 42]

    for _more in range(pictures.MOST_PICTURES - 2):
        upload(shop, "/items/BOLT/picture", picture(), "p.jpg", another="yes")
    full = upload(shop, "/items/BOLT/picture", picture(), "p.jpg", another="yes")
    assert (full.status_code, len(order())) == (422, pictures.MOST_PICTURES)
