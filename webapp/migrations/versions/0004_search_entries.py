"""Keep each active student at each of their centers as the search finds them, so that its cost does not grow."""

import sqlalchemy as sa
from alembic import op

from webapp.column_types import Guid, long_text, short_text
from webapp.migrations import search_entries

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the entries of all students, their indexes, and the triggers that keep them."""
    op.create_table(
        "search_entries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("center_id", Guid(), nullable=False),
        sa.Column("user_id", Guid(), nullable=False),
        sa.Column("sort_key", long_text(), nullable=False),
        sa.Column("search_key", long_text(), nullable=False),
        sa.Column("phone_digits", short_text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_search_entries"),
    )
    search_entries.fill(op.get_bind())
    op.create_index(
        "ix_search_entries_center_id_sort_key", "search_entries", ["center_id", "sort_key", "user_id"], unique=False
    )
    op.create_index(
        "ix_search_entries_sort_key_center_id", "search_entries", ["sort_key", "user_id", "center_id"], unique=False
    )
    op.create_index("ix_search_entries_user_id", "search_entries", ["user_id"], unique=False)
    search_entries.create_triggers(op.get_bind())
