"""A reel outlives the workers that were making it."""

import pytest

from reels.models.rendition import made_files
from reels.tests.clips import clip
from socialml.tests.faults.plant import until
from socialml.tests.faults.test_sample_videos import played, upload

# As socialml.tests.faults.deadly names them, which only a worker may import.
STEPS = ["check", "first version", "second version", "pictures", "hash", "analysis", "finish"]
# Rows of a reel that there must be one of, or three.
ONCE = [
    "SELECT COUNT(*) = 3 FROM reels_rendition WHERE reel_id = ?",
    "SELECT COUNT(*) FROM reels_videohash WHERE reel_id = ?",
    "SELECT COUNT(*) FROM analytics_event WHERE kind = 'posted' AND post_id = ?",
]
pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def lease():
    return 3.0


def test_a_worker_killed_at_each_step_leaves_one_whole_reel(plant, tmp_path):
    file = tmp_path / "sea.mp4"
    file.write_bytes(clip(width=400, height=368, frames=24, with_sound=True))
    plant.environment |= {"SOCIALML_RATE_FACTOR": "1000", "SOCIALML_TRANSCODE_THREADS": "1"}
    plant.web_start()
    token = plant.sign_up("ann")
    plant.worker_start()

    for step in STEPS:
        (plant.folder / "die-at").write_text(step)
        status, answer = upload(plant, file, token=token)
        assert status == 202, answer
        reel = answer["data"]["id"]
        until(lambda: not plant.is_running("worker"), seconds=120)
        said = plant.rows("SELECT state FROM reels_reel WHERE post_id = ?", reel)
        assert said == [("processing",)], step

        plant.kill("worker")
        plant.worker_start()
        until(lambda: not plant.rows("SELECT 1 FROM core_job WHERE queue = 'media'"), seconds=120)

        made = plant.ask("GET", f"/api/reels/{reel}", token=token)[1]["data"]
        assert (made["state"], made["percent"]) == ("ready", 100), (step, made)
        assert len(played(plant, made["post"]["media"]["hls"])) == 2, step
        assert [plant.rows(sql, reel) for sql in ONCE] == [[(1,)]] * len(ONCE), step
    keys = [key for (key,) in plant.rows("SELECT key FROM reels_reel")]
    media = plant.folder / "media"
    files = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
    assert files == {name for key in keys for name in made_files(key)}
