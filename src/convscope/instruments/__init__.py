"""What happens inside while it learns?"""
