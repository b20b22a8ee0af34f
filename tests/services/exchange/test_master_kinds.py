"""Every table of master data is a file; what the files of places, numbers and items refuse (items.md section 23)."""

from __future__ import annotations

from sqlalchemy import select

from models import Bin, ItemAttributeMapping, LocationBin, NumberSeriesLine, TransferRoute, db
from services.exchange.kinds import GROUPS, KINDS
from services.exchange.masters import MasterKind
from tests.services.exchange.test_round_trip import importer, stocked  # noqa: F401 - fixtures

#: Tables that people edit and that are no master data, or stand in the file of another.
SINGLE_ROWS = {"AvailabilitySetup", "CatalogSetup", "CompanyInformation", "GeneralLedgerSetup", "InventorySetup",
               "TradeSetup"}  # fmt: skip
PEOPLE = {"User", "UserCenter"}
CALENDAR_OF_BOOKS = {"AccountingPeriod", "InventoryPeriod"}
WORKSHEETS = {"JournalTemplate", "JournalBatch"}
DOCUMENTS = {"Reservation", "NumberCard", "Attachment"}
#: In the file of bins.
ELSEWHERE = {"LocationBin"}
#: Documents and their lines are posted, never imported as master data; lines of price lists and series are filed.
_OF_DOCUMENTS = ("_line", "_document", "_order", "_recording")
NO_FILE = SINGLE_ROWS | PEOPLE | CALENDAR_OF_BOOKS | WORKSHEETS | DOCUMENTS | ELSEWHERE


def test_every_table_of_master_data_has_a_kind_of_file():
    filed = {kind.model.__name__ for kind in KINDS.values() if isinstance(kind, MasterKind)}
    filed |= {"Item", "Vendor", "Customer", "CatalogItem"}
    tables = {mapper.class_ for mapper in db.Model.registry.mappers if getattr(mapper.class_, "__audited__", False)}
    kept = {table.__name__ for table in tables if not table.__tablename__.endswith(_OF_DOCUMENTS)}

    assert kept - filed - NO_FILE == set()
    assert not filed & NO_FILE


def test_headings_write_abbreviations_in_capitals(importer):  # noqa: F811
    headings = {(name, title) for name, kind in KINDS.items() if name != "journal-lines"
                for title in kind.export(importer.session)[0]}  # fmt: skip

    assert {pair for pair in headings if {"Vat", "Sku", "Gl", "Id"} & set(pair[1].split())} == set()


def test_pages_offer_a_kind_under_one_heading_only():
    offered = [name for _title, names in GROUPS for name in names]

    assert len(offered) == len(set(offered))
    assert set(KINDS) - set(offered) == {"journal-lines"}


