"""Enrolment, freeze, entropy, result and alternates: the only part of the market that draws."""
