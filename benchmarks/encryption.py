"""How many personal fields a second one core encrypts: `python benchmarks/encryption.py`.

Two mixes of purchases, each with the phone and the e-mail of a customer: one in which customers recur, as they do in a
shop, and one in which no value comes twice. The goals are 60,000 and 20,000 fields a second. Documents are made before
the clock starts; what is measured is what change capture does with them.
"""

import resource
import secrets
import sys
import time
from random import Random
from typing import Any

from shop_assets.documents.kinds import PURCHASES
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.encryption import PersonalDataEncryption

PURCHASE_COUNT = 100_000
CUSTOMER_COUNT = 20_000
GOALS = {"recurring": 60_000, "none recurring": 20_000}


def purchase(number: int, customer: int) -> dict[str, Any]:
    """A purchase with two personal fields, as the generator makes it in short.

    Args:
        number: Its number.
        customer: The number of its customer.

    Returns:
        The document.
    """
    digits = f"{customer * 7919 % 10**9:09}"
    return {
        "purchase_id": f"ord-{number}",
        "customer": {
            "customer_id": f"cus-{customer}",
            "first_name": "Анна",
            "phone": f"+7 9{digits[:2]} {digits[2:5]}-{digits[5:7]}-{digits[7:]}",
            "email": f"anna.petrova{customer}@example.org",
        },
        "store": {"store_id": "store-1", "store_name": "Маленькая Пикча", "location": {"city": "Москва"}},
        "items": [{"product_id": "prd-1", "name": "Молоко", "quantity": 2, "price_per_unit": 89.9}],
        "total_amount": 179.8,
        "purchase_datetime": "2026-01-31T10:00:00Z",
    }


def fields_per_second(documents: list[dict[str, Any]]) -> float:
    """Encrypt documents with a new cipher and an empty cache.

    Args:
        documents: The documents.

    Returns:
        Encrypted fields for each second of processor time.
    """
    encryption = PersonalDataEncryption(PersonalDataCipher({"k1": secrets.token_bytes(64)}))
    begun = time.process_time()
    for document in documents:
        encryption.encrypt(PURCHASES, document)
    return encryption.counts["values"] / (time.process_time() - begun)


def main() -> None:
    """Print both rates and the memory; exit code 1 if a goal is missed."""
    random = Random(1)
    recurring = [purchase(number, random.randrange(CUSTOMER_COUNT)) for number in range(PURCHASE_COUNT)]
    different = [purchase(number, number) for number in range(PURCHASE_COUNT)]
    rates = {"recurring": fields_per_second(recurring), "none recurring": fields_per_second(different)}
    for name, rate in rates.items():
        print(f"{name}: {rate:,.0f} fields a second (goal {GOALS[name]:,})")
    print(f"largest memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    sys.exit(any(rates[name] < goal for name, goal in GOALS.items()))


if __name__ == "__main__":
    main()
