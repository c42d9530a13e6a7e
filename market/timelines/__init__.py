"""The course of a project, day by day, as a citizen reads it: whose time passed, and why."""
