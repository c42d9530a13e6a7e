"""The pool of experts: who may be drawn for a panel, and who must stand aside from one."""
