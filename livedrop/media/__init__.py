"""Pictures that people upload: taken in, made small and clean by a process that may fail, kept."""
