"""Where do the pictures come from, and what do they hold?"""
