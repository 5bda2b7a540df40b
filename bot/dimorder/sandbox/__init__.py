"""The boundary between untrusted files and the program: open files go in, plain reports come out."""
