"""The words for yes and no, for Python and for the statements of `sql/`: `shop_bool` has them."""

from typing import Final

YES_WORDS: Final = ("true", "t", "1", "1.0", "yes", "y", "on", "+", "да", "д", "истина", "есть", "вкл")
"""In the order of the statement, which is a rule of MART."""

NO_WORDS: Final = ("false", "f", "0", "0.0", "no", "n", "off", "нет", "н", "ложь", "выкл")
"""In the order of the statement too."""
