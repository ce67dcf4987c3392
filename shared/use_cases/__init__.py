"""One verb a file: what UpUp does, written against ports and the database's interface."""
