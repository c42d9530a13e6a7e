"""A C2SP transparency log over opaque bytes: anyone can check it, nobody can rewrite it.

The pure modules (``tree``, ``tiles``, ``tiletree``, ``note``, ``checkpoint``, ``proof``,
``policy``, ``directory``) need the standard library and ``cryptography``; ``store``,
``lease``, ``sequencer``, ``recheck`` and ``log`` also need SQLAlchemy.
"""
