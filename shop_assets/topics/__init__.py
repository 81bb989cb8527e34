"""Changes of the document store as messages: topics, the encryption of personal data, publishing.

Here belongs everything between a changed document and an acknowledged message. How changes are found is
`document_store/changes.py`; what becomes of the messages is the warehouse's business.
"""
