"""The four documents as types: the shape of a clean one, as `docs/documents.md` describes it.

These types describe shapes and validate nothing: a delivered document may lack any of these fields or have another type
in them, and the warehouse decides what is required and what is cleaned. Dates are ISO 8601 text (times with `Z`), money
is in roubles with kopecks after the point.
"""

from typing import NotRequired, TypedDict


class Coordinates(TypedDict):
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


class Manager(TypedDict):
    """The person who runs a store; `phone` and `email` are personal data."""

    name: str
    phone: str
    email: str


class StoreLocation(TypedDict):
    """The address of a store."""

    country: str
    city: str
    street: str
    house: str
    postal_code: str
    coordinates: Coordinates


class OpeningHours(TypedDict):
    """`HH:MM-HH:MM` for working days, Saturday and Sunday."""

    mon_fri: str
    sat: str
    sun: str


class Store(TypedDict):
    """A store of one of the two networks."""

    store_id: str
    store_name: str
    store_network: str
    store_type_description: str
    type: str
    categories: list[str]
    manager: Manager
    location: StoreLocation
    opening_hours: OpeningHours
    accepts_online_orders: bool
    delivery_available: bool
    warehouse_connected: bool
    last_inventory_date: str


class Kbju(TypedDict):
    """Energy (kcal) and grams of nutrients in 100 g."""

    calories: float
    protein: float
    fat: float
    carbohydrates: float


class Manufacturer(TypedDict):
    """Who made a product; `inn` is a Russian taxpayer number of 10 digits."""

    name: str
    country: str
    website: str
    inn: str


class Product(TypedDict):
    """A product of the assortment; `price` is for one `unit`."""

    id: str
    name: str
    group: str
    description: str
    kbju: Kbju
    price: float
    unit: str
    origin_country: str
    expiry_days: int
    is_organic: bool
    barcode: str
    manufacturer: Manufacturer


class PurchaseLocation(TypedDict):
    """The store in which a customer registered."""

    store_id: str
    store_name: str
    store_network: str
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
    preferred_payment_method: str
    receive_promotions: bool


class Customer(TypedDict):
    """A registered customer; `phone` and `email` are personal data, `loyalty_card_number` is empty without a card."""

    customer_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
    birth_date: str
    gender: str
    registration_date: str
    is_loyalty_member: bool
    loyalty_card_number: str
    purchase_location: PurchaseLocation
    delivery_address: HomeAddress
    preferences: Preferences


class PurchaseCustomer(TypedDict):
    """The customer as a purchase remembers them; `phone` and `email` are personal data."""

    customer_id: str
    first_name: str
    last_name: str
    email: str
    phone: str
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

    store_id: str
    store_name: str
    store_network: str
    store_type_description: str
    location: PurchaseStoreLocation


class PurchaseItem(TypedDict):
    """A line: `quantity` of `unit` at `price_per_unit`, together `total_price`."""

    product_id: str
    name: str
    category: str
    quantity: float
    unit: str
    price_per_unit: float
    total_price: float
    kbju: NotRequired[Kbju]
    manufacturer: NotRequired[Manufacturer]


class DeliveryAddress(TypedDict):
    """Where a purchase was brought."""

    city: str
    street: str
    house: str
    apartment: str
    postal_code: str


class Purchase(TypedDict):
    """A purchase: `total_amount` is the sum of its lines; `delivery_address` is null when it was carried home."""

    purchase_id: str
    customer: PurchaseCustomer
    store: PurchaseStore
    items: list[PurchaseItem]
    total_amount: float
    payment_method: str
    is_delivery: bool
    delivery_address: DeliveryAddress | None
    purchase_datetime: str


Document = Store | Product | Customer | Purchase
