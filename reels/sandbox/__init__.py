"""Programs that touch untrusted video, each run in a process of its own that can harm nothing.

They know nothing of Django, and nothing of ours imports them: `reels.services.children` starts
them by path.
"""
