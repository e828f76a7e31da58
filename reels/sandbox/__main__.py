"""Run as `python -I reels/sandbox PROGRAM ORDER`: does what ORDER, one JSON object, says.

Prints JSON objects, one a line: {"done": share} meanwhile, and at the end what was found with
"ok" true, or "ok" false with a code and a message.
"""

import json
import sys
from pathlib import Path

# A limit on files would leave half a module for the next run to trip over.
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[2]))

from reels.sandbox.confinement import confine  # noqa: E402
from reels.sandbox.reports import Refused, report  # noqa: E402


def main() -> None:
    program, order = sys.argv[1], json.loads(sys.argv[2])
    confine(cpu_seconds=order["cpu_seconds"], file_bytes=order["file_bytes"])
    try:
        # Only now: loading the decoder starts threads, and is under the limits like the rest.
        if program == "probe":
            from reels.sandbox.probe import probe as work  # noqa: PLC0415
        elif program == "transcode":
            from reels.sandbox.transcode import transcode as work  # noqa: PLC0415
        elif program == "analyse":
            from reels.sandbox.analyse import analyse as work  # noqa: PLC0415
        else:
            from reels.sandbox.stills import stills as work  # noqa: PLC0415
        report({"ok": True, **work(order)})
    except Refused as refusal:
        code, message = refusal.args
        report({"ok": False, "code": code, "message": message})
    except MemoryError:
        report({"ok": False, "code": "invalid_video", "message": "Decoding it takes too much."})


if __name__ == "__main__":
    main()
