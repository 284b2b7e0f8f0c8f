"""The tables."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from impl.core.database import Base, BigId, UtcDateTime
from impl.core.money import Currency
from impl.core.ownership import Owned


class UserRow(Base):
    """A person. The hash of the password stands here and nowhere else."""

    __tablename__ = "users"
    # Without this SQLite gives the number of a deleted row to the next one.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    username: Mapped[str] = mapped_column(String(32), unique=True)
    display_name: Mapped[str | None] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Counts the changes of what the user owns: see `impl.core.revisions`.
    revision: Mapped[int] = mapped_column(BigId, default=0, server_default="0")


class ItemTagRow(Base):
    """A tag of an item; `position` keeps the order that the client chose."""

    __tablename__ = "item_tags"
    __table_args__ = (Index("ix_item_tags_tag", "tag"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(32), primary_key=True)
    position: Mapped[int]


class ItemRow(Owned, Base):
    """A thing with a price.

    `price` is the amount exactly as it was sent, `price_cents` the same rounded to the cent, which is what a version
    of the contract with exact amounts shows and filters by. `folded_name` is the name as searches compare it.
    """

    __tablename__ = "items"
    __table_args__ = (CheckConstraint("price > 0", name="price"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    folded_name: Mapped[str] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    price: Mapped[float]
    price_cents: Mapped[int] = mapped_column(BigId)
    currency: Mapped[Currency] = mapped_column(String(3))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()
    tags: Mapped[list[ItemTagRow]] = relationship(
        order_by=ItemTagRow.position, cascade="all, delete-orphan", lazy="selectin", passive_deletes=True
    )

    # `Items` counts the versions. An update or a delete that meets another version than it read raises StaleDataError.
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012 - read once, by SQLAlchemy


class ApiKeyRow(Base):
    """A key of a program. Only its digest is kept."""

    __tablename__ = "api_keys"

    key_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IdempotencyRow(Owned, Base):
    """The outcome of a request that may be repeated, as JSON: see `impl.core.idempotency`."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("owner_id", "operation", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    operation: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(128))
    fingerprint: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
