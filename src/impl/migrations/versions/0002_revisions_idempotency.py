"""A count of changes for each user, and the outcomes of requests that may be repeated."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("users", sa.Column("revision", _ID, nullable=False, server_default="0"))
    op.create_table(
        "idempotency",
        sa.Column("id", _ID, nullable=False),
        sa.Column("operation", sa.String(64), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name="fk_idempotency_owner_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency"),
        sa.UniqueConstraint("owner_id", "operation", "key", name="uq_idempotency_owner_id"),
    )
    op.create_index("ix_idempotency_expires_at", "idempotency", ["expires_at"])
    op.create_index("ix_idempotency_owner_id", "idempotency", ["owner_id"])


def downgrade() -> None:
    """Go the same step back."""
    op.drop_table("idempotency")
    op.drop_column("users", "revision")
