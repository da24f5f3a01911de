"""Taking in pictures: reading their headers, decoding them in a closed process, and keeping the files. Knows no models."""
