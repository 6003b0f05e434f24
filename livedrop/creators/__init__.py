"""Creators: people who publish drops, and the profile others see."""
