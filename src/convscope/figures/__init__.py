"""How does a record look on paper?"""
