"""Inspecting a folder before it is delivered: a dry run that reads its documents as the pipeline would.

It uses the stages' own code: landing's reading, the document store's shapes, the encryption of personal data, and the
SQL of RAW and MART in an engine of its own, in a temporary folder. No service is contacted and none is needed.
"""
