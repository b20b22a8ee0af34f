"""Where somebody or something is and how to reach it: of a party, a location, a responsibility centre."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code10, Code20, Name50, Name100, Name250


class AddressFields:
    """Columns of an address and its contact."""

    address: Mapped[Name100] = mapped_column(default="")
    address_2: Mapped[Name50] = mapped_column(default="")
    post_code: Mapped[Code20] = mapped_column(default="")
    city: Mapped[Name50] = mapped_column(default="")
    county: Mapped[Name50] = mapped_column(default="")
    country_code: Mapped[Code10] = mapped_column(default="")
    contact: Mapped[Name100] = mapped_column(default="")
    phone: Mapped[Name50] = mapped_column(default="")
    email: Mapped[Name100] = mapped_column(default="")
    web_page: Mapped[Name250] = mapped_column(default="")
