"""The draft of a voice, spoken by the program itself; and what is told where it cannot be."""

import ast
import os
import re
import sys
import wave

import numpy as np
import pytest

import mathcore
from export.voice import espeak
from export.voice.spelling import spelled

needs_espeak = pytest.mark.usefixtures("espeak_installed")
SAID = {
    "en": ["After 10 steps w = 3.63; the best weight is 3.65.", "Every step overshoots more than the last."],
    "fr": ["Après 10 pas, w = 3,63\u202f; le meilleur poids est 3,65.", "La même règle, encore et encore."],
}


def samples(path):
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 2**15
        assert len(sound) == file.getnframes()
        return sound, file.getframerate()


@needs_espeak
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_sentence_is_spoken_into_a_file_the_same_from_run_to_run(language, tmp_path):
    espeak.check(language)
    first = [path.read_bytes() for path in espeak.speak(SAID[language], language, tmp_path)]
    paths = espeak.speak(SAID[language], language, tmp_path)
    assert [path.read_bytes() for path in paths] == first
    assert sorted(tmp_path.iterdir()) == paths
    assert len(set(first)) == len(first)


@needs_espeak
@pytest.mark.parametrize(("language", "rate"), [("en", 150), ("fr", 170)])
def test_it_speaks_as_fast_as_a_lecturer_and_no_sound_is_cut_off(language, rate, tmp_path):
    sentences = SAID[language] * 3
    sounds = [samples(path) for path in espeak.speak(sentences, language, tmp_path)]
    minutes = sum(len(sound) / hertz for sound, hertz in sounds) / 60
    words = sum(len(re.findall(r"[^\W_]+(?:'[^\W_]+)?", spelled(sentence, language))) for sentence in sentences)
    assert words / minutes == pytest.approx(rate, rel=0.2)
    assert all(0.2 < abs(sound).max() < 0.9 for sound, _ in sounds)
    assert all(abs(sound[-hertz // 5 :]).max() > 0.01 for sound, hertz in sounds)  # no pause at the end


@needs_espeak
def test_any_sentence_is_spoken(tmp_path):
    silent = ["", "…", "😀"]
    odd = ["-v de -w /tmp/x", "--help", "@/etc/hostname", "[[he'loU]]", "one\n\ntwo", "面積", "one " * 5000]
    paths = espeak.speak([*silent, *odd], "en", tmp_path)
    lengths = [len(sound) / hertz for sound, hertz in map(samples, paths)]
    assert lengths[:3] == [0.1] * 3
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
    assert "is not installed" in told(espeak.speak, ["a"], "fr", tmp_path)
    assert not [*tmp_path.iterdir()]


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
    instead(f"open({str(heard)!r}, 'a').write(repr((sys.argv[1:], sys.stdin.read())) + '\\n')", "print('x' * 100)")
    espeak.speak(["-v de; rm 3 & `ls`", "w = −0.5"], "en", tmp_path)
    calls = [ast.literal_eval(line) for line in heard.read_text().splitlines()]
    assert [words for _, words in calls] == ["minus v de; rm three and ls", "w equals minus zero point five"]
    assert all(len(arguments) == len(calls[0][0]) and "--stdin" in arguments for arguments, _ in calls)


@needs_espeak
def test_a_file_that_cannot_be_written_is_an_error_of_the_system(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        espeak.speak(["one"], "en", tmp_path / "nowhere")
