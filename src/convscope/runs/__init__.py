"""What does a run leave behind?"""
