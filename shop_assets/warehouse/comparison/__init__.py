"""MongoDB compared with RAW, and what differs repaired."""
