"""Which experiments does the chapter make, and what do they give?"""
