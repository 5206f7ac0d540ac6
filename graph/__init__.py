"""contentgraph.graph"""
