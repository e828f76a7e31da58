"""What reels holds of an account, to be given to it."""

from reels.models import Reel
from socialml.core.export import ExportedTable

EXPORTED = (ExportedTable(Reel, ("post__author_id",)),)
