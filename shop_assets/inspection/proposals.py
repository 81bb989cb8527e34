"""A mapping for names that look alike: a proposal in TOML, for a person to correct.

A field that the model does not have is paired with one of the model that other documents have, or none, so that the two
can be one field: by known synonyms first (English and Russian), then by the likeness of their names. A pair is a guess:
it is written down and never applied.
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shop_assets.documents.kinds import DocumentKind
from shop_assets.inspection.field_counts import ESCAPED_DOT, FieldCounts
from shop_assets.inspection.findings import MartFindings

_ALIKE: Final = 0.84
_NESTED: Final = 0.15
_NESTED_ID: Final = 0.1
"""What another place costs: a synonym counts in its own place alone, except that flat documents have ids of others."""
_RENAMED: Final = 0.01
"""What a parent under another name costs: less than that, so that a field under our own name is preferred."""

_DOT: Final = re.compile(r"(?<!\\)\.")

_WORDS: Final = re.compile(r"[A-ZА-ЯЁ]?[a-zа-яё]+|[A-ZА-ЯЁ]+(?![a-zа-яё])|\d+")

_NAMES: Final = frozenset({"name", "title", "value", "название", "наименование", "значение"})
"""What holds the text of an object that stands for it."""

_SYNONYMS: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(synonyms.split("|"))
    for name, synonyms in {
        "store_id": "shop id|shop|store|shop code|store code|store no|shop no|магазин|код магазина|id магазина|"
        "магазин id|склад|точка|outlet id|pos id|magazin",
        "store_name": "shop name|shop title|name|title|название|наименование|магазин",
        "store_network": "network|chain|brand|format|сеть|формат|бренд",
        "city": "town|город|gorod|населенный пункт|locality",
        "street": "улица|street name|address line",
        "house": "дом|building",
        "postal_code": "zip|zip code|postcode|индекс|postal index",
        "country": "страна",
        "product_id": "sku|article|product|product code|product no|item id|item code|goods id|товар|код товара|артикул|"
        "номенклатура|код|tovar",
        "id": "sku|article|product id|product code|code|код|артикул|код товара|id товара|номенклатура",
        "name": "title|product name|label|название|наименование|товар|имя",
        "group": "category|product group|department|section|группа|категория|раздел|отдел",
        "category": "group|product group|department|section|группа|категория|раздел|отдел",
        "price": "cost|unit price|retail price|цена|стоимость|tsena|cena",
        "price_per_unit": "price|unit price|цена|цена за единицу|cost",
        "total_price": "sum|amount|total|line total|сумма|стоимость|итого",
        "quantity": "qty|count|amount|кол во|количество|кол-во|число|kolichestvo",
        "unit": "uom|measure|unit of measure|ед|ед изм|единица|единица измерения",
        "is_organic": "organic|bio|eco|органик|органический|био|эко",
        "barcode": "ean|ean13|gtin|upc|штрихкод|штрих код",
        "customer_id": "client id|client|customer|buyer id|user id|customer code|customer no|клиент|код клиента|"
        "id клиента|покупатель|client code",
        "first_name": "name|given name|firstname|имя",
        "last_name": "surname|family name|lastname|фамилия",
        "email": "e mail|mail|почта|эл почта|электронная почта",
        "phone": "tel|telephone|mobile|phone number|телефон|тел|моб|сотовый",
        "birth_date": "birthday|date of birth|dob|birthdate|дата рождения|день рождения",
        "gender": "sex|пол",
        "registration_date": "registered|registered at|created|created at|reg date|signup date|date of registration|"
        "дата регистрации|зарегистрирован|создан",
        "is_loyalty_member": "loyalty|loyal|member|loyalty member|has card|участник|в программе лояльности|лояльность",
        "loyalty_card_number": "card|card number|loyalty card|card no|discount card|карта|номер карты|дисконтная карта|"
        "бонусная карта",
        "purchase_id": "order id|order no|order number|receipt id|receipt no|receipt number|check id|check number|"
        "transaction id|purchase no|number|id|номер чека|чек|номер заказа|заказ|номер",
        "items": "lines|positions|goods|products|rows|order items|line items|позиции|товары|строки|состав",
        "total_amount": "total|sum|amount|total sum|grand total|order total|итого|сумма|сумма чека|всего",
        "payment_method": "payment|payment type|pay type|paytype|payment form|tender|оплата|тип оплаты|способ оплаты|"
        "форма оплаты|вид оплаты",
        "is_delivery": "delivery|delivered|has delivery|with delivery|доставка|с доставкой",
        "purchase_datetime": "date|datetime|date time|created at|order date|purchased at|purchase date|sold at|"
        "timestamp|time|moment|дата|дата чека|дата покупки|дата и время|время",
    }.items()
}


@dataclass(frozen=True)
class ProposedField:
    """A field of the documents that may be one of the model, and how many of the documents have it."""

    theirs: str
    ours: str
    documents: int


def propose(kind: DocumentKind, counts: FieldCounts) -> list[ProposedField]:
    """Pair fields of the model that are missing with other fields of the documents.

    Args:
        kind: The kind of the documents.
        counts: How often each field is there.

    Returns:
        The pairs, each field of either side once, in the order of the model.
    """
    # What is in an object under a name of the model can only be that field: {"store_network": {"name": …}}.
    outside = {_parent(theirs) for theirs in counts.other} - counts.known.keys()
    pairs = sorted(
        (
            (_likeness(theirs, ours, elsewhere=_NESTED_ID if ours in kind.id_paths else _NESTED), found, theirs, ours)
            for ours, known in counts.known.items()
            for theirs, found in counts.other.items()
            if known + found <= counts.documents and _parent(theirs) in {ours} | outside
        ),
        reverse=True,
    )
    taken: set[str] = set()
    chosen: dict[str, ProposedField] = {}
    for likeness, documents, theirs, ours in pairs:
        if likeness < _ALIKE or theirs in taken or ours in chosen or "***" in theirs:
            continue
        taken.add(theirs)
        chosen[ours] = ProposedField(theirs, ours, documents)
    return [chosen[path] for path in counts.known if path in chosen]


def toml_text(kind: DocumentKind, fields: list[ProposedField], texts: list[str]) -> str:
    """Write a proposal as the mapping's section of a kind.

    Args:
        kind: The kind.
        fields: The pairs.
        texts: The model's fields whose numbers are to become texts.

    Returns:
        TOML; empty if there is nothing to propose.
    """
    parts = []
    if texts:
        parts.append(f"[{kind.name}]\ntexts = {json.dumps(texts)}")
    if fields:
        lines = [f"{json.dumps(one.theirs, ensure_ascii=False)} = {json.dumps(one.ours)}" for one in fields]
        parts.append("\n".join([f"[{kind.name}.fields]", *lines]))
    return "\n\n".join(parts)


def left_by_proposal(found: MartFindings, unmatched: Mapping[DocumentKind, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Say what the proposal leaves for a person: it pairs names of fields, and knows nothing of values.

    Args:
        found: What MART would have without the proposal.
        unmatched: The fields of the documents that it pairs with none of the model's.

    Returns:
        What is left, by what it is.
    """
    left = {
        **{f"fields of {kind.name} with none of the model's": names for kind, names in unmatched.items()},
        "values that are not read": [f"{one.kind}.{one.field}, {one.reason}" for one in found.unread],
        "amounts that do not agree, in kopecks perhaps": [one.what for one in found.amounts],
        "product groups that are not known": [one.label or "no label" for one in found.unknown_groups],
    }
    return {what: names for what, names in left.items() if names}


