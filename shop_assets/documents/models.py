"""The four documents as types: the shape of a clean one, as `docs/document_fields.md` describes it.

These types describe shapes and validate nothing: a delivered document may lack any of these fields or have another type
in them, and the warehouse decides what is required and what is cleaned. `schemas.py` makes the JSON Schemas from them;
what a schema says beyond the type stands in the annotations below.
"""

from typing import Annotated, Any, Final, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic does not take the one of typing before Python 3.12

from shop_assets.documents.product_groups import PRODUCT_GROUPS

REQUIRED: Final = "x-required"
"""Marks a field without which MART rejects the document."""


def _schema(description: str | None = None, **keywords: Any) -> Any:
    return Field(description=description, json_schema_extra=keywords)


_IS_REQUIRED: Final = {REQUIRED: True}
Id = Annotated[str, Field(max_length=512, pattern=r"\S", json_schema_extra=_IS_REQUIRED)]
Reference = Annotated[str, Field(max_length=512, pattern=r"\S")]
RequiredText = Annotated[str, Field(pattern=r"\S", json_schema_extra=_IS_REQUIRED)]
Day = Annotated[str, _schema("A day, ISO 8601: `YYYY-MM-DD`.", format="date")]
RequiredMoment = Annotated[
    str, _schema("A moment, ISO 8601 with `Z` or an offset.", format="date-time", **_IS_REQUIRED)
]
Roubles = Annotated[float, Field(ge=0, lt=10**14, description="Roubles, with kopecks after the point.")]
RequiredRoubles = Annotated[Roubles, Field(json_schema_extra=_IS_REQUIRED)]
Grams = Annotated[float, Field(ge=0, le=100, description="Grams in 100 g.")]
Phone = Annotated[str, _schema("Personal data. One phone, preferably as E.164: `+79001234567`.")]
Email = Annotated[str, _schema("Personal data. One e-mail.", format="email")]
Network = Annotated[str, _schema(enum=["Большая Пикча", "Маленькая Пикча"])]
RequiredNetwork = Annotated[Network, Field(json_schema_extra=_IS_REQUIRED)]
PaymentMethod = Annotated[str, _schema(enum=["card", "cash"])]
GroupLabel = Annotated[str, _schema(enum=[group.label for group in PRODUCT_GROUPS])]
Hours = Annotated[str, _schema("From and to.", pattern=r"^\d{2}:\d{2}-\d{2}:\d{2}$")]


class Coordinates(TypedDict):
    """Degrees, WGS 84."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class Manager(TypedDict):
    """The person who runs a store."""

    name: str
    phone: Phone
    email: Email


class StoreLocation(TypedDict):
    """The address of a store; its city decides for every purchase in the store."""

    country: str
    city: str
    street: str
    house: str
    postal_code: str
    coordinates: Coordinates


class OpeningHours(TypedDict):
    """`HH:MM-HH:MM` for working days, Saturday and Sunday."""

    mon_fri: Hours
    sat: Hours
    sun: Hours


class Store(TypedDict):
    """A store of one of the two networks."""

    store_id: Id
    store_name: RequiredText
    store_network: RequiredNetwork
    store_type_description: str
    type: str
    categories: list[GroupLabel]
    manager: Manager
    location: StoreLocation
    opening_hours: OpeningHours
    accepts_online_orders: bool
    delivery_available: bool
    warehouse_connected: bool
    last_inventory_date: Day


class Kbju(TypedDict):
    """Energy and nutrients in 100 g."""

    calories: Annotated[float, Field(ge=0, le=1000, description="Kilocalories in 100 g.")]
    protein: Grams
    fat: Grams
    carbohydrates: Grams


class Manufacturer(TypedDict):
    """Who made a product."""

    name: str
    country: str
    website: str
    inn: Annotated[str, _schema("A Russian taxpayer number.", pattern=r"^\d{10}$")]


class Product(TypedDict):
    """A product of the assortment."""

    id: Id
    name: RequiredText
    group: Annotated[GroupLabel, Field(json_schema_extra=_IS_REQUIRED)]
    description: str
    kbju: Kbju
    price: Annotated[RequiredRoubles, Field(description="Roubles for one `unit`.")]
    unit: str
    origin_country: str
    expiry_days: Annotated[int, Field(ge=1, lt=2**31, description="Shelf life in days.")]
    is_organic: bool
    barcode: Annotated[str, _schema("EAN-13.", pattern=r"^\d{13}$")]
    manufacturer: Manufacturer


class PurchaseLocation(TypedDict):
    """The store in which a customer registered."""

    store_id: Reference
    store_name: str
    store_network: Network
    store_type_description: str
    country: str
    city: str
    street: str
    house: str
    postal_code: str


class HomeAddress(TypedDict):
    """Where a customer lives."""

    country: str
    city: str
    street: str
    house: str
    apartment: str
    postal_code: str


class Preferences(TypedDict):
    """What a customer said about language, payment and promotions."""

    preferred_language: str
    preferred_payment_method: PaymentMethod
    receive_promotions: bool


class Customer(TypedDict):
    """A registered customer."""

    customer_id: Id
    first_name: str
    last_name: str
    email: Email
    phone: Phone
    birth_date: Annotated[Day, Field(description="A day, ISO 8601: `YYYY-MM-DD`; not in the future.")]
    gender: Annotated[str, _schema(enum=["male", "female"])]
    registration_date: RequiredMoment
    is_loyalty_member: bool
    loyalty_card_number: Annotated[str, _schema("Empty without a card.")]
    purchase_location: PurchaseLocation
    delivery_address: HomeAddress
    preferences: Preferences


class PurchaseCustomer(TypedDict):
    """The customer as a purchase remembers them."""

    customer_id: Id
    first_name: str
    last_name: str
    email: Email
    phone: Phone
    is_loyalty_member: bool
    loyalty_card_number: str


class PurchaseStoreLocation(TypedDict):
    """The store's address as a purchase remembers it."""

    city: str
    street: str
    house: str
    postal_code: str


class PurchaseStore(TypedDict):
    """The store as a purchase remembers it."""

    store_id: Id
    store_name: str
    store_network: Network
    store_type_description: str
    location: PurchaseStoreLocation


class PurchaseItem(TypedDict):
    """A line: `quantity` of `unit` at `price_per_unit`, together `total_price`."""

    product_id: Reference
    name: str
    category: GroupLabel
    quantity: Annotated[float, Field(gt=0, lt=10**12)]
    unit: str
    price_per_unit: Roubles
    total_price: Roubles
    kbju: NotRequired[Kbju]
    manufacturer: NotRequired[Manufacturer]


class DeliveryAddress(TypedDict):
    """Where a purchase was delivered."""

    city: str
    street: str
    house: str
    apartment: str
    postal_code: str


class Purchase(TypedDict):
    """A purchase."""

    purchase_id: Id
    customer: Annotated[PurchaseCustomer, Field(json_schema_extra=_IS_REQUIRED)]
    store: Annotated[PurchaseStore, Field(json_schema_extra=_IS_REQUIRED)]
    items: Annotated[list[PurchaseItem], Field(min_length=1, json_schema_extra=_IS_REQUIRED)]
    total_amount: Annotated[RequiredRoubles, Field(description="Roubles: the sum of the lines.")]
    payment_method: PaymentMethod
    is_delivery: bool
    delivery_address: Annotated[DeliveryAddress | None, Field(description="Null when not delivered.")]
    purchase_datetime: RequiredMoment


CleanDocument = Store | Product | Customer | Purchase
