"""Why a video is not taken."""

from socialml.core.errors import Invalid


class VideoRefused(Invalid):
    """The file is no video that we take; `code` says why.

    `empty`, `invalid_video`, `unsupported_media`, `video_too_long`, `video_dimensions`,
    `video_frame_rate` or `video_too_large`.
    """

    code = "invalid_video"

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message, code=code, fields={"video": [message]})
