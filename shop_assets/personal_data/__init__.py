"""Personal data: finding, normalising, encrypting and masking phones and e-mails, and the key ring.

This folder works on one value or one document. `topics` decides when documents are sent.
"""
