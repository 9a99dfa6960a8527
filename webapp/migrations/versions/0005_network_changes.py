"""Record which rows each version of the network changed, so that an import need not start again for a few of them."""

import sqlalchemy as sa
from alembic import op

from webapp.column_types import Guid, short_text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "network_changes",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("table_name", short_text(), nullable=False),
        sa.Column("row_id", Guid(), nullable=False),
        sa.PrimaryKeyConstraint("number", "table_name", "row_id", name=op.f("pk_network_changes")),
    )
