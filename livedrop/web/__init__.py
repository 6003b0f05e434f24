"""The doors: each a way in for one audience. They know requests and templates, no tables."""
