"""Withdrawing a notice that is out: one person of the owner asks for it, another decides.

Until the second person has decided the draw goes on, and whoever asked can take it back. What
nobody decided before enrolment closes has lapsed: from then on nobody stops the draw.
"""
