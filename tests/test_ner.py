"""The fast tagger against underthesea's own: the same words, tags and errors, or it has no reason to be."""

import pickle
import random
import unicodedata
import warnings
from pathlib import Path

import numpy as np
import pytest
import underthesea
from conftest import SAMPLES
from underthesea_core import CRFFeaturizer

from extractor import crf, installed, ner, segmentation, syllables, tagger
from extractor.crf import LayoutError

FOLDER = Path(underthesea.__file__).parent
#: What the weights, words and spellings of the known underthesea are read from.
KNOWN_FILES = "70b694e3f27bb951e1b9cebbfb0cf5e5bce4f03dd2bbc2371c099c2e96671d3f"

#: Texts that are not as texts should be; each stands for a way in which a fast tagger went, or could go, wrong.
ODD = [
    "", " ", "\n", "a", "A.", "A.\n", "A. \n", "A.\n\n", "Ông A. B.", ":D", "Đạo diễn :Dương", "vui :D\n", "x\x1cy", "\x1f",
    "Schalke 04 0 - 3 Chelsea", "0", "00", "000 0000 -0 +0", "2147483647 2147483648 -2147483648 -2147483649 +5",
    "0000000000000000000007", "9" * 4500, "1²", "٣٤", "१२ ngày", "BOS", "EOS BOS", "bos eos True False X", "X X",
    "This Th.S Th.s ThS. Thes", "v.v. v.v... v.v", "T.Ư và TP.HCM", "H'Mông, xã N’Thôn Hạ", "43H-0530 NĐ-CP e-mail",
    "http://www.abc.vn/a(b)c?d=1 foo.na@example.com", "10:20:50 ngày 02/05/2014", "3x4 => ==> -> ..", "A&B H&M R&D",
    "ð Ð Ðảng bộ", "nghành baì chuỵện Nguỵện", "Hoà Bình Hòa Bình Uỷ ban Ủy ban", "ΑΣ ΣΑΣ Σ. Ο ΟΔΟΣ", "İstanbul ıǅßﬁŉẞ ǆ",
    "日本語 中文 한국어 ภาษาไทย العربية", "😀👍🏽👨‍👩‍👧🇻🇳❤️ ♥‿♥ <3 =))", "a\x00b \x01\x07", "\ufeffHà\u200bNội\u00adđẹp", "Hà\u00a0Nội\u3000đẹp\u2003lắm",
    "x" * 300, "thànhphốHồChíMinhlàthànhphốlớnnhấtViệtNam", "HÀ NỘI MÙA THU", "hà nội mùa thu", "hÀ nỘI mÙA tHU", "- Ảnh: AFP",
    "(“‘«[{<>}]»’”)", "a  b   c", "  đầu dòng", "cuối dòng  ", "một lòng một dạ", "tứ  phương", "𝐇à 𝟘𝟙 Ⅷ ⅷ ①", "ｆｕｌｌ ＷＩＤＴＨ １２",
    "Ông Nguyễn Văn A, Phó Chủ tịch UBND tỉnh Nghệ An, và bà Trần Thị B. đến Thành phố Hồ Chí Minh.",
]  # fmt: skip
UNREADABLE = ["\ud800", "Hà Nội \udfff đẹp", "a\ud83db", "\udc00."]


def sentences() -> list[str]:
    """Sentences of the shipped samples, of all lengths."""
    paths = sorted((SAMPLES / "articles").glob("*.txt"))
    found = [part for path in paths for part in path.read_text(encoding="utf-8").replace("\n", ". ").split(". ")]
    return [part.strip() + "." for part in found if part.strip()][::4]


def changed(text: str, chance: random.Random) -> str:
    """A text as scraped pages, other keyboards and hasty writers have it."""
    at = chance.randrange(len(text) + 1)
    return chance.choice(
        [
            lambda: unicodedata.normalize(chance.choice(["NFD", "NFKD"]), text),
            lambda: text.replace(" ", chance.choice(["", "  ", "\n", "\u00a0", "\t"]), chance.choice([1, 2, -1]))[:200],
            lambda: chance.choice([text.upper(), text.lower(), text.title(), text.swapcase()]),
            lambda: text[:at] + chance.choice(ODD)[:80] + text[at:],
            lambda: text[:at] + " " + chance.choice(ODD)[:80] + " " + text[at:],
            lambda: text[:at] + text[at + 1 :],
            lambda: "".join(chance.choice((c.upper(), c.lower())) for c in text),
            lambda: "".join(chance.sample(text, len(text)))[:80],
            lambda: text + chance.choice(["\n", " ", " A.", " A.\n", " :D", "…", "\x1f"]),
            lambda: "".join(chr(chance.choice([chance.randrange(1, 0x600), chance.randrange(0x1E00, 0x2100), 32, chance.randrange(0x10000, 0x1F900)])) for _ in range(30)),
        ]
    )()  # fmt: skip


