"""The key ring of personal data as a Dagster resource."""

from dagster import ConfigurableResource, ResourceDependency
from pydantic import SecretStr

from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets.settings import Settings


class PersonalDataResource(ConfigurableResource[None]):
    """The key ring of personal data; a dependency and not configuration, so that Dagster stores none of it."""

    key_ring: ResourceDependency[SecretStr]  # not `keys`: pydantic would take the model for a mapping
    encrypts_ids: bool = False

    def cipher(self) -> PersonalDataCipher:
        """Build a cipher from the key ring.

        Returns:
            A cipher; its key ring was validated when the settings were read.
        """
        return PersonalDataCipher(parse_key_ring(self.key_ring.get_secret_value()), encrypts_ids=self.encrypts_ids)


def personal_data_resource(settings: Settings) -> PersonalDataResource:
    """Build the resource from the settings.

    Args:
        settings: Only `SHOP_PII_KEYS` and `SHOP_PERSONAL_IDS` are used.

    Returns:
        The resource.
    """
    return PersonalDataResource(key_ring=settings.pii_keys, encrypts_ids=settings.personal_ids == "encrypt")
