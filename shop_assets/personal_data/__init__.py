"""Personal data: finding, normalising, encrypting and masking phones and e-mails, and the key ring.

Here belongs what happens to one value or one document. When documents are published is the business of `topics`.
"""