def odd_texts(number: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    source = [text for text in sentences() if len(text) < 200]
    texts = []
    for _ in range(number):
        text = changed(chance.choice(source), chance)
        texts.append(changed(text, chance) if chance.random() < 0.3 else text)
    return texts


def slow_words(text: str) -> list[str]:
    return underthesea.word_tokenize(text, use_token_normalize=False, fixed_words=[])


def windowed(sentence: str) -> list[tuple[str, str, str, str]]:
    """`underthesea.ner` in linear time: its own features, each from the words that its templates can reach."""
    from underthesea.pipeline.chunking.model_crf import CRFChunkingPredictor
    from underthesea.pipeline.ner.model_crf import CRFNERPredictor
    from underthesea.pipeline.ner.tagged_feature import word2features
    from underthesea.pipeline.pos_tag.model_crf import CRFPOSTagPredictor

    rows: list[tuple[str, ...]] = [(word,) for word in underthesea.word_tokenize(sentence)]
    for kind in (CRFPOSTagPredictor, CRFChunkingPredictor, CRFNERPredictor):
        predictor = kind.Instance()
        asked = [(*row, "X") for row in rows]
        features = [
            word2features(asked[max(0, i - 3) : i + 4], min(i, 3), predictor.transformer.template)
            for i in range(len(rows))
        ]
        rows = [(*row, tag) for row, tag in zip(rows, predictor.model.tag(features), strict=True)]
    return rows


@pytest.fixture
def fresh():
    tagger.forget()
    yield
    tagger.forget()


class TestTags:
    def test_sentences_of_the_samples(self):
        texts = sentences()
        assert len(texts) >= 100
        assert ner.tag_sentences(texts) == [underthesea.ner(text) for text in texts]

    def test_odd_texts(self):
        texts = [*ODD, *odd_texts(80, seed=1)]
        assert ner.tag_sentences(texts) == [underthesea.ner(text) for text in texts]

    @pytest.mark.parametrize("text", ODD, ids=lambda t: ascii(t)[:20])
    def test_one_by_one(self, text):
        assert ner.tag_sentences([text]) == [underthesea.ner(text)]

    @pytest.mark.long
    def test_many_odd_texts(self):
        texts = odd_texts(1500, seed=2)
        expected = [underthesea.ner(text) for text in texts]
        assert ner.tag_sentences(texts) == expected
        assert [ner.tag_sentences([text])[0] for text in texts] == expected

    def test_a_long_sentence(self):
        texts = sentences()
        assert windowed(texts[7]) == underthesea.ner(texts[7])
        long = " ".join(texts)[:12_000]
        assert ner.tag_sentences([long, "Hà Nội"]) == [windowed(long), underthesea.ner("Hà Nội")]

    def test_no_sentences(self):
        assert ner.tag_sentences([]) == []

    @pytest.mark.parametrize("text", UNREADABLE, ids=ascii)
    def test_the_error_of_the_slow_way(self, text):
        with pytest.raises(UnicodeEncodeError) as slow:
            underthesea.ner(text)
        with pytest.raises(UnicodeEncodeError) as fast:
            ner.tag_sentences(["Hà Nội", text, "\ud801"])
        assert str(fast.value) == str(slow.value)

    def test_caches_are_bounded(self, monkeypatch):
        monkeypatch.setattr(syllables, "MOST_CHUNKS", 7)
        monkeypatch.setattr("extractor.wordtags.MOST_WORDS", 7)
        segmenter, words = tagger.segmenter(), tagger.word_tagger()
        assert segmenter and words
        segmenter.respelled_chunks.clear()
        words._codes.clear()
        texts = sentences()[:30]
        assert ner.tag_sentences(texts) == [underthesea.ner(text) for text in texts]
        assert len(segmenter.respelled_chunks) <= 7
        assert len(words._codes) <= 7


class TestHints:
    def test_they_are_the_model_s_names(self):
        text = "Ông Nguyễn Văn Nam đến Hà Nội.\nkhông có tên\nBà Mai ở Đà Nẵng \ud800."
        lines = [(0, 30), (31, 43), (44, len(text))]
        found = [(hint.label, text[hint.start : hint.end]) for hint in ner.hints(text, lines)]
        assert found == [("PER", "Nguyễn Văn Nam"), ("LOC", "Hà Nội")]

    def test_the_chunks_are_not_needed(self):
        texts = sentences()[:40]
        tags = [[tag for *_, tag in tagged] for tagged in ner.tag_sentences(texts)]
        assert [labels for _, labels in ner._named(texts)] == tags


class TestWords:
    def test_texts(self):
        texts = [*sentences(), *ODD, *odd_texts(80, seed=3)]
        expected = [slow_words(text) for text in texts]
        assert segmentation.segment(texts) == expected
        assert [segmentation.words(text) for text in texts[::5]] == expected[::5]

    @pytest.mark.parametrize("text", UNREADABLE, ids=ascii)
    def test_unreadable_text_is_split_at_white_space(self, text):
        assert segmentation.words(text) == text.split()

    @pytest.mark.parametrize(
        "text", [*ODD, "a  b", " Hà Nội  đẹp ", *odd_texts(60, seed=4)], ids=lambda t: ascii(t)[:20]
    )
    def test_spans_are_those_of_counting(self, text):
        words = slow_words(text)
        assert segmentation._plain(text, words, 3) in ([], list(segmentation.align(text, words, 3)))

    def test_plain_letters_are_told_as_the_featurizer_tells_them(self):
        plain = [chr(c) for c in range(0x3000) if syllables._PLAIN.fullmatch(chr(c)) and not chr(c).isspace()]
        assert len(plain) > 450
        asked = CRFFeaturizer(["T[0].lower", "T[0].isdigit", "T[0].istitle"], set()).process([[[c] for c in plain]])[0]
        for letter, features in zip(plain, asked, strict=True):
            digit = syllables._DIGITS.fullmatch(letter) is not None
            told = [letter.lower(), str(digit), str(letter == letter.upper())]
            assert [feature.partition("=")[2] for feature in features] == told, ascii(letter)


class TestModels:
    """Another underthesea is noticed, and then does its work itself."""

    def test_the_known_layout(self):
        assert installed.sources_digest(FOLDER) == installed.KNOWN_SOURCES
        assert installed.find().digest == KNOWN_FILES

    @pytest.mark.parametrize("name", ["KNOWN_SOURCES", "KNOWN_CORES"])
    def test_another_underthesea(self, fresh, monkeypatch, name):
        monkeypatch.setattr(installed, name, "another")
        with pytest.warns(RuntimeWarning, match="another underthesea"):
            assert ner.tag_sentences(["Hà Nội"]) == [underthesea.ner("Hà Nội")]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert segmentation.words("tổ chức hội nghị") == ["tổ chức", "hội nghị"]
            assert [hint.label for hint in ner.hints("ở Hà Nội \ud800", [(0, 8), (0, 10)])] == ["LOC"]

    def test_a_damaged_model(self, fresh, monkeypatch):
        data = installed.find().data
        monkeypatch.setattr(
            installed, "find", lambda: installed.Installed({**data, "ner": data["pos"]}, installed_source())
        )
        with pytest.warns(RuntimeWarning, match="no known template"):
            assert ner.tag_sentences(["Hà Nội"]) == [underthesea.ner("Hà Nội")]

    def test_damaged_files_are_no_models(self):
        data = installed.find().data["ner"]
        assert crf.read_model(data)[0].labels[0] == "O"
        chance = random.Random(5)
        damaged = [b"", b"lCRF", data[:-1], data + b"\0", data[:40], b"\0" * len(data)]
        for _ in range(60):
            place = chance.randrange(48)
            damaged.append(data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :])
        refused = 0
        for one in damaged:
            try:
                crf.read_model(one)
            except LayoutError:
                refused += 1
        assert refused >= 50

    def test_tables_of_words_run_no_code(self):
        found = installed.Installed({"dictionary": b"cos\nsystem\n(S'true'\ntR."}, "")
        with pytest.raises(LayoutError, match="system"):
            found.dictionary  # noqa: B018

    @pytest.mark.parametrize(
        "data", [b"", b".", b"garbage", pickle.dumps([]), pickle.dumps({}), pickle.dumps({"token": 1})]
    )
    def test_damaged_tables(self, data):
        with pytest.raises(LayoutError):
            installed.Installed({"spellings": data}, "").spellings  # noqa: B018


