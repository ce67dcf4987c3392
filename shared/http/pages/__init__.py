"""The static pages of web/, served by functions as its hosting.json says."""
