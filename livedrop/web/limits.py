"""How often a person may do what costs much, by whichever door."""

from livedrop.lib.ratelimit import Bucket

UPLOADS = Bucket("pictures uploaded or tried again", "60/hour")
