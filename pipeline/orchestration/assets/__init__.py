"""What is made, one file a group: raw, core, warehouse, dbt models, public.

Here: asset keys, dependencies, and calls of the domain code. Not here: the work; each asset reads, calls, reports.
"""
