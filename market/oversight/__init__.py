"""What regulators and supervisors see: read only, and only of what they look after."""
