"""What Waymark needs of time, lines and memory, measured beside its budgets.

``python3 manage.py benchmarks`` prints one table. Every measure has a module of its own here, with
a function ``measure`` that gives rows of the table; ``__main__`` names them all.
"""
