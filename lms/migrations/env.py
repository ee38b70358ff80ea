"""What Alembic runs: the steps, on the connection that it is given."""

from alembic import context

from lms.certificates.store import keys, log, papers
from lms.credit import store as credit
from lms.db import Base
from lms.ledger import store as ledger
from lms.people import store as people
from lms.progress.store import attempts, notes

#: What has tables: to be compared with the steps.
STORES = (people, ledger, attempts, notes, credit, papers, log, keys)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
