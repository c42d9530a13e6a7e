"""What is done to panels: opened with a notice, drawn by time, answered by experts."""
