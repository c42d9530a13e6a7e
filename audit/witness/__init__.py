"""A C2SP tlog-witness: vouches for the checkpoints of the logs it knows, and keeps evidence.

It runs alone: a folder with a key and an SQLite file, the standard library, ``cryptography`` and
any WSGI server.
"""
