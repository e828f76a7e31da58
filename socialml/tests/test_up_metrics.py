from socialml.processes.metrics import metrics_folder


def test_counts_start_from_nothing_in_shared_memory_and_leave_nothing(tmp_path):
    memory, run = tmp_path / "memory", tmp_path / "run"
    memory.mkdir()
    with metrics_folder(run, memory=memory) as killed:
        (killed / "counter_1.db").touch()
        # As if what made it had been killed here.
        with metrics_folder(run, memory=memory) as folder:
            assert folder == killed
            assert folder.parent == memory
            assert list(folder.iterdir()) == []
            assert folder.stat().st_mode & 0o777 == 0o700

    assert list(memory.iterdir()) == []


def test_two_installations_count_apart(tmp_path):
    with (
        metrics_folder(tmp_path / "one", memory=tmp_path) as one,
        metrics_folder(tmp_path / "two", memory=tmp_path) as two,
    ):
        assert one != two


def test_without_shared_memory_counts_lie_beside_the_socket(tmp_path):
    run = tmp_path / "run"
    run.mkdir()

    with metrics_folder(run, memory=tmp_path / "none") as folder:
        assert folder == run / "metrics"