def _likeness(theirs: str, ours: str, *, elsewhere: float) -> float:
    """From 0 to 1; `elsewhere` is taken off for another place. Fields of another number of lists are not alike."""
    if theirs.count("[]") != ours.count("[]"):
        return 0.0
    if theirs.replace(ESCAPED_DOT, ".") == ours:  # a flat document
        return 1.0
    if _parent(theirs) == ours:
        return 1.0 if _words(_DOT.split(theirs)[-1]) in _NAMES else 0.0
    score = _likeness_of_names(_DOT.split(theirs)[-1], ours.rpartition(".")[2])
    return _reduced_for_place(score, theirs, ours, elsewhere) if score else 0.0


def _likeness_of_names(their_name: str, our_name: str) -> float:
    """From 0 to 1: the same name, a synonym, or one that is spelled much the same."""
    their_words, our_words = _words(their_name), _words(our_name)
    if their_words == our_words:
        return 1.0
    if their_words in _SYNONYMS.get(our_name, ()):
        return 0.95
    matcher = difflib.SequenceMatcher(None, their_words, our_words, autojunk=False)
    return matcher.ratio() * 0.9 if matcher.real_quick_ratio() >= _ALIKE else 0.0


def _reduced_for_place(score: float, theirs: str, ours: str, elsewhere: float) -> float:
    """The score of two names, less for a field in other objects, or in the same ones under other names."""
    meanings = {synonym: name for name in _parents(ours) for synonym in _SYNONYMS.get(name, ())}
    original, our_parents = set(_parents(theirs)), set(_parents(ours))
    their_parents = {meanings.get(name, name) for name in original}
    shared = len(their_parents & our_parents) / max(1, len(their_parents | our_parents))
    place = elsewhere * (1 - shared) if their_parents != our_parents else 0.0
    return score - place - _RENAMED * (their_parents != original)


def _parent(path: str) -> str:
    return ".".join(_DOT.split(path)[:-1])


def _parents(path: str) -> Iterator[str]:
    return (_words(name.removesuffix("[]")) for name in _DOT.split(path)[:-1])


def _words(name: str) -> str:
    """A name as words: `receiptNo`, `RECEIPT_NO` and `receipt-no` are `receipt no`."""
    return " ".join(word.lower().replace("ё", "е") for word in _WORDS.findall(name.replace("_", " ")))
