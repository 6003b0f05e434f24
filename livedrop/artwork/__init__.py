"""Pictures of things that have none of their own: drawn by the house from a name, always the same.

A picture is a value (`pictures.Picture`), each style draws it as a scene of vector layers, and
`raster` turns a scene into WebP. Nothing here knows the database or HTTP.
"""