#: kind, a file of one row, what is said about it
REFUSED = (
    ("item-templates", "Code,Block reason\nNEW,Old\n", "for blocked items only"),
    ("responsibility-centres", "Code,Location\nNEW,ROAD\n", "in transit"),
    ("transfer-routes", "From location,To location,Shipping agent\nBINS,ROAD,VAN\n", "holds goods in transit"),
    ("transfer-routes", "From location,To location\nTHERE,BINS\n", "Say how goods travel"),
    ("transfer-routes", "From location,To location,Shipping agent service\nTHERE,BINS,NEXT\n", "no service NEXT"),
    ("number-series", "Code,Related\nNEW,NOWHERE\n", "NOWHERE"),
    ("number-series-lines", "Series,Starting no,Last no used\nZOUR,A001,A003\n", "Numbers up to A007 are drawn"),
    ("number-series-lines", "Series,Starting date,Starting no\nZOUR,2027-01-01,ABC\n", "digit"),
    ("accounts", "No.,Name,Account type\n9999,Sum,total\n", "Which accounts does it sum"),
    ("bins", "Location,Code,Purposes\nBINS,A-01,kitchen\n", "kitchen"),
    ("bins", "Location,Code,Purposes\nBINS,A-02,shipment\n", "Switch it on first"),
    ("bin-contents", "Location,Bin,Item no.,Variant,Default bin\nBINS,B-09,SHIRT,RED,yes\n", "default bin already"),
    ("bin-contents", "Location,Bin,Item no.\nBINS,Z-01,SHIRT\n", "no bin Z-01"),
    ("warehouse-employees", "Location,User,Lines begin here\nTHERE,ada@demo.example,yes\n", "begin at BINS"),
    ("variant-attribute-values", "Item no.,Variant,Attribute,Value\nSHIRT,BLUE,Width,3\n", "has no variant BLUE"),
    ("variant-attribute-values", "Item no.,Variant,Attribute,Value\nSHIRT,RED,Width,wide\n", "wide"),
    ("shipping-agent-services", "Shipping agent,Code,Shipping time\nVAN,SLOW,-2D\n", "negative"),
    ("calendars", "Code," + ",".join(f"{day}day" for day in ("Mon", "Tues", "Wednes", "Thurs", "Fri"))
     + "\nNEW,no,no,no,no,no\n", "Tick at least one day"),
    ("default-dimensions", "Of what,Number or code,Dimension,Value\nship,SHIRT,ZAREA,NORTH\n", "Say what it is"),
    ("default-dimensions", "Of what,Number or code,Dimension,Value\nitem,NOPE,ZAREA,NORTH\n", "no NOPE"),
    ("default-dimensions", "Of what,Number or code,Dimension,Value\nitem,SHIRT,ZAREA,WEST\n", "no value WEST"),
    ("substitutes", "Item no.,Substitute no.\nSHIRT,SHIRT\n", "itself"),
    ("extended-texts", "Item no.,Text no.,Text,Starting date,Ending date\nSHIRT,2,N,2025-02-01,2025-01-01\n", "before"),
    ("item-comments", "Text no.,Day,Text\n1,2025-01-01,Hm\n", "which item or which catalog entry"),
    ("substitutes", "Substitute no.\nSHIRT\n", "is replaced"),
)  # fmt: skip


def test_rows_are_refused_as_on_the_page(importer):  # noqa: F811
    for kind, content, sentence in REFUSED:
        looked = importer.run(kind, content, dry=True)

        assert looked.counts["error"] == 1, (kind, content, looked.fates)
        assert sentence.lower() in " ".join(looked.said().values()).lower(), (kind, content, looked.said())


def test_new_rows_are_written_with_what_hangs_on_them(importer, stocked):  # noqa: F811
    session = stocked.session
    for kind, content in (
        ("bins", "Location,Code,Purposes\nBINS,A-02,receipt\n"),
        ("transfer-routes", "From location,To location,Shipping agent,Shipping agent service\nTHERE,BINS,VAN,NEXT\n"),
        ("number-series-lines", "Series,Starting date,Starting no,Increment by\nZMORE,,M10,5\n"),
        ("variant-attribute-values", "Item no.,Variant,Attribute,Value\nSHIRT,RED,Width,14\n"),
        ("extended-texts", "Item no.,Text no.,Text\nSHIRT,9,Washed once\n"),
    ):  # fmt: skip
        counts = importer.run(kind, content).counts
        assert counts["create"] + counts["update"] == 1, kind

    code = select(Bin.code).join(LocationBin, LocationBin.bin_id == Bin.id)
    assert session.scalars(code).all() == ["A-02"]  # the one bin that receipts arrive in
    route = session.scalars(select(TransferRoute).order_by(TransferRoute.id.desc())).first()
    assert route.shipping_agent_service_id is not None
    line = session.scalars(select(NumberSeriesLine).where(NumberSeriesLine.starting_no == "M10")).one()
    assert (line.increment_by, line.starting_date.year) == (5, 1)
    own = select(ItemAttributeMapping.inherited).where(ItemAttributeMapping.variant_id > 0)
    assert session.scalars(own).all() == [False, False]
