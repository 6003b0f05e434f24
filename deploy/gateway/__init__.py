"""What stands between the internet and the web processes: nginx, and how it is told."""
