"""Changes of the document store as messages: topics, the encryption of personal data, sending.

This folder covers everything between a changed document and an acknowledged message.
`document_store/capture/changes.py` finds the changes; the warehouse reads the messages.
"""
