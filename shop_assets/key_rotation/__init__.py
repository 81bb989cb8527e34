"""Key rotation: what is stored under older keys moves to the first key of the ring; which keys are in use.

The ring itself is text (`personal_data/key_ring.py`); `cli/personal_data/keys.py` decides where it is kept.
"""
