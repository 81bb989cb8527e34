"""What can go wrong with the document store, in words that say what to do."""

from shop_assets.errors import ShopError, TransientError


class DocumentStoreError(ShopError):
    """MongoDB did not respond, or refused a request, and no single document is the cause; the message says what to
    do.
    """


class DocumentStoreUnavailableError(DocumentStoreError, TransientError):
    """MongoDB does not respond, or stopped responding."""
