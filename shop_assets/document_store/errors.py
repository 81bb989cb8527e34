"""What can go wrong with the document store, in words that say what to do."""

from shop_assets.errors import ShopError, TransientError


class DocumentStoreError(ShopError):
    """MongoDB did not answer, or refused what is not a document's own fault; the message says what to do."""


class DocumentStoreUnavailableError(DocumentStoreError, TransientError):
    """MongoDB does not answer, or stopped answering."""
