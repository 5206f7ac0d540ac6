"""contentgraph.loaders"""
