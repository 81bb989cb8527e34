"""What watches: landing for new files, the finished runs for what people should know, and the instance itself."""

from dagster import SensorDefinition

from shop_assets.automation.housekeeping import build_housekeeping
from shop_assets.automation.landing_sensor import build_landing_sensor
from shop_assets.automation.notification_sensor import build_notification_sensor
from shop_assets.settings import Settings


def build_sensors(settings: Settings) -> list[SensorDefinition]:
    """The three sensors."""
    return [build_landing_sensor(settings), build_notification_sensor(settings), build_housekeeping(settings)]
