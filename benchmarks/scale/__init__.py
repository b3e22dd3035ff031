"""A province's governments over five years on a PostgreSQL of their own: what the benchmarks of scale run on.

copying.py     rows of a model as PostgreSQL's COPY takes them
province.py    what the rows say: 40 governments with 50 units each, five years, 1,000 pledges a year
database.py    the server, one filled database and a copy of it for each benchmark, and the clock
"""
