"""A finished MP4 cut into the segments that players load one by one."""

import av


def segments_write(source: str, path: str) -> list[float]:
    """Write the packets of the MP4 as one segment a keyframe; return when each begins."""
    options = {
        "movflags": "+frag_keyframe+delay_moov+default_base_moof+negative_cts_offsets",
        "fflags": "+bitexact",
    }
    starts = []
    with (
        av.open(source, format="mov", options={"protocol_whitelist": "file"}) as finished,
        av.open(path, "w", format="mp4", options=options) as output,
    ):
        outs = {s.index: output.add_stream_from_template(s) for s in finished.streams}
        end = 0.0
        for packet in finished.demux():
            if packet.dts is None or packet.pts is None or packet.time_base is None:
                continue
            if packet.stream.type == "video":
                begin = float(packet.pts * packet.time_base)
                end = max(end, begin + float((packet.duration or 0) * packet.time_base))
                if packet.is_keyframe:
                    starts.append(begin)
            packet.stream = outs[packet.stream.index]
            output.mux(packet)
    return [*starts, end]