class TestViterbi:
    """All searches against the plain definition, where ties are many."""

    @pytest.mark.parametrize("seed", range(20))
    def test_the_best_labels(self, seed, monkeypatch):
        random_state = np.random.default_rng(seed)
        size = int(random_state.integers(2, 7))
        transitions = random_state.integers(-2, 3, (size, size)).astype(float) / 2
        model = crf.Model([str(k) for k in range(size)], np.zeros((1, size)), transitions, *crf._gains(transitions))
        lengths = random_state.integers(0, 12, 9)
        emission = random_state.integers(-3, 4, (int(lengths.sum()), size)).astype(float) / 2
        expected: list[int] = []
        for end, length in zip(np.cumsum(lengths), lengths, strict=True):
            expected += plain_viterbi(emission[end - length : end].tolist(), transitions.tolist())
        assert crf.best_labels(emission, lengths, model).tolist() == expected
        for many in (0, 99):
            monkeypatch.setattr(crf, "MANY", many)
            assert crf._best_paths(emission, lengths.tolist(), model) == expected


def plain_viterbi(emission: list[list[float]], transitions: list[list[float]]) -> list[int]:
    """Viterbi as underthesea_core has it: the first of equals."""
    if not emission:
        return []
    scores, back = emission[0], []
    for row in emission[1:]:
        sums = [[score + transitions[i][j] for i, score in enumerate(scores)] for j in range(len(row))]
        back.append([found.index(max(found)) for found in sums])
        scores = [max(found) + value for found, value in zip(sums, row, strict=True)]
    path = [scores.index(max(scores))]
    for before in reversed(back):
        path.append(before[path[-1]])
    return path[::-1]


def installed_source() -> str:
    return (FOLDER / "pipeline/word_tokenize/regex_tokenize.py").read_text(encoding="utf-8")
