"""What can be measured of decoded pictures and sound: plain arrays, no Django, no decoder.

Pictures are uint8, 0 black to 255 white. `luma` has shape (height, width), `rgb` has shape
(height, width, 3). Moments and spans are in seconds from the first picture.
"""

# Of what the measures say of a video: raised by whoever changes what one of them finds, so that
# `manage.py reels_backfill` measures again.
VERSION = 2
