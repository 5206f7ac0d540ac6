"""What the graph is asked and told: packaged Cypher statements and the one door to Neo4j."""

from contentgraph.cypher.database import NIGHT_RETRY_S, Database, Record, Transaction
from contentgraph.cypher.settings import Target, home, target
from contentgraph.cypher.statements import Field, Statement, catalog, load
from contentgraph.cypher.steps import Steps, read, together, write

__all__ = [
    "NIGHT_RETRY_S",
    "Database",
    "Field",
    "Record",
    "Statement",
    "Steps",
    "Target",
    "Transaction",
    "catalog",
    "home",
    "load",
    "read",
    "target",
    "together",
    "write",
]
