"""What reels holds of an account, to be given to it."""

from reels.models import Reel, Sound, Upload
from socialml.core.export import ExportedTable

EXPORTED = (
    ExportedTable(Reel, ("post__author_id",)),
    ExportedTable(Sound, ("origin__post__author_id",)),
    ExportedTable(Upload, ("account_id",), without=("remote_id", "remote_name")),
)
