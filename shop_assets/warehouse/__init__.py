"""ClickHouse: RAW as Kafka brought it, MART as people use it, and what holds the two together.

What a row looks like and how it is cleaned is said in SQL, in the folder `sql/`; here is what applies those files,
brings messages to RAW, mends MART where it stayed behind, and asks the queries of the asset checks.
"""
