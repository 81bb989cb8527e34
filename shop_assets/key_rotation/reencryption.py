"""Texts with ciphertexts of older keys, encrypted again with the first key."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from cachetools import LRUCache

from shop_assets.key_rotation.errors import RotationError
from shop_assets.personal_data.cipher import ENCRYPTED, DecryptionError, PersonalDataCipher
from shop_assets.personal_data.decryption import decrypt_any
from shop_assets.warehouse.mart.current_values import RotatedValue

CACHE_SIZE: Final = 100_000
"""Ciphertexts: some 40 MB. One that is not in the cache costs half a millisecond, nearly all of it to decrypt."""


MOST_UNREADABLE: Final = 200
"""Each statement of a rotation lists them. So many are no remarks of people: a key of the ring is the wrong one."""


class Reencryption:
    """Encrypts again what other keys encrypted.

    `moved` counts ciphertexts by the key that they had; `unknown` those of keys that the ring does not have.
    `unreadable` are texts that look like ciphertexts of the older keys and are none, such as a part of one that
    somebody copied into a comment. Neither is changed.
    """

    def __init__(self, cipher: PersonalDataCipher) -> None:
        self._cipher = cipher
        self._cache: LRUCache[str, str] = LRUCache(CACHE_SIZE)
        self.moved: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.unreadable: set[str] = set()

    @property
    def key_id(self) -> str:
        """The first key."""
        return self._cipher.key_id

    @property
    def older_keys(self) -> frozenset[str]:
        """The other keys of the ring."""
        return frozenset(self._cipher.fingerprints) - {self._cipher.key_id}

    def text(self, text: str) -> str:
        """Encrypt the ciphertexts of a text again.

        Args:
            text: Any text, such as the payload of a message.

        Returns:
            The text; the same if all of its ciphertexts have the first key, or a key that the ring does not have.
        """
        return ENCRYPTED.sub(self._again, text)

    def pair(self, ciphertext: str) -> RotatedValue | None:
        """Encrypt one ciphertext of an older key again; it is not counted.

        Args:
            ciphertext: The ciphertext.

        Returns:
            It with the newer one; None if it is unreadable.

        Raises:
            RotationError: Too many are: the key is another one than that of the data.
        """
        try:
            value = decrypt_any(self._cipher, ciphertext)
        except DecryptionError:
            self._note_unreadable(ciphertext)
            return None
        return RotatedValue(ciphertext, self._cipher.encrypt(value.field, value.text), value.field)

    def learn(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take newer ciphertexts from where they are stored: to make one again costs half a millisecond.

        Args:
            pairs: Older ciphertexts with the newer ones; one without a newer one is left out.
        """
        self._cache.update({older: newer for older, newer in pairs if newer})

    def _note_unreadable(self, ciphertext: str) -> None:
        self.unreadable.add(ciphertext)
        if len(self.unreadable) > MOST_UNREADABLE:
            raise RotationError(
                f"More than {MOST_UNREADABLE:,} values of the keys {', '.join(sorted(self.older_keys))} cannot be "
                "decrypted: SHOP_PII_KEYS has other keys under these ids than those that encrypted. Restore the key "
                "ring (`shop pii keys`). Nothing more was moved."
            )

    def _again(self, found: re.Match[str]) -> str:
        key_id, ciphertext = found["key_id"], found[0]
        if key_id == self._cipher.key_id:
            return ciphertext
        new = self._cache.get(ciphertext)
        if new is None:
            try:
                value = decrypt_any(self._cipher, ciphertext)
            except DecryptionError:
                if key_id not in self.older_keys:
                    self.unknown[key_id] += 1
                return ciphertext
            new = self._cache[ciphertext] = self._cipher.encrypt(value.field, value.text)
        self.moved[key_id] += 1
        return new
