"""Where does a number come from?"""
