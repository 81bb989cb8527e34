import pytest

from shop_assets.documents.product_groups import PRODUCT_GROUPS, UNKNOWN, recognise


@pytest.mark.parametrize("group", PRODUCT_GROUPS, ids=lambda group: group.code)
def test_a_group_is_recognised_by_both_its_labels_in_any_case_with_and_without_the_emoji(group):
    without_emoji = group.label.split(" ", 1)[1]
    for label in (group.label, group.short_label, without_emoji):
        for spelling in (label, label.upper(), label.lower(), f"  {label}\n"):
            assert recognise(spelling) == group.code


@pytest.mark.parametrize("label", [None, "", "   ", "🍬 Сладости", "мясорубки", "рыбалка", "Овощи и фрукты", "🥛"])
def test_what_names_no_group_or_several_is_unknown(label):
    assert recognise(label) == UNKNOWN
