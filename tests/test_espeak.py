"""The draft of a voice, spoken by the program itself; and what is told where it cannot be."""

import ast
import os
import re
import sys

import numpy as np
import pytest

import mathcore
from export.voice import espeak
from export.voice.sound import RATE
from export.voice.spelling import spelled

needs_espeak = pytest.mark.usefixtures("espeak_installed")
SAID = {
    "en": ["After 10 steps w = 3.63; the best weight is 3.65.", "Every step overshoots more than the last."],
    "fr": ["Après 10 pas, w = 3,63\u202f; le meilleur poids est 3,65.", "La même règle, encore et encore."],
}


@needs_espeak
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_sentence_is_spoken_the_same_from_run_to_run(language):
    espeak.check(language)
    first, again = (espeak.speak(SAID[language], language) for _ in range(2))
    assert all(map(np.array_equal, first, again))
    assert len({len(one) for one in first}) == len(first)


@needs_espeak
@pytest.mark.parametrize(("language", "rate"), [("en", 150), ("fr", 170)])
def test_it_speaks_as_fast_as_a_lecturer_and_no_sound_is_cut_off(language, rate):
    sentences = SAID[language] * 3
    sounds = espeak.speak(sentences, language)
    minutes = sum(map(len, sounds)) / RATE / 60
    words = sum(len(re.findall(r"[^\W_]+(?:'[^\W_]+)?", spelled(sentence, language))) for sentence in sentences)
    assert words / minutes == pytest.approx(rate, rel=0.2)
    assert all(0.1 < abs(sound).max() < 0.9 for sound in sounds)
    assert all(abs(sound[-RATE // 5 :]).max() > 0.01 for sound in sounds)  # no pause at the end


@needs_espeak
def test_any_sentence_is_spoken():
    silent = ["", "…", "😀"]
    odd = ["-v de -w /tmp/x", "--help", "@/etc/hostname", "[[he'loU]]", "one\n\ntwo", "面積", "one " * 5000]
    lengths = [len(sound) / RATE for sound in espeak.speak([*silent, *odd], "en")]
    assert lengths[:3] == [0] * 3
    assert all(0.1 < length < 10 for length in lengths[3:-1])
    assert lengths[-1] > 600


@pytest.fixture
def instead(tmp_path, monkeypatch):
    """Puts a script in the place of the program."""

    def put(*lines):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        program = folder / espeak.PROGRAM
        program.write_text("\n".join([f"#!{sys.executable}", "import sys", *lines]))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))
        return program

    return put


def told(call, *values):
    with pytest.raises(mathcore.InputError) as raised:
        call(*values)
    sentence = str(raised.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert all(way in sentence for way in ("apt install espeak-ng", "brew install espeak-ng", "Windows"))
    return sentence


def test_where_it_is_not_installed_one_sentence_tells_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "is not installed" in told(espeak.check, "fr")
    assert "is not installed" in told(espeak.speak, ["a"], "fr")


@needs_espeak
def test_where_it_lacks_its_languages_one_sentence_tells_so(tmp_path, monkeypatch):
    (tmp_path / "espeak-ng-data").mkdir()
    monkeypatch.setenv("ESPEAK_DATA_PATH", str(tmp_path))
    assert "espeak-ng cannot speak fr-fr (" in told(espeak.check, "fr")


@needs_espeak
def test_a_voice_that_it_does_not_have_is_told_by_name(monkeypatch):
    monkeypatch.setitem(espeak.VOICES, "fr", "xx-yy")
    assert "cannot speak xx-yy (Error: The specified espeak-ng voice does not exist.)" in told(espeak.check, "fr")


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
def test_one_that_fails_or_says_nothing_is_told(instead):
    instead("sys.exit('no voice\\nhere')")
    assert "(no voice here)" in told(espeak.check, "en")
    instead("pass")
    assert "(exit code 0)" in told(espeak.check, "en")
    instead().write_text("#!/nowhere/at/all\n")
    assert "does not run" in told(espeak.check, "en")


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
def test_it_gets_words_by_a_pipe_and_nothing_else(instead, tmp_path):
    heard = tmp_path / "heard"
    header = bytes(24) + (22050).to_bytes(4, "little") + bytes(16)
    instead(
        f"open({str(heard)!r}, 'a').write(repr((sys.argv[1:], sys.stdin.read())) + '\\n')",
        f"sys.stdout.buffer.write({header!r} + bytes(4410))",
    )
    sounds = espeak.speak(["-v de; rm 3 & `ls`", "w = −0.5"], "en")
    assert [len(sound) for sound in sounds] == pytest.approx([RATE // 10] * 2, abs=5)
    calls = [ast.literal_eval(line) for line in heard.read_text().splitlines()]
    assert [words for _, words in calls] == ["minus v de; rm three and ls", "w equals minus zero point five"]
    assert all(len(arguments) == len(calls[0][0]) and "--stdin" in arguments for arguments, _ in calls)
