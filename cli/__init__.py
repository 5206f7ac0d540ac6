"""contentgraph.cli"""
