"""The quick way to open a page: its notebook's cells run on one client, what they show streamed.

A notebook asks for it in its metadata (``{"practika": {"front": "lean"}}``). It may show
ipywidgets' base and controls and anywidgets; whatever needs JupyterLab's front end (the Output
widget, other widget packages) is served the stock way by `practika_kernel.server.stock`.
"""
