"""What somebody else on the same machine can do: another account, without any credential, at every door that is open.

Doors are found by looking at the processes (`doors.py`). A process of another user, `stranger.py`, tries them all, and
reports each reply. `harmless.py` lists the replies that give nothing away; any other one fails the test, so that a port
that is opened tomorrow fails it too.
"""
