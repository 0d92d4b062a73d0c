"""Is what we claim about speed and accuracy true, on this machine, today?"""
