"""The report: one CSV a day, the published feature matrix in the order of its customers."""
