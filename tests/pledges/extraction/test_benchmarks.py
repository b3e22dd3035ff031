"""The benchmarks' own pieces: a text that is the same every time, names that are known."""

import pytest

from benchmarks import __main__ as runner
from benchmarks import extraction


def test_the_text_has_its_size_and_is_the_same_every_time() -> None:
    assert len(extraction.text_of(12_345)) == 12_345
    assert extraction.text_of(12_345) == extraction.text_of(12_345)


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["no-such-thing"]) == 2
    assert "no-such-thing" in capsys.readouterr().err


def test_a_result_is_one_json_object_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "BENCHMARKS", {"swift": lambda: {"value": 1, "floor": 2, "ratio": 0.5, "n": 3}})
    assert runner.main([]) == 0
    assert capsys.readouterr().out == '{"name": "swift", "value": 1, "floor": 2, "ratio": 0.5, "n": 3}\n'
