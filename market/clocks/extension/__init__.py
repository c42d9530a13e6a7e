"""Extensions (延期): more time for the holder, agreed before the due date by both sides."""
