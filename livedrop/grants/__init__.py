"""What an app is given besides a password: the means to come back, and to open one socket.

Access tokens themselves are nowhere: they are signed, and name a sign-in that is checked.
"""
