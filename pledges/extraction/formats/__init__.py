"""One module a format, each bytes → `document.Reading`. `guard` runs them in a process of their own."""
