"""MART: kept equal to RAW, and cleaned again when rules change."""
