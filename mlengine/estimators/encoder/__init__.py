"""A small transformer that reads posts in many languages: what serves it, and what trains it.

`pieces`, `embeddings` and `encoder` serve. The others train, and need the packages of
requirements/train.in.
"""
