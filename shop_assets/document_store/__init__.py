"""MongoDB: the shop's documents, one collection a kind, under their natural ids.

Here belongs how documents get from landing into their collections, what may stand there, and how changes since the
last time are found. What is done with a change is the topics' business. Here, too, lies the lease by which the writing
stages of all runs take turns, because MongoDB is what they all can reach and what compares and sets.
"""
