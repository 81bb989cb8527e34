"""What the warehouse of an inspection has, as a script that prints it as JSON.

A process of its own, because the engine that it loads would stay in this one.
"""

import json

from shop_assets.inspection.settings import InspectionSettings
from shop_assets.inspection.warehouse import local_warehouse

OBJECTS = (
    "SELECT name, create_table_query, total_rows FROM system.tables WHERE database IN ('raw', 'mart') "
    "UNION ALL SELECT name, create_query, NULL FROM system.functions WHERE origin = 'SQLUserDefined' ORDER BY name"
)

if __name__ == "__main__":
    with local_warehouse(InspectionSettings()) as client:
        ledger = client.query("SELECT name, fingerprint FROM raw.migrations ORDER BY name").result_rows
        print(json.dumps([client.query(OBJECTS).result_rows, ledger]))
