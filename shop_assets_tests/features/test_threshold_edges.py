"""The edges in number: exact shares, means and sums, and what is a store, a city, a group or a loyal customer."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from shop_assets_tests.features.cases import DAY, LONG_AGO, MS, T, ago, buy
from shop_assets_tests.features.plain_reading import Customer, Purchase

Hold = Callable[..., None]


def _worth(*amounts: str, at: datetime = LONG_AGO) -> list[Purchase]:
    return [buy(at, amount=Decimal(amount)) for amount in amounts]


def _lines(*counts: int) -> list[Purchase]:
    return [buy(lines=count) for count in counts]


def test_the_mean_amount_must_be_above_1000_or_below_200(hold: Hold) -> None:
    hold(
        {
            "bulk_buyer": {
                "exactly 1000": (0, _worth("1000")),
                "a mean of exactly 1000": (0, _worth("333.3333", "333.3333", "2333.3334")),
                "just above": (1, _worth("1000", "1000.0001")),
                "tenths that floats do not add up": (0, _worth(*["1000.1"] * 3, *["999.9"] * 3)),
                "none": (0, []),
            },
            "low_cost_buyer": {
                "exactly 200": (0, _worth("200")),
                "just below": (1, _worth("200", "199.9999")),
                "a mean of exactly 200": (0, _worth(*["199.9"] * 3, *["200.1"] * 3)),
                "for nothing": (1, _worth("0")),
                "none": (0, []),
            },
        }
    )


def test_a_recent_high_spender_spent_more_than_2000_in_7_days(hold: Hold) -> None:
    hold(
        {
            "recent_high_spender": {
                "exactly 2000": (0, _worth("1999.9", "0.1", at=ago(7))),
                "just above": (1, _worth("2000", "0.0001", at=ago(7))),
                "the rest is older": (0, [*_worth("2000", at=ago(7)), *_worth("5000", at=ago(7) - MS)]),
                "the rest is later": (0, [*_worth("2000", at=ago(7)), *_worth("5000", at=T)]),
            }
        }
    )


def test_a_payment_is_preferred_from_exactly_70_per_cent_of_all_purchases(hold: Hold) -> None:
    def paid(payment: str, times: int, others: int, rest: str | None) -> list[Purchase]:
        return [buy(payment=payment)] * times + [buy(payment=rest)] * others

    hold(
        {
            feature: {
                "7 of 10": (1, paid(payment, 7, 3, other)),
                "6 of 10": (0, paid(payment, 6, 4, other)),
                "2 of 3": (0, paid(payment, 2, 1, other)),
                "7 of 10, the others unknown": (1, paid(payment, 7, 3, None)),
                "2 of 3, the other unknown": (0, paid(payment, 2, 1, None)),
                "only unknown": (0, paid(payment, 0, 2, None)),
                "none": (0, []),
            }
            for feature, payment, other in (("prefers_cash", "cash", "card"), ("prefers_card", "card", "cash"))
        }
    )


def test_weekends_and_weekdays_are_preferred_from_exactly_60_per_cent(hold: Hold) -> None:
    def on(*days: int) -> list[Purchase]:
        return [buy(datetime(2026, 11, day, 23, 59, 59, tzinfo=UTC)) for day in days]

    friday, saturday, sunday, monday = 13, 14, 15, 16
    hold(
        {
            "weekend_shopper": {
                "3 of 5": (1, on(saturday, sunday, sunday, friday, monday)),
                "5 of 9": (0, on(*[saturday] * 5, *[friday] * 4)),
                "none": (0, []),
            },
            "weekday_shopper": {
                "3 of 5": (1, on(friday, friday, monday, saturday, sunday)),
                "5 of 9": (0, on(*[friday] * 5, *[saturday] * 4)),
                "none": (0, []),
            },
        }
    )


def test_a_single_item_buyer_has_one_line_in_exactly_half_of_the_purchases(hold: Hold) -> None:
    hold(
        {
            "single_item_buyer": {
                "1 of 2": (1, _lines(1, 5)),
                "1 of 3": (0, _lines(1, 2, 2)),
                "2 of 4": (1, _lines(1, 1, 2, 2)),
                "none": (0, []),
            }
        }
    )


def test_a_family_shopper_has_a_mean_of_exactly_four_lines(hold: Hold) -> None:
    cases = {"4": (1, _lines(4)), "3 and 5": (1, _lines(3, 5)), "4, 4 and 3": (0, _lines(4, 4, 3)), "none": (0, [])}
    hold({"family_shopper": cases})


def test_a_varied_shopper_has_four_known_groups_over_all_purchases(hold: Hold) -> None:
    hold(
        {
            "varied_shopper": {
                "four in one": (1, [buy(LONG_AGO, "bakery meat dairy fruit")]),
                "four in two": (1, [buy(LONG_AGO, "bakery meat"), buy(T - MS, "dairy vegetable")]),
                "three and unknown": (0, [buy(LONG_AGO, "bakery meat dairy unknown")]),
                "the fourth comes at T": (0, [buy(LONG_AGO, "bakery meat dairy"), buy(T, "fruit")]),
            }
        }
    )


def test_stores_and_cities_are_counted_once_and_an_unknown_city_is_none(hold: Hold) -> None:
    def at(store: str, city: str | None) -> Purchase:
        return buy(store=store, city=city)

    one = [at("a", "тверь"), at("a", "тверь")]
    two = [at("a", "тверь"), at("b", None)]
    three = [at("a", "тверь"), at("b", "клин"), at("c", "тверь")]
    nowhere = [at("a", None), at("b", None)]
    hold(
        {
            "store_loyal": {"one": (1, one), "two": (0, two), "three": (0, three), "none": (0, [])},
            "switching_store": {"one": (0, one), "two": (1, two), "three": (1, three), "none": (0, [])},
            "multicity_buyer": {"one": (0, one), "two": (0, two), "three": (1, three), "nowhere": (0, nowhere)},
        }
    )


def test_a_loyal_customer_is_a_member_with_a_card_and_three_purchases(
    compute: Callable[..., dict[str, dict[str, int]]],
) -> None:
    members: dict[str, tuple[bool | None, str | None, int, int]] = {
        "member": (True, "loyal-1", 3, 1),
        "two purchases": (True, "loyal-1", 2, 0),
        "no card": (True, None, 3, 0),
        "an empty card": (True, "", 3, 0),
        "a blank card": (True, "  ", 3, 0),
        "no member": (False, "loyal-1", 3, 0),
        "unknown": (None, "loyal-1", 3, 0),
    }
    customers = [Customer(name, LONG_AGO, member, card) for name, (member, card, _, _) in members.items()]
    purchases = [Purchase(name, LONG_AGO) for name, (_, _, count, _) in members.items() for _ in range(count)]
    found = compute(customers, purchases, DAY, "UTC")
    assert {name: found[name]["loyal_customer"] for name in members} == {name: m[3] for name, m in members.items()}


def test_deliveries_organic_products_and_bread_are_seen_however_long_ago(hold: Hold) -> None:
    once = [buy(LONG_AGO, "bakery", delivered=True, organic=True), buy(T - MS)]
    cases = {
        "once": (1, once),
        "never": (0, [buy(T - MS, "meat")]),
        "at T": (0, [buy(T, "bakery", delivered=True, organic=True)]),
    }
    hold({"delivery_user": cases, "organic_preference": cases, "buys_bakery": cases})
