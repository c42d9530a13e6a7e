"""Changing a notice that is out (变更公告): the old one is called off, a new one is published.

A notice and its draw are fixed for good. So a material change never edits them: it calls the
draw off before enrolment closes and sends the need, with what has changed, to the operator's
check and a notice of its own, whose whole period starts afresh. Nobody's enrolment is carried
over: a firm enrolled for other conditions.
"""
