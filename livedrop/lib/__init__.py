"""What is true in any application: one topic a file, and no word of LiveDrop's."""
