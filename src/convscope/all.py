"""The names of the chapter, for `from convscope.all import *`."""
