"""Pictures of things that have none of their own: drawn by the house from a name, always the same.

A picture is a value (`pictures.Picture`), each style draws it as SVG, and `raster` makes WebP of
that. Nothing here knows the database or HTTP.
"""
