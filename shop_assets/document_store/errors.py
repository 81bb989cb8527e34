"""What can go wrong with the document store, in words that a person can act on."""

from shop_assets.errors import ShopError


class DocumentStoreError(ShopError):
    """MongoDB did not answer, or refused what is not a document's own fault; the message says what to do."""
