"""``zjcs monitor``: an outsider follows a platform's log and draws, with nothing of the platform's.

It needs a URL, a policy file of its own and a folder; neither configuration nor database.
"""
