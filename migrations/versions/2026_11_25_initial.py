"""Every table of the first version, the append-only triggers and the blank rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base
from models.category_guard import create_category_counts
from models.ledger_guard import create_guards, insert_blank_rows
from models.setup_guard import create_setup_guards
from models.stock_position_guard import create_position_guards

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounting_period",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starting_date", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("new_fiscal_year", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_period")),
        sa.UniqueConstraint("starting_date", name=op.f("uq_accounting_period_starting_date")),
    )
    op.create_table(
        "attached_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attached_file")),
        sa.UniqueConstraint("digest", name=op.f("uq_attached_file_digest")),
    )
    op.create_table(
        "availability_setup",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("check_period", sa.String(length=20), nullable=False),
        sa.Column(
            "check_bucket",
            sa.Enum(
                "day",
                "week",
                "month",
                "quarter",
                "year",
                name="time_bucket",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("look_ahead", sa.String(length=20), nullable=False),
        sa.Column("promise_offset", sa.String(length=20), nullable=False),
        sa.Column("skip_manual_reservation", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_availability_setup_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability_setup")),
    )
    op.create_table(
        "counting_period",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("counts_per_year", sa.Integer(), nullable=False),
        sa.CheckConstraint("counts_per_year BETWEEN 1 AND 366", name=op.f("ck_counting_period_counts_per_year_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counting_period")),
        sa.UniqueConstraint("code", name=op.f("uq_counting_period_code")),
    )
    op.create_table(
        "currency",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("symbol", sa.String(length=10), nullable=False),
        sa.Column("amount_rounding", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_amount_rounding", models.base.ScaledDecimal(), nullable=False),
        sa.CheckConstraint(
            "amount_rounding > 0 AND unit_amount_rounding > 0", name=op.f("ck_currency_roundings_positive")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_currency")),
        sa.UniqueConstraint("code", name=op.f("uq_currency_code")),
    )
    op.create_table(
        "dimension",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dimension")),
        sa.UniqueConstraint("code", name=op.f("uq_dimension_code")),
    )
    op.create_table(
        "dimension_set",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fingerprint", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dimension_set")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_dimension_set_fingerprint")),
    )
    op.create_table(
        "gen_business_posting_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gen_business_posting_group")),
        sa.UniqueConstraint("code", name=op.f("uq_gen_business_posting_group_code")),
    )
    op.create_table(
        "general_ledger_setup",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency_code", sa.String(length=10), nullable=False),
        sa.Column("currency_symbol", sa.String(length=10), nullable=False),
        sa.Column("amount_rounding", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_amount_rounding", models.base.ScaledDecimal(), nullable=False),
        sa.Column("allow_posting_from", sa.Date(), nullable=True),
        sa.Column("allow_posting_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "allow_posting_to IS NULL OR allow_posting_from IS NULL OR allow_posting_to >= allow_posting_from",
            name=op.f("ck_general_ledger_setup_posting_range_ordered"),
        ),
        sa.CheckConstraint(
            "amount_rounding > 0 AND unit_amount_rounding > 0", name=op.f("ck_general_ledger_setup_roundings_positive")
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_general_ledger_setup_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_general_ledger_setup")),
    )
    op.create_table(
        "gl_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column(
            "document_type",
            sa.Enum(
                "",
                "sales_shipment",
                "sales_invoice",
                "sales_return_receipt",
                "sales_credit_memo",
                "purchase_receipt",
                "purchase_invoice",
                "purchase_return_shipment",
                "purchase_credit_memo",
                "transfer_shipment",
                "transfer_receipt",
                "direct_transfer",
                "service_shipment",
                "service_invoice",
                "service_credit_memo",
                "posted_assembly",
                "inventory_receipt",
                "inventory_shipment",
                name="document_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("document_no", sa.String(length=20), nullable=False),
        sa.Column("external_document_no", sa.String(length=50), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("source_code", sa.String(length=10), nullable=False),
        sa.Column("reason_code", sa.String(length=10), nullable=False),
        sa.Column(
            "gen_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("gen_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reversed_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reversed_by_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gl_entry")),
    )
    op.create_index(
        op.f("ix_gl_entry_account_id_posting_date_id"), "gl_entry", ["account_id", "posting_date", "id"], unique=False
    )
    op.create_index(
        op.f("ix_gl_entry_document_no_posting_date"), "gl_entry", ["document_no", "posting_date"], unique=False
    )
    op.create_index(op.f("ix_gl_entry_posting_date_id"), "gl_entry", ["posting_date", "id"], unique=False)
    op.create_index(op.f("ix_gl_entry_register_id"), "gl_entry", ["register_id"], unique=False)
    op.create_index(op.f("ix_gl_entry_transaction_no"), "gl_entry", ["transaction_no"], unique=False)
    op.create_table(
        "gl_item_ledger_relation",
        sa.Column("gl_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("gl_entry_id", "value_entry_id", name=op.f("pk_gl_item_ledger_relation")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_gl_item_ledger_relation_value_entry_id"), "gl_item_ledger_relation", ["value_entry_id"], unique=False
    )
    op.create_table(
        "idempotency_key",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", "user_id", name=op.f("pk_idempotency_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "inventory_period",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ending_date", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_period")),
        sa.UniqueConstraint("ending_date", name=op.f("uq_inventory_period_ending_date")),
    )
    op.create_table(
        "inventory_posting_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_posting_group")),
        sa.UniqueConstraint("code", name=op.f("uq_inventory_posting_group_code")),
    )
    op.create_table(
        "invoice_discount",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "side",
            sa.Enum("purchase", "sales", name="trade_side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("minimum_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("discount_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("service_charge", models.base.ScaledDecimal(), nullable=False),
        sa.CheckConstraint(
            "discount_percent >= 0 AND discount_percent <= 10000000",
            name=op.f("ck_invoice_discount_discount_up_to_hundred"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_discount")),
        sa.UniqueConstraint(
            "side", "code", "minimum_amount", name=op.f("uq_invoice_discount_side_code_minimum_amount")
        ),
    )
    op.create_table(
        "item_application_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_ledger_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inbound_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outbound_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("transferred_from_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cost_application", sa.Boolean(), nullable=False),
        sa.Column("fixed", sa.Boolean(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("outbound_is_updated", sa.Boolean(), nullable=False),
        sa.Column("unapplied_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("unapplied_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_application_entry")),
    )
    op.create_index(
        "ix_item_application_entry_fixed",
        "item_application_entry",
        ["id"],
        unique=False,
        sqlite_where=sa.text("fixed IS 1"),
        postgresql_where=sa.text("fixed IS true"),
    )
    op.create_index(
        op.f("ix_item_application_entry_inbound_entry_id_outbound_entry_id"),
        "item_application_entry",
        ["inbound_entry_id", "outbound_entry_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_item_application_entry_item_ledger_entry_id"),
        "item_application_entry",
        ["item_ledger_entry_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_item_application_entry_outbound_entry_id_inbound_entry_id"),
        "item_application_entry",
        ["outbound_entry_id", "inbound_entry_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_item_application_entry_posting_date_id"),
        "item_application_entry",
        ["posting_date", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_item_application_entry_register_id"), "item_application_entry", ["register_id"], unique=False
    )
    op.create_index(
        "ix_item_application_entry_transferred_from",
        "item_application_entry",
        ["transferred_from_entry_id"],
        unique=False,
        postgresql_where=sa.text("transferred_from_entry_id IS NOT NULL"),
        sqlite_where=sa.text("transferred_from_entry_id IS NOT NULL"),
    )
    op.create_index(
        "ix_item_application_entry_unapplied",
        "item_application_entry",
        ["id"],
        unique=False,
        sqlite_where=sa.text("in_force IS 0"),
        postgresql_where=sa.text("in_force IS false"),
    )
    op.create_table(
        "item_attribute",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("name_key", sa.String(length=250), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "option",
                "text",
                "integer",
                "decimal",
                "date",
                name="attribute_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("unit_of_measure", sa.String(length=50), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_attribute")),
        sa.UniqueConstraint("name", name=op.f("uq_item_attribute_name")),
        sa.UniqueConstraint("name_key", name=op.f("uq_item_attribute_name_key")),
    )
    op.create_table(
        "item_category",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("presentation_order", sa.Integer(), nullable=False),
        sa.Column("has_children", sa.Boolean(), nullable=False),
        sa.Column("item_count", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_item_category_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["item_category.id"],
            name=op.f("fk_item_category_parent_id_item_category"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_category")),
        sa.UniqueConstraint("code", name=op.f("uq_item_category_code")),
    )
    op.create_index(op.f("ix_item_category_parent_id_code"), "item_category", ["parent_id", "code"], unique=False)
    op.create_table(
        "item_discount_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_discount_group")),
        sa.UniqueConstraint("code", name=op.f("uq_item_discount_group_code")),
    )
    op.create_table(
        "item_tracking_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=50), nullable=False),
        sa.Column("serial_specific", sa.Boolean(), nullable=False),
        sa.Column("serial_warehouse", sa.Boolean(), nullable=False),
        sa.Column("serial_needed", sa.String(length=250), nullable=False),
        sa.Column("serial_card_in", sa.Boolean(), nullable=False),
        sa.Column("serial_card_out", sa.Boolean(), nullable=False),
        sa.Column("serial_create_card", sa.Boolean(), nullable=False),
        sa.Column("lot_specific", sa.Boolean(), nullable=False),
        sa.Column("lot_warehouse", sa.Boolean(), nullable=False),
        sa.Column("lot_needed", sa.String(length=250), nullable=False),
        sa.Column("lot_card_in", sa.Boolean(), nullable=False),
        sa.Column("lot_card_out", sa.Boolean(), nullable=False),
        sa.Column("lot_create_card", sa.Boolean(), nullable=False),
        sa.Column("package_specific", sa.Boolean(), nullable=False),
        sa.Column("package_warehouse", sa.Boolean(), nullable=False),
        sa.Column("package_needed", sa.String(length=250), nullable=False),
        sa.Column("package_card_in", sa.Boolean(), nullable=False),
        sa.Column("package_card_out", sa.Boolean(), nullable=False),
        sa.Column("warranty_calculation", sa.String(length=20), nullable=False),
        sa.Column("manual_warranty_date_required", sa.Boolean(), nullable=False),
        sa.Column("use_expiration_dates", sa.Boolean(), nullable=False),
        sa.Column("manual_expiration_date_required", sa.Boolean(), nullable=False),
        sa.Column("strict_expiration", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "lot_specific OR NOT lot_warehouse", name=op.f("ck_item_tracking_code_lot_warehouse_is_specific")
        ),
        sa.CheckConstraint(
            "package_specific OR NOT package_warehouse",
            name=op.f("ck_item_tracking_code_package_warehouse_is_specific"),
        ),
        sa.CheckConstraint(
            "serial_specific OR NOT serial_warehouse", name=op.f("ck_item_tracking_code_serial_warehouse_is_specific")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_tracking_code")),
        sa.UniqueConstraint("code", name=op.f("uq_item_tracking_code_code")),
    )
    op.create_table(
        "ledger_counter",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("last_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ledger_counter")),
    )
    op.create_table(
        "manufacturer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manufacturer")),
        sa.UniqueConstraint("code", name=op.f("uq_manufacturer_code")),
    )
    op.create_table(
        "number_series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("default_nos", sa.Boolean(), nullable=False),
        sa.Column("manual_nos", sa.Boolean(), nullable=False),
        sa.Column("date_order", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series")),
        sa.UniqueConstraint("code", name=op.f("uq_number_series_code")),
    )
    op.create_table(
        "over_receipt_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("tolerance_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("approval_required", sa.Boolean(), nullable=False),
        sa.Column("default_code", sa.Boolean(), nullable=False),
        sa.CheckConstraint("tolerance_percent >= 0", name=op.f("ck_over_receipt_code_tolerance_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_over_receipt_code")),
        sa.UniqueConstraint("code", name=op.f("uq_over_receipt_code_code")),
    )
    op.create_table(
        "payment_terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("due_date_calculation", sa.String(length=20), nullable=False),
        sa.Column("discount_date_calculation", sa.String(length=20), nullable=False),
        sa.Column("discount_percent", models.base.ScaledDecimal(), nullable=False),
        sa.CheckConstraint(
            "discount_percent >= 0 AND discount_percent <= 10000000",
            name=op.f("ck_payment_terms_discount_up_to_hundred"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_terms")),
        sa.UniqueConstraint("code", name=op.f("uq_payment_terms_code")),
    )
    op.create_table(
        "purchasing_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("drop_shipment", sa.Boolean(), nullable=False),
        sa.Column("special_order", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT (drop_shipment AND special_order)", name=op.f("ck_purchasing_code_one_of_both")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchasing_code")),
        sa.UniqueConstraint("code", name=op.f("uq_purchasing_code_code")),
    )
    op.create_table(
        "put_away_template",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_put_away_template")),
        sa.UniqueConstraint("code", name=op.f("uq_put_away_template_code")),
    )
    op.create_table(
        "reason_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason_code")),
        sa.UniqueConstraint("code", name=op.f("uq_reason_code_code")),
    )
    op.create_table(
        "register",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("source_code", sa.String(length=10), nullable=False),
        sa.Column("journal_batch_name", sa.String(length=10), nullable=False),
        sa.Column("document_no", sa.String(length=20), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=True),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("from_item_ledger_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_item_ledger_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_value_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_value_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_application_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_application_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_gl_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_gl_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_warehouse_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_warehouse_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "from_physical_inventory_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "to_physical_inventory_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("previous_digest", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register")),
    )
    op.create_index(op.f("ix_register_created_at"), "register", ["created_at"], unique=False)
    op.create_index(op.f("ix_register_document_no"), "register", ["document_no"], unique=False)
    op.create_index(op.f("ix_register_journal_batch_name_id"), "register", ["journal_batch_name", "id"], unique=False)
    op.create_index(op.f("ix_register_posting_date_id"), "register", ["posting_date", "id"], unique=False)
    op.create_index(op.f("ix_register_source_code_id"), "register", ["source_code", "id"], unique=False)
    op.create_index(op.f("ix_register_user_id_id"), "register", ["user_id", "id"], unique=False)
    op.create_table(
        "role",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=250), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=50), nullable=False),
        sa.Column("title", sa.String(length=250), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "record_id", name=op.f("uq_search_entry_kind_record_id")),
    )
    op.create_index(op.f("ix_search_entry_no"), "search_entry", ["no"], unique=False)
    op.create_table(
        "setup_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.String(length=50), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_setup_version_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_version")),
    )
    op.create_table(
        "source_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_code")),
        sa.UniqueConstraint("code", name=op.f("uq_source_code_code")),
    )
    op.create_table(
        "special_equipment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_equipment")),
        sa.UniqueConstraint("code", name=op.f("uq_special_equipment_code")),
    )
    op.create_table(
        "stock_position_due",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_position_due")),
    )
    op.create_table(
        "unit_of_measure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=50), nullable=False),
        sa.Column("international_standard_code", sa.String(length=10), nullable=False),
        sa.Column("symbol", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_of_measure")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_of_measure_code")),
    )
    op.create_table(
        "unknown_login",
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("failed_login_count", sa.Integer(), nullable=False),
        sa.Column("locked_until", models.base.UtcDateTime(), nullable=True),
        sa.Column("tried_at", models.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_unknown_login")),
    )
    op.create_index(op.f("ix_unknown_login_tried_at"), "unknown_login", ["tried_at"], unique=False)
    op.create_table(
        "value_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_ledger_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "item_ledger_entry_type",
            sa.Enum(
                "purchase",
                "sale",
                "positive_adjmt",
                "negative_adjmt",
                "transfer",
                "consumption",
                "output",
                "assembly_consumption",
                "assembly_output",
                name="entry_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "entry_type",
            sa.Enum(
                "direct_cost",
                "indirect_cost",
                "variance",
                "revaluation",
                "rounding",
                "direct_cost_non_inventory",
                name="value_entry_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "variance_type",
            sa.Enum(
                "",
                "purchase",
                "material",
                "capacity",
                "capacity_overhead",
                "manufacturing_overhead",
                "subcontracted",
                "material_non_inventory",
                name="variance_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("item_charge_no", sa.String(length=20), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("valuation_date", sa.Date(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column(
            "document_type",
            sa.Enum(
                "",
                "sales_shipment",
                "sales_invoice",
                "sales_return_receipt",
                "sales_credit_memo",
                "purchase_receipt",
                "purchase_invoice",
                "purchase_return_shipment",
                "purchase_credit_memo",
                "transfer_shipment",
                "transfer_receipt",
                "direct_transfer",
                "service_shipment",
                "service_invoice",
                "service_credit_memo",
                "posted_assembly",
                "inventory_receipt",
                "inventory_shipment",
                name="document_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("document_no", sa.String(length=20), nullable=False),
        sa.Column("document_line_no", sa.Integer(), nullable=False),
        sa.Column("external_document_no", sa.String(length=50), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column(
            "source_type",
            sa.Enum(
                "",
                "customer",
                "vendor",
                "item",
                name="source_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_no", sa.String(length=20), nullable=False),
        sa.Column("valued_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("item_ledger_entry_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("invoiced_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("cost_per_unit", models.base.ScaledDecimal(), nullable=False),
        sa.Column("cost_amount_actual", models.base.ScaledDecimal(), nullable=False),
        sa.Column("cost_amount_expected", models.base.ScaledDecimal(), nullable=False),
        sa.Column("cost_amount_non_inventoriable", models.base.ScaledDecimal(), nullable=False),
        sa.Column("cost_posted_to_gl", models.base.ScaledDecimal(), nullable=False),
        sa.Column("expected_cost_posted_to_gl", models.base.ScaledDecimal(), nullable=False),
        sa.Column("sales_amount_actual", models.base.ScaledDecimal(), nullable=False),
        sa.Column("sales_amount_expected", models.base.ScaledDecimal(), nullable=False),
        sa.Column("purchase_amount_actual", models.base.ScaledDecimal(), nullable=False),
        sa.Column("purchase_amount_expected", models.base.ScaledDecimal(), nullable=False),
        sa.Column("discount_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("expected_cost", sa.Boolean(), nullable=False),
        sa.Column("adjustment", sa.Boolean(), nullable=False),
        sa.Column("applies_to_value_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("valued_by_average_cost", sa.Boolean(), nullable=False),
        sa.Column("partial_revaluation", sa.Boolean(), nullable=False),
        sa.Column("inventoriable", sa.Boolean(), nullable=False),
        sa.Column("inventory_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "gen_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("gen_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source_code", sa.String(length=10), nullable=False),
        sa.Column("reason_code", sa.String(length=10), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_entry")),
    )
    op.create_index(
        "ix_value_entry_adjustment",
        "value_entry",
        ["id"],
        unique=False,
        sqlite_where=sa.text("adjustment IS 1"),
        postgresql_where=sa.text("adjustment IS true"),
    )
    op.create_index(
        op.f("ix_value_entry_document_no_posting_date"), "value_entry", ["document_no", "posting_date"], unique=False
    )
    op.create_index(
        "ix_value_entry_entry_type",
        "value_entry",
        ["entry_type", "id"],
        unique=False,
        sqlite_where=sa.text("entry_type <> 'direct_cost'"),
        postgresql_where=sa.text("entry_type <> 'direct_cost'"),
    )
    op.create_index(
        "ix_value_entry_expected",
        "value_entry",
        ["id"],
        unique=False,
        sqlite_where=sa.text("expected_cost IS 1"),
        postgresql_where=sa.text("expected_cost IS true"),
    )
    op.create_index(
        op.f("ix_value_entry_item_id_posting_date_location_id_variant_id"),
        "value_entry",
        ["item_id", "posting_date", "location_id", "variant_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_value_entry_item_id_valuation_date_location_id_variant_id"),
        "value_entry",
        ["item_id", "valuation_date", "location_id", "variant_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_value_entry_item_ledger_entry_id_id"), "value_entry", ["item_ledger_entry_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_value_entry_item_ledger_entry_type_id"), "value_entry", ["item_ledger_entry_type", "id"], unique=False
    )
    op.create_index(op.f("ix_value_entry_location_id_id"), "value_entry", ["location_id", "id"], unique=False)
    op.create_index(op.f("ix_value_entry_posting_date_id"), "value_entry", ["posting_date", "id"], unique=False)
    op.create_index(op.f("ix_value_entry_register_id"), "value_entry", ["register_id"], unique=False)
    op.create_index(op.f("ix_value_entry_valuation_date_id"), "value_entry", ["valuation_date", "id"], unique=False)
    op.create_table(
        "vat_business_posting_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_business_posting_group")),
        sa.UniqueConstraint("code", name=op.f("uq_vat_business_posting_group_code")),
    )
    op.create_table(
        "vat_product_posting_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_product_posting_group")),
        sa.UniqueConstraint("code", name=op.f("uq_vat_product_posting_group_code")),
    )
    op.create_table(
        "warehouse_class",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse_class")),
        sa.UniqueConstraint("code", name=op.f("uq_warehouse_class_code")),
    )
    op.create_table(
        "work_calendar",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("monday", sa.Boolean(), nullable=False),
        sa.Column("tuesday", sa.Boolean(), nullable=False),
        sa.Column("wednesday", sa.Boolean(), nullable=False),
        sa.Column("thursday", sa.Boolean(), nullable=False),
        sa.Column("friday", sa.Boolean(), nullable=False),
        sa.Column("saturday", sa.Boolean(), nullable=False),
        sa.Column("sunday", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_calendar")),
        sa.UniqueConstraint("code", name=op.f("uq_work_calendar_code")),
    )
    op.create_table(
        "catalog_setup",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("catalog_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "number_format",
            sa.Enum(
                "vendor_item_no",
                "manufacturer_vendor",
                "vendor_manufacturer",
                "entry_no",
                "item_no_series",
                name="catalog_number_format",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("separator", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "number_format <> 'item_no_series' OR separator = ''", name=op.f("ck_catalog_setup_series_has_no_separator")
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalog_setup_single_row")),
        sa.ForeignKeyConstraint(
            ["catalog_nos_id"],
            ["number_series.id"],
            name=op.f("fk_catalog_setup_catalog_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_setup")),
    )
    op.create_table(
        "currency_exchange_rate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starting_date", sa.Date(), nullable=False),
        sa.Column("amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("local_amount", models.base.ScaledDecimal(), nullable=False),
        sa.CheckConstraint("amount > 0 AND local_amount > 0", name=op.f("ck_currency_exchange_rate_rate_positive")),
        sa.ForeignKeyConstraint(
            ["currency_id"],
            ["currency.id"],
            name=op.f("fk_currency_exchange_rate_currency_id_currency"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_currency_exchange_rate")),
        sa.UniqueConstraint(
            "currency_id", "starting_date", name=op.f("uq_currency_exchange_rate_currency_id_starting_date")
        ),
    )
    op.create_table(
        "dimension_value",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dimension_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dimension_id"],
            ["dimension.id"],
            name=op.f("fk_dimension_value_dimension_id_dimension"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dimension_value")),
        sa.UniqueConstraint("dimension_id", "code", name=op.f("uq_dimension_value_dimension_id_code")),
    )
    op.create_table(
        "gen_product_posting_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column(
            "default_vat_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["default_vat_product_posting_group_id"],
            ["vat_product_posting_group.id"],
            name=op.f("fk_gen_product_posting_group_default_vat_product_posting_group_id_vat_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gen_product_posting_group")),
        sa.UniqueConstraint("code", name=op.f("uq_gen_product_posting_group_code")),
    )
    op.create_table(
        "gl_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "account_type",
            sa.Enum(
                "posting", "heading", "total", name="account_type", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "category",
            sa.Enum(
                "assets",
                "liabilities",
                "equity",
                "income",
                "cost_of_goods_sold",
                "expense",
                name="account_category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("direct_posting", sa.Boolean(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("totaling", sa.String(length=100), nullable=False),
        sa.Column("vat_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["vat_product_posting_group_id"],
            ["vat_product_posting_group.id"],
            name=op.f("fk_gl_account_vat_product_posting_group_id_vat_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gl_account")),
        sa.UniqueConstraint("no", name=op.f("uq_gl_account_no")),
    )
    op.create_table(
        "inventory_period_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inventory_period_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("last_register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["inventory_period_id"],
            ["inventory_period.id"],
            name=op.f("fk_inventory_period_log_inventory_period_id_inventory_period"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_period_log")),
    )
    op.create_table(
        "inventory_setup",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("automatic_cost_posting", sa.Boolean(), nullable=False),
        sa.Column("expected_cost_posting_to_gl", sa.Boolean(), nullable=False),
        sa.Column(
            "automatic_cost_adjustment",
            sa.Enum(
                "never",
                "day",
                "week",
                "month",
                "quarter",
                "year",
                "always",
                name="automatic_cost_adjustment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "average_cost_calc_type",
            sa.Enum(
                "item",
                "item_location_variant",
                name="average_cost_calc_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "average_cost_period",
            sa.Enum(
                "day",
                "week",
                "month",
                "quarter",
                "year",
                "accounting_period",
                name="average_cost_period",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "default_costing_method",
            sa.Enum(
                "fifo",
                "lifo",
                "average",
                "specific",
                "standard",
                name="costing_method",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("location_mandatory", sa.Boolean(), nullable=False),
        sa.Column("prevent_negative_inventory", sa.Boolean(), nullable=False),
        sa.Column("variant_mandatory_if_exists", sa.Boolean(), nullable=False),
        sa.Column("allow_inventory_adjustment", sa.Boolean(), nullable=False),
        sa.Column("skip_prompt_to_create_item", sa.Boolean(), nullable=False),
        sa.Column("copy_item_description_to_entries", sa.Boolean(), nullable=False),
        sa.Column("copy_comments_to_shipment", sa.Boolean(), nullable=False),
        sa.Column("copy_comments_to_receipt", sa.Boolean(), nullable=False),
        sa.Column("copy_comments_to_inventory_document", sa.Boolean(), nullable=False),
        sa.Column("outbound_handling_time", sa.String(length=20), nullable=False),
        sa.Column("inbound_handling_time", sa.String(length=20), nullable=False),
        sa.Column("default_safety_lead_time", sa.String(length=20), nullable=False),
        sa.Column("default_dampener_period", sa.String(length=20), nullable=False),
        sa.Column("default_dampener_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column(
            "blank_overflow_level",
            sa.Enum(
                "allow_default_calculation",
                "use_card_values_only",
                name="blank_overflow_level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="allow_default_calculation",
            nullable=False,
        ),
        sa.Column("earliest_valuation_date", sa.Date(), nullable=True),
        sa.Column(
            "price_vat_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("weight_unit", sa.String(length=10), nullable=False),
        sa.Column("length_unit", sa.String(length=10), nullable=False),
        sa.Column("item_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vendor_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("require_receive", sa.Boolean(), nullable=False),
        sa.Column("require_shipment", sa.Boolean(), nullable=False),
        sa.Column("require_put_away", sa.Boolean(), nullable=False),
        sa.Column("require_pick", sa.Boolean(), nullable=False),
        sa.Column(
            "direct_transfer_posting",
            sa.Enum(
                "shipment_and_receipt",
                "direct_transfer",
                name="direct_transfer_posting",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("transfer_order_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("transfer_shipment_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("transfer_receipt_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("direct_transfer_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("inventory_receipt_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("inventory_shipment_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "posted_inventory_receipt_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "posted_inventory_shipment_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("count_order_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posted_count_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_inventory_setup_single_row")),
        sa.ForeignKeyConstraint(
            ["count_order_nos_id"],
            ["number_series.id"],
            name=op.f("fk_inventory_setup_count_order_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["customer_nos_id"],
            ["number_series.id"],
            name=op.f("fk_inventory_setup_customer_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["direct_transfer_nos_id"],
            ["number_series.id"],
            name=op.f("fk_inventory_setup_direct_transfer_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["inventory_receipt_nos_id"],
            ["number_series.id"],
            name=op.f("fk_inventory_setup_inventory_receipt_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["inventory_shipment_nos_id"],
            ["number_series.id"],
            name=op.f("fk_inventory_setup_inventory_shipment_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_nos_id"],
            ["number_series.id"],
            name=op.f("fk_inventory_setup_item_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posted_count_nos_id"],
            ["number_series.id"],
            name=op.f("fk_inventory_setup_posted_count_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posted_inventory_receipt_nos_id"],
            ["number_series.id"],
            name="fk_inventory_setup_posted_receipt_nos",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posted_inventory_shipment_nos_id"],
            ["number_series.id"],
            name="fk_inventory_setup_posted_shipment_nos",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["price_vat_business_posting_group_id"],
            ["vat_business_posting_group.id"],
            name="fk_inventory_setup_price_vat_group",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["transfer_order_nos_id"],
            ["number_series.id"],
            name=op.f("fk_inventory_setup_transfer_order_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["transfer_receipt_nos_id"],
            ["number_series.id"],
            name=op.f("fk_inventory_setup_transfer_receipt_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["transfer_shipment_nos_id"],
            ["number_series.id"],
            name=op.f("fk_inventory_setup_transfer_shipment_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_nos_id"],
            ["number_series.id"],
            name=op.f("fk_inventory_setup_vendor_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_setup")),
    )
    op.create_table(
        "item_attribute_value",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attribute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.String(length=250), nullable=False),
        sa.Column("value_key", sa.String(length=250), nullable=False),
        sa.Column("numeric_value", models.base.ScaledDecimal(), nullable=True),
        sa.Column("date_value", sa.Date(), nullable=True),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attribute_id"],
            ["item_attribute.id"],
            name=op.f("fk_item_attribute_value_attribute_id_item_attribute"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_attribute_value")),
        sa.UniqueConstraint("attribute_id", "value_key", name=op.f("uq_item_attribute_value_attribute_id_value_key")),
    )
    op.create_index(
        op.f("ix_item_attribute_value_attribute_id_date_value"),
        "item_attribute_value",
        ["attribute_id", "date_value"],
        unique=False,
    )
    op.create_index(
        op.f("ix_item_attribute_value_attribute_id_numeric_value"),
        "item_attribute_value",
        ["attribute_id", "numeric_value"],
        unique=False,
    )
    op.create_table(
        "journal_template",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "item",
                "transfer",
                "physical_inventory",
                "revaluation",
                "consumption",
                "output",
                name="journal_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("source_code", sa.String(length=10), nullable=False),
        sa.Column("reason_code", sa.String(length=10), nullable=False),
        sa.Column("nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posting_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("increment_batch_name", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nos_id"], ["number_series.id"], name=op.f("fk_journal_template_nos_id_number_series"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["posting_nos_id"],
            ["number_series.id"],
            name=op.f("fk_journal_template_posting_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_template")),
        sa.UniqueConstraint("name", name=op.f("uq_journal_template_name")),
    )
    op.create_table(
        "location",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_2", sa.String(length=50), nullable=False),
        sa.Column("use_as_in_transit", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("require_receive", sa.Boolean(), nullable=False),
        sa.Column("require_shipment", sa.Boolean(), nullable=False),
        sa.Column("require_put_away", sa.Boolean(), nullable=False),
        sa.Column("require_pick", sa.Boolean(), nullable=False),
        sa.Column("bin_mandatory", sa.Boolean(), nullable=False),
        sa.Column("directed_put_away_and_pick", sa.Boolean(), nullable=False),
        sa.Column("use_cross_docking", sa.Boolean(), nullable=False),
        sa.Column(
            "default_bin_selection",
            sa.Enum(
                "",
                "fixed_bin",
                "last_used_bin",
                name="default_bin_selection",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("outbound_handling_time", sa.String(length=20), nullable=False),
        sa.Column("inbound_handling_time", sa.String(length=20), nullable=False),
        sa.Column("calendar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("use_put_away_worksheet", sa.Boolean(), nullable=False),
        sa.Column("cross_dock_due_date", sa.String(length=20), nullable=False),
        sa.Column(
            "assembly_consumption",
            sa.Enum(
                "none",
                "warehouse_pick",
                "inventory_movement",
                name="assembly_consumption",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "pick_bin_policy",
            sa.Enum(
                "default_bin",
                "bin_ranking",
                name="pick_bin_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "put_away_bin_policy",
            sa.Enum(
                "default_bin",
                "put_away_template",
                name="put_away_bin_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("put_away_template_code", sa.String(length=10), nullable=False),
        sa.Column(
            "bin_capacity_policy",
            sa.Enum(
                "never_check",
                "allow_more",
                "prohibit_more",
                name="bin_capacity_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("check_warehouse_class", sa.Boolean(), nullable=False),
        sa.Column("allow_breakbulk", sa.Boolean(), nullable=False),
        sa.Column("always_create_put_away_line", sa.Boolean(), nullable=False),
        sa.Column("always_create_pick_line", sa.Boolean(), nullable=False),
        sa.Column("pick_by_earliest_expiry", sa.Boolean(), nullable=False),
        sa.Column(
            "special_equipment",
            sa.Enum(
                "by_bin",
                "by_sku_or_item",
                name="special_equipment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "sku_creation",
            sa.Enum("allowed", "blocked", name="sku_creation", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "missing_sku",
            sa.Enum(
                "minimal",
                "item_card",
                "do_not_plan",
                name="missing_sku",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("address_2", sa.String(length=50), nullable=False),
        sa.Column("post_code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=50), nullable=False),
        sa.Column("county", sa.String(length=50), nullable=False),
        sa.Column("country_code", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("web_page", sa.String(length=250), nullable=False),
        sa.CheckConstraint(
            "NOT directed_put_away_and_pick OR bin_mandatory", name=op.f("ck_location_directed_needs_bins")
        ),
        sa.CheckConstraint(
            "NOT use_as_in_transit OR NOT (require_receive OR require_shipment OR require_put_away OR require_pick OR bin_mandatory OR directed_put_away_and_pick OR use_cross_docking)",
            name=op.f("ck_location_in_transit_has_no_warehouse"),
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["work_calendar.id"],
            name=op.f("fk_location_calendar_id_work_calendar"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("code", name=op.f("uq_location_code")),
    )
    op.create_table(
        "number_series_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starting_date", sa.Date(), nullable=False),
        sa.Column("starting_no", sa.String(length=20), nullable=False),
        sa.Column("ending_no", sa.String(length=20), nullable=False),
        sa.Column("warning_no", sa.String(length=20), nullable=False),
        sa.Column("increment_by", sa.Integer(), nullable=False),
        sa.Column("last_no_used", sa.String(length=20), nullable=False),
        sa.Column("last_date_used", sa.Date(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("allow_gaps", sa.Boolean(), nullable=False),
        sa.CheckConstraint("increment_by >= 1", name=op.f("ck_number_series_line_increment_positive")),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["number_series.id"],
            name=op.f("fk_number_series_line_series_id_number_series"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series_line")),
        sa.UniqueConstraint("series_id", "starting_date", name=op.f("uq_number_series_line_series_id_starting_date")),
    )
    op.create_table(
        "number_series_relation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("related_series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["related_series_id"],
            ["number_series.id"],
            name=op.f("fk_number_series_relation_related_series_id_number_series"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["number_series.id"],
            name=op.f("fk_number_series_relation_series_id_number_series"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series_relation")),
        sa.UniqueConstraint(
            "series_id", "related_series_id", name=op.f("uq_number_series_relation_series_id_related_series_id")
        ),
    )
    op.create_table(
        "post_value_entry_to_gl",
        sa.Column("value_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["value_entry_id"],
            ["value_entry.id"],
            name=op.f("fk_post_value_entry_to_gl_value_entry_id_value_entry"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("value_entry_id", name=op.f("pk_post_value_entry_to_gl")),
    )
    op.create_index(op.f("ix_post_value_entry_to_gl_item_id"), "post_value_entry_to_gl", ["item_id"], unique=False)
    op.create_index(
        op.f("ix_post_value_entry_to_gl_posting_date"), "post_value_entry_to_gl", ["posting_date"], unique=False
    )
    op.create_table(
        "shipping_agent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("tracking_address", sa.String(length=250), nullable=False),
        sa.Column("account_no", sa.String(length=50), nullable=False),
        sa.Column("calendar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["work_calendar.id"],
            name=op.f("fk_shipping_agent_calendar_id_work_calendar"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_agent")),
        sa.UniqueConstraint("code", name=op.f("uq_shipping_agent_code")),
    )
    op.create_table(
        "trade_setup",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_quote_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchase_order_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchase_invoice_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchase_return_order_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchase_credit_memo_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posted_receipt_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "posted_purchase_invoice_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("posted_return_shipment_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "posted_purchase_credit_memo_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("sales_quote_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sales_order_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sales_invoice_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sales_return_order_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sales_credit_memo_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("service_order_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posted_shipment_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posted_sales_invoice_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posted_return_receipt_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "posted_sales_credit_memo_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("shipment_on_invoice", sa.Boolean(), nullable=False),
        sa.Column("receipt_on_invoice", sa.Boolean(), nullable=False),
        sa.Column("return_receipt_on_credit_memo", sa.Boolean(), nullable=False),
        sa.Column("return_shipment_on_credit_memo", sa.Boolean(), nullable=False),
        sa.Column("vendor_invoice_no_mandatory", sa.Boolean(), nullable=False),
        sa.Column("external_document_no_mandatory", sa.Boolean(), nullable=False),
        sa.Column("exact_cost_reversing_mandatory", sa.Boolean(), nullable=False),
        sa.Column("stockout_warning", sa.Boolean(), nullable=False),
        sa.Column("calculate_invoice_discount", sa.Boolean(), nullable=False),
        sa.Column(
            "discount_posting",
            sa.Enum(
                "none",
                "invoice",
                "line",
                "both",
                name="discount_posting",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "default_qty_to_ship",
            sa.Enum(
                "remainder", "blank", name="default_qty_to_ship", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "default_qty_to_receive",
            sa.Enum(
                "remainder",
                "blank",
                name="default_qty_to_receive",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "default_posting_date",
            sa.Enum(
                "work_date",
                "no_date",
                name="default_posting_date",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "archive_quotes",
            sa.Enum(
                "never",
                "question",
                "always",
                name="archive_quotes",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("archive_orders", sa.Boolean(), nullable=False),
        sa.Column("archive_return_orders", sa.Boolean(), nullable=False),
        sa.Column("post_past_warehouse", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_trade_setup_single_row")),
        sa.ForeignKeyConstraint(
            ["posted_purchase_credit_memo_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_posted_purchase_credit_memo_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posted_purchase_invoice_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_posted_purchase_invoice_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posted_receipt_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_posted_receipt_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posted_return_receipt_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_posted_return_receipt_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posted_return_shipment_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_posted_return_shipment_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posted_sales_credit_memo_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_posted_sales_credit_memo_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posted_sales_invoice_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_posted_sales_invoice_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posted_shipment_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_posted_shipment_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_credit_memo_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_purchase_credit_memo_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_invoice_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_purchase_invoice_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_order_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_purchase_order_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_quote_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_purchase_quote_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_return_order_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_purchase_return_order_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_credit_memo_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_sales_credit_memo_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_invoice_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_sales_invoice_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_order_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_sales_order_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_quote_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_sales_quote_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_return_order_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_sales_return_order_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["service_order_nos_id"],
            ["number_series.id"],
            name=op.f("fk_trade_setup_service_order_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_setup")),
    )
    op.create_table(
        "vat_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "side",
            sa.Enum("purchase", "sales", name="trade_side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "document_type",
            sa.Enum(
                "invoice",
                "credit_memo",
                "payment",
                name="party_document_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("document_no", sa.String(length=20), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column(
            "vat_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("vat_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vat_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("amount", models.base.ScaledDecimal(), nullable=False),
        sa.ForeignKeyConstraint(
            ["register_id"], ["register.id"], name=op.f("fk_vat_entry_register_id_register"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_entry")),
    )
    op.create_index(op.f("ix_vat_entry_document_no"), "vat_entry", ["document_no"], unique=False)
    op.create_index(op.f("ix_vat_entry_posting_date_side"), "vat_entry", ["posting_date", "side"], unique=False)
    op.create_index(op.f("ix_vat_entry_register_id"), "vat_entry", ["register_id"], unique=False)
    op.create_table(
        "work_calendar_day",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("calendar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["work_calendar.id"],
            name=op.f("fk_work_calendar_day_calendar_id_work_calendar"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_calendar_day")),
        sa.UniqueConstraint("calendar_id", "day", name=op.f("uq_work_calendar_day_calendar_id_day")),
    )
    op.create_table(
        "bin",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("ranking", sa.Integer(), nullable=False),
        sa.Column("dedicated", sa.Boolean(), nullable=False),
        sa.Column("block_movement", sa.String(length=10), nullable=False),
        sa.Column("maximum_cubage", models.base.ScaledDecimal(), nullable=False),
        sa.Column("maximum_weight", models.base.ScaledDecimal(), nullable=False),
        sa.Column("zone_code", sa.String(length=10), nullable=False),
        sa.Column("special_equipment_code", sa.String(length=10), nullable=False),
        sa.Column("warehouse_class_code", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_bin_location_id_location"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bin")),
        sa.UniqueConstraint("location_id", "code", name=op.f("uq_bin_location_id_code")),
    )
    op.create_table(
        "category_attribute_mapping",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attribute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attribute_id"],
            ["item_attribute.id"],
            name=op.f("fk_category_attribute_mapping_attribute_id_item_attribute"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["item_category.id"],
            name=op.f("fk_category_attribute_mapping_category_id_item_category"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["value_id"],
            ["item_attribute_value.id"],
            name=op.f("fk_category_attribute_mapping_value_id_item_attribute_value"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_attribute_mapping")),
        sa.UniqueConstraint(
            "category_id", "attribute_id", name=op.f("uq_category_attribute_mapping_category_id_attribute_id")
        ),
    )
    op.create_table(
        "customer_posting_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("receivables_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("service_charge_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["receivables_account_id"],
            ["gl_account.id"],
            name=op.f("fk_customer_posting_group_receivables_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["service_charge_account_id"],
            ["gl_account.id"],
            name=op.f("fk_customer_posting_group_service_charge_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_posting_group")),
        sa.UniqueConstraint("code", name=op.f("uq_customer_posting_group_code")),
    )
    op.create_table(
        "default_dimension",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("table_name", sa.String(length=50), nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dimension_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dimension_value_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["dimension_id"],
            ["dimension.id"],
            name=op.f("fk_default_dimension_dimension_id_dimension"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["dimension_value_id"],
            ["dimension_value.id"],
            name=op.f("fk_default_dimension_dimension_value_id_dimension_value"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_default_dimension")),
        sa.UniqueConstraint(
            "table_name",
            "record_id",
            "dimension_id",
            name=op.f("uq_default_dimension_table_name_record_id_dimension_id"),
        ),
    )
    op.create_index(
        op.f("ix_default_dimension_dimension_value_id"), "default_dimension", ["dimension_value_id"], unique=False
    )
    op.create_table(
        "dimension_set_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dimension_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dimension_value_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["dimension_id"],
            ["dimension.id"],
            name=op.f("fk_dimension_set_entry_dimension_id_dimension"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["dimension_set_id"],
            ["dimension_set.id"],
            name=op.f("fk_dimension_set_entry_dimension_set_id_dimension_set"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["dimension_value_id"],
            ["dimension_value.id"],
            name=op.f("fk_dimension_set_entry_dimension_value_id_dimension_value"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dimension_set_entry")),
        sa.UniqueConstraint(
            "dimension_set_id", "dimension_id", name=op.f("uq_dimension_set_entry_dimension_set_id_dimension_id")
        ),
    )
    op.create_table(
        "general_posting_setup",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "gen_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("gen_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("sales_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sales_credit_memo_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "sales_line_discount_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "sales_invoice_discount_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("purchase_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "purchase_credit_memo_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "purchase_line_discount_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "purchase_invoice_discount_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("cogs_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cogs_interim_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "inventory_adjustment_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "invt_accrual_interim_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "direct_cost_applied_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("overhead_applied_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchase_variance_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "direct_cost_non_inventory_applied_account_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["cogs_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_cogs_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["cogs_interim_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_cogs_interim_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["direct_cost_applied_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_direct_cost_applied_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["direct_cost_non_inventory_applied_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_direct_cost_non_inventory_applied_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["gen_business_posting_group_id"],
            ["gen_business_posting_group.id"],
            name=op.f("fk_general_posting_setup_gen_business_posting_group_id_gen_business_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["gen_product_posting_group_id"],
            ["gen_product_posting_group.id"],
            name=op.f("fk_general_posting_setup_gen_product_posting_group_id_gen_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["inventory_adjustment_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_inventory_adjustment_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["invt_accrual_interim_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_invt_accrual_interim_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["overhead_applied_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_overhead_applied_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_purchase_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_credit_memo_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_purchase_credit_memo_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_invoice_discount_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_purchase_invoice_discount_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_line_discount_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_purchase_line_discount_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_variance_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_purchase_variance_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_sales_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_credit_memo_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_sales_credit_memo_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_invoice_discount_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_sales_invoice_discount_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_line_discount_account_id"],
            ["gl_account.id"],
            name=op.f("fk_general_posting_setup_sales_line_discount_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_general_posting_setup")),
        sa.UniqueConstraint(
            "gen_business_posting_group_id",
            "gen_product_posting_group_id",
            name=op.f("uq_general_posting_setup_gen_business_posting_group_id_gen_product_posting_group_id"),
        ),
    )
    op.create_table(
        "gl_balance",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("debit", models.base.ScaledDecimal(), nullable=False),
        sa.Column("credit", models.base.ScaledDecimal(), nullable=False),
        sa.CheckConstraint("month BETWEEN 101 AND 999912", name=op.f("ck_gl_balance_month_is_yyyymm")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["gl_account.id"], name=op.f("fk_gl_balance_account_id_gl_account"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("account_id", "month", name=op.f("pk_gl_balance")),
    )
    op.create_index(op.f("ix_gl_balance_month"), "gl_balance", ["month"], unique=False)
    op.create_table(
        "inventory_posting_setup",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inventory_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("inventory_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("inventory_interim_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("wip_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("material_variance_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("capacity_variance_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "manufacturing_overhead_variance_account_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "capacity_overhead_variance_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "subcontracted_variance_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["capacity_overhead_variance_account_id"],
            ["gl_account.id"],
            name=op.f("fk_inventory_posting_setup_capacity_overhead_variance_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["capacity_variance_account_id"],
            ["gl_account.id"],
            name=op.f("fk_inventory_posting_setup_capacity_variance_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["inventory_account_id"],
            ["gl_account.id"],
            name=op.f("fk_inventory_posting_setup_inventory_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["inventory_interim_account_id"],
            ["gl_account.id"],
            name=op.f("fk_inventory_posting_setup_inventory_interim_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["inventory_posting_group_id"],
            ["inventory_posting_group.id"],
            name=op.f("fk_inventory_posting_setup_inventory_posting_group_id_inventory_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_inventory_posting_setup_location_id_location"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["manufacturing_overhead_variance_account_id"],
            ["gl_account.id"],
            name=op.f("fk_inventory_posting_setup_manufacturing_overhead_variance_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["material_variance_account_id"],
            ["gl_account.id"],
            name=op.f("fk_inventory_posting_setup_material_variance_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["subcontracted_variance_account_id"],
            ["gl_account.id"],
            name=op.f("fk_inventory_posting_setup_subcontracted_variance_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["wip_account_id"],
            ["gl_account.id"],
            name=op.f("fk_inventory_posting_setup_wip_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_posting_setup")),
        sa.UniqueConstraint(
            "location_id",
            "inventory_posting_group_id",
            name=op.f("uq_inventory_posting_setup_location_id_inventory_posting_group_id"),
        ),
    )
    op.create_table(
        "item_charge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("gen_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vat_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["gen_product_posting_group_id"],
            ["gen_product_posting_group.id"],
            name=op.f("fk_item_charge_gen_product_posting_group_id_gen_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vat_product_posting_group_id"],
            ["vat_product_posting_group.id"],
            name=op.f("fk_item_charge_vat_product_posting_group_id_vat_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_charge")),
        sa.UniqueConstraint("no", name=op.f("uq_item_charge_no")),
    )
    op.create_table(
        "journal_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("reason_code", sa.String(length=10), nullable=False),
        sa.Column("nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posting_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item_tracking_on_lines", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nos_id"], ["number_series.id"], name=op.f("fk_journal_batch_nos_id_number_series"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["posting_nos_id"],
            ["number_series.id"],
            name=op.f("fk_journal_batch_posting_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["journal_template.id"],
            name=op.f("fk_journal_batch_template_id_journal_template"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_batch")),
        sa.UniqueConstraint("template_id", "name", name=op.f("uq_journal_batch_template_id_name")),
    )
    op.create_table(
        "physical_inventory_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("posted_no", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open", "finished", "posted", name="count_status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("person_responsible", sa.String(length=100), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("finished_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("finished_by", sa.String(length=100), nullable=False),
        sa.Column("posted_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("posted_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_physical_inventory_order_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["register_id"],
            ["register.id"],
            name=op.f("fk_physical_inventory_order_register_id_register"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_physical_inventory_order")),
        sa.UniqueConstraint("no", name=op.f("uq_physical_inventory_order_no")),
    )
    op.create_index(
        op.f("ix_physical_inventory_order_location_id"), "physical_inventory_order", ["location_id"], unique=False
    )
    op.create_index(
        "ix_physical_inventory_order_posted_no",
        "physical_inventory_order",
        ["posted_no"],
        unique=True,
        sqlite_where=sa.text("posted_no <> ''"),
        postgresql_where=sa.text("posted_no <> ''"),
    )
    op.create_index(
        op.f("ix_physical_inventory_order_status_posting_date"),
        "physical_inventory_order",
        ["status", "posting_date"],
        unique=False,
    )
    op.create_table(
        "posted_inventory_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "document_type",
            sa.Enum(
                "",
                "sales_shipment",
                "sales_invoice",
                "sales_return_receipt",
                "sales_credit_memo",
                "purchase_receipt",
                "purchase_invoice",
                "purchase_return_shipment",
                "purchase_credit_memo",
                "transfer_shipment",
                "transfer_receipt",
                "direct_transfer",
                "service_shipment",
                "service_invoice",
                "service_credit_memo",
                "posted_assembly",
                "inventory_receipt",
                "inventory_shipment",
                name="document_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("source_no", sa.String(length=20), nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("external_document_no", sa.String(length=50), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("correction", sa.Boolean(), nullable=False),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "gen_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "document_type IN ('inventory_receipt', 'inventory_shipment')",
            name=op.f("ck_posted_inventory_document_kind_of_document"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["posted_inventory_document.id"],
            name=op.f("fk_posted_inventory_document_corrects_id_posted_inventory_document"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["gen_business_posting_group_id"],
            ["gen_business_posting_group.id"],
            name=op.f("fk_posted_inventory_document_gen_business_posting_group_id_gen_business_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_posted_inventory_document_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["register_id"],
            ["register.id"],
            name=op.f("fk_posted_inventory_document_register_id_register"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_inventory_document")),
        sa.UniqueConstraint("document_type", "no", name=op.f("uq_posted_inventory_document_document_type_no")),
    )
    op.create_index(
        op.f("ix_posted_inventory_document_corrects_id"), "posted_inventory_document", ["corrects_id"], unique=False
    )
    op.create_index(
        op.f("ix_posted_inventory_document_posting_date_id"),
        "posted_inventory_document",
        ["posting_date", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_posted_inventory_document_source_no"), "posted_inventory_document", ["source_no"], unique=False
    )
    op.create_table(
        "posted_transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "document_type",
            sa.Enum(
                "",
                "sales_shipment",
                "sales_invoice",
                "sales_return_receipt",
                "sales_credit_memo",
                "purchase_receipt",
                "purchase_invoice",
                "purchase_return_shipment",
                "purchase_credit_memo",
                "transfer_shipment",
                "transfer_receipt",
                "direct_transfer",
                "service_shipment",
                "service_invoice",
                "service_credit_memo",
                "posted_assembly",
                "inventory_receipt",
                "inventory_shipment",
                name="document_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("order_no", sa.String(length=20), nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("from_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("in_transit_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shipment_date", sa.Date(), nullable=False),
        sa.Column("receipt_date", sa.Date(), nullable=False),
        sa.Column("external_document_no", sa.String(length=50), nullable=False),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "document_type IN ('transfer_shipment', 'transfer_receipt', 'direct_transfer')",
            name=op.f("ck_posted_transfer_kind_of_transfer"),
        ),
        sa.ForeignKeyConstraint(
            ["from_location_id"],
            ["location.id"],
            name=op.f("fk_posted_transfer_from_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["in_transit_location_id"],
            ["location.id"],
            name=op.f("fk_posted_transfer_in_transit_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["register_id"], ["register.id"], name=op.f("fk_posted_transfer_register_id_register"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["to_location_id"],
            ["location.id"],
            name=op.f("fk_posted_transfer_to_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_transfer")),
        sa.UniqueConstraint("document_type", "no", name=op.f("uq_posted_transfer_document_type_no")),
    )
    op.create_index(op.f("ix_posted_transfer_order_no"), "posted_transfer", ["order_no"], unique=False)
    op.create_index(op.f("ix_posted_transfer_posting_date_id"), "posted_transfer", ["posting_date", "id"], unique=False)
    op.create_table(
        "resource",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_price", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("gen_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vat_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.CheckConstraint("unit_price >= 0 AND unit_cost >= 0", name=op.f("ck_resource_money_not_negative")),
        sa.ForeignKeyConstraint(
            ["gen_product_posting_group_id"],
            ["gen_product_posting_group.id"],
            name=op.f("fk_resource_gen_product_posting_group_id_gen_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_resource_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vat_product_posting_group_id"],
            ["vat_product_posting_group.id"],
            name=op.f("fk_resource_vat_product_posting_group_id_vat_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("no", name=op.f("uq_resource_no")),
    )
    op.create_table(
        "responsibility_center",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_2", sa.String(length=50), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("address_2", sa.String(length=50), nullable=False),
        sa.Column("post_code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=50), nullable=False),
        sa.Column("county", sa.String(length=50), nullable=False),
        sa.Column("country_code", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("web_page", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_responsibility_center_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility_center")),
        sa.UniqueConstraint("code", name=op.f("uq_responsibility_center_code")),
    )
    op.create_index(
        op.f("ix_responsibility_center_location_id"), "responsibility_center", ["location_id"], unique=False
    )
    op.create_table(
        "return_reason",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("inventory_value_zero", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_return_reason_location_id_location"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_reason")),
        sa.UniqueConstraint("code", name=op.f("uq_return_reason_code")),
    )
    op.create_table(
        "service_cost",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("gl_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_price", models.base.ScaledDecimal(), nullable=False),
        sa.Column("vat_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_service_cost_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["gl_account_id"],
            ["gl_account.id"],
            name=op.f("fk_service_cost_gl_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_service_cost_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vat_product_posting_group_id"],
            ["vat_product_posting_group.id"],
            name=op.f("fk_service_cost_vat_product_posting_group_id_vat_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_cost")),
        sa.UniqueConstraint("code", name=op.f("uq_service_cost_code")),
    )
    op.create_table(
        "shipping_agent_service",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shipping_agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("shipping_time", sa.String(length=20), nullable=False),
        sa.Column("calendar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["work_calendar.id"],
            name=op.f("fk_shipping_agent_service_calendar_id_work_calendar"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["shipping_agent_id"],
            ["shipping_agent.id"],
            name=op.f("fk_shipping_agent_service_shipping_agent_id_shipping_agent"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_agent_service")),
        sa.UniqueConstraint("shipping_agent_id", "code", name=op.f("uq_shipping_agent_service_shipping_agent_id_code")),
    )
    op.create_table(
        "vat_posting_setup",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "vat_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("vat_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("vat_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("sales_vat_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchase_vat_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "vat_percent >= 0 AND vat_percent <= 10000000", name=op.f("ck_vat_posting_setup_percent_up_to_hundred")
        ),
        sa.ForeignKeyConstraint(
            ["purchase_vat_account_id"],
            ["gl_account.id"],
            name=op.f("fk_vat_posting_setup_purchase_vat_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_vat_account_id"],
            ["gl_account.id"],
            name=op.f("fk_vat_posting_setup_sales_vat_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vat_business_posting_group_id"],
            ["vat_business_posting_group.id"],
            name=op.f("fk_vat_posting_setup_vat_business_posting_group_id_vat_business_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vat_product_posting_group_id"],
            ["vat_product_posting_group.id"],
            name=op.f("fk_vat_posting_setup_vat_product_posting_group_id_vat_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_posting_setup")),
        sa.UniqueConstraint(
            "vat_business_posting_group_id",
            "vat_product_posting_group_id",
            name=op.f("uq_vat_posting_setup_vat_business_posting_group_id_vat_product_posting_group_id"),
        ),
    )
    op.create_table(
        "vendor_posting_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("payables_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("service_charge_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["payables_account_id"],
            ["gl_account.id"],
            name=op.f("fk_vendor_posting_group_payables_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["service_charge_account_id"],
            ["gl_account.id"],
            name=op.f("fk_vendor_posting_group_service_charge_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_posting_group")),
        sa.UniqueConstraint("code", name=op.f("uq_vendor_posting_group_code")),
    )
    op.create_table(
        "zone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("ranking", sa.Integer(), nullable=False),
        sa.Column("special_equipment_code", sa.String(length=10), nullable=False),
        sa.Column("warehouse_class_code", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_zone_location_id_location"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone")),
        sa.UniqueConstraint("location_id", "code", name=op.f("uq_zone_location_id_code")),
    )
    op.create_table(
        "company_information",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("address_2", sa.String(length=50), nullable=False),
        sa.Column("post_code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=50), nullable=False),
        sa.Column("country_code", sa.String(length=10), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("web_page", sa.String(length=250), nullable=False),
        sa.Column("vat_registration_no", sa.String(length=20), nullable=False),
        sa.Column("gs1_prefix", sa.String(length=20), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("responsibility_center_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("limit_to_centers", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_company_information_single_row")),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_company_information_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["responsibility_center_id"],
            ["responsibility_center.id"],
            name=op.f("fk_company_information_responsibility_center_id_responsibility_center"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_information")),
    )
    op.create_table(
        "customer",
        sa.Column("customer_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("bill_to_customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("price_group", sa.String(length=20), nullable=False),
        sa.Column(
            "reserve",
            sa.Enum(
                "never",
                "optional",
                "always",
                name="reserve_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("credit_limit", models.base.ScaledDecimal(), nullable=False),
        sa.Column("shipping_complete", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_2", sa.String(length=50), nullable=False),
        sa.Column("search_name", sa.String(length=100), nullable=False),
        sa.Column("language_code", sa.String(length=10), nullable=False),
        sa.Column("vat_registration_no", sa.String(length=20), nullable=False),
        sa.Column("our_account_no", sa.String(length=20), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column(
            "blocked",
            sa.Enum(
                "",
                "ship",
                "invoice",
                "payment",
                "all",
                name="party_blocked",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("payment_terms_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("currency_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("responsibility_center_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("calendar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shipping_agent_code", sa.String(length=10), nullable=False),
        sa.Column("shipping_time", sa.String(length=20), nullable=False),
        sa.Column("prices_including_vat", sa.Boolean(), nullable=False),
        sa.Column("invoice_discount_code", sa.String(length=20), nullable=False),
        sa.Column("gen_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vat_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("address_2", sa.String(length=50), nullable=False),
        sa.Column("post_code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=50), nullable=False),
        sa.Column("county", sa.String(length=50), nullable=False),
        sa.Column("country_code", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("web_page", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(
            ["bill_to_customer_id"],
            ["customer.id"],
            name=op.f("fk_customer_bill_to_customer_id_customer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["work_calendar.id"],
            name=op.f("fk_customer_calendar_id_work_calendar"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["currency_id"], ["currency.id"], name=op.f("fk_customer_currency_id_currency"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["customer_posting_group_id"],
            ["customer_posting_group.id"],
            name=op.f("fk_customer_customer_posting_group_id_customer_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["gen_business_posting_group_id"],
            ["gen_business_posting_group.id"],
            name=op.f("fk_customer_gen_business_posting_group_id_gen_business_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_customer_location_id_location"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["payment_terms_id"],
            ["payment_terms.id"],
            name=op.f("fk_customer_payment_terms_id_payment_terms"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["responsibility_center_id"],
            ["responsibility_center.id"],
            name=op.f("fk_customer_responsibility_center_id_responsibility_center"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vat_business_posting_group_id"],
            ["vat_business_posting_group.id"],
            name=op.f("fk_customer_vat_business_posting_group_id_vat_business_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("no", name=op.f("uq_customer_no")),
    )
    op.create_table(
        "inventory_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "document_type",
            sa.Enum(
                "",
                "sales_shipment",
                "sales_invoice",
                "sales_return_receipt",
                "sales_credit_memo",
                "purchase_receipt",
                "purchase_invoice",
                "purchase_return_shipment",
                "purchase_credit_memo",
                "transfer_shipment",
                "transfer_receipt",
                "direct_transfer",
                "service_shipment",
                "service_invoice",
                "service_credit_memo",
                "posted_assembly",
                "inventory_receipt",
                "inventory_shipment",
                name="document_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column(
            "gen_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("external_document_no", sa.String(length=50), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("correction", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "released", name="document_status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "document_type IN ('inventory_receipt', 'inventory_shipment')",
            name=op.f("ck_inventory_document_kind_of_document"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["posted_inventory_document.id"],
            name=op.f("fk_inventory_document_corrects_id_posted_inventory_document"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["dimension_set_id"],
            ["dimension_set.id"],
            name=op.f("fk_inventory_document_dimension_set_id_dimension_set"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["gen_business_posting_group_id"],
            ["gen_business_posting_group.id"],
            name=op.f("fk_inventory_document_gen_business_posting_group_id_gen_business_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_inventory_document_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_document")),
        sa.UniqueConstraint("document_type", "no", name=op.f("uq_inventory_document_document_type_no")),
    )
    op.create_index(op.f("ix_inventory_document_location_id"), "inventory_document", ["location_id"], unique=False)
    op.create_table(
        "location_bin",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "receipt",
                "shipment",
                "adjustment",
                "cross_dock",
                "to_assembly",
                "from_assembly",
                "assemble_to_order_shipment",
                name="bin_purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["bin_id"], ["bin.id"], name=op.f("fk_location_bin_bin_id_bin"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_location_bin_location_id_location"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_bin")),
        sa.UniqueConstraint("location_id", "purpose", name=op.f("uq_location_bin_location_id_purpose")),
    )
    op.create_index(op.f("ix_location_bin_bin_id"), "location_bin", ["bin_id"], unique=False)
    op.create_table(
        "physical_inventory_recording",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recording_no", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open", "finished", "posted", name="count_status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("recount", sa.Boolean(), nullable=False),
        sa.Column("allow_unlisted", sa.Boolean(), nullable=False),
        sa.Column("started_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("finished_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("finished_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["physical_inventory_order.id"],
            name=op.f("fk_physical_inventory_recording_order_id_physical_inventory_order"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_physical_inventory_recording")),
        sa.UniqueConstraint(
            "order_id", "recording_no", name=op.f("uq_physical_inventory_recording_order_id_recording_no")
        ),
    )
    op.create_table(
        "transfer_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("in_transit_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("direct_transfer", sa.Boolean(), nullable=False),
        sa.Column(
            "direct_posting",
            sa.Enum(
                "shipment_and_receipt",
                "direct_transfer",
                name="order_direct_posting",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("shipping_agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shipping_agent_service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("shipment_date", sa.Date(), nullable=False),
        sa.Column("receipt_date", sa.Date(), nullable=False),
        sa.Column("shipping_time", sa.String(length=20), nullable=False),
        sa.Column("outbound_handling_time", sa.String(length=20), nullable=False),
        sa.Column("inbound_handling_time", sa.String(length=20), nullable=False),
        sa.Column(
            "shipping_advice",
            sa.Enum(
                "partial", "complete", name="shipping_advice", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("open", "released", name="document_status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("external_document_no", sa.String(length=50), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_shipment_no", sa.String(length=20), nullable=False),
        sa.Column("last_receipt_no", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["dimension_set_id"],
            ["dimension_set.id"],
            name=op.f("fk_transfer_order_dimension_set_id_dimension_set"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["from_location_id"],
            ["location.id"],
            name=op.f("fk_transfer_order_from_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["in_transit_location_id"],
            ["location.id"],
            name=op.f("fk_transfer_order_in_transit_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["shipping_agent_id"],
            ["shipping_agent.id"],
            name=op.f("fk_transfer_order_shipping_agent_id_shipping_agent"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["shipping_agent_service_id"],
            ["shipping_agent_service.id"],
            name=op.f("fk_transfer_order_shipping_agent_service_id_shipping_agent_service"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["to_location_id"],
            ["location.id"],
            name=op.f("fk_transfer_order_to_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_order")),
        sa.UniqueConstraint("no", name=op.f("uq_transfer_order_no")),
    )
    op.create_index(op.f("ix_transfer_order_from_location_id"), "transfer_order", ["from_location_id"], unique=False)
    op.create_index(
        op.f("ix_transfer_order_in_transit_location_id"), "transfer_order", ["in_transit_location_id"], unique=False
    )
    op.create_index(
        op.f("ix_transfer_order_status_shipment_date"), "transfer_order", ["status", "shipment_date"], unique=False
    )
    op.create_index(op.f("ix_transfer_order_to_location_id"), "transfer_order", ["to_location_id"], unique=False)
    op.create_table(
        "transfer_route",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("in_transit_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("direct_transfer", sa.Boolean(), nullable=False),
        sa.Column(
            "direct_posting",
            sa.Enum(
                "shipment_and_receipt",
                "direct_transfer",
                name="route_direct_posting",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("shipping_agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shipping_agent_service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shipping_time", sa.String(length=20), nullable=False),
        sa.CheckConstraint("from_location_id <> to_location_id", name=op.f("ck_transfer_route_ends_differ")),
        sa.ForeignKeyConstraint(
            ["from_location_id"],
            ["location.id"],
            name=op.f("fk_transfer_route_from_location_id_location"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["in_transit_location_id"],
            ["location.id"],
            name=op.f("fk_transfer_route_in_transit_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["shipping_agent_id"],
            ["shipping_agent.id"],
            name=op.f("fk_transfer_route_shipping_agent_id_shipping_agent"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["shipping_agent_service_id"],
            ["shipping_agent_service.id"],
            name=op.f("fk_transfer_route_shipping_agent_service_id_shipping_agent_service"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["to_location_id"],
            ["location.id"],
            name=op.f("fk_transfer_route_to_location_id_location"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_route")),
        sa.UniqueConstraint(
            "from_location_id", "to_location_id", name=op.f("uq_transfer_route_from_location_id_to_location_id")
        ),
    )
    op.create_index(
        op.f("ix_transfer_route_in_transit_location_id"), "transfer_route", ["in_transit_location_id"], unique=False
    )
    op.create_table(
        "user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=250), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=True),
        sa.Column("full_name", sa.String(length=100), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("last_login_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("current_login_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("last_login_ip", sa.String(length=64), nullable=True),
        sa.Column("current_login_ip", sa.String(length=64), nullable=True),
        sa.Column("login_count", sa.Integer(), nullable=False),
        sa.Column("failed_login_count", sa.Integer(), nullable=False),
        sa.Column("locked_until", models.base.UtcDateTime(), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_last_counter", sa.Integer(), nullable=True),
        sa.Column("tf_phone_number", sa.String(length=128), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(), nullable=True),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sales_center_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchase_center_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("service_center_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("allow_posting_from", sa.Date(), nullable=True),
        sa.Column("allow_posting_to", sa.Date(), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("work_date", sa.Date(), nullable=True),
        sa.Column("stockout_warnings", sa.Boolean(), nullable=False),
        sa.Column("item_copy_without", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_user_location_id_location"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["purchase_center_id"],
            ["responsibility_center.id"],
            name=op.f("fk_user_purchase_center_id_responsibility_center"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["sales_center_id"],
            ["responsibility_center.id"],
            name=op.f("fk_user_sales_center_id_responsibility_center"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["service_center_id"],
            ["responsibility_center.id"],
            name=op.f("fk_user_service_center_id_responsibility_center"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
        sa.UniqueConstraint("username", name=op.f("uq_user_username")),
    )
    op.create_table(
        "vendor",
        sa.Column("vendor_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("pay_to_vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lead_time", sa.String(length=20), nullable=False),
        sa.Column("over_receipt_code", sa.String(length=20), nullable=False),
        sa.Column("minimum_order_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_2", sa.String(length=50), nullable=False),
        sa.Column("search_name", sa.String(length=100), nullable=False),
        sa.Column("language_code", sa.String(length=10), nullable=False),
        sa.Column("vat_registration_no", sa.String(length=20), nullable=False),
        sa.Column("our_account_no", sa.String(length=20), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column(
            "blocked",
            sa.Enum(
                "",
                "ship",
                "invoice",
                "payment",
                "all",
                name="party_blocked",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("payment_terms_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("currency_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("responsibility_center_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("calendar_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shipping_agent_code", sa.String(length=10), nullable=False),
        sa.Column("shipping_time", sa.String(length=20), nullable=False),
        sa.Column("prices_including_vat", sa.Boolean(), nullable=False),
        sa.Column("invoice_discount_code", sa.String(length=20), nullable=False),
        sa.Column("gen_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vat_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("address_2", sa.String(length=50), nullable=False),
        sa.Column("post_code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=50), nullable=False),
        sa.Column("county", sa.String(length=50), nullable=False),
        sa.Column("country_code", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("web_page", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["work_calendar.id"], name=op.f("fk_vendor_calendar_id_work_calendar"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["currency_id"], ["currency.id"], name=op.f("fk_vendor_currency_id_currency"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["gen_business_posting_group_id"],
            ["gen_business_posting_group.id"],
            name=op.f("fk_vendor_gen_business_posting_group_id_gen_business_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_vendor_location_id_location"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["pay_to_vendor_id"], ["vendor.id"], name=op.f("fk_vendor_pay_to_vendor_id_vendor"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["payment_terms_id"],
            ["payment_terms.id"],
            name=op.f("fk_vendor_payment_terms_id_payment_terms"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["responsibility_center_id"],
            ["responsibility_center.id"],
            name=op.f("fk_vendor_responsibility_center_id_responsibility_center"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vat_business_posting_group_id"],
            ["vat_business_posting_group.id"],
            name=op.f("fk_vendor_vat_business_posting_group_id_vat_business_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_posting_group_id"],
            ["vendor_posting_group.id"],
            name=op.f("fk_vendor_vendor_posting_group_id_vendor_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor")),
        sa.UniqueConstraint("no", name=op.f("uq_vendor_no")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("table_name", sa.String(length=100), nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_name", sa.String(length=250), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=250), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_audit_entry_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_created_at"), "audit_entry", ["created_at"], unique=False)
    op.create_index(op.f("ix_audit_entry_item_id_id"), "audit_entry", ["item_id", "id"], unique=False)
    op.create_index(
        op.f("ix_audit_entry_table_name_record_id_id"), "audit_entry", ["table_name", "record_id", "id"], unique=False
    )
    op.create_table(
        "bulk_edit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_at", models.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_bulk_edit_user_id_user"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_edit")),
    )
    op.create_index(op.f("ix_bulk_edit_user_id_id"), "bulk_edit", ["user_id", "id"], unique=False)
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("no_2", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("description_2", sa.String(length=50), nullable=False),
        sa.Column("search_description", sa.String(length=100), nullable=False),
        sa.Column("common_item_no", sa.String(length=20), nullable=False),
        sa.Column("alternative_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("last_modified_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("created_from_catalog", sa.Boolean(), nullable=False),
        sa.Column("cost_is_adjusted", sa.Boolean(), nullable=False),
        sa.Column("allow_online_adjustment", sa.Boolean(), nullable=False),
        sa.Column("low_level_code", sa.Integer(), nullable=False),
        sa.Column("marketing_text", sa.Text(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "inventory",
                "service",
                "non_inventory",
                name="item_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("base_unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sales_unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchase_unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("manufacturer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchasing_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("gtin", sa.String(length=20), nullable=False),
        sa.Column(
            "variant_mandatory",
            sa.Enum(
                "default", "no", "yes", name="variant_mandatory", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("automatic_extended_text", sa.Boolean(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("sales_blocked", sa.Boolean(), nullable=False),
        sa.Column("purchasing_blocked", sa.Boolean(), nullable=False),
        sa.Column("service_blocked", sa.Boolean(), nullable=False),
        sa.Column("production_blocked", sa.Boolean(), nullable=False),
        sa.Column("block_reason", sa.String(length=250), nullable=False),
        sa.Column("shelf_no", sa.String(length=10), nullable=False),
        sa.Column(
            "stockout_warning",
            sa.Enum(
                "default", "no", "yes", name="stockout_warning", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "prevent_negative_inventory",
            sa.Enum(
                "default",
                "no",
                "yes",
                name="prevent_negative_inventory",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("net_weight", models.base.ScaledDecimal(), nullable=False),
        sa.Column("gross_weight", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_volume", models.base.ScaledDecimal(), nullable=False),
        sa.Column("units_per_parcel", models.base.ScaledDecimal(), nullable=False),
        sa.Column(
            "costing_method",
            sa.Enum(
                "fifo",
                "lifo",
                "average",
                "specific",
                "standard",
                name="costing_method",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("standard_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("indirect_cost_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("overhead_rate", models.base.ScaledDecimal(), nullable=False),
        sa.Column("last_direct_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("inventory_value_zero", sa.Boolean(), nullable=False),
        sa.Column("gen_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vat_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("inventory_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("tax_group_code", sa.String(length=20), nullable=False),
        sa.Column("unit_price", models.base.ScaledDecimal(), nullable=False),
        sa.Column("price_includes_vat", sa.Boolean(), nullable=False),
        sa.Column(
            "price_profit_calculation",
            sa.Enum(
                "profit_is_price_minus_cost",
                "price_is_cost_plus_profit",
                "no_relationship",
                name="price_profit_calculation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("profit_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("allow_invoice_discount", sa.Boolean(), nullable=False),
        sa.Column("item_discount_group", sa.String(length=20), nullable=False),
        sa.Column("tariff_no", sa.String(length=20), nullable=False),
        sa.Column("country_of_origin_code", sa.String(length=10), nullable=False),
        sa.Column("country_purchased_code", sa.String(length=10), nullable=False),
        sa.Column("over_receipt_code", sa.String(length=20), nullable=False),
        sa.Column(
            "reserve",
            sa.Enum(
                "never",
                "optional",
                "always",
                name="reserve_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rounding_precision", models.base.ScaledDecimal(), nullable=False),
        sa.Column("item_tracking_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("serial_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lot_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expiration_calculation", sa.String(length=20), nullable=False),
        sa.Column("warehouse_class_code", sa.String(length=10), nullable=False),
        sa.Column("vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vendor_item_no", sa.String(length=50), nullable=False),
        sa.Column("lead_time", sa.String(length=20), nullable=False),
        sa.Column(
            "replenishment_system",
            sa.Enum(
                "purchase",
                "assembly",
                "production",
                "transfer",
                name="replenishment_system",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "assembly_policy",
            sa.Enum(
                "assemble_to_stock",
                "assemble_to_order",
                name="assembly_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reordering_policy",
            sa.Enum(
                "none",
                "fixed_reorder_quantity",
                "maximum_quantity",
                "order",
                "lot_for_lot",
                name="reordering_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reorder_point", models.base.ScaledDecimal(), nullable=False),
        sa.Column("reorder_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("maximum_inventory", models.base.ScaledDecimal(), nullable=False),
        sa.Column("safety_stock_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("safety_lead_time", sa.String(length=20), nullable=False),
        sa.Column("minimum_order_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("maximum_order_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("order_multiple", models.base.ScaledDecimal(), nullable=False),
        sa.Column("time_bucket", sa.String(length=20), nullable=False),
        sa.Column("overflow_level", models.base.ScaledDecimal(), nullable=False),
        sa.Column("include_inventory", sa.Boolean(), nullable=False),
        sa.Column("lot_accumulation_period", sa.String(length=20), nullable=False),
        sa.Column("rescheduling_period", sa.String(length=20), nullable=False),
        sa.Column("dampener_period", sa.String(length=20), nullable=False),
        sa.Column("dampener_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column(
            "order_tracking_policy",
            sa.Enum(
                "none",
                "tracking_only",
                "tracking_and_action",
                name="order_tracking_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("special_equipment_code", sa.String(length=10), nullable=False),
        sa.Column("put_away_template_code", sa.String(length=10), nullable=False),
        sa.Column("put_away_unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("counting_period_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("use_cross_docking", sa.Boolean(), nullable=False),
        sa.CheckConstraint("type = 'inventory' OR costing_method = 'fifo'", name=op.f("ck_item_non_inventory_is_fifo")),
        sa.CheckConstraint(
            "type = 'inventory' OR inventory_posting_group_id IS NULL", name=op.f("ck_item_only_inventory_has_group")
        ),
        sa.CheckConstraint(
            "gross_weight >= 0 AND net_weight >= 0 AND unit_volume >= 0 AND units_per_parcel >= 0",
            name=op.f("ck_item_weights_not_negative"),
        ),
        sa.CheckConstraint("rounding_precision > 0", name=op.f("ck_item_rounding_precision_positive")),
        sa.CheckConstraint(
            "unit_cost >= 0 AND standard_cost >= 0 AND last_direct_cost >= 0 AND unit_price >= 0 AND indirect_cost_percent >= 0",
            name=op.f("ck_item_costs_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["alternative_item_id"], ["item.id"], name=op.f("fk_item_alternative_item_id_item"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["base_unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_base_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["item_category.id"], name=op.f("fk_item_category_id_item_category"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["counting_period_id"],
            ["counting_period.id"],
            name=op.f("fk_item_counting_period_id_counting_period"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["gen_product_posting_group_id"],
            ["gen_product_posting_group.id"],
            name=op.f("fk_item_gen_product_posting_group_id_gen_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["inventory_posting_group_id"],
            ["inventory_posting_group.id"],
            name=op.f("fk_item_inventory_posting_group_id_inventory_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_tracking_code_id"],
            ["item_tracking_code.id"],
            name=op.f("fk_item_item_tracking_code_id_item_tracking_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["lot_nos_id"], ["number_series.id"], name=op.f("fk_item_lot_nos_id_number_series"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["manufacturer_id"],
            ["manufacturer.id"],
            name=op.f("fk_item_manufacturer_id_manufacturer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_purchase_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchasing_code_id"],
            ["purchasing_code.id"],
            name=op.f("fk_item_purchasing_code_id_purchasing_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["put_away_unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_put_away_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_sales_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["serial_nos_id"],
            ["number_series.id"],
            name=op.f("fk_item_serial_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vat_product_posting_group_id"],
            ["vat_product_posting_group.id"],
            name=op.f("fk_item_vat_product_posting_group_id_vat_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name=op.f("fk_item_vendor_id_vendor"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("no", name=op.f("uq_item_no")),
    )
    op.create_index(op.f("ix_item_base_unit_of_measure_id_id"), "item", ["base_unit_of_measure_id", "id"], unique=False)
    op.create_index(op.f("ix_item_blocked_no"), "item", ["blocked", "no"], unique=False)
    op.create_index(
        op.f("ix_item_category_id_no"), "item", ["category_id", "no"], unique=False, postgresql_include=["id"]
    )
    op.create_index(op.f("ix_item_cost_is_adjusted_id"), "item", ["cost_is_adjusted", "id"], unique=False)
    op.create_index(op.f("ix_item_costing_method_no"), "item", ["costing_method", "no"], unique=False)
    op.create_index(op.f("ix_item_description_id"), "item", ["description", "id"], unique=False)
    op.create_index(
        op.f("ix_item_gen_product_posting_group_id_id"), "item", ["gen_product_posting_group_id", "id"], unique=False
    )
    op.create_index(op.f("ix_item_gtin_id"), "item", ["gtin", "id"], unique=False)
    op.create_index(
        op.f("ix_item_inventory_posting_group_id_id"), "item", ["inventory_posting_group_id", "id"], unique=False
    )
    op.create_index(op.f("ix_item_search_description_id"), "item", ["search_description", "id"], unique=False)
    op.create_index(op.f("ix_item_shelf_no_id"), "item", ["shelf_no", "id"], unique=False)
    op.create_index(op.f("ix_item_type_id"), "item", ["type", "id"], unique=False)
    op.create_index(op.f("ix_item_type_no"), "item", ["type", "no"], unique=False)
    op.create_index(op.f("ix_item_vendor_id_id"), "item", ["vendor_id", "id"], unique=False)
    op.create_index(op.f("ix_item_vendor_item_no_id"), "item", ["vendor_item_no", "id"], unique=False)
    op.create_table(
        "item_template",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("number_series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "type",
            sa.Enum(
                "inventory",
                "service",
                "non_inventory",
                name="item_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("base_unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sales_unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchase_unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("manufacturer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purchasing_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("gtin", sa.String(length=20), nullable=False),
        sa.Column(
            "variant_mandatory",
            sa.Enum(
                "default", "no", "yes", name="variant_mandatory", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("automatic_extended_text", sa.Boolean(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("sales_blocked", sa.Boolean(), nullable=False),
        sa.Column("purchasing_blocked", sa.Boolean(), nullable=False),
        sa.Column("service_blocked", sa.Boolean(), nullable=False),
        sa.Column("production_blocked", sa.Boolean(), nullable=False),
        sa.Column("block_reason", sa.String(length=250), nullable=False),
        sa.Column("shelf_no", sa.String(length=10), nullable=False),
        sa.Column(
            "stockout_warning",
            sa.Enum(
                "default", "no", "yes", name="stockout_warning", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "prevent_negative_inventory",
            sa.Enum(
                "default",
                "no",
                "yes",
                name="prevent_negative_inventory",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("net_weight", models.base.ScaledDecimal(), nullable=False),
        sa.Column("gross_weight", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_volume", models.base.ScaledDecimal(), nullable=False),
        sa.Column("units_per_parcel", models.base.ScaledDecimal(), nullable=False),
        sa.Column(
            "costing_method",
            sa.Enum(
                "fifo",
                "lifo",
                "average",
                "specific",
                "standard",
                name="costing_method",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("standard_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("indirect_cost_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("overhead_rate", models.base.ScaledDecimal(), nullable=False),
        sa.Column("last_direct_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("inventory_value_zero", sa.Boolean(), nullable=False),
        sa.Column("gen_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vat_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("inventory_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("tax_group_code", sa.String(length=20), nullable=False),
        sa.Column("unit_price", models.base.ScaledDecimal(), nullable=False),
        sa.Column("price_includes_vat", sa.Boolean(), nullable=False),
        sa.Column(
            "price_profit_calculation",
            sa.Enum(
                "profit_is_price_minus_cost",
                "price_is_cost_plus_profit",
                "no_relationship",
                name="price_profit_calculation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("profit_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("allow_invoice_discount", sa.Boolean(), nullable=False),
        sa.Column("item_discount_group", sa.String(length=20), nullable=False),
        sa.Column("tariff_no", sa.String(length=20), nullable=False),
        sa.Column("country_of_origin_code", sa.String(length=10), nullable=False),
        sa.Column("country_purchased_code", sa.String(length=10), nullable=False),
        sa.Column("over_receipt_code", sa.String(length=20), nullable=False),
        sa.Column(
            "reserve",
            sa.Enum(
                "never",
                "optional",
                "always",
                name="reserve_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rounding_precision", models.base.ScaledDecimal(), nullable=False),
        sa.Column("item_tracking_code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("serial_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lot_nos_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expiration_calculation", sa.String(length=20), nullable=False),
        sa.Column("warehouse_class_code", sa.String(length=10), nullable=False),
        sa.Column("vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vendor_item_no", sa.String(length=50), nullable=False),
        sa.Column("lead_time", sa.String(length=20), nullable=False),
        sa.Column(
            "replenishment_system",
            sa.Enum(
                "purchase",
                "assembly",
                "production",
                "transfer",
                name="replenishment_system",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "assembly_policy",
            sa.Enum(
                "assemble_to_stock",
                "assemble_to_order",
                name="assembly_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reordering_policy",
            sa.Enum(
                "none",
                "fixed_reorder_quantity",
                "maximum_quantity",
                "order",
                "lot_for_lot",
                name="reordering_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reorder_point", models.base.ScaledDecimal(), nullable=False),
        sa.Column("reorder_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("maximum_inventory", models.base.ScaledDecimal(), nullable=False),
        sa.Column("safety_stock_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("safety_lead_time", sa.String(length=20), nullable=False),
        sa.Column("minimum_order_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("maximum_order_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("order_multiple", models.base.ScaledDecimal(), nullable=False),
        sa.Column("time_bucket", sa.String(length=20), nullable=False),
        sa.Column("overflow_level", models.base.ScaledDecimal(), nullable=False),
        sa.Column("include_inventory", sa.Boolean(), nullable=False),
        sa.Column("lot_accumulation_period", sa.String(length=20), nullable=False),
        sa.Column("rescheduling_period", sa.String(length=20), nullable=False),
        sa.Column("dampener_period", sa.String(length=20), nullable=False),
        sa.Column("dampener_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column(
            "order_tracking_policy",
            sa.Enum(
                "none",
                "tracking_only",
                "tracking_and_action",
                name="order_tracking_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("special_equipment_code", sa.String(length=10), nullable=False),
        sa.Column("put_away_template_code", sa.String(length=10), nullable=False),
        sa.Column("put_away_unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("counting_period_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("use_cross_docking", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "type = 'inventory' OR costing_method = 'fifo'", name=op.f("ck_item_template_non_inventory_is_fifo")
        ),
        sa.CheckConstraint(
            "type = 'inventory' OR inventory_posting_group_id IS NULL",
            name=op.f("ck_item_template_only_inventory_has_group"),
        ),
        sa.CheckConstraint(
            "gross_weight >= 0 AND net_weight >= 0 AND unit_volume >= 0 AND units_per_parcel >= 0",
            name=op.f("ck_item_template_weights_not_negative"),
        ),
        sa.CheckConstraint("rounding_precision > 0", name=op.f("ck_item_template_rounding_precision_positive")),
        sa.CheckConstraint(
            "unit_cost >= 0 AND standard_cost >= 0 AND last_direct_cost >= 0 AND unit_price >= 0 AND indirect_cost_percent >= 0",
            name=op.f("ck_item_template_costs_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["base_unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_template_base_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["item_category.id"],
            name=op.f("fk_item_template_category_id_item_category"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["counting_period_id"],
            ["counting_period.id"],
            name=op.f("fk_item_template_counting_period_id_counting_period"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["gen_product_posting_group_id"],
            ["gen_product_posting_group.id"],
            name=op.f("fk_item_template_gen_product_posting_group_id_gen_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["inventory_posting_group_id"],
            ["inventory_posting_group.id"],
            name=op.f("fk_item_template_inventory_posting_group_id_inventory_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_tracking_code_id"],
            ["item_tracking_code.id"],
            name=op.f("fk_item_template_item_tracking_code_id_item_tracking_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["lot_nos_id"],
            ["number_series.id"],
            name=op.f("fk_item_template_lot_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["manufacturer_id"],
            ["manufacturer.id"],
            name=op.f("fk_item_template_manufacturer_id_manufacturer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["number_series_id"],
            ["number_series.id"],
            name=op.f("fk_item_template_number_series_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchase_unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_template_purchase_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchasing_code_id"],
            ["purchasing_code.id"],
            name=op.f("fk_item_template_purchasing_code_id_purchasing_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["put_away_unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_template_put_away_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sales_unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_template_sales_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["serial_nos_id"],
            ["number_series.id"],
            name=op.f("fk_item_template_serial_nos_id_number_series"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vat_product_posting_group_id"],
            ["vat_product_posting_group.id"],
            name=op.f("fk_item_template_vat_product_posting_group_id_vat_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name=op.f("fk_item_template_vendor_id_vendor"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_template")),
        sa.UniqueConstraint("code", name=op.f("uq_item_template_code")),
    )
    op.create_index(op.f("ix_item_template_category_id_code"), "item_template", ["category_id", "code"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("title", sa.String(length=250), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                "cancelled",
                name="job_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("progress_done", sa.Integer(), nullable=False),
        sa.Column("progress_total", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("started_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("finished_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("heartbeat_at", models.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_job_user_id_user"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_created_at"), "job", ["created_at"], unique=False)
    op.create_index(op.f("ix_job_user_id_id"), "job", ["user_id", "id"], unique=False)
    op.create_table(
        "party_ledger_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "side",
            sa.Enum("purchase", "sales", name="trade_side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "document_type",
            sa.Enum(
                "invoice",
                "credit_memo",
                "payment",
                name="party_document_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("document_no", sa.String(length=20), nullable=False),
        sa.Column("external_document_no", sa.String(length=50), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("discount_date", sa.Date(), nullable=True),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("remaining_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("currency_code", sa.String(length=10), nullable=False),
        sa.Column("currency_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_code", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "(amount >= 0 AND remaining_amount >= 0 AND remaining_amount <= amount) OR (amount < 0 AND remaining_amount <= 0 AND remaining_amount >= amount)",
            name=op.f("ck_party_ledger_entry_remaining_within_amount"),
        ),
        sa.CheckConstraint("open = (remaining_amount <> 0)", name=op.f("ck_party_ledger_entry_open_means_remaining")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["gl_account.id"],
            name=op.f("fk_party_ledger_entry_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
            name=op.f("fk_party_ledger_entry_customer_id_customer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["register_id"],
            ["register.id"],
            name=op.f("fk_party_ledger_entry_register_id_register"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name=op.f("fk_party_ledger_entry_vendor_id_vendor"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_ledger_entry")),
    )
    op.create_index(
        op.f("ix_party_ledger_entry_customer_id_open_due_date"),
        "party_ledger_entry",
        ["customer_id", "open", "due_date"],
        unique=False,
    )
    op.create_index(
        op.f("ix_party_ledger_entry_document_no_posting_date"),
        "party_ledger_entry",
        ["document_no", "posting_date"],
        unique=False,
    )
    op.create_index(
        "ix_party_ledger_entry_external",
        "party_ledger_entry",
        ["external_document_no", "vendor_id"],
        unique=False,
        postgresql_where=sa.text("external_document_no <> ''"),
        sqlite_where=sa.text("external_document_no <> ''"),
    )
    op.create_index(op.f("ix_party_ledger_entry_register_id"), "party_ledger_entry", ["register_id"], unique=False)
    op.create_index(
        op.f("ix_party_ledger_entry_vendor_id_open_due_date"),
        "party_ledger_entry",
        ["vendor_id", "open", "due_date"],
        unique=False,
    )
    op.create_table(
        "price_list",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column(
            "side",
            sa.Enum("purchase", "sales", name="trade_side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "active",
                "inactive",
                name="price_list_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "defines",
            sa.Enum(
                "price",
                "discount",
                "both",
                name="price_list_defines",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_price_group", sa.String(length=20), nullable=False),
        sa.Column("currency_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starting_date", sa.Date(), nullable=True),
        sa.Column("ending_date", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ending_date IS NULL OR starting_date IS NULL OR ending_date >= starting_date",
            name=op.f("ck_price_list_dates_ordered"),
        ),
        sa.ForeignKeyConstraint(
            ["currency_id"], ["currency.id"], name=op.f("fk_price_list_currency_id_currency"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_price_list_customer_id_customer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name=op.f("fk_price_list_vendor_id_vendor"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_list")),
        sa.UniqueConstraint("code", name=op.f("uq_price_list_code")),
    )
    op.create_index(op.f("ix_price_list_side_status"), "price_list", ["side", "status"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_name", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_view_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("listing", "user_id", "name", name=op.f("uq_saved_view_listing_user_id_name")),
    )
    op.create_table(
        "ship_to_address",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shipping_agent_code", sa.String(length=10), nullable=False),
        sa.Column("shipping_service_code", sa.String(length=10), nullable=False),
        sa.Column("shipping_time", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("address_2", sa.String(length=50), nullable=False),
        sa.Column("post_code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=50), nullable=False),
        sa.Column("county", sa.String(length=50), nullable=False),
        sa.Column("country_code", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=100), nullable=False),
        sa.Column("web_page", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_ship_to_address_customer_id_customer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_ship_to_address_location_id_location"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ship_to_address")),
        sa.UniqueConstraint("customer_id", "code", name=op.f("uq_ship_to_address_customer_id_code")),
    )
    op.create_index(op.f("ix_ship_to_address_location_id"), "ship_to_address", ["location_id"], unique=False)
    op.create_table(
        "trade_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "side",
            sa.Enum("purchase", "sales", name="trade_side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "type",
            sa.Enum(
                "quote",
                "order",
                "invoice",
                "return_order",
                "credit_memo",
                "service_order",
                name="trade_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "released", name="document_status", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("pay_to_vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("bill_to_customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("address_2", sa.String(length=50), nullable=False),
        sa.Column("post_code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=50), nullable=False),
        sa.Column("country_code", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=False),
        sa.Column("ship_to_code", sa.String(length=10), nullable=False),
        sa.Column("ship_to_name", sa.String(length=100), nullable=False),
        sa.Column("ship_to_address", sa.String(length=100), nullable=False),
        sa.Column("ship_to_address_2", sa.String(length=50), nullable=False),
        sa.Column("ship_to_post_code", sa.String(length=20), nullable=False),
        sa.Column("ship_to_city", sa.String(length=50), nullable=False),
        sa.Column("ship_to_country_code", sa.String(length=10), nullable=False),
        sa.Column("ship_to_contact", sa.String(length=100), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("responsibility_center_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("order_date", sa.Date(), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("requested_date", sa.Date(), nullable=True),
        sa.Column("promised_date", sa.Date(), nullable=True),
        sa.Column("expected_date", sa.Date(), nullable=True),
        sa.Column("shipping_agent_code", sa.String(length=10), nullable=False),
        sa.Column("shipping_service_code", sa.String(length=10), nullable=False),
        sa.Column("shipping_time", sa.String(length=20), nullable=False),
        sa.Column("handling_time", sa.String(length=20), nullable=False),
        sa.Column("lead_time", sa.String(length=20), nullable=False),
        sa.Column(
            "shipping_advice",
            sa.Enum(
                "partial", "complete", name="shipping_advice", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("package_tracking_no", sa.String(length=50), nullable=False),
        sa.Column("external_document_no", sa.String(length=50), nullable=False),
        sa.Column("vendor_order_no", sa.String(length=50), nullable=False),
        sa.Column("vendor_shipment_no", sa.String(length=50), nullable=False),
        sa.Column("vendor_invoice_no", sa.String(length=50), nullable=False),
        sa.Column("vendor_credit_memo_no", sa.String(length=50), nullable=False),
        sa.Column("your_reference", sa.String(length=50), nullable=False),
        sa.Column("quote_no", sa.String(length=20), nullable=False),
        sa.Column("payment_terms_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("currency_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("exchange_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("exchange_local_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("prices_including_vat", sa.Boolean(), nullable=False),
        sa.Column("invoice_discount_code", sa.String(length=20), nullable=False),
        sa.Column(
            "gen_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "vat_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("applies_to_document_no", sa.String(length=20), nullable=False),
        sa.Column("corrects_document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "reserve",
            sa.Enum(
                "never",
                "optional",
                "always",
                name="reserve_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("agent", sa.String(length=50), nullable=False),
        sa.Column("assigned_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason_code", sa.String(length=10), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("times_printed", sa.Integer(), nullable=False),
        sa.Column("last_handling_no", sa.String(length=20), nullable=False),
        sa.Column("last_invoice_no", sa.String(length=20), nullable=False),
        sa.Column("changed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changed_at", models.base.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(side = 'purchase' AND vendor_id IS NOT NULL AND customer_id IS NULL) OR (side = 'sales' AND customer_id IS NOT NULL AND vendor_id IS NULL)",
            name=op.f("ck_trade_document_one_party_of_its_side"),
        ),
        sa.CheckConstraint("type <> 'service_order' OR side = 'sales'", name=op.f("ck_trade_document_service_is_sold")),
        sa.ForeignKeyConstraint(
            ["assigned_user_id"], ["user.id"], name=op.f("fk_trade_document_assigned_user_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["bill_to_customer_id"],
            ["customer.id"],
            name=op.f("fk_trade_document_bill_to_customer_id_customer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_trade_document_changed_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["currency_id"], ["currency.id"], name=op.f("fk_trade_document_currency_id_currency"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_trade_document_customer_id_customer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["dimension_set_id"],
            ["dimension_set.id"],
            name=op.f("fk_trade_document_dimension_set_id_dimension_set"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["gen_business_posting_group_id"],
            ["gen_business_posting_group.id"],
            name=op.f("fk_trade_document_gen_business_posting_group_id_gen_business_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_trade_document_location_id_location"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["pay_to_vendor_id"],
            ["vendor.id"],
            name=op.f("fk_trade_document_pay_to_vendor_id_vendor"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["payment_terms_id"],
            ["payment_terms.id"],
            name=op.f("fk_trade_document_payment_terms_id_payment_terms"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["responsibility_center_id"],
            ["responsibility_center.id"],
            name=op.f("fk_trade_document_responsibility_center_id_responsibility_center"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vat_business_posting_group_id"],
            ["vat_business_posting_group.id"],
            name=op.f("fk_trade_document_vat_business_posting_group_id_vat_business_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name=op.f("fk_trade_document_vendor_id_vendor"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_document")),
        sa.UniqueConstraint("side", "type", "no", name=op.f("uq_trade_document_side_type_no")),
    )
    op.create_index(op.f("ix_trade_document_customer_id"), "trade_document", ["customer_id"], unique=False)
    op.create_index(op.f("ix_trade_document_location_id"), "trade_document", ["location_id"], unique=False)
    op.create_index(
        op.f("ix_trade_document_responsibility_center_id"), "trade_document", ["responsibility_center_id"], unique=False
    )
    op.create_index(
        op.f("ix_trade_document_side_type_status_no"), "trade_document", ["side", "type", "status", "no"], unique=False
    )
    op.create_index(op.f("ix_trade_document_vendor_id"), "trade_document", ["vendor_id"], unique=False)
    op.create_table(
        "user_center",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "area",
            sa.Enum(
                "sales", "purchase", "service", name="center_area", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("responsibility_center_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["responsibility_center_id"],
            ["responsibility_center.id"],
            name=op.f("fk_user_center_responsibility_center_id_responsibility_center"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_center_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_center")),
        sa.UniqueConstraint(
            "user_id",
            "area",
            "responsibility_center_id",
            name=op.f("uq_user_center_user_id_area_responsibility_center_id"),
        ),
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_user_role_role_id_role"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_role_user_id_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_user_role")),
    )
    op.create_table(
        "warehouse_employee",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_warehouse_employee_location_id_location"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_warehouse_employee_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse_employee")),
        sa.UniqueConstraint("user_id", "location_id", name=op.f("uq_warehouse_employee_user_id_location_id")),
    )
    op.create_index(op.f("ix_warehouse_employee_location_id"), "warehouse_employee", ["location_id"], unique=False)
    op.create_table(
        "application_worksheet",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("opened_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("last_application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_application_worksheet_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_application_worksheet_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_application_worksheet")),
    )
    op.create_index(op.f("ix_application_worksheet_user_id"), "application_worksheet", ["user_id"], unique=False)
    op.create_table(
        "bin_content",
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("default_bin", sa.Boolean(), nullable=False),
        sa.Column("fixed_bin", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_bin_content_bins_never_negative")),
        sa.ForeignKeyConstraint(["bin_id"], ["bin.id"], name=op.f("fk_bin_content_bin_id_bin"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_bin_content_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_bin_content_location_id_location"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("bin_id", "item_id", "variant_id", name=op.f("pk_bin_content")),
    )
    op.create_index(
        op.f("ix_bin_content_location_id_item_id_variant_id"),
        "bin_content",
        ["location_id", "item_id", "variant_id"],
        unique=False,
    )
    op.create_table(
        "bulk_edit_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bulk_edit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(length=50), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_edit_id"],
            ["bulk_edit.id"],
            name=op.f("fk_bulk_edit_change_bulk_edit_id_bulk_edit"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_bulk_edit_change_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_edit_change")),
        sa.UniqueConstraint(
            "bulk_edit_id", "item_id", "field", name=op.f("uq_bulk_edit_change_bulk_edit_id_item_id_field")
        ),
    )
    op.create_index(op.f("ix_bulk_edit_change_item_id"), "bulk_edit_change", ["item_id"], unique=False)
    op.create_table(
        "catalog_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("manufacturer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vendor_item_no", sa.String(length=50), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("unit_code", sa.String(length=10), nullable=False),
        sa.Column("published_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("negotiated_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_price", models.base.ScaledDecimal(), nullable=False),
        sa.Column("gross_weight", models.base.ScaledDecimal(), nullable=False),
        sa.Column("net_weight", models.base.ScaledDecimal(), nullable=False),
        sa.Column("bar_code", sa.String(length=50), nullable=False),
        sa.Column("item_template_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("last_modified_at", models.base.UtcDateTime(), nullable=True),
        sa.CheckConstraint("gross_weight >= 0 AND net_weight >= 0", name=op.f("ck_catalog_item_weights_not_negative")),
        sa.CheckConstraint(
            "published_cost >= 0 AND negotiated_cost >= 0 AND unit_price >= 0",
            name=op.f("ck_catalog_item_costs_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_catalog_item_item_id_item"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["item_template_id"],
            ["item_template.id"],
            name=op.f("fk_catalog_item_item_template_id_item_template"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["manufacturer_id"],
            ["manufacturer.id"],
            name=op.f("fk_catalog_item_manufacturer_id_manufacturer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name=op.f("fk_catalog_item_vendor_id_vendor"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_item")),
        sa.UniqueConstraint("no", name=op.f("uq_catalog_item_no")),
    )
    op.create_index(op.f("ix_catalog_item_description_id"), "catalog_item", ["description", "id"], unique=False)
    op.create_index(op.f("ix_catalog_item_item_id"), "catalog_item", ["item_id"], unique=True)
    op.create_index(op.f("ix_catalog_item_item_template_id"), "catalog_item", ["item_template_id"], unique=False)
    op.create_index(op.f("ix_catalog_item_manufacturer_id"), "catalog_item", ["manufacturer_id"], unique=False)
    op.create_index(
        op.f("ix_catalog_item_vendor_item_no_manufacturer_id"),
        "catalog_item",
        ["vendor_item_no", "manufacturer_id"],
        unique=False,
    )
    op.create_index(
        "uq_catalog_item_vendor",
        "catalog_item",
        ["vendor_id", "vendor_item_no"],
        unique=True,
        sqlite_where=sa.text("vendor_id IS NOT NULL AND vendor_item_no <> ''"),
        postgresql_where=sa.text("vendor_id IS NOT NULL AND vendor_item_no <> ''"),
    )
    op.create_table(
        "cost_point",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("adjusted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_cost_point_item_id_item"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("item_id", "variant_id", "location_id", "period_end", name=op.f("pk_cost_point")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_cost_point_item",
        "cost_point",
        ["item_id", "period_end"],
        unique=False,
        sqlite_where=sa.text("adjusted IS 0"),
        postgresql_where=sa.text("adjusted IS false"),
    )
    op.create_index(
        "ix_cost_point_period",
        "cost_point",
        ["period_end"],
        unique=False,
        sqlite_where=sa.text("adjusted IS 0"),
        postgresql_where=sa.text("adjusted IS false"),
    )
    op.create_table(
        "cost_to_adjust",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_ledger_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_cost_to_adjust_item_id_item"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("item_id", "item_ledger_entry_id", name=op.f("pk_cost_to_adjust")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "extended_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("starting_date", sa.Date(), nullable=True),
        sa.Column("ending_date", sa.Date(), nullable=True),
        sa.Column("sales_quote", sa.Boolean(), nullable=False),
        sa.Column("sales_order", sa.Boolean(), nullable=False),
        sa.Column("sales_invoice", sa.Boolean(), nullable=False),
        sa.Column("sales_return_order", sa.Boolean(), nullable=False),
        sa.Column("sales_credit_memo", sa.Boolean(), nullable=False),
        sa.Column("sales_service_order", sa.Boolean(), nullable=False),
        sa.Column("purchase_quote", sa.Boolean(), nullable=False),
        sa.Column("purchase_order", sa.Boolean(), nullable=False),
        sa.Column("purchase_invoice", sa.Boolean(), nullable=False),
        sa.Column("purchase_return_order", sa.Boolean(), nullable=False),
        sa.Column("purchase_credit_memo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "ending_date IS NULL OR starting_date IS NULL OR ending_date >= starting_date",
            name=op.f("ck_extended_text_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_extended_text_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extended_text")),
    )
    op.create_index(op.f("ix_extended_text_item_id"), "extended_text", ["item_id"], unique=False)
    op.create_table(
        "item_balance",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("invoiced_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("cost_amount_actual", models.base.ScaledDecimal(), nullable=False),
        sa.Column("cost_amount_expected", models.base.ScaledDecimal(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_balance_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_item_balance_location_id_location"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("item_id", "variant_id", "location_id", name=op.f("pk_item_balance")),
    )
    op.create_index(
        op.f("ix_item_balance_location_id_item_id"), "item_balance", ["location_id", "item_id"], unique=False
    )
    op.create_table(
        "item_total",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("invoiced_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("cost_amount_actual", models.base.ScaledDecimal(), nullable=False),
        sa.Column("cost_amount_expected", models.base.ScaledDecimal(), nullable=False),
        sa.Column("cost_posted_to_gl", models.base.ScaledDecimal(), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("stock_state", sa.Integer(), server_default="0", nullable=False),
        sa.Column("suggested_quantity", models.base.ScaledDecimal(), server_default="0", nullable=False),
        sa.Column("next_receipt_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_total_item_id_item"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_total")),
    )
    op.create_index(op.f("ix_item_total_quantity_item_id"), "item_total", ["quantity", "item_id"], unique=False)
    op.create_index(op.f("ix_item_total_stock_state_item_id"), "item_total", ["stock_state", "item_id"], unique=False)
    op.create_table(
        "item_unit_of_measure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("qty_per_unit_of_measure", models.base.ScaledDecimal(), nullable=False),
        sa.Column("rounding_precision", models.base.ScaledDecimal(), nullable=False),
        sa.Column("length", models.base.ScaledDecimal(), nullable=False),
        sa.Column("width", models.base.ScaledDecimal(), nullable=False),
        sa.Column("height", models.base.ScaledDecimal(), nullable=False),
        sa.Column("cubage", models.base.ScaledDecimal(), nullable=False),
        sa.Column("weight", models.base.ScaledDecimal(), nullable=False),
        sa.CheckConstraint(
            "length >= 0 AND width >= 0 AND height >= 0 AND weight >= 0",
            name=op.f("ck_item_unit_of_measure_sizes_not_negative"),
        ),
        sa.CheckConstraint("qty_per_unit_of_measure > 0", name=op.f("ck_item_unit_of_measure_qty_per_positive")),
        sa.CheckConstraint(
            "rounding_precision BETWEEN 0 AND 100000", name=op.f("ck_item_unit_of_measure_rounding_precision_up_to_one")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_unit_of_measure_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_unit_of_measure_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_unit_of_measure")),
        sa.UniqueConstraint(
            "item_id", "unit_of_measure_id", name=op.f("uq_item_unit_of_measure_item_id_unit_of_measure_id")
        ),
    )
    op.create_index(
        op.f("ix_item_unit_of_measure_unit_of_measure_id_item_id"),
        "item_unit_of_measure",
        ["unit_of_measure_id", "item_id"],
        unique=False,
    )
    op.create_table(
        "item_variant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("description_2", sa.String(length=50), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("sales_blocked", sa.Boolean(), nullable=False),
        sa.Column("purchasing_blocked", sa.Boolean(), nullable=False),
        sa.Column("service_blocked", sa.Boolean(), nullable=False),
        sa.Column("production_blocked", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 0 OR item_id IS NOT NULL", name=op.f("ck_item_variant_belongs_to_an_item")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_variant_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_variant")),
        sa.UniqueConstraint("item_id", "code", name=op.f("uq_item_variant_item_id_code")),
    )
    op.create_table(
        "number_total",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "lot", "serial", "package", name="number_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=50), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.Column("warranty_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_number_total_item_id_item"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_total")),
        sa.UniqueConstraint(
            "item_id", "variant_id", "kind", "number", name=op.f("uq_number_total_item_id_variant_id_kind_number")
        ),
    )
    op.create_index(
        "ix_number_total_expiration",
        "number_total",
        ["expiration_date", "id"],
        unique=False,
        postgresql_where=sa.text("quantity > 0"),
        sqlite_where=sa.text("quantity > 0"),
    )
    op.create_index(op.f("ix_number_total_kind_number_id"), "number_total", ["kind", "number", "id"], unique=False)
    op.create_index(op.f("ix_number_total_number_id"), "number_total", ["number", "id"], unique=False)
    op.create_table(
        "party_application_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("applies_to_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applies_to_entry_id"],
            ["party_ledger_entry.id"],
            name=op.f("fk_party_application_entry_applies_to_entry_id_party_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["party_ledger_entry.id"],
            name=op.f("fk_party_application_entry_entry_id_party_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["register_id"],
            ["register.id"],
            name=op.f("fk_party_application_entry_register_id_register"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_application_entry")),
    )
    op.create_index(
        op.f("ix_party_application_entry_applies_to_entry_id"),
        "party_application_entry",
        ["applies_to_entry_id"],
        unique=False,
    )
    op.create_index(op.f("ix_party_application_entry_entry_id"), "party_application_entry", ["entry_id"], unique=False)
    op.create_index(
        op.f("ix_party_application_entry_register_id"), "party_application_entry", ["register_id"], unique=False
    )
    op.create_table(
        "physical_inventory_ledger_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=20), nullable=False),
        sa.Column(
            "entry_type",
            sa.Enum(
                "purchase",
                "sale",
                "positive_adjmt",
                "negative_adjmt",
                "transfer",
                "consumption",
                "output",
                "assembly_consumption",
                "assembly_output",
                name="entry_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_calculated", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_counted", models.base.ScaledDecimal(), nullable=False),
        sa.Column("last_item_ledger_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_physical_inventory_ledger_entry_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["register_id"],
            ["register.id"],
            name=op.f("fk_physical_inventory_ledger_entry_register_id_register"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_physical_inventory_ledger_entry")),
    )
    op.create_index(
        op.f("ix_physical_inventory_ledger_entry_item_id_id"),
        "physical_inventory_ledger_entry",
        ["item_id", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_physical_inventory_ledger_entry_register_id"),
        "physical_inventory_ledger_entry",
        ["register_id"],
        unique=False,
    )
    op.create_table(
        "posted_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "document_type",
            sa.Enum(
                "",
                "sales_shipment",
                "sales_invoice",
                "sales_return_receipt",
                "sales_credit_memo",
                "purchase_receipt",
                "purchase_invoice",
                "purchase_return_shipment",
                "purchase_credit_memo",
                "transfer_shipment",
                "transfer_receipt",
                "direct_transfer",
                "service_shipment",
                "service_invoice",
                "service_credit_memo",
                "posted_assembly",
                "inventory_receipt",
                "inventory_shipment",
                name="document_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum("purchase", "sales", name="trade_side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("order_no", sa.String(length=20), nullable=False),
        sa.Column(
            "order_type",
            sa.Enum(
                "quote",
                "order",
                "invoice",
                "return_order",
                "credit_memo",
                "service_order",
                name="trade_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("quote_no", sa.String(length=20), nullable=False),
        sa.Column("vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("pay_to_vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("bill_to_customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("party_no", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("address_2", sa.String(length=50), nullable=False),
        sa.Column("post_code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=50), nullable=False),
        sa.Column("country_code", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=False),
        sa.Column("ship_to_name", sa.String(length=100), nullable=False),
        sa.Column("ship_to_address", sa.String(length=100), nullable=False),
        sa.Column("ship_to_address_2", sa.String(length=50), nullable=False),
        sa.Column("ship_to_post_code", sa.String(length=20), nullable=False),
        sa.Column("ship_to_city", sa.String(length=50), nullable=False),
        sa.Column("ship_to_country_code", sa.String(length=10), nullable=False),
        sa.Column("ship_to_contact", sa.String(length=100), nullable=False),
        sa.Column("bill_to_no", sa.String(length=20), nullable=False),
        sa.Column("bill_to_name", sa.String(length=100), nullable=False),
        sa.Column("bill_to_address", sa.String(length=100), nullable=False),
        sa.Column("bill_to_address_2", sa.String(length=50), nullable=False),
        sa.Column("bill_to_post_code", sa.String(length=20), nullable=False),
        sa.Column("bill_to_city", sa.String(length=50), nullable=False),
        sa.Column("bill_to_country_code", sa.String(length=10), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("responsibility_center_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("order_date", sa.Date(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("discount_date", sa.Date(), nullable=True),
        sa.Column("discount_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("expected_date", sa.Date(), nullable=True),
        sa.Column("requested_date", sa.Date(), nullable=True),
        sa.Column("promised_date", sa.Date(), nullable=True),
        sa.Column("shipping_agent_code", sa.String(length=10), nullable=False),
        sa.Column("shipping_service_code", sa.String(length=10), nullable=False),
        sa.Column("package_tracking_no", sa.String(length=50), nullable=False),
        sa.Column("external_document_no", sa.String(length=50), nullable=False),
        sa.Column("vendor_order_no", sa.String(length=50), nullable=False),
        sa.Column("vendor_shipment_no", sa.String(length=50), nullable=False),
        sa.Column("your_reference", sa.String(length=50), nullable=False),
        sa.Column("payment_terms_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("currency_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("currency_code", sa.String(length=10), nullable=False),
        sa.Column("exchange_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("exchange_local_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("prices_including_vat", sa.Boolean(), nullable=False),
        sa.Column(
            "gen_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "vat_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("agent", sa.String(length=50), nullable=False),
        sa.Column("reason_code", sa.String(length=10), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("vat_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("invoice_discount_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("local_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("local_vat_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("corrects_document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("corrective", sa.Boolean(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("cancelled_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("times_printed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bill_to_customer_id"],
            ["customer.id"],
            name=op.f("fk_posted_document_bill_to_customer_id_customer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"],
            ["posted_document.id"],
            name=op.f("fk_posted_document_cancelled_by_id_posted_document"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["corrects_document_id"],
            ["posted_document.id"],
            name=op.f("fk_posted_document_corrects_document_id_posted_document"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["currency_id"], ["currency.id"], name=op.f("fk_posted_document_currency_id_currency"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_posted_document_customer_id_customer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_posted_document_location_id_location"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["trade_document.id"],
            name=op.f("fk_posted_document_order_id_trade_document"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["pay_to_vendor_id"],
            ["vendor.id"],
            name=op.f("fk_posted_document_pay_to_vendor_id_vendor"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["payment_terms_id"],
            ["payment_terms.id"],
            name=op.f("fk_posted_document_payment_terms_id_payment_terms"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["register_id"], ["register.id"], name=op.f("fk_posted_document_register_id_register"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["responsibility_center_id"],
            ["responsibility_center.id"],
            name=op.f("fk_posted_document_responsibility_center_id_responsibility_center"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name=op.f("fk_posted_document_vendor_id_vendor"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_document")),
        sa.UniqueConstraint("document_type", "no", name=op.f("uq_posted_document_document_type_no")),
    )
    op.create_index(
        op.f("ix_posted_document_customer_id_document_type"),
        "posted_document",
        ["customer_id", "document_type"],
        unique=False,
    )
    op.create_index(
        op.f("ix_posted_document_document_type_posting_date_id"),
        "posted_document",
        ["document_type", "posting_date", "id"],
        unique=False,
    )
    op.create_index(
        "ix_posted_document_external",
        "posted_document",
        ["external_document_no", "vendor_id"],
        unique=False,
        postgresql_where=sa.text("external_document_no <> ''"),
        sqlite_where=sa.text("external_document_no <> ''"),
    )
    op.create_index(op.f("ix_posted_document_order_id"), "posted_document", ["order_id"], unique=False)
    op.create_index(op.f("ix_posted_document_order_no"), "posted_document", ["order_no"], unique=False)
    op.create_index(op.f("ix_posted_document_register_id"), "posted_document", ["register_id"], unique=False)
    op.create_index(
        op.f("ix_posted_document_vendor_id_document_type"),
        "posted_document",
        ["vendor_id", "document_type"],
        unique=False,
    )
    op.create_table(
        "stock_position",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inventory", models.base.ScaledDecimal(), nullable=False),
        sa.Column("scheduled_receipts", models.base.ScaledDecimal(), nullable=False),
        sa.Column("gross_requirements", models.base.ScaledDecimal(), nullable=False),
        sa.Column("next_receipt_date", sa.Date(), nullable=True),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("suggested_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_stock_position_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "variant_id", "location_id", name=op.f("pk_stock_position")),
    )
    op.create_index(
        op.f("ix_stock_position_location_id_item_id"), "stock_position", ["location_id", "item_id"], unique=False
    )
    op.create_index(op.f("ix_stock_position_state_item_id"), "stock_position", ["state", "item_id"], unique=False)
    op.create_table(
        "stored_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("media_type", sa.String(length=250), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_stored_file_job_id_job"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_stored_file_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    op.create_index(op.f("ix_stored_file_created_at"), "stored_file", ["created_at"], unique=False)
    op.create_index(op.f("ix_stored_file_job_id"), "stored_file", ["job_id"], unique=False)
    op.create_table(
        "tracking_balance",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_no", sa.String(length=50), nullable=False),
        sa.Column("serial_no", sa.String(length=50), nullable=False),
        sa.Column("package_no", sa.String(length=50), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_tracking_balance_item_id_item"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint(
            "item_id",
            "variant_id",
            "location_id",
            "lot_no",
            "serial_no",
            "package_no",
            name=op.f("pk_tracking_balance"),
        ),
    )
    op.create_index(op.f("ix_tracking_balance_lot_no_item_id"), "tracking_balance", ["lot_no", "item_id"], unique=False)
    op.create_index(
        op.f("ix_tracking_balance_serial_no_item_id"), "tracking_balance", ["serial_no", "item_id"], unique=False
    )
    op.create_table(
        "trade_archive",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "side",
            sa.Enum("purchase", "sales", name="trade_side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "type",
            sa.Enum(
                "quote",
                "order",
                "invoice",
                "return_order",
                "credit_memo",
                "service_order",
                name="trade_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("archived_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("party_no", sa.String(length=20), nullable=False),
        sa.Column("party_name", sa.String(length=100), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["trade_document.id"],
            name=op.f("fk_trade_archive_document_id_trade_document"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_archive")),
        sa.UniqueConstraint("side", "type", "no", "version_no", name=op.f("uq_trade_archive_side_type_no_version_no")),
    )
    op.create_index(op.f("ix_trade_archive_document_id"), "trade_archive", ["document_id"], unique=False)
    op.create_table(
        "warehouse_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "entry_type",
            sa.Enum(
                "negative_adjmt",
                "positive_adjmt",
                "movement",
                name="warehouse_entry_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("registering_date", sa.Date(), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_of_measure_code", sa.String(length=10), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("lot_no", sa.String(length=50), nullable=False),
        sa.Column("serial_no", sa.String(length=50), nullable=False),
        sa.Column("package_no", sa.String(length=50), nullable=False),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.Column("source_document", sa.String(length=20), nullable=False),
        sa.Column("source_no", sa.String(length=20), nullable=False),
        sa.Column("source_line_no", sa.Integer(), nullable=False),
        sa.Column("warehouse_document_no", sa.String(length=20), nullable=False),
        sa.Column("document_no", sa.String(length=20), nullable=False),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_warehouse_entry_quantity_not_zero")),
        sa.ForeignKeyConstraint(
            ["bin_id"], ["bin.id"], name=op.f("fk_warehouse_entry_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_warehouse_entry_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_warehouse_entry_location_id_location"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["register_id"], ["register.id"], name=op.f("fk_warehouse_entry_register_id_register"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse_entry")),
    )
    op.create_index(
        op.f("ix_warehouse_entry_bin_id_item_id_variant_id"),
        "warehouse_entry",
        ["bin_id", "item_id", "variant_id"],
        unique=False,
    )
    op.create_index(op.f("ix_warehouse_entry_document_no"), "warehouse_entry", ["document_no"], unique=False)
    op.create_index(op.f("ix_warehouse_entry_entry_type_id"), "warehouse_entry", ["entry_type", "id"], unique=False)
    op.create_index(
        op.f("ix_warehouse_entry_item_id_location_id_id"),
        "warehouse_entry",
        ["item_id", "location_id", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_warehouse_entry_location_id_id"), "warehouse_entry", ["location_id", "id"], unique=False)
    op.create_index(op.f("ix_warehouse_entry_register_id"), "warehouse_entry", ["register_id"], unique=False)
    op.create_table(
        "application_worksheet_link",
        sa.Column(
            "application_entry_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_entry_id"],
            ["item_application_entry.id"],
            name=op.f("fk_application_worksheet_link_application_entry_id_item_application_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["application_worksheet.item_id"],
            name=op.f("fk_application_worksheet_link_item_id_application_worksheet"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_entry_id", name=op.f("pk_application_worksheet_link")),
    )
    op.create_index(
        op.f("ix_application_worksheet_link_item_id"), "application_worksheet_link", ["item_id"], unique=False
    )
    op.create_table(
        "application_worksheet_value",
        sa.Column(
            "value_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valuation_date", sa.Date(), nullable=False),
        sa.Column("valued_by_average_cost", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["application_worksheet.item_id"],
            name=op.f("fk_application_worksheet_value_item_id_application_worksheet"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["value_entry_id"],
            ["value_entry.id"],
            name=op.f("fk_application_worksheet_value_value_entry_id_value_entry"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("value_entry_id", name=op.f("pk_application_worksheet_value")),
    )
    op.create_index(
        op.f("ix_application_worksheet_value_item_id"), "application_worksheet_value", ["item_id"], unique=False
    )
    op.create_table(
        "item_attribute_mapping",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attribute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inherited", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attribute_id"],
            ["item_attribute.id"],
            name=op.f("fk_item_attribute_mapping_attribute_id_item_attribute"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_attribute_mapping_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["value_id"],
            ["item_attribute_value.id"],
            name=op.f("fk_item_attribute_mapping_value_id_item_attribute_value"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_item_attribute_mapping_variant_id_item_variant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_attribute_mapping")),
        sa.UniqueConstraint(
            "item_id",
            "variant_id",
            "attribute_id",
            name=op.f("uq_item_attribute_mapping_item_id_variant_id_attribute_id"),
        ),
    )
    op.create_index(
        op.f("ix_item_attribute_mapping_value_id_item_id"),
        "item_attribute_mapping",
        ["value_id", "item_id"],
        unique=False,
    )
    op.create_table(
        "item_comment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("catalog_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=250), nullable=False),
        sa.CheckConstraint(
            "(item_id IS NULL) <> (catalog_item_id IS NULL)", name=op.f("ck_item_comment_about_one_thing")
        ),
        sa.ForeignKeyConstraint(
            ["catalog_item_id"],
            ["catalog_item.id"],
            name=op.f("fk_item_comment_catalog_item_id_catalog_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_comment_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_comment")),
    )
    op.create_index(
        op.f("ix_item_comment_catalog_item_id_day"), "item_comment", ["catalog_item_id", "day"], unique=False
    )
    op.create_index(op.f("ix_item_comment_item_id_day"), "item_comment", ["item_id", "day"], unique=False)
    op.create_table(
        "item_identifier",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_identifier_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_identifier_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_item_identifier_variant_id_item_variant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_identifier")),
        sa.UniqueConstraint("code", name=op.f("uq_item_identifier_code")),
    )
    op.create_index(op.f("ix_item_identifier_item_id"), "item_identifier", ["item_id"], unique=False)
    op.create_table(
        "item_ledger_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("register_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lot_no", sa.String(length=50), nullable=False),
        sa.Column("serial_no", sa.String(length=50), nullable=False),
        sa.Column("package_no", sa.String(length=50), nullable=False),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.Column("warranty_date", sa.Date(), nullable=True),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column(
            "entry_type",
            sa.Enum(
                "purchase",
                "sale",
                "positive_adjmt",
                "negative_adjmt",
                "transfer",
                "consumption",
                "output",
                "assembly_consumption",
                "assembly_output",
                name="entry_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source_type",
            sa.Enum(
                "",
                "customer",
                "vendor",
                "item",
                name="source_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_no", sa.String(length=20), nullable=False),
        sa.Column(
            "document_type",
            sa.Enum(
                "",
                "sales_shipment",
                "sales_invoice",
                "sales_return_receipt",
                "sales_credit_memo",
                "purchase_receipt",
                "purchase_invoice",
                "purchase_return_shipment",
                "purchase_credit_memo",
                "transfer_shipment",
                "transfer_receipt",
                "direct_transfer",
                "service_shipment",
                "service_invoice",
                "service_credit_memo",
                "posted_assembly",
                "inventory_receipt",
                "inventory_shipment",
                name="document_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("document_no", sa.String(length=20), nullable=False),
        sa.Column("document_line_no", sa.Integer(), nullable=False),
        sa.Column("external_document_no", sa.String(length=50), nullable=False),
        sa.Column(
            "order_type",
            sa.Enum(
                "",
                "production",
                "transfer",
                "assembly",
                "service",
                name="order_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("order_no", sa.String(length=20), nullable=False),
        sa.Column("order_line_no", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("return_reason_code", sa.String(length=10), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_of_measure_code", sa.String(length=10), nullable=False),
        sa.Column("qty_per_unit_of_measure", models.base.ScaledDecimal(), nullable=False),
        sa.Column("remaining_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("positive", sa.Boolean(), nullable=False),
        sa.Column("invoiced_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("completely_invoiced", sa.Boolean(), nullable=False),
        sa.Column("last_invoice_date", sa.Date(), nullable=True),
        sa.Column("applies_to_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("applied_entry_to_adjust", sa.Boolean(), nullable=False),
        sa.Column("shipped_qty_not_returned", models.base.ScaledDecimal(), nullable=False),
        sa.Column("correction", sa.Boolean(), nullable=False),
        sa.Column("drop_shipment", sa.Boolean(), nullable=False),
        sa.Column("assemble_to_order", sa.Boolean(), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(quantity > 0 AND remaining_quantity >= 0 AND remaining_quantity <= quantity) OR (quantity < 0 AND remaining_quantity <= 0 AND remaining_quantity >= quantity)",
            name=op.f("ck_item_ledger_entry_remaining_within_quantity"),
        ),
        sa.CheckConstraint("open = (remaining_quantity <> 0)", name=op.f("ck_item_ledger_entry_open_means_remaining")),
        sa.CheckConstraint("positive = (quantity > 0)", name=op.f("ck_item_ledger_entry_positive_means_inbound")),
        sa.CheckConstraint(
            "quantity < 0 OR shipped_qty_not_returned = 0", name=op.f("ck_item_ledger_entry_only_outbound_is_returned")
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_item_ledger_entry_quantity_not_zero")),
        sa.ForeignKeyConstraint(
            ["bin_id"], ["bin.id"], name=op.f("fk_item_ledger_entry_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["dimension_set_id"],
            ["dimension_set.id"],
            name=op.f("fk_item_ledger_entry_dimension_set_id_dimension_set"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_ledger_entry_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_item_ledger_entry_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_item_ledger_entry_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_ledger_entry")),
    )
    op.create_index(
        op.f("ix_item_ledger_entry_document_no_posting_date"),
        "item_ledger_entry",
        ["document_no", "posting_date"],
        unique=False,
    )
    op.create_index(
        op.f("ix_item_ledger_entry_entry_type_id_positive"),
        "item_ledger_entry",
        ["entry_type", "id", "positive"],
        unique=False,
    )
    op.create_index(op.f("ix_item_ledger_entry_item_id_id"), "item_ledger_entry", ["item_id", "id"], unique=False)
    op.create_index(
        op.f("ix_item_ledger_entry_item_id_variant_id_location_id_open_positive_posting_date_id"),
        "item_ledger_entry",
        ["item_id", "variant_id", "location_id", "open", "positive", "posting_date", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_item_ledger_entry_location_id_id"), "item_ledger_entry", ["location_id", "id"], unique=False
    )
    op.create_index(
        "ix_item_ledger_entry_lot",
        "item_ledger_entry",
        ["lot_no", "item_id"],
        unique=False,
        postgresql_where=sa.text("lot_no <> ''"),
        sqlite_where=sa.text("lot_no <> ''"),
    )
    op.create_index(
        "ix_item_ledger_entry_open",
        "item_ledger_entry",
        ["id", "positive"],
        unique=False,
        sqlite_where=sa.text("open IS 1"),
        postgresql_where=sa.text("open IS true"),
    )
    op.create_index(
        "ix_item_ledger_entry_open_negative",
        "item_ledger_entry",
        ["posting_date"],
        unique=False,
        postgresql_where=sa.text("open AND NOT positive"),
        sqlite_where=sa.text("open AND NOT positive"),
    )
    op.create_index(
        "ix_item_ledger_entry_package",
        "item_ledger_entry",
        ["package_no", "item_id"],
        unique=False,
        sqlite_where=sa.text("package_no <> ''"),
        postgresql_where=sa.text("package_no <> ''"),
    )
    op.create_index(
        op.f("ix_item_ledger_entry_posting_date_id"), "item_ledger_entry", ["posting_date", "id"], unique=False
    )
    op.create_index(op.f("ix_item_ledger_entry_register_id"), "item_ledger_entry", ["register_id"], unique=False)
    op.create_index(
        "ix_item_ledger_entry_serial",
        "item_ledger_entry",
        ["serial_no", "item_id"],
        unique=False,
        postgresql_where=sa.text("serial_no <> ''"),
        sqlite_where=sa.text("serial_no <> ''"),
    )
    op.create_index(
        "ix_item_ledger_entry_source",
        "item_ledger_entry",
        ["source_no", "source_type", "posting_date"],
        unique=False,
        postgresql_where=sa.text("source_no <> ''"),
        sqlite_where=sa.text("source_no <> ''"),
    )
    op.create_index(
        "ix_item_ledger_entry_source_type",
        "item_ledger_entry",
        ["source_type", "id"],
        unique=False,
        sqlite_where=sa.text("source_type <> ''"),
        postgresql_where=sa.text("source_type <> ''"),
    )
    op.create_index(
        "ix_item_ledger_entry_variant",
        "item_ledger_entry",
        ["variant_id", "id"],
        unique=False,
        sqlite_where=sa.text("variant_id <> 0"),
        postgresql_where=sa.text("variant_id <> 0"),
    )
    op.create_table(
        "item_picture",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=50), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=100), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_picture_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_item_picture_variant_id_item_variant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_picture")),
        sa.UniqueConstraint(
            "item_id", "variant_id", "position", name=op.f("uq_item_picture_item_id_variant_id_position")
        ),
    )
    op.create_index(op.f("ix_item_picture_digest"), "item_picture", ["digest"], unique=False)
    op.create_table(
        "item_reference",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reference_type",
            sa.Enum(
                "blank",
                "customer",
                "vendor",
                "bar_code",
                name="reference_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reference_type_no", sa.String(length=20), nullable=False),
        sa.Column("reference_no", sa.String(length=50), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("description_2", sa.String(length=50), nullable=False),
        sa.Column("starting_date", sa.Date(), nullable=True),
        sa.Column("ending_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_reference_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_reference_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_item_reference_variant_id_item_variant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_reference")),
        sa.UniqueConstraint(
            "item_id",
            "variant_id",
            "unit_of_measure_id",
            "reference_type",
            "reference_type_no",
            "reference_no",
            name=op.f(
                "uq_item_reference_item_id_variant_id_unit_of_measure_id_reference_type_reference_type_no_reference_no"
            ),
        ),
    )
    op.create_index(op.f("ix_item_reference_reference_no"), "item_reference", ["reference_no"], unique=False)
    op.create_index(
        op.f("ix_item_reference_reference_type_reference_type_no_reference_no"),
        "item_reference",
        ["reference_type", "reference_type_no", "reference_no"],
        unique=False,
    )
    op.create_table(
        "item_substitute",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("catalog_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("substitute_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("substitute_variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("substitute_catalog_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("interchangeable", sa.Boolean(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(item_id IS NULL) <> (catalog_item_id IS NULL)", name=op.f("ck_item_substitute_of_one_thing")
        ),
        sa.CheckConstraint(
            "(substitute_item_id IS NULL) <> (substitute_catalog_item_id IS NULL)",
            name=op.f("ck_item_substitute_by_one_thing"),
        ),
        sa.CheckConstraint(
            "catalog_item_id <> substitute_catalog_item_id", name=op.f("ck_item_substitute_entry_not_itself")
        ),
        sa.CheckConstraint(
            "item_id <> substitute_item_id OR variant_id <> substitute_variant_id",
            name=op.f("ck_item_substitute_not_itself"),
        ),
        sa.ForeignKeyConstraint(
            ["catalog_item_id"],
            ["catalog_item.id"],
            name=op.f("fk_item_substitute_catalog_item_id_catalog_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_substitute_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["substitute_catalog_item_id"],
            ["catalog_item.id"],
            name=op.f("fk_item_substitute_substitute_catalog_item_id_catalog_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["substitute_item_id"],
            ["item.id"],
            name=op.f("fk_item_substitute_substitute_item_id_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["substitute_variant_id"],
            ["item_variant.id"],
            name=op.f("fk_item_substitute_substitute_variant_id_item_variant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_item_substitute_variant_id_item_variant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_substitute")),
        sa.UniqueConstraint(
            "catalog_item_id",
            "substitute_catalog_item_id",
            name=op.f("uq_item_substitute_catalog_item_id_substitute_catalog_item_id"),
        ),
        sa.UniqueConstraint(
            "catalog_item_id",
            "substitute_item_id",
            "substitute_variant_id",
            name=op.f("uq_item_substitute_catalog_item_id_substitute_item_id_substitute_variant_id"),
        ),
        sa.UniqueConstraint(
            "item_id",
            "variant_id",
            "substitute_catalog_item_id",
            name=op.f("uq_item_substitute_item_id_variant_id_substitute_catalog_item_id"),
        ),
        sa.UniqueConstraint(
            "item_id",
            "variant_id",
            "substitute_item_id",
            "substitute_variant_id",
            name=op.f("uq_item_substitute_item_id_variant_id_substitute_item_id_substitute_variant_id"),
        ),
    )
    op.create_index(
        op.f("ix_item_substitute_substitute_catalog_item_id"),
        "item_substitute",
        ["substitute_catalog_item_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_item_substitute_substitute_item_id"), "item_substitute", ["substitute_item_id"], unique=False
    )
    op.create_table(
        "item_vendor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vendor_item_no", sa.String(length=50), nullable=False),
        sa.Column("lead_time", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_vendor_item_id_item"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["item_variant.id"], name=op.f("fk_item_vendor_variant_id_item_variant"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name=op.f("fk_item_vendor_vendor_id_vendor"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_vendor")),
        sa.UniqueConstraint(
            "item_id", "variant_id", "vendor_id", name=op.f("uq_item_vendor_item_id_variant_id_vendor_id")
        ),
    )
    op.create_index(op.f("ix_item_vendor_vendor_id_item_id"), "item_vendor", ["vendor_id", "item_id"], unique=False)
    op.create_table(
        "number_card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "lot", "serial", "package", name="number_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=50), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("block_reason", sa.String(length=250), nullable=False),
        sa.Column(
            "test_quality",
            sa.Enum(
                "none",
                "good",
                "average",
                "bad",
                name="test_quality",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("certificate_no", sa.String(length=50), nullable=False),
        sa.Column("certificate_until", sa.Date(), nullable=True),
        sa.Column("country_of_origin", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("blocked OR block_reason = ''", name=op.f("ck_number_card_reason_only_when_blocked")),
        sa.CheckConstraint("number <> ''", name=op.f("ck_number_card_number_given")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_number_card_item_id_item"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["item_variant.id"], name=op.f("fk_number_card_variant_id_item_variant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_card")),
        sa.UniqueConstraint(
            "item_id", "variant_id", "kind", "number", name=op.f("uq_number_card_item_id_variant_id_kind_number")
        ),
    )
    op.create_index(
        "ix_number_card_blocked",
        "number_card",
        ["item_id"],
        unique=False,
        postgresql_where=sa.text("blocked"),
        sqlite_where=sa.text("blocked"),
    )
    op.create_index(
        "ix_number_card_certificate",
        "number_card",
        ["certificate_until"],
        unique=False,
        postgresql_where=sa.text("certificate_until IS NOT NULL"),
        sqlite_where=sa.text("certificate_until IS NOT NULL"),
    )
    op.create_index(op.f("ix_number_card_number_item_id"), "number_card", ["number", "item_id"], unique=False)
    op.create_table(
        "physical_inventory_order_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("use_item_tracking", sa.Boolean(), nullable=False),
        sa.Column("expected_calculated", sa.Boolean(), nullable=False),
        sa.Column("qty_expected", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_recorded", models.base.ScaledDecimal(), nullable=True),
        sa.Column("last_item_ledger_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["bin_id"], ["bin.id"], name=op.f("fk_physical_inventory_order_line_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_physical_inventory_order_line_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_physical_inventory_order_line_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["physical_inventory_order.id"],
            name=op.f("fk_physical_inventory_order_line_order_id_physical_inventory_order"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_physical_inventory_order_line_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_physical_inventory_order_line")),
        sa.UniqueConstraint("order_id", "line_no", name=op.f("uq_physical_inventory_order_line_order_id_line_no")),
    )
    op.create_index(
        op.f("ix_physical_inventory_order_line_bin_id"), "physical_inventory_order_line", ["bin_id"], unique=False
    )
    op.create_index(
        op.f("ix_physical_inventory_order_line_item_id"), "physical_inventory_order_line", ["item_id"], unique=False
    )
    op.create_index(
        "ix_physical_inventory_order_line_spot",
        "physical_inventory_order_line",
        ["order_id", "item_id", "variant_id", "location_id", "bin_id"],
        unique=False,
    )
    op.create_table(
        "picture_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("replace", sa.Boolean(), nullable=False),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.Column("ignored_names", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_picture_import_file_id_stored_file"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_picture_import_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture_import")),
    )
    op.create_index(op.f("ix_picture_import_file_id"), "picture_import", ["file_id"], unique=False)
    op.create_index(op.f("ix_picture_import_user_id_id"), "picture_import", ["user_id", "id"], unique=False)
    op.create_table(
        "posted_inventory_document_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("quantity_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_of_measure_code", sa.String(length=10), nullable=False),
        sa.Column("qty_per_unit_of_measure", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("reason_code", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["bin_id"], ["bin.id"], name=op.f("fk_posted_inventory_document_line_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["posted_inventory_document.id"],
            name=op.f("fk_posted_inventory_document_line_document_id_posted_inventory_document"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_posted_inventory_document_line_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_posted_inventory_document_line_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_inventory_document_line")),
        sa.UniqueConstraint(
            "document_id", "line_no", name=op.f("uq_posted_inventory_document_line_document_id_line_no")
        ),
    )
    op.create_index(
        op.f("ix_posted_inventory_document_line_item_id"), "posted_inventory_document_line", ["item_id"], unique=False
    )
    op.create_table(
        "price_list_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_list_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item_discount_group", sa.String(length=20), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("minimum_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_amount", models.base.ScaledDecimal(), nullable=True),
        sa.Column("discount_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("allow_line_discount", sa.Boolean(), nullable=False),
        sa.Column("allow_invoice_discount", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(item_id IS NOT NULL) <> (item_discount_group <> '')", name=op.f("ck_price_list_line_item_or_group")
        ),
        sa.CheckConstraint(
            "discount_percent >= 0 AND discount_percent <= 10000000",
            name=op.f("ck_price_list_line_discount_up_to_hundred"),
        ),
        sa.CheckConstraint("minimum_quantity >= 0", name=op.f("ck_price_list_line_minimum_not_negative")),
        sa.CheckConstraint(
            "unit_amount IS NULL OR unit_amount >= 0", name=op.f("ck_price_list_line_price_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_price_list_line_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["price_list_id"],
            ["price_list.id"],
            name=op.f("fk_price_list_line_price_list_id_price_list"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_price_list_line_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_price_list_line_variant_id_item_variant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_list_line")),
    )
    op.create_index(
        op.f("ix_price_list_line_item_discount_group"), "price_list_line", ["item_discount_group"], unique=False
    )
    op.create_index(op.f("ix_price_list_line_item_id"), "price_list_line", ["item_id"], unique=False)
    op.create_index(op.f("ix_price_list_line_price_list_id"), "price_list_line", ["price_list_id"], unique=False)
    op.create_table(
        "stockkeeping_unit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("standard_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("last_direct_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("shelf_no", sa.String(length=10), nullable=False),
        sa.Column("transfer_from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vendor_item_no", sa.String(length=50), nullable=False),
        sa.Column("lead_time", sa.String(length=20), nullable=False),
        sa.Column(
            "replenishment_system",
            sa.Enum(
                "purchase",
                "assembly",
                "production",
                "transfer",
                name="replenishment_system",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "assembly_policy",
            sa.Enum(
                "assemble_to_stock",
                "assemble_to_order",
                name="assembly_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reordering_policy",
            sa.Enum(
                "none",
                "fixed_reorder_quantity",
                "maximum_quantity",
                "order",
                "lot_for_lot",
                name="reordering_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reorder_point", models.base.ScaledDecimal(), nullable=False),
        sa.Column("reorder_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("maximum_inventory", models.base.ScaledDecimal(), nullable=False),
        sa.Column("safety_stock_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("safety_lead_time", sa.String(length=20), nullable=False),
        sa.Column("minimum_order_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("maximum_order_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("order_multiple", models.base.ScaledDecimal(), nullable=False),
        sa.Column("time_bucket", sa.String(length=20), nullable=False),
        sa.Column("overflow_level", models.base.ScaledDecimal(), nullable=False),
        sa.Column("include_inventory", sa.Boolean(), nullable=False),
        sa.Column("lot_accumulation_period", sa.String(length=20), nullable=False),
        sa.Column("rescheduling_period", sa.String(length=20), nullable=False),
        sa.Column("dampener_period", sa.String(length=20), nullable=False),
        sa.Column("dampener_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column(
            "order_tracking_policy",
            sa.Enum(
                "none",
                "tracking_only",
                "tracking_and_action",
                name="order_tracking_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("special_equipment_code", sa.String(length=10), nullable=False),
        sa.Column("put_away_template_code", sa.String(length=10), nullable=False),
        sa.Column("put_away_unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("counting_period_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("use_cross_docking", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "replenishment_system <> 'transfer' OR location_id <> 0",
            name=op.f("ck_stockkeeping_unit_transfer_to_a_location"),
        ),
        sa.CheckConstraint(
            "location_id <> 0 OR variant_id <> 0", name=op.f("ck_stockkeeping_unit_location_or_variant")
        ),
        sa.CheckConstraint(
            "unit_cost >= 0 AND standard_cost >= 0 AND last_direct_cost >= 0",
            name=op.f("ck_stockkeeping_unit_costs_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["counting_period_id"],
            ["counting_period.id"],
            name=op.f("fk_stockkeeping_unit_counting_period_id_counting_period"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_stockkeeping_unit_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_stockkeeping_unit_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["put_away_unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_stockkeeping_unit_put_away_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["transfer_from_id"],
            ["location.id"],
            name=op.f("fk_stockkeeping_unit_transfer_from_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_stockkeeping_unit_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name=op.f("fk_stockkeeping_unit_vendor_id_vendor"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stockkeeping_unit")),
        sa.UniqueConstraint(
            "item_id", "location_id", "variant_id", name=op.f("uq_stockkeeping_unit_item_id_location_id_variant_id")
        ),
    )
    op.create_index(
        op.f("ix_stockkeeping_unit_location_id_id"), "stockkeeping_unit", ["location_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_stockkeeping_unit_transfer_from_id_item_id"),
        "stockkeeping_unit",
        ["transfer_from_id", "item_id"],
        unique=False,
    )
    op.create_index(op.f("ix_stockkeeping_unit_variant_id"), "stockkeeping_unit", ["variant_id"], unique=False)
    op.create_index(op.f("ix_stockkeeping_unit_vendor_id_id"), "stockkeeping_unit", ["vendor_id", "id"], unique=False)
    op.create_table(
        "application_worksheet_entry",
        sa.Column(
            "item_ledger_entry_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("remaining_quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("shipped_qty_not_returned", models.base.ScaledDecimal(), nullable=False),
        sa.Column("applies_to_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["application_worksheet.item_id"],
            name=op.f("fk_application_worksheet_entry_item_id_application_worksheet"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_ledger_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_application_worksheet_entry_item_ledger_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("item_ledger_entry_id", name=op.f("pk_application_worksheet_entry")),
    )
    op.create_index(
        op.f("ix_application_worksheet_entry_item_id"), "application_worksheet_entry", ["item_id"], unique=False
    )
    op.create_table(
        "inventory_document_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("quantity_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("qty_per_unit_of_measure", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("applies_to_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("applies_from_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason_code", sa.String(length=10), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_inventory_document_line_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["applies_from_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_inventory_document_line_applies_from_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["applies_to_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_inventory_document_line_applies_to_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["bin_id"], ["bin.id"], name=op.f("fk_inventory_document_line_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["dimension_set_id"],
            ["dimension_set.id"],
            name=op.f("fk_inventory_document_line_dimension_set_id_dimension_set"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["inventory_document.id"],
            name=op.f("fk_inventory_document_line_document_id_inventory_document"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_inventory_document_line_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_inventory_document_line_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_inventory_document_line_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_document_line")),
        sa.UniqueConstraint("document_id", "line_no", name=op.f("uq_inventory_document_line_document_id_line_no")),
    )
    op.create_index(op.f("ix_inventory_document_line_item_id"), "inventory_document_line", ["item_id"], unique=False)
    op.create_table(
        "item_journal_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("posting_date", sa.Date(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=20), nullable=False),
        sa.Column("external_document_no", sa.String(length=50), nullable=False),
        sa.Column(
            "entry_type",
            sa.Enum(
                "purchase",
                "sale",
                "positive_adjmt",
                "negative_adjmt",
                "transfer",
                "consumption",
                "output",
                "assembly_consumption",
                "assembly_output",
                name="entry_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("qty_per_unit_of_measure", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("discount_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("indirect_cost_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("overhead_rate", models.base.ScaledDecimal(), nullable=False),
        sa.Column("applies_to_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("applies_from_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "gen_business_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "source_type",
            sa.Enum(
                "",
                "customer",
                "vendor",
                "item",
                name="source_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_no", sa.String(length=20), nullable=False),
        sa.Column("reason_code", sa.String(length=10), nullable=False),
        sa.Column("lot_no", sa.String(length=50), nullable=False),
        sa.Column("serial_no", sa.String(length=50), nullable=False),
        sa.Column("package_no", sa.String(length=50), nullable=False),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.Column("warranty_date", sa.Date(), nullable=True),
        sa.Column("new_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("new_bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("new_lot_no", sa.String(length=50), nullable=False),
        sa.Column("new_serial_no", sa.String(length=50), nullable=False),
        sa.Column("new_package_no", sa.String(length=50), nullable=False),
        sa.Column("new_expiration_date", sa.Date(), nullable=True),
        sa.Column("physical_inventory", sa.Boolean(), nullable=False),
        sa.Column("qty_calculated", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_counted", models.base.ScaledDecimal(), nullable=False),
        sa.Column("last_item_ledger_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("inventory_value_calculated", models.base.ScaledDecimal(), nullable=False),
        sa.Column("inventory_value_revalued", models.base.ScaledDecimal(), nullable=False),
        sa.Column("update_standard_cost", sa.Boolean(), nullable=False),
        sa.Column("by_location", sa.Boolean(), nullable=False),
        sa.Column("by_variant", sa.Boolean(), nullable=False),
        sa.Column(
            "recurring_method",
            sa.Enum(
                "", "fixed", "variable", name="recurring_method", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("recurring_frequency", sa.String(length=20), nullable=False),
        sa.Column("recurring_expiration_date", sa.Date(), nullable=True),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["applies_from_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_item_journal_line_applies_from_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["applies_to_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_item_journal_line_applies_to_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["journal_batch.id"],
            name=op.f("fk_item_journal_line_batch_id_journal_batch"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["bin_id"], ["bin.id"], name=op.f("fk_item_journal_line_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["dimension_set_id"],
            ["dimension_set.id"],
            name=op.f("fk_item_journal_line_dimension_set_id_dimension_set"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["gen_business_posting_group_id"],
            ["gen_business_posting_group.id"],
            name=op.f("fk_item_journal_line_gen_business_posting_group_id_gen_business_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_item_journal_line_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_item_journal_line_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["new_bin_id"], ["bin.id"], name=op.f("fk_item_journal_line_new_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["new_location_id"],
            ["location.id"],
            name=op.f("fk_item_journal_line_new_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_item_journal_line_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_item_journal_line_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_journal_line")),
        sa.UniqueConstraint("batch_id", "line_no", name=op.f("uq_item_journal_line_batch_id_line_no")),
    )
    op.create_index(op.f("ix_item_journal_line_item_id"), "item_journal_line", ["item_id"], unique=False)
    op.create_table(
        "number_picture",
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=100), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["number_card.id"], name=op.f("fk_number_picture_card_id_number_card"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("card_id", name=op.f("pk_number_picture")),
    )
    op.create_table(
        "physical_inventory_order_number",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_no", sa.String(length=50), nullable=False),
        sa.Column("serial_no", sa.String(length=50), nullable=False),
        sa.Column("package_no", sa.String(length=50), nullable=False),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.Column("qty_expected", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_recorded", models.base.ScaledDecimal(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["physical_inventory_order_line.id"],
            name=op.f("fk_physical_inventory_order_number_line_id_physical_inventory_order_line"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_physical_inventory_order_number")),
        sa.UniqueConstraint(
            "line_id",
            "lot_no",
            "serial_no",
            "package_no",
            name=op.f("uq_physical_inventory_order_number_line_id_lot_no_serial_no_package_no"),
        ),
    )
    op.create_table(
        "physical_inventory_recording_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recording_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("lot_no", sa.String(length=50), nullable=False),
        sa.Column("serial_no", sa.String(length=50), nullable=False),
        sa.Column("package_no", sa.String(length=50), nullable=False),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", models.base.UtcDateTime(), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_physical_inventory_recording_line_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["bin_id"], ["bin.id"], name=op.f("fk_physical_inventory_recording_line_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
            name=op.f("fk_physical_inventory_recording_line_item_id_item"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_physical_inventory_recording_line_location_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["physical_inventory_order_line.id"],
            name="fk_recording_line_order_line",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["physical_inventory_recording.id"],
            name=op.f("fk_physical_inventory_recording_line_recording_id_physical_inventory_recording"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_physical_inventory_recording_line_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_physical_inventory_recording_line")),
        sa.UniqueConstraint(
            "recording_id", "line_no", name=op.f("uq_physical_inventory_recording_line_recording_id_line_no")
        ),
    )
    op.create_index(
        op.f("ix_physical_inventory_recording_line_order_line_id"),
        "physical_inventory_recording_line",
        ["order_line_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_physical_inventory_recording_line_recording_id_recorded"),
        "physical_inventory_recording_line",
        ["recording_id", "recorded"],
        unique=False,
    )
    op.create_index(
        "ix_physical_inventory_recording_line_spot",
        "physical_inventory_recording_line",
        ["recording_id", "item_id", "bin_id"],
        unique=False,
    )
    op.create_table(
        "picture_import_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_no", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=250), nullable=False),
        sa.Column("extension", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("has_picture", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "skip",
                "pending",
                "completed",
                "refused",
                name="picture_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("message", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["picture_import.id"],
            name=op.f("fk_picture_import_row_import_id_picture_import"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_picture_import_row_item_id_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture_import_row")),
        sa.UniqueConstraint("import_id", "place", name=op.f("uq_picture_import_row_import_id_place")),
    )
    op.create_index(op.f("ix_picture_import_row_item_id"), "picture_import_row", ["item_id"], unique=False)
    op.create_table(
        "trade_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "item",
                "item_charge",
                "gl_account",
                "resource",
                "cost",
                "comment",
                name="trade_line_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item_charge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("gl_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("resource_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("service_cost_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("item_reference_no", sa.String(length=50), nullable=False),
        sa.Column("vendor_item_no", sa.String(length=50), nullable=False),
        sa.Column("attached_to_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("original_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("original_variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("qty_per_unit_of_measure", models.base.ScaledDecimal(), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("quantity_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("outstanding_qty", models.base.ScaledDecimal(), nullable=False),
        sa.Column("outstanding_qty_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_to_handle", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_handled", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_handled_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_to_invoice", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_invoiced", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_invoiced_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_to_consume", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_consumed", models.base.ScaledDecimal(), nullable=False),
        sa.Column("over_receipt_code", sa.String(length=20), nullable=False),
        sa.Column("over_receipt_qty", models.base.ScaledDecimal(), nullable=False),
        sa.Column("over_receipt_pending", sa.Boolean(), nullable=False),
        sa.Column("unit_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("indirect_cost_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("overhead_rate", models.base.ScaledDecimal(), nullable=False),
        sa.Column("line_discount_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("line_discount_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("allow_line_discount", sa.Boolean(), nullable=False),
        sa.Column("allow_invoice_discount", sa.Boolean(), nullable=False),
        sa.Column("invoice_discount_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("service_charge", sa.Boolean(), nullable=False),
        sa.Column("line_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("gen_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vat_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vat_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("order_date", sa.Date(), nullable=True),
        sa.Column("requested_date", sa.Date(), nullable=True),
        sa.Column("promised_date", sa.Date(), nullable=True),
        sa.Column("planned_date", sa.Date(), nullable=True),
        sa.Column("planned_shipment_date", sa.Date(), nullable=True),
        sa.Column("expected_date", sa.Date(), nullable=True),
        sa.Column("shipping_time", sa.String(length=20), nullable=False),
        sa.Column("handling_time", sa.String(length=20), nullable=False),
        sa.Column("lead_time", sa.String(length=20), nullable=False),
        sa.Column("safety_lead_time", sa.String(length=20), nullable=False),
        sa.Column("purchasing_code", sa.String(length=10), nullable=False),
        sa.Column("drop_shipment", sa.Boolean(), nullable=False),
        sa.Column("special_order", sa.Boolean(), nullable=False),
        sa.Column("linked_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("applies_to_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("applies_from_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posted_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "reserve",
            sa.Enum(
                "never",
                "optional",
                "always",
                name="reserve_policy",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("return_reason_code", sa.String(length=10), nullable=False),
        sa.Column("gross_weight", models.base.ScaledDecimal(), nullable=False),
        sa.Column("net_weight", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_volume", models.base.ScaledDecimal(), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(type = 'cost') = (service_cost_id IS NOT NULL)", name=op.f("ck_trade_line_cost_on_cost_lines")
        ),
        sa.CheckConstraint("(type = 'item') = (item_id IS NOT NULL)", name=op.f("ck_trade_line_item_on_item_lines")),
        sa.CheckConstraint(
            "(type = 'item_charge') = (item_charge_id IS NOT NULL)", name=op.f("ck_trade_line_charge_on_charge_lines")
        ),
        sa.CheckConstraint(
            "(type = 'resource') = (resource_id IS NOT NULL)", name=op.f("ck_trade_line_resource_on_resource_lines")
        ),
        sa.CheckConstraint(
            "line_discount_percent >= 0 AND line_discount_percent <= 10000000",
            name=op.f("ck_trade_line_discount_percent"),
        ),
        sa.ForeignKeyConstraint(
            ["applies_from_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_trade_line_applies_from_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["applies_to_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_trade_line_applies_to_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["attached_to_line_id"],
            ["trade_line.id"],
            name=op.f("fk_trade_line_attached_to_line_id_trade_line"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["bin_id"], ["bin.id"], name=op.f("fk_trade_line_bin_id_bin"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["dimension_set_id"],
            ["dimension_set.id"],
            name=op.f("fk_trade_line_dimension_set_id_dimension_set"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["trade_document.id"],
            name=op.f("fk_trade_line_document_id_trade_document"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["gen_product_posting_group_id"],
            ["gen_product_posting_group.id"],
            name=op.f("fk_trade_line_gen_product_posting_group_id_gen_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["gl_account_id"],
            ["gl_account.id"],
            name=op.f("fk_trade_line_gl_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_charge_id"],
            ["item_charge.id"],
            name=op.f("fk_trade_line_item_charge_id_item_charge"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_trade_line_item_id_item"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["linked_line_id"],
            ["trade_line.id"],
            name=op.f("fk_trade_line_linked_line_id_trade_line"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_trade_line_location_id_location"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["original_item_id"], ["item.id"], name=op.f("fk_trade_line_original_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["original_variant_id"],
            ["item_variant.id"],
            name=op.f("fk_trade_line_original_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_trade_line_resource_id_resource"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["service_cost_id"],
            ["service_cost.id"],
            name=op.f("fk_trade_line_service_cost_id_service_cost"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_trade_line_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["item_variant.id"], name=op.f("fk_trade_line_variant_id_item_variant"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["vat_product_posting_group_id"],
            ["vat_product_posting_group.id"],
            name=op.f("fk_trade_line_vat_product_posting_group_id_vat_product_posting_group"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_line")),
        sa.UniqueConstraint("document_id", "line_no", name=op.f("uq_trade_line_document_id_line_no")),
    )
    op.create_index(
        "ix_trade_line_attached",
        "trade_line",
        ["attached_to_line_id"],
        unique=False,
        sqlite_where=sa.text("attached_to_line_id IS NOT NULL"),
        postgresql_where=sa.text("attached_to_line_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_trade_line_item_id_variant_id_location_id_expected_date"),
        "trade_line",
        ["item_id", "variant_id", "location_id", "expected_date"],
        unique=False,
    )
    op.create_index(op.f("ix_trade_line_linked_line_id"), "trade_line", ["linked_line_id"], unique=False)
    op.create_index(
        "ix_trade_line_not_invoiced",
        "trade_line",
        ["document_id"],
        unique=False,
        postgresql_where=sa.text("qty_handled <> qty_invoiced"),
        sqlite_where=sa.text("qty_handled <> qty_invoiced"),
    )
    op.create_index(
        "ix_trade_line_original",
        "trade_line",
        ["original_item_id"],
        unique=False,
        postgresql_where=sa.text("original_item_id IS NOT NULL"),
        sqlite_where=sa.text("original_item_id IS NOT NULL"),
    )
    op.create_index(
        "ix_trade_line_outstanding",
        "trade_line",
        ["expected_date", "document_id"],
        unique=False,
        postgresql_where=sa.text("outstanding_qty_base <> 0"),
        sqlite_where=sa.text("outstanding_qty_base <> 0"),
    )
    op.create_index(op.f("ix_trade_line_posted_line_id"), "trade_line", ["posted_line_id"], unique=False)
    op.create_table(
        "transfer_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("qty_per_unit_of_measure", models.base.ScaledDecimal(), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("quantity_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_to_ship", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_shipped", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_shipped_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_to_receive", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_received", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_received_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("shipment_date", sa.Date(), nullable=False),
        sa.Column("receipt_date", sa.Date(), nullable=False),
        sa.Column("from_bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("to_bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("applies_to_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "qty_received_base >= 0 AND qty_received_base <= qty_shipped_base",
            name=op.f("ck_transfer_line_received_within_shipped"),
        ),
        sa.CheckConstraint(
            "qty_shipped_base >= 0 AND qty_shipped_base <= quantity_base",
            name=op.f("ck_transfer_line_shipped_within_quantity"),
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_transfer_line_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["applies_to_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_transfer_line_applies_to_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["dimension_set_id"],
            ["dimension_set.id"],
            name=op.f("fk_transfer_line_dimension_set_id_dimension_set"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["from_bin_id"], ["bin.id"], name=op.f("fk_transfer_line_from_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_transfer_line_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["transfer_order.id"],
            name=op.f("fk_transfer_line_order_id_transfer_order"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["to_bin_id"], ["bin.id"], name=op.f("fk_transfer_line_to_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_transfer_line_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_transfer_line_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_line")),
        sa.UniqueConstraint("order_id", "line_no", name=op.f("uq_transfer_line_order_id_line_no")),
    )
    op.create_index(
        op.f("ix_transfer_line_applies_to_entry_id"), "transfer_line", ["applies_to_entry_id"], unique=False
    )
    op.create_index(
        op.f("ix_transfer_line_item_id_variant_id"), "transfer_line", ["item_id", "variant_id"], unique=False
    )
    op.create_table(
        "inventory_document_number",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_no", sa.String(length=50), nullable=False),
        sa.Column("serial_no", sa.String(length=50), nullable=False),
        sa.Column("package_no", sa.String(length=50), nullable=False),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_inventory_document_number_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["inventory_document_line.id"],
            name=op.f("fk_inventory_document_number_line_id_inventory_document_line"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_document_number")),
    )
    op.create_index(
        op.f("ix_inventory_document_number_line_id"), "inventory_document_number", ["line_id"], unique=False
    )
    op.create_table(
        "physical_inventory_count",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recording_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recording_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=50), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("counted_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("received_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["physical_inventory_recording.id"],
            name=op.f("fk_physical_inventory_count_recording_id_physical_inventory_recording"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recording_line_id"],
            ["physical_inventory_recording_line.id"],
            name="fk_count_recording_line",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_physical_inventory_count")),
        sa.UniqueConstraint("recording_id", "key", name=op.f("uq_physical_inventory_count_recording_id_key")),
    )
    op.create_index(
        op.f("ix_physical_inventory_count_recording_line_id"),
        "physical_inventory_count",
        ["recording_line_id"],
        unique=False,
    )
    op.create_table(
        "planning_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("order_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column(
            "replenishment_system",
            sa.Enum(
                "purchase",
                "assembly",
                "production",
                "transfer",
                name="planning_line_replenishment_system",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("transfer_from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("demand_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "new",
                "change_quantity",
                "reschedule",
                "reschedule_and_change",
                "cancel",
                name="planning_line_action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column(
            "warning",
            sa.Enum(
                "emergency",
                "exception",
                "attention",
                name="planning_line_warning",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("original_quantity_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("original_due_date", sa.Date(), nullable=True),
        sa.Column("supply_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supply_transfer_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("order_for_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(action = 'new') = (supply_line_id IS NULL AND supply_transfer_line_id IS NULL)",
            name=op.f("ck_planning_line_message_names_order"),
        ),
        sa.CheckConstraint(
            "quantity_base > 0 OR (action = 'cancel' AND quantity_base = 0)",
            name=op.f("ck_planning_line_quantity_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["demand_line_id"],
            ["trade_line.id"],
            name=op.f("fk_planning_line_demand_line_id_trade_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_planning_line_item_id_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_planning_line_location_id_location"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["order_for_line_id"],
            ["trade_line.id"],
            name=op.f("fk_planning_line_order_for_line_id_trade_line"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["supply_line_id"],
            ["trade_line.id"],
            name=op.f("fk_planning_line_supply_line_id_trade_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["supply_transfer_line_id"],
            ["transfer_line.id"],
            name=op.f("fk_planning_line_supply_transfer_line_id_transfer_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["transfer_from_id"],
            ["location.id"],
            name=op.f("fk_planning_line_transfer_from_id_location"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_planning_line_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name=op.f("fk_planning_line_vendor_id_vendor"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_line")),
    )
    op.create_index(op.f("ix_planning_line_demand_line_id"), "planning_line", ["demand_line_id"], unique=False)
    op.create_index(op.f("ix_planning_line_due_date_id"), "planning_line", ["due_date", "id"], unique=False)
    op.create_index(
        op.f("ix_planning_line_item_id_variant_id_location_id_due_date"),
        "planning_line",
        ["item_id", "variant_id", "location_id", "due_date"],
        unique=False,
    )
    op.create_index(op.f("ix_planning_line_order_for_line_id"), "planning_line", ["order_for_line_id"], unique=False)
    op.create_index(op.f("ix_planning_line_supply_line_id"), "planning_line", ["supply_line_id"], unique=False)
    op.create_index(
        op.f("ix_planning_line_supply_transfer_line_id"), "planning_line", ["supply_transfer_line_id"], unique=False
    )
    op.create_table(
        "posted_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("order_no", sa.String(length=20), nullable=False),
        sa.Column("order_line_no", sa.Integer(), nullable=False),
        sa.Column("handling_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "type",
            sa.Enum(
                "item",
                "item_charge",
                "gl_account",
                "resource",
                "cost",
                "comment",
                name="trade_line_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item_charge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("gl_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("resource_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("service_cost_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("item_reference_no", sa.String(length=50), nullable=False),
        sa.Column("vendor_item_no", sa.String(length=50), nullable=False),
        sa.Column("unit_of_measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("qty_per_unit_of_measure", models.base.ScaledDecimal(), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("quantity_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_invoiced", models.base.ScaledDecimal(), nullable=False),
        sa.Column("correction", sa.Boolean(), nullable=False),
        sa.Column("applies_to_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("applies_from_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_cost", models.base.ScaledDecimal(), nullable=False),
        sa.Column("line_discount_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("line_discount_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("invoice_discount_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("vat_percent", models.base.ScaledDecimal(), nullable=False),
        sa.Column("vat_amount", models.base.ScaledDecimal(), nullable=False),
        sa.Column("gen_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vat_product_posting_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expected_date", sa.Date(), nullable=True),
        sa.Column("requested_date", sa.Date(), nullable=True),
        sa.Column("promised_date", sa.Date(), nullable=True),
        sa.Column("planned_date", sa.Date(), nullable=True),
        sa.Column("drop_shipment", sa.Boolean(), nullable=False),
        sa.Column("return_reason_code", sa.String(length=10), nullable=False),
        sa.Column("gross_weight", models.base.ScaledDecimal(), nullable=False),
        sa.Column("unit_volume", models.base.ScaledDecimal(), nullable=False),
        sa.Column("dimension_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["bin_id"], ["bin.id"], name=op.f("fk_posted_line_bin_id_bin"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["posted_document.id"],
            name=op.f("fk_posted_line_document_id_posted_document"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["gl_account_id"],
            ["gl_account.id"],
            name=op.f("fk_posted_line_gl_account_id_gl_account"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["handling_line_id"],
            ["posted_line.id"],
            name=op.f("fk_posted_line_handling_line_id_posted_line"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_charge_id"],
            ["item_charge.id"],
            name=op.f("fk_posted_line_item_charge_id_item_charge"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_posted_line_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_posted_line_location_id_location"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["trade_line.id"],
            name=op.f("fk_posted_line_order_line_id_trade_line"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_posted_line_resource_id_resource"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["service_cost_id"],
            ["service_cost.id"],
            name=op.f("fk_posted_line_service_cost_id_service_cost"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_of_measure_id"],
            ["unit_of_measure.id"],
            name=op.f("fk_posted_line_unit_of_measure_id_unit_of_measure"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_posted_line_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_line")),
        sa.UniqueConstraint("document_id", "line_no", name=op.f("uq_posted_line_document_id_line_no")),
    )
    op.create_index(op.f("ix_posted_line_handling_line_id"), "posted_line", ["handling_line_id"], unique=False)
    op.create_index(op.f("ix_posted_line_item_id"), "posted_line", ["item_id"], unique=False)
    op.create_index(
        "ix_posted_line_not_invoiced",
        "posted_line",
        ["document_id"],
        unique=False,
        postgresql_where=sa.text("quantity <> qty_invoiced"),
        sqlite_where=sa.text("quantity <> qty_invoiced"),
    )
    op.create_index(op.f("ix_posted_line_order_line_id"), "posted_line", ["order_line_id"], unique=False)
    op.create_table(
        "posted_transfer_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("transfer_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("order_line_no", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", sa.String(length=100), nullable=False),
        sa.Column("unit_of_measure_code", sa.String(length=10), nullable=False),
        sa.Column("qty_per_unit_of_measure", models.base.ScaledDecimal(), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("quantity_base", models.base.ScaledDecimal(), nullable=False),
        sa.Column("shipment_date", sa.Date(), nullable=False),
        sa.Column("receipt_date", sa.Date(), nullable=False),
        sa.Column("from_bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("to_bin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("correction", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["posted_transfer.id"],
            name=op.f("fk_posted_transfer_line_document_id_posted_transfer"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["from_bin_id"], ["bin.id"], name=op.f("fk_posted_transfer_line_from_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_posted_transfer_line_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["to_bin_id"], ["bin.id"], name=op.f("fk_posted_transfer_line_to_bin_id_bin"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["transfer_line_id"],
            ["transfer_line.id"],
            name=op.f("fk_posted_transfer_line_transfer_line_id_transfer_line"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_posted_transfer_line_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_transfer_line")),
        sa.UniqueConstraint("document_id", "line_no", name=op.f("uq_posted_transfer_line_document_id_line_no")),
    )
    op.create_index(op.f("ix_posted_transfer_line_item_id"), "posted_transfer_line", ["item_id"], unique=False)
    op.create_index(
        op.f("ix_posted_transfer_line_transfer_line_id"), "posted_transfer_line", ["transfer_line_id"], unique=False
    )
    op.create_table(
        "trade_line_number",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_no", sa.String(length=50), nullable=False),
        sa.Column("serial_no", sa.String(length=50), nullable=False),
        sa.Column("package_no", sa.String(length=50), nullable=False),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.Column("warranty_date", sa.Date(), nullable=True),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_to_handle", models.base.ScaledDecimal(), nullable=True),
        sa.Column("qty_handled", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_invoiced", models.base.ScaledDecimal(), nullable=False),
        sa.Column("applies_to_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("applies_from_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "qty_handled >= 0 AND qty_handled <= quantity", name=op.f("ck_trade_line_number_handled_within_quantity")
        ),
        sa.CheckConstraint(
            "qty_invoiced >= 0 AND qty_invoiced <= qty_handled",
            name=op.f("ck_trade_line_number_invoiced_within_handled"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_trade_line_number_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["applies_from_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_trade_line_number_applies_from_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["applies_to_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_trade_line_number_applies_to_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["trade_line.id"], name=op.f("fk_trade_line_number_line_id_trade_line"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_line_number")),
    )
    op.create_index(op.f("ix_trade_line_number_line_id"), "trade_line_number", ["line_id"], unique=False)
    op.create_index(
        "ix_trade_line_number_lot",
        "trade_line_number",
        ["lot_no"],
        unique=False,
        postgresql_where=sa.text("lot_no <> ''"),
        sqlite_where=sa.text("lot_no <> ''"),
    )
    op.create_index(
        "ix_trade_line_number_serial",
        "trade_line_number",
        ["serial_no"],
        unique=False,
        postgresql_where=sa.text("serial_no <> ''"),
        sqlite_where=sa.text("serial_no <> ''"),
    )
    op.create_table(
        "transfer_line_number",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_no", sa.String(length=50), nullable=False),
        sa.Column("serial_no", sa.String(length=50), nullable=False),
        sa.Column("package_no", sa.String(length=50), nullable=False),
        sa.Column("expiration_date", sa.Date(), nullable=True),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_shipped", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_received", models.base.ScaledDecimal(), nullable=False),
        sa.CheckConstraint(
            "qty_received >= 0 AND qty_received <= qty_shipped",
            name=op.f("ck_transfer_line_number_received_within_shipped"),
        ),
        sa.CheckConstraint(
            "qty_shipped >= 0 AND qty_shipped <= quantity", name=op.f("ck_transfer_line_number_shipped_within_quantity")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_transfer_line_number_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["transfer_line.id"],
            name=op.f("fk_transfer_line_number_line_id_transfer_line"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_line_number")),
    )
    op.create_index(op.f("ix_transfer_line_number_line_id"), "transfer_line_number", ["line_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("posted_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("flows_to_sales", sa.Boolean(), nullable=False),
        sa.Column("flows_to_purchase", sa.Boolean(), nullable=False),
        sa.Column("attached_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("attached_by", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN item_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN card_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN line_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN posted_line_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_attachment_at_one_place"),
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["number_card.id"], name=op.f("fk_attachment_card_id_number_card"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["attached_file.id"], name=op.f("fk_attachment_file_id_attached_file"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_attachment_item_id_item"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["line_id"], ["trade_line.id"], name=op.f("fk_attachment_line_id_trade_line"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["posted_line_id"],
            ["posted_line.id"],
            name=op.f("fk_attachment_posted_line_id_posted_line"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("card_id", "name", name=op.f("uq_attachment_card_id_name")),
        sa.UniqueConstraint("item_id", "name", name=op.f("uq_attachment_item_id_name")),
    )
    op.create_index(op.f("ix_attachment_file_id"), "attachment", ["file_id"], unique=False)
    op.create_index(op.f("ix_attachment_line_id"), "attachment", ["line_id"], unique=False)
    op.create_index(op.f("ix_attachment_posted_line_id"), "attachment", ["posted_line_id"], unique=False)
    op.create_table(
        "item_charge_assignment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("target_posted_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("target_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("qty_to_assign", models.base.ScaledDecimal(), nullable=False),
        sa.Column("amount_to_assign", models.base.ScaledDecimal(), nullable=False),
        sa.Column("qty_assigned", models.base.ScaledDecimal(), nullable=False),
        sa.CheckConstraint(
            "(target_line_id IS NOT NULL AND target_posted_line_id IS NULL AND target_entry_id IS NULL) OR (target_line_id IS NULL AND target_posted_line_id IS NOT NULL AND target_entry_id IS NULL) OR (target_line_id IS NULL AND target_posted_line_id IS NULL AND target_entry_id IS NOT NULL)",
            name=op.f("ck_item_charge_assignment_one_target"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["trade_line.id"],
            name=op.f("fk_item_charge_assignment_line_id_trade_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_item_charge_assignment_target_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["target_line_id"],
            ["trade_line.id"],
            name=op.f("fk_item_charge_assignment_target_line_id_trade_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target_posted_line_id"],
            ["posted_line.id"],
            name=op.f("fk_item_charge_assignment_target_posted_line_id_posted_line"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_charge_assignment")),
    )
    op.create_index(op.f("ix_item_charge_assignment_line_id"), "item_charge_assignment", ["line_id"], unique=False)
    op.create_index(
        op.f("ix_item_charge_assignment_target_entry_id"), "item_charge_assignment", ["target_entry_id"], unique=False
    )
    op.create_index(
        op.f("ix_item_charge_assignment_target_line_id"), "item_charge_assignment", ["target_line_id"], unique=False
    )
    op.create_index(
        op.f("ix_item_charge_assignment_target_posted_line_id"),
        "item_charge_assignment",
        ["target_posted_line_id"],
        unique=False,
    )
    op.create_table(
        "posted_line_entry",
        sa.Column("posted_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_ledger_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_ledger_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_posted_line_entry_item_ledger_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posted_line_id"],
            ["posted_line.id"],
            name=op.f("fk_posted_line_entry_posted_line_id_posted_line"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("posted_line_id", "item_ledger_entry_id", name=op.f("pk_posted_line_entry")),
    )
    op.create_index(
        op.f("ix_posted_line_entry_item_ledger_entry_id"), "posted_line_entry", ["item_ledger_entry_id"], unique=False
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", models.base.ScaledDecimal(), nullable=False),
        sa.Column("demand_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("demand_transfer_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("demand_inventory_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supply_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supply_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supply_transfer_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supply_inventory_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("supply_planning_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expected_receipt_date", sa.Date(), nullable=True),
        sa.Column("shipment_date", sa.Date(), nullable=False),
        sa.Column("specific", sa.Boolean(), nullable=False),
        sa.Column("lot_no", sa.String(length=50), nullable=False),
        sa.Column("serial_no", sa.String(length=50), nullable=False),
        sa.Column("package_no", sa.String(length=50), nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN demand_line_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN demand_transfer_line_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN demand_inventory_line_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_reservation_one_demand"),
        ),
        sa.CheckConstraint(
            "(CASE WHEN supply_entry_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN supply_line_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN supply_transfer_line_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN supply_inventory_line_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN supply_planning_line_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_reservation_one_supply"),
        ),
        sa.CheckConstraint(
            "expected_receipt_date IS NULL OR expected_receipt_date <= shipment_date",
            name=op.f("ck_reservation_in_time"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservation_quantity_positive")),
        sa.CheckConstraint(
            "supply_entry_id IS NULL OR expected_receipt_date IS NULL", name=op.f("ck_reservation_stock_has_no_date")
        ),
        sa.ForeignKeyConstraint(
            ["demand_inventory_line_id"],
            ["inventory_document_line.id"],
            name=op.f("fk_reservation_demand_inventory_line_id_inventory_document_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["demand_line_id"],
            ["trade_line.id"],
            name=op.f("fk_reservation_demand_line_id_trade_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["demand_transfer_line_id"],
            ["transfer_line.id"],
            name=op.f("fk_reservation_demand_transfer_line_id_transfer_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_reservation_item_id_item"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_reservation_location_id_location"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["supply_entry_id"],
            ["item_ledger_entry.id"],
            name=op.f("fk_reservation_supply_entry_id_item_ledger_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["supply_inventory_line_id"],
            ["inventory_document_line.id"],
            name=op.f("fk_reservation_supply_inventory_line_id_inventory_document_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["supply_line_id"],
            ["trade_line.id"],
            name=op.f("fk_reservation_supply_line_id_trade_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["supply_planning_line_id"],
            ["planning_line.id"],
            name=op.f("fk_reservation_supply_planning_line_id_planning_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["supply_transfer_line_id"],
            ["transfer_line.id"],
            name=op.f("fk_reservation_supply_transfer_line_id_transfer_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["item_variant.id"],
            name=op.f("fk_reservation_variant_id_item_variant"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
    )
    op.create_index(
        op.f("ix_reservation_demand_inventory_line_id"),
        "reservation",
        ["demand_inventory_line_id"],
        unique=False,
        postgresql_where=sa.text("demand_inventory_line_id IS NOT NULL"),
        sqlite_where=sa.text("demand_inventory_line_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_reservation_demand_line_id"),
        "reservation",
        ["demand_line_id"],
        unique=False,
        postgresql_where=sa.text("demand_line_id IS NOT NULL"),
        sqlite_where=sa.text("demand_line_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_reservation_demand_transfer_line_id"),
        "reservation",
        ["demand_transfer_line_id"],
        unique=False,
        postgresql_where=sa.text("demand_transfer_line_id IS NOT NULL"),
        sqlite_where=sa.text("demand_transfer_line_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_reservation_item_id_variant_id_location_id"),
        "reservation",
        ["item_id", "variant_id", "location_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_reservation_supply_entry_id"),
        "reservation",
        ["supply_entry_id"],
        unique=False,
        postgresql_where=sa.text("supply_entry_id IS NOT NULL"),
        sqlite_where=sa.text("supply_entry_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_reservation_supply_inventory_line_id"),
        "reservation",
        ["supply_inventory_line_id"],
        unique=False,
        postgresql_where=sa.text("supply_inventory_line_id IS NOT NULL"),
        sqlite_where=sa.text("supply_inventory_line_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_reservation_supply_line_id"),
        "reservation",
        ["supply_line_id"],
        unique=False,
        postgresql_where=sa.text("supply_line_id IS NOT NULL"),
        sqlite_where=sa.text("supply_line_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_reservation_supply_planning_line_id"),
        "reservation",
        ["supply_planning_line_id"],
        unique=False,
        postgresql_where=sa.text("supply_planning_line_id IS NOT NULL"),
        sqlite_where=sa.text("supply_planning_line_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_reservation_supply_transfer_line_id"),
        "reservation",
        ["supply_transfer_line_id"],
        unique=False,
        postgresql_where=sa.text("supply_transfer_line_id IS NOT NULL"),
        sqlite_where=sa.text("supply_transfer_line_id IS NOT NULL"),
    )
    create_guards(op.get_bind())
    insert_blank_rows(op.get_bind())
    create_setup_guards(op.get_bind())
    create_category_counts(op.get_bind())
    create_position_guards(op.get_bind())


def downgrade() -> None:
    op.drop_index(
        op.f("ix_reservation_supply_transfer_line_id"),
        table_name="reservation",
        postgresql_where=sa.text("supply_transfer_line_id IS NOT NULL"),
        sqlite_where=sa.text("supply_transfer_line_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_reservation_supply_planning_line_id"),
        table_name="reservation",
        postgresql_where=sa.text("supply_planning_line_id IS NOT NULL"),
        sqlite_where=sa.text("supply_planning_line_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_reservation_supply_line_id"),
        table_name="reservation",
        postgresql_where=sa.text("supply_line_id IS NOT NULL"),
        sqlite_where=sa.text("supply_line_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_reservation_supply_inventory_line_id"),
        table_name="reservation",
        postgresql_where=sa.text("supply_inventory_line_id IS NOT NULL"),
        sqlite_where=sa.text("supply_inventory_line_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_reservation_supply_entry_id"),
        table_name="reservation",
        postgresql_where=sa.text("supply_entry_id IS NOT NULL"),
        sqlite_where=sa.text("supply_entry_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_reservation_item_id_variant_id_location_id"), table_name="reservation")
    op.drop_index(
        op.f("ix_reservation_demand_transfer_line_id"),
        table_name="reservation",
        postgresql_where=sa.text("demand_transfer_line_id IS NOT NULL"),
        sqlite_where=sa.text("demand_transfer_line_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_reservation_demand_line_id"),
        table_name="reservation",
        postgresql_where=sa.text("demand_line_id IS NOT NULL"),
        sqlite_where=sa.text("demand_line_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_reservation_demand_inventory_line_id"),
        table_name="reservation",
        postgresql_where=sa.text("demand_inventory_line_id IS NOT NULL"),
        sqlite_where=sa.text("demand_inventory_line_id IS NOT NULL"),
    )
    op.drop_table("reservation")
    op.drop_index(op.f("ix_posted_line_entry_item_ledger_entry_id"), table_name="posted_line_entry")
    op.drop_table("posted_line_entry")
    op.drop_index(op.f("ix_item_charge_assignment_target_posted_line_id"), table_name="item_charge_assignment")
    op.drop_index(op.f("ix_item_charge_assignment_target_line_id"), table_name="item_charge_assignment")
    op.drop_index(op.f("ix_item_charge_assignment_target_entry_id"), table_name="item_charge_assignment")
    op.drop_index(op.f("ix_item_charge_assignment_line_id"), table_name="item_charge_assignment")
    op.drop_table("item_charge_assignment")
    op.drop_index(op.f("ix_attachment_posted_line_id"), table_name="attachment")
    op.drop_index(op.f("ix_attachment_line_id"), table_name="attachment")
    op.drop_index(op.f("ix_attachment_file_id"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_transfer_line_number_line_id"), table_name="transfer_line_number")
    op.drop_table("transfer_line_number")
    op.drop_index(
        "ix_trade_line_number_serial",
        table_name="trade_line_number",
        postgresql_where=sa.text("serial_no <> ''"),
        sqlite_where=sa.text("serial_no <> ''"),
    )
    op.drop_index(
        "ix_trade_line_number_lot",
        table_name="trade_line_number",
        postgresql_where=sa.text("lot_no <> ''"),
        sqlite_where=sa.text("lot_no <> ''"),
    )
    op.drop_index(op.f("ix_trade_line_number_line_id"), table_name="trade_line_number")
    op.drop_table("trade_line_number")
    op.drop_index(op.f("ix_posted_transfer_line_transfer_line_id"), table_name="posted_transfer_line")
    op.drop_index(op.f("ix_posted_transfer_line_item_id"), table_name="posted_transfer_line")
    op.drop_table("posted_transfer_line")
    op.drop_index(op.f("ix_posted_line_order_line_id"), table_name="posted_line")
    op.drop_index(
        "ix_posted_line_not_invoiced",
        table_name="posted_line",
        postgresql_where=sa.text("quantity <> qty_invoiced"),
        sqlite_where=sa.text("quantity <> qty_invoiced"),
    )
    op.drop_index(op.f("ix_posted_line_item_id"), table_name="posted_line")
    op.drop_index(op.f("ix_posted_line_handling_line_id"), table_name="posted_line")
    op.drop_table("posted_line")
    op.drop_index(op.f("ix_planning_line_supply_transfer_line_id"), table_name="planning_line")
    op.drop_index(op.f("ix_planning_line_supply_line_id"), table_name="planning_line")
    op.drop_index(op.f("ix_planning_line_order_for_line_id"), table_name="planning_line")
    op.drop_index(op.f("ix_planning_line_item_id_variant_id_location_id_due_date"), table_name="planning_line")
    op.drop_index(op.f("ix_planning_line_due_date_id"), table_name="planning_line")
    op.drop_index(op.f("ix_planning_line_demand_line_id"), table_name="planning_line")
    op.drop_table("planning_line")
    op.drop_index(op.f("ix_physical_inventory_count_recording_line_id"), table_name="physical_inventory_count")
    op.drop_table("physical_inventory_count")
    op.drop_index(op.f("ix_inventory_document_number_line_id"), table_name="inventory_document_number")
    op.drop_table("inventory_document_number")
    op.drop_index(op.f("ix_transfer_line_item_id_variant_id"), table_name="transfer_line")
    op.drop_index(op.f("ix_transfer_line_applies_to_entry_id"), table_name="transfer_line")
    op.drop_table("transfer_line")
    op.drop_index(op.f("ix_trade_line_posted_line_id"), table_name="trade_line")
    op.drop_index(
        "ix_trade_line_outstanding",
        table_name="trade_line",
        postgresql_where=sa.text("outstanding_qty_base <> 0"),
        sqlite_where=sa.text("outstanding_qty_base <> 0"),
    )
    op.drop_index(
        "ix_trade_line_original",
        table_name="trade_line",
        postgresql_where=sa.text("original_item_id IS NOT NULL"),
        sqlite_where=sa.text("original_item_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_trade_line_not_invoiced",
        table_name="trade_line",
        postgresql_where=sa.text("qty_handled <> qty_invoiced"),
        sqlite_where=sa.text("qty_handled <> qty_invoiced"),
    )
    op.drop_index(op.f("ix_trade_line_linked_line_id"), table_name="trade_line")
    op.drop_index(op.f("ix_trade_line_item_id_variant_id_location_id_expected_date"), table_name="trade_line")
    op.drop_index(
        "ix_trade_line_attached",
        table_name="trade_line",
        sqlite_where=sa.text("attached_to_line_id IS NOT NULL"),
        postgresql_where=sa.text("attached_to_line_id IS NOT NULL"),
    )
    op.drop_table("trade_line")
    op.drop_index(op.f("ix_picture_import_row_item_id"), table_name="picture_import_row")
    op.drop_table("picture_import_row")
    op.drop_index("ix_physical_inventory_recording_line_spot", table_name="physical_inventory_recording_line")
    op.drop_index(
        op.f("ix_physical_inventory_recording_line_recording_id_recorded"),
        table_name="physical_inventory_recording_line",
    )
    op.drop_index(
        op.f("ix_physical_inventory_recording_line_order_line_id"), table_name="physical_inventory_recording_line"
    )
    op.drop_table("physical_inventory_recording_line")
    op.drop_table("physical_inventory_order_number")
    op.drop_table("number_picture")
    op.drop_index(op.f("ix_item_journal_line_item_id"), table_name="item_journal_line")
    op.drop_table("item_journal_line")
    op.drop_index(op.f("ix_inventory_document_line_item_id"), table_name="inventory_document_line")
    op.drop_table("inventory_document_line")
    op.drop_index(op.f("ix_application_worksheet_entry_item_id"), table_name="application_worksheet_entry")
    op.drop_table("application_worksheet_entry")
    op.drop_index(op.f("ix_stockkeeping_unit_vendor_id_id"), table_name="stockkeeping_unit")
    op.drop_index(op.f("ix_stockkeeping_unit_variant_id"), table_name="stockkeeping_unit")
    op.drop_index(op.f("ix_stockkeeping_unit_transfer_from_id_item_id"), table_name="stockkeeping_unit")
    op.drop_index(op.f("ix_stockkeeping_unit_location_id_id"), table_name="stockkeeping_unit")
    op.drop_table("stockkeeping_unit")
    op.drop_index(op.f("ix_price_list_line_price_list_id"), table_name="price_list_line")
    op.drop_index(op.f("ix_price_list_line_item_id"), table_name="price_list_line")
    op.drop_index(op.f("ix_price_list_line_item_discount_group"), table_name="price_list_line")
    op.drop_table("price_list_line")
    op.drop_index(op.f("ix_posted_inventory_document_line_item_id"), table_name="posted_inventory_document_line")
    op.drop_table("posted_inventory_document_line")
    op.drop_index(op.f("ix_picture_import_user_id_id"), table_name="picture_import")
    op.drop_index(op.f("ix_picture_import_file_id"), table_name="picture_import")
    op.drop_table("picture_import")
    op.drop_index("ix_physical_inventory_order_line_spot", table_name="physical_inventory_order_line")
    op.drop_index(op.f("ix_physical_inventory_order_line_item_id"), table_name="physical_inventory_order_line")
    op.drop_index(op.f("ix_physical_inventory_order_line_bin_id"), table_name="physical_inventory_order_line")
    op.drop_table("physical_inventory_order_line")
    op.drop_index(op.f("ix_number_card_number_item_id"), table_name="number_card")
    op.drop_index(
        "ix_number_card_certificate",
        table_name="number_card",
        postgresql_where=sa.text("certificate_until IS NOT NULL"),
        sqlite_where=sa.text("certificate_until IS NOT NULL"),
    )
    op.drop_index(
        "ix_number_card_blocked",
        table_name="number_card",
        postgresql_where=sa.text("blocked"),
        sqlite_where=sa.text("blocked"),
    )
    op.drop_table("number_card")
    op.drop_index(op.f("ix_item_vendor_vendor_id_item_id"), table_name="item_vendor")
    op.drop_table("item_vendor")
    op.drop_index(op.f("ix_item_substitute_substitute_item_id"), table_name="item_substitute")
    op.drop_index(op.f("ix_item_substitute_substitute_catalog_item_id"), table_name="item_substitute")
    op.drop_table("item_substitute")
    op.drop_index(op.f("ix_item_reference_reference_type_reference_type_no_reference_no"), table_name="item_reference")
    op.drop_index(op.f("ix_item_reference_reference_no"), table_name="item_reference")
    op.drop_table("item_reference")
    op.drop_index(op.f("ix_item_picture_digest"), table_name="item_picture")
    op.drop_table("item_picture")
    op.drop_index(
        "ix_item_ledger_entry_variant",
        table_name="item_ledger_entry",
        sqlite_where=sa.text("variant_id <> 0"),
        postgresql_where=sa.text("variant_id <> 0"),
    )
    op.drop_index(
        "ix_item_ledger_entry_source_type",
        table_name="item_ledger_entry",
        sqlite_where=sa.text("source_type <> ''"),
        postgresql_where=sa.text("source_type <> ''"),
    )
    op.drop_index(
        "ix_item_ledger_entry_source",
        table_name="item_ledger_entry",
        postgresql_where=sa.text("source_no <> ''"),
        sqlite_where=sa.text("source_no <> ''"),
    )
    op.drop_index(
        "ix_item_ledger_entry_serial",
        table_name="item_ledger_entry",
        postgresql_where=sa.text("serial_no <> ''"),
        sqlite_where=sa.text("serial_no <> ''"),
    )
    op.drop_index(op.f("ix_item_ledger_entry_register_id"), table_name="item_ledger_entry")
    op.drop_index(op.f("ix_item_ledger_entry_posting_date_id"), table_name="item_ledger_entry")
    op.drop_index(
        "ix_item_ledger_entry_package",
        table_name="item_ledger_entry",
        sqlite_where=sa.text("package_no <> ''"),
        postgresql_where=sa.text("package_no <> ''"),
    )
    op.drop_index(
        "ix_item_ledger_entry_open_negative",
        table_name="item_ledger_entry",
        postgresql_where=sa.text("open AND NOT positive"),
        sqlite_where=sa.text("open AND NOT positive"),
    )
    op.drop_index(
        "ix_item_ledger_entry_open",
        table_name="item_ledger_entry",
        sqlite_where=sa.text("open IS 1"),
        postgresql_where=sa.text("open IS true"),
    )
    op.drop_index(
        "ix_item_ledger_entry_lot",
        table_name="item_ledger_entry",
        postgresql_where=sa.text("lot_no <> ''"),
        sqlite_where=sa.text("lot_no <> ''"),
    )
    op.drop_index(op.f("ix_item_ledger_entry_location_id_id"), table_name="item_ledger_entry")
    op.drop_index(
        op.f("ix_item_ledger_entry_item_id_variant_id_location_id_open_positive_posting_date_id"),
        table_name="item_ledger_entry",
    )
    op.drop_index(op.f("ix_item_ledger_entry_item_id_id"), table_name="item_ledger_entry")
    op.drop_index(op.f("ix_item_ledger_entry_entry_type_id_positive"), table_name="item_ledger_entry")
    op.drop_index(op.f("ix_item_ledger_entry_document_no_posting_date"), table_name="item_ledger_entry")
    op.drop_table("item_ledger_entry")
    op.drop_index(op.f("ix_item_identifier_item_id"), table_name="item_identifier")
    op.drop_table("item_identifier")
    op.drop_index(op.f("ix_item_comment_item_id_day"), table_name="item_comment")
    op.drop_index(op.f("ix_item_comment_catalog_item_id_day"), table_name="item_comment")
    op.drop_table("item_comment")
    op.drop_index(op.f("ix_item_attribute_mapping_value_id_item_id"), table_name="item_attribute_mapping")
    op.drop_table("item_attribute_mapping")
    op.drop_index(op.f("ix_application_worksheet_value_item_id"), table_name="application_worksheet_value")
    op.drop_table("application_worksheet_value")
    op.drop_index(op.f("ix_application_worksheet_link_item_id"), table_name="application_worksheet_link")
    op.drop_table("application_worksheet_link")
    op.drop_index(op.f("ix_warehouse_entry_register_id"), table_name="warehouse_entry")
    op.drop_index(op.f("ix_warehouse_entry_location_id_id"), table_name="warehouse_entry")
    op.drop_index(op.f("ix_warehouse_entry_item_id_location_id_id"), table_name="warehouse_entry")
    op.drop_index(op.f("ix_warehouse_entry_entry_type_id"), table_name="warehouse_entry")
    op.drop_index(op.f("ix_warehouse_entry_document_no"), table_name="warehouse_entry")
    op.drop_index(op.f("ix_warehouse_entry_bin_id_item_id_variant_id"), table_name="warehouse_entry")
    op.drop_table("warehouse_entry")
    op.drop_index(op.f("ix_trade_archive_document_id"), table_name="trade_archive")
    op.drop_table("trade_archive")
    op.drop_index(op.f("ix_tracking_balance_serial_no_item_id"), table_name="tracking_balance")
    op.drop_index(op.f("ix_tracking_balance_lot_no_item_id"), table_name="tracking_balance")
    op.drop_table("tracking_balance")
    op.drop_index(op.f("ix_stored_file_job_id"), table_name="stored_file")
    op.drop_index(op.f("ix_stored_file_created_at"), table_name="stored_file")
    op.drop_table("stored_file")
    op.drop_index(op.f("ix_stock_position_state_item_id"), table_name="stock_position")
    op.drop_index(op.f("ix_stock_position_location_id_item_id"), table_name="stock_position")
    op.drop_table("stock_position")
    op.drop_index(op.f("ix_posted_document_vendor_id_document_type"), table_name="posted_document")
    op.drop_index(op.f("ix_posted_document_register_id"), table_name="posted_document")
    op.drop_index(op.f("ix_posted_document_order_no"), table_name="posted_document")
    op.drop_index(op.f("ix_posted_document_order_id"), table_name="posted_document")
    op.drop_index(
        "ix_posted_document_external",
        table_name="posted_document",
        postgresql_where=sa.text("external_document_no <> ''"),
        sqlite_where=sa.text("external_document_no <> ''"),
    )
    op.drop_index(op.f("ix_posted_document_document_type_posting_date_id"), table_name="posted_document")
    op.drop_index(op.f("ix_posted_document_customer_id_document_type"), table_name="posted_document")
    op.drop_table("posted_document")
    op.drop_index(op.f("ix_physical_inventory_ledger_entry_register_id"), table_name="physical_inventory_ledger_entry")
    op.drop_index(op.f("ix_physical_inventory_ledger_entry_item_id_id"), table_name="physical_inventory_ledger_entry")
    op.drop_table("physical_inventory_ledger_entry")
    op.drop_index(op.f("ix_party_application_entry_register_id"), table_name="party_application_entry")
    op.drop_index(op.f("ix_party_application_entry_entry_id"), table_name="party_application_entry")
    op.drop_index(op.f("ix_party_application_entry_applies_to_entry_id"), table_name="party_application_entry")
    op.drop_table("party_application_entry")
    op.drop_index(op.f("ix_number_total_number_id"), table_name="number_total")
    op.drop_index(op.f("ix_number_total_kind_number_id"), table_name="number_total")
    op.drop_index(
        "ix_number_total_expiration",
        table_name="number_total",
        postgresql_where=sa.text("quantity > 0"),
        sqlite_where=sa.text("quantity > 0"),
    )
    op.drop_table("number_total")
    op.drop_table("item_variant")
    op.drop_index(op.f("ix_item_unit_of_measure_unit_of_measure_id_item_id"), table_name="item_unit_of_measure")
    op.drop_table("item_unit_of_measure")
    op.drop_index(op.f("ix_item_total_stock_state_item_id"), table_name="item_total")
    op.drop_index(op.f("ix_item_total_quantity_item_id"), table_name="item_total")
    op.drop_table("item_total")
    op.drop_index(op.f("ix_item_balance_location_id_item_id"), table_name="item_balance")
    op.drop_table("item_balance")
    op.drop_index(op.f("ix_extended_text_item_id"), table_name="extended_text")
    op.drop_table("extended_text")
    op.drop_table("cost_to_adjust")
    op.drop_index(
        "ix_cost_point_period",
        table_name="cost_point",
        sqlite_where=sa.text("adjusted IS 0"),
        postgresql_where=sa.text("adjusted IS false"),
    )
    op.drop_index(
        "ix_cost_point_item",
        table_name="cost_point",
        sqlite_where=sa.text("adjusted IS 0"),
        postgresql_where=sa.text("adjusted IS false"),
    )
    op.drop_table("cost_point")
    op.drop_index(
        "uq_catalog_item_vendor",
        table_name="catalog_item",
        sqlite_where=sa.text("vendor_id IS NOT NULL AND vendor_item_no <> ''"),
        postgresql_where=sa.text("vendor_id IS NOT NULL AND vendor_item_no <> ''"),
    )
    op.drop_index(op.f("ix_catalog_item_vendor_item_no_manufacturer_id"), table_name="catalog_item")
    op.drop_index(op.f("ix_catalog_item_manufacturer_id"), table_name="catalog_item")
    op.drop_index(op.f("ix_catalog_item_item_template_id"), table_name="catalog_item")
    op.drop_index(op.f("ix_catalog_item_item_id"), table_name="catalog_item")
    op.drop_index(op.f("ix_catalog_item_description_id"), table_name="catalog_item")
    op.drop_table("catalog_item")
    op.drop_index(op.f("ix_bulk_edit_change_item_id"), table_name="bulk_edit_change")
    op.drop_table("bulk_edit_change")
    op.drop_index(op.f("ix_bin_content_location_id_item_id_variant_id"), table_name="bin_content")
    op.drop_table("bin_content")
    op.drop_index(op.f("ix_application_worksheet_user_id"), table_name="application_worksheet")
    op.drop_table("application_worksheet")
    op.drop_index(op.f("ix_warehouse_employee_location_id"), table_name="warehouse_employee")
    op.drop_table("warehouse_employee")
    op.drop_table("user_role")
    op.drop_table("user_center")
    op.drop_index(op.f("ix_trade_document_vendor_id"), table_name="trade_document")
    op.drop_index(op.f("ix_trade_document_side_type_status_no"), table_name="trade_document")
    op.drop_index(op.f("ix_trade_document_responsibility_center_id"), table_name="trade_document")
    op.drop_index(op.f("ix_trade_document_location_id"), table_name="trade_document")
    op.drop_index(op.f("ix_trade_document_customer_id"), table_name="trade_document")
    op.drop_table("trade_document")
    op.drop_index(op.f("ix_ship_to_address_location_id"), table_name="ship_to_address")
    op.drop_table("ship_to_address")
    op.drop_table("saved_view")
    op.drop_index(op.f("ix_price_list_side_status"), table_name="price_list")
    op.drop_table("price_list")
    op.drop_index(op.f("ix_party_ledger_entry_vendor_id_open_due_date"), table_name="party_ledger_entry")
    op.drop_index(op.f("ix_party_ledger_entry_register_id"), table_name="party_ledger_entry")
    op.drop_index(
        "ix_party_ledger_entry_external",
        table_name="party_ledger_entry",
        postgresql_where=sa.text("external_document_no <> ''"),
        sqlite_where=sa.text("external_document_no <> ''"),
    )
    op.drop_index(op.f("ix_party_ledger_entry_document_no_posting_date"), table_name="party_ledger_entry")
    op.drop_index(op.f("ix_party_ledger_entry_customer_id_open_due_date"), table_name="party_ledger_entry")
    op.drop_table("party_ledger_entry")
    op.drop_index(op.f("ix_job_user_id_id"), table_name="job")
    op.drop_index(op.f("ix_job_created_at"), table_name="job")
    op.drop_table("job")
    op.drop_index(op.f("ix_item_template_category_id_code"), table_name="item_template")
    op.drop_table("item_template")
    op.drop_index(op.f("ix_item_vendor_item_no_id"), table_name="item")
    op.drop_index(op.f("ix_item_vendor_id_id"), table_name="item")
    op.drop_index(op.f("ix_item_type_no"), table_name="item")
    op.drop_index(op.f("ix_item_type_id"), table_name="item")
    op.drop_index(op.f("ix_item_shelf_no_id"), table_name="item")
    op.drop_index(op.f("ix_item_search_description_id"), table_name="item")
    op.drop_index(op.f("ix_item_inventory_posting_group_id_id"), table_name="item")
    op.drop_index(op.f("ix_item_gtin_id"), table_name="item")
    op.drop_index(op.f("ix_item_gen_product_posting_group_id_id"), table_name="item")
    op.drop_index(op.f("ix_item_description_id"), table_name="item")
    op.drop_index(op.f("ix_item_costing_method_no"), table_name="item")
    op.drop_index(op.f("ix_item_cost_is_adjusted_id"), table_name="item")
    op.drop_index(op.f("ix_item_category_id_no"), table_name="item", postgresql_include=["id"])
    op.drop_index(op.f("ix_item_blocked_no"), table_name="item")
    op.drop_index(op.f("ix_item_base_unit_of_measure_id_id"), table_name="item")
    op.drop_table("item")
    op.drop_index(op.f("ix_bulk_edit_user_id_id"), table_name="bulk_edit")
    op.drop_table("bulk_edit")
    op.drop_index(op.f("ix_audit_entry_table_name_record_id_id"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_item_id_id"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_created_at"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("vendor")
    op.drop_table("user")
    op.drop_index(op.f("ix_transfer_route_in_transit_location_id"), table_name="transfer_route")
    op.drop_table("transfer_route")
    op.drop_index(op.f("ix_transfer_order_to_location_id"), table_name="transfer_order")
    op.drop_index(op.f("ix_transfer_order_status_shipment_date"), table_name="transfer_order")
    op.drop_index(op.f("ix_transfer_order_in_transit_location_id"), table_name="transfer_order")
    op.drop_index(op.f("ix_transfer_order_from_location_id"), table_name="transfer_order")
    op.drop_table("transfer_order")
    op.drop_table("physical_inventory_recording")
    op.drop_index(op.f("ix_location_bin_bin_id"), table_name="location_bin")
    op.drop_table("location_bin")
    op.drop_index(op.f("ix_inventory_document_location_id"), table_name="inventory_document")
    op.drop_table("inventory_document")
    op.drop_table("customer")
    op.drop_table("company_information")
    op.drop_table("zone")
    op.drop_table("vendor_posting_group")
    op.drop_table("vat_posting_setup")
    op.drop_table("shipping_agent_service")
    op.drop_table("service_cost")
    op.drop_table("return_reason")
    op.drop_index(op.f("ix_responsibility_center_location_id"), table_name="responsibility_center")
    op.drop_table("responsibility_center")
    op.drop_table("resource")
    op.drop_index(op.f("ix_posted_transfer_posting_date_id"), table_name="posted_transfer")
    op.drop_index(op.f("ix_posted_transfer_order_no"), table_name="posted_transfer")
    op.drop_table("posted_transfer")
    op.drop_index(op.f("ix_posted_inventory_document_source_no"), table_name="posted_inventory_document")
    op.drop_index(op.f("ix_posted_inventory_document_posting_date_id"), table_name="posted_inventory_document")
    op.drop_index(op.f("ix_posted_inventory_document_corrects_id"), table_name="posted_inventory_document")
    op.drop_table("posted_inventory_document")
    op.drop_index(op.f("ix_physical_inventory_order_status_posting_date"), table_name="physical_inventory_order")
    op.drop_index(
        "ix_physical_inventory_order_posted_no",
        table_name="physical_inventory_order",
        sqlite_where=sa.text("posted_no <> ''"),
        postgresql_where=sa.text("posted_no <> ''"),
    )
    op.drop_index(op.f("ix_physical_inventory_order_location_id"), table_name="physical_inventory_order")
    op.drop_table("physical_inventory_order")
    op.drop_table("journal_batch")
    op.drop_table("item_charge")
    op.drop_table("inventory_posting_setup")
    op.drop_index(op.f("ix_gl_balance_month"), table_name="gl_balance")
    op.drop_table("gl_balance")
    op.drop_table("general_posting_setup")
    op.drop_table("dimension_set_entry")
    op.drop_index(op.f("ix_default_dimension_dimension_value_id"), table_name="default_dimension")
    op.drop_table("default_dimension")
    op.drop_table("customer_posting_group")
    op.drop_table("category_attribute_mapping")
    op.drop_table("bin")
    op.drop_table("work_calendar_day")
    op.drop_index(op.f("ix_vat_entry_register_id"), table_name="vat_entry")
    op.drop_index(op.f("ix_vat_entry_posting_date_side"), table_name="vat_entry")
    op.drop_index(op.f("ix_vat_entry_document_no"), table_name="vat_entry")
    op.drop_table("vat_entry")
    op.drop_table("trade_setup")
    op.drop_table("shipping_agent")
    op.drop_index(op.f("ix_post_value_entry_to_gl_posting_date"), table_name="post_value_entry_to_gl")
    op.drop_index(op.f("ix_post_value_entry_to_gl_item_id"), table_name="post_value_entry_to_gl")
    op.drop_table("post_value_entry_to_gl")
    op.drop_table("number_series_relation")
    op.drop_table("number_series_line")
    op.drop_table("location")
    op.drop_table("journal_template")
    op.drop_index(op.f("ix_item_attribute_value_attribute_id_numeric_value"), table_name="item_attribute_value")
    op.drop_index(op.f("ix_item_attribute_value_attribute_id_date_value"), table_name="item_attribute_value")
    op.drop_table("item_attribute_value")
    op.drop_table("inventory_setup")
    op.drop_table("inventory_period_log")
    op.drop_table("gl_account")
    op.drop_table("gen_product_posting_group")
    op.drop_table("dimension_value")
    op.drop_table("currency_exchange_rate")
    op.drop_table("catalog_setup")
    op.drop_table("work_calendar")
    op.drop_table("warehouse_class")
    op.drop_table("vat_product_posting_group")
    op.drop_table("vat_business_posting_group")
    op.drop_index(op.f("ix_value_entry_valuation_date_id"), table_name="value_entry")
    op.drop_index(op.f("ix_value_entry_register_id"), table_name="value_entry")
    op.drop_index(op.f("ix_value_entry_posting_date_id"), table_name="value_entry")
    op.drop_index(op.f("ix_value_entry_location_id_id"), table_name="value_entry")
    op.drop_index(op.f("ix_value_entry_item_ledger_entry_type_id"), table_name="value_entry")
    op.drop_index(op.f("ix_value_entry_item_ledger_entry_id_id"), table_name="value_entry")
    op.drop_index(op.f("ix_value_entry_item_id_valuation_date_location_id_variant_id"), table_name="value_entry")
    op.drop_index(op.f("ix_value_entry_item_id_posting_date_location_id_variant_id"), table_name="value_entry")
    op.drop_index(
        "ix_value_entry_expected",
        table_name="value_entry",
        sqlite_where=sa.text("expected_cost IS 1"),
        postgresql_where=sa.text("expected_cost IS true"),
    )
    op.drop_index(
        "ix_value_entry_entry_type",
        table_name="value_entry",
        sqlite_where=sa.text("entry_type <> 'direct_cost'"),
        postgresql_where=sa.text("entry_type <> 'direct_cost'"),
    )
    op.drop_index(op.f("ix_value_entry_document_no_posting_date"), table_name="value_entry")
    op.drop_index(
        "ix_value_entry_adjustment",
        table_name="value_entry",
        sqlite_where=sa.text("adjustment IS 1"),
        postgresql_where=sa.text("adjustment IS true"),
    )
    op.drop_table("value_entry")
    op.drop_index(op.f("ix_unknown_login_tried_at"), table_name="unknown_login")
    op.drop_table("unknown_login")
    op.drop_table("unit_of_measure")
    op.drop_table("stock_position_due")
    op.drop_table("special_equipment")
    op.drop_table("source_code")
    op.drop_table("setup_version")
    op.drop_index(op.f("ix_search_entry_no"), table_name="search_entry")
    op.drop_table("search_entry")
    op.drop_table("role")
    op.drop_index(op.f("ix_register_user_id_id"), table_name="register")
    op.drop_index(op.f("ix_register_source_code_id"), table_name="register")
    op.drop_index(op.f("ix_register_posting_date_id"), table_name="register")
    op.drop_index(op.f("ix_register_journal_batch_name_id"), table_name="register")
    op.drop_index(op.f("ix_register_document_no"), table_name="register")
    op.drop_index(op.f("ix_register_created_at"), table_name="register")
    op.drop_table("register")
    op.drop_table("reason_code")
    op.drop_table("put_away_template")
    op.drop_table("purchasing_code")
    op.drop_table("payment_terms")
    op.drop_table("over_receipt_code")
    op.drop_table("number_series")
    op.drop_table("manufacturer")
    op.drop_table("ledger_counter")
    op.drop_table("item_tracking_code")
    op.drop_table("item_discount_group")
    op.drop_index(op.f("ix_item_category_parent_id_code"), table_name="item_category")
    op.drop_table("item_category")
    op.drop_table("item_attribute")
    op.drop_index(
        "ix_item_application_entry_unapplied",
        table_name="item_application_entry",
        sqlite_where=sa.text("in_force IS 0"),
        postgresql_where=sa.text("in_force IS false"),
    )
    op.drop_index(
        "ix_item_application_entry_transferred_from",
        table_name="item_application_entry",
        postgresql_where=sa.text("transferred_from_entry_id IS NOT NULL"),
        sqlite_where=sa.text("transferred_from_entry_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_item_application_entry_register_id"), table_name="item_application_entry")
    op.drop_index(op.f("ix_item_application_entry_posting_date_id"), table_name="item_application_entry")
    op.drop_index(
        op.f("ix_item_application_entry_outbound_entry_id_inbound_entry_id"), table_name="item_application_entry"
    )
    op.drop_index(op.f("ix_item_application_entry_item_ledger_entry_id"), table_name="item_application_entry")
    op.drop_index(
        op.f("ix_item_application_entry_inbound_entry_id_outbound_entry_id"), table_name="item_application_entry"
    )
    op.drop_index(
        "ix_item_application_entry_fixed",
        table_name="item_application_entry",
        sqlite_where=sa.text("fixed IS 1"),
        postgresql_where=sa.text("fixed IS true"),
    )
    op.drop_table("item_application_entry")
    op.drop_table("invoice_discount")
    op.drop_table("inventory_posting_group")
    op.drop_table("inventory_period")
    op.drop_index(op.f("ix_idempotency_key_created_at"), table_name="idempotency_key")
    op.drop_table("idempotency_key")
    op.drop_index(op.f("ix_gl_item_ledger_relation_value_entry_id"), table_name="gl_item_ledger_relation")
    op.drop_table("gl_item_ledger_relation")
    op.drop_index(op.f("ix_gl_entry_transaction_no"), table_name="gl_entry")
    op.drop_index(op.f("ix_gl_entry_register_id"), table_name="gl_entry")
    op.drop_index(op.f("ix_gl_entry_posting_date_id"), table_name="gl_entry")
    op.drop_index(op.f("ix_gl_entry_document_no_posting_date"), table_name="gl_entry")
    op.drop_index(op.f("ix_gl_entry_account_id_posting_date_id"), table_name="gl_entry")
    op.drop_table("gl_entry")
    op.drop_table("general_ledger_setup")
    op.drop_table("gen_business_posting_group")
    op.drop_table("dimension_set")
    op.drop_table("dimension")
    op.drop_table("currency")
    op.drop_table("counting_period")
    op.drop_table("availability_setup")
    op.drop_table("attached_file")
    op.drop_table("accounting_period")
