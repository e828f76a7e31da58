"""An upload outlives the web processes that take its parts."""

import socket

from reels.tests.clips import clip

VIDEO = clip()


def test_an_upload_goes_on_where_web_was_killed(plant):
    plant.environment["SOCIALML_UPLOAD_PART_BYTES"] = str(len(VIDEO) - 1000)
    plant.web_start()
    token = plant.sign_up("ann")
    draft = {"size_bytes": len(VIDEO), "content_type": "video/mp4"}
    upload = plant.ask("POST", "/api/reels/uploads", draft, token=token)[1]["data"]
    url, size = f"/api/reels/uploads/{upload['id']}", upload["part_size_bytes"]
    assert plant.send_bytes(f"{url}/parts/2", VIDEO[size:], token=token) == 200

    # In the middle of a part.
    head = (
        f"PUT {url}/parts/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {size}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", plant.port)) as connection:
        connection.sendall(head.encode() + VIDEO[: size // 2])
        plant.kill("web")
    plant.web_start()

    state = plant.ask("GET", url, token=token)[1]["data"]
    assert (state["state"], state["parts"]) == ("receiving", [2])
    assert plant.send_bytes(f"{url}/parts/1", VIDEO[:size], token=token) == 200
    status, answer, _ = plant.ask("POST", f"{url}/finish", {"content": "Sea"}, token=token)
    assert (status, answer["data"]["state"]) == (202, "processing")
    files = [path for path in (plant.folder / "media").rglob("*") if path.is_file()]
    assert [file.read_bytes() for file in files] == [VIDEO]
