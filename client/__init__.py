"""contentgraph.client"""
