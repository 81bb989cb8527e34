"""The dashboards with their panels, in reading order."""

from typing import Final

from shop_assets.dashboards.catalogue.counts import COUNTS
from shop_assets.dashboards.catalogue.customers import CUSTOMERS
from shop_assets.dashboards.catalogue.quality import QUALITY
from shop_assets.dashboards.catalogue.sales import SALES

DASHBOARDS: Final = (COUNTS, QUALITY, SALES, CUSTOMERS)
