"""What a run survives: kill -9, SIGTERM, a full disk, a dead worker, at random moments; the next run ends the same.

Runs are forked from this process, so that a campaign of hundreds costs no start-up. `make test-long` runs 200 moments of
each; here it is a handful.
"""

import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from extractor.errors import KnowledgeError
from extractor.knowledge.run import Options, extract_to
from extractor.reading import find_sources

pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks and signals of POSIX")

FEW, MANY = 3, 200
#: Tries for one moment at which a run is truly cut: some come when it is over.
TRIES = 10
COUNTS = [pytest.param(FEW), pytest.param(MANY, marks=pytest.mark.long)]
FILES = ("articles.jsonl", "facts.jsonl", "rejects.jsonl", "manifest.json", ".index.sqlite")


def files(folder):
    """The bytes of all that a knowledge base consists of, and nothing else may lie there."""
    assert sorted(p.name for p in folder.iterdir()) == sorted(FILES)
    return {name: (folder / name).read_bytes() for name in FILES}


def write_inputs(folder, version=1):
    """Texts, lines, rows and a page; copies and rejects among them; the second version changes, mends and adds some."""
    folder.mkdir(exist_ok=True)
    for n in range(6):
        text = f"Ngày {n + 1}/3/{2018 + version}, UBND xã số {n} họp dân bàn việc làm đường liên thôn và góp {n + 3},5 triệu đồng.\n"
        (folder / f"{n}.txt").write_text(text * (1 if n % 2 else version) + f"Xã có {n * 7} hộ.\n", encoding="utf-8")
    rows = [
        {"id": f"a{n % 5}", "text": f"Sáng {n + 1}/{version + 4}/2020, tổ {n % 3} có tỷ lệ hộ nghèo {n}%."}
        for n in range(12)
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "lines.jsonl").write_text(lines + "no json\n" + lines[:200] + "\n", encoding="utf-8")
    (folder / "rows.csv").write_text(
        f"id,text\nr1,Năm 201{version} xã đạt chuẩn.\nr2\nr3,Quý I/2020 thu 5 tỷ đồng.\n", encoding="utf-8"
    )
    told = "".join(f"Ông {n} kể chuyện làm đường thứ {n * n}, bà con góp {n + 2} ngày công.\n" for n in range(12))
    (folder / "copied.txt").write_text(told if version == 1 else "Ngày 2/9/2020, xã họp.\n", encoding="utf-8")
    for n in range(3):  # their original is replaced
        (folder / f"copy-{n}.txt").write_text(f"{told}Bản chép thứ {n}.\n", encoding="utf-8")
    (folder / "z-last.txt").write_bytes("Ngày 8/8/2018, mở chợ.".encode() if version == 1 else b"\0")
    (folder / "broken.txt").write_bytes(b"caf\xe9" if version == 1 else "Ngày 9/9/2019, mở lớp.".encode())
    (folder / "mended.txt").write_bytes("Ngày 7/7/2017, mở hội.".encode() if version == 1 else b"\0")


def run(pipe, source, kb, workers):
    return extract_to(pipe, find_sources([str(source)]), kb, options=Options(workers=workers))


def forked(pipe, source, kb, workers, before=lambda: None):
    """Start a run in a process of its own; its exit code is 0 when it ended well."""
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        before()
        run(pipe, source, kb, workers)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except (OSError, KnowledgeError):
        code = 1
    finally:
        os._exit(code)


def ended(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def running(pid):
    """Has this child of ours not yet ended?"""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def children(pid):
    """The processes that one has started and that still run."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


class Campaign:
    """An uninterrupted run of some inputs, and where the others begin: with nothing, or with a finished base."""

    def __init__(self, pipe, folder, workers, *, update):
        self.pipe, self.workers = pipe, workers
        for n in range(3):  # what is made once a process is made before the forks
            pipe(f"Sáng {n}/3/2020, đồng chí Lê Văn An, Bí thư Huyện ủy, dự lễ. Tỷ lệ hộ nghèo giảm {n},5% còn 8%.")
        pipe.prepare()
        self.source, self.begin, self.kb, whole = folder / "in", folder / "begin", folder / "kb", folder / "whole"
        write_inputs(self.source)
        if update:
            run(pipe, self.source, self.begin, 1)
            shutil.copytree(self.begin, whole)
            write_inputs(self.source, version=2)
        started = time.monotonic()
        assert ended(forked(pipe, self.source, whole, workers)) == 0
        self.seconds = time.monotonic() - started
        self.whole = files(whole)
        counts = json.loads(self.whole["manifest.json"])["counts"]
        assert counts["articles"] >= 20 and counts["rejects"] >= 3

    def start(self, before=lambda: None):
        shutil.rmtree(self.kb, ignore_errors=True)
        if self.begin.exists():
            shutil.copytree(self.begin, self.kb)
        return forked(self.pipe, self.source, self.kb, self.workers, before)

    def committed(self):
        """Articles that stand in the knowledge base."""
        path = self.kb / "articles.jsonl"
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def resume(self):
        assert ended(forked(self.pipe, self.source, self.kb, self.workers)) == 0
        assert files(self.kb) == self.whole


@pytest.fixture(params=[1, 2], ids=["one worker", "two workers"])
def workers(request):
    return request.param


@pytest.mark.parametrize("moments", COUNTS)
@pytest.mark.parametrize(
    ("sent", "update"),
    [(signal.SIGKILL, False), (signal.SIGKILL, True), (signal.SIGTERM, True)],
    ids=["kill-new", "kill-update", "term-update"],
)
def test_killed_at_random_moments(pipe, tmp_path, workers, moments, sent, update):
    campaign = Campaign(pipe, tmp_path, workers, update=update)
    chance = random.Random(moments + workers)
    cut, twice, committed = 0, 0, []
    for _ in range(TRIES * moments):
        if cut == moments:
            break
        pid = campaign.start()
        time.sleep(chance.uniform(0, campaign.seconds))
        os.kill(pid, sent)
        if ended(pid) == 0:
            campaign.seconds *= 0.9  # the machine is quicker now than when the whole run was measured
        else:
            campaign.seconds *= 1.03
            cut += 1
            committed.append(campaign.committed())
            if chance.random() < 0.3:  # and once more, while it is being resumed
                pid = forked(pipe, campaign.source, campaign.kb, workers)
                time.sleep(chance.uniform(0, campaign.seconds / 2))
                os.kill(pid, sent)
                twice += ended(pid) != 0
        campaign.resume()
    committed.sort()
    print(
        f"{cut} runs cut by {sent.name}, {twice} of them again while they were resumed; articles written then: "
        f"{committed[0]} to {committed[-1]}, {committed[len(committed) // 2]} in the middle"
    )
    assert cut == moments


@pytest.mark.parametrize("moments", COUNTS)
def test_a_full_disk(pipe, tmp_path, workers, moments):
    """Writes fail beyond a random size of a file, as they do when a disk or a quota is full."""
    campaign = Campaign(pipe, tmp_path, workers, update=workers == 2)
    chance = random.Random(moments)
    largest = max(map(len, campaign.whole.values()))
    failed = 0
    for _ in range(TRIES * moments):
        if failed == moments:
            break
        size = chance.randrange(largest)

        def limited(size=size):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

        failed += ended(campaign.start(limited)) == 1
        campaign.resume()
    print(f"{failed} runs ended by a full disk")
    assert failed == moments


@pytest.mark.parametrize("moments", COUNTS)
def test_killed_workers_change_nothing(pipe, tmp_path, workers, moments):
    """A worker that is killed is replaced and its article tried again."""
    campaign = Campaign(pipe, tmp_path, workers, update=False)
    chance = random.Random(moments)
    killed = 0
    for _ in range(TRIES * moments):
        if killed == moments:
            break
        pid = campaign.start()
        while not children(pid) and running(pid):  # what comes before the first worker may take long, and once only
            time.sleep(0.001)
        time.sleep(chance.uniform(0, campaign.seconds))
        try:
            os.kill(chance.choice(children(pid)), signal.SIGKILL)
            killed += 1
            campaign.seconds *= 1.03
        except (OSError, IndexError):  # it is over
            campaign.seconds *= 0.7
        assert ended(pid) == 0
        assert files(campaign.kb) == campaign.whole
    print(f"{killed} workers killed")
    assert killed == moments


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="a file system is mounted")
def test_no_space_left(pipe, tmp_path):
    """ENOSPC itself: a file system of a few kilobytes, larger at every try, until the run fits."""
    campaign = Campaign(pipe, tmp_path, 2, update=False)
    disk = tmp_path / "disk"
    disk.mkdir()
    failed = 0
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        for size in range(16, 1024, 8):
            subprocess.run(["mount", "-o", f"remount,size={size}k", str(disk)], check=True)
            if ended(forked(pipe, campaign.source, disk / "kb", 2)) == 0:
                break
            failed += 1
        assert failed >= 5 and files(disk / "kb") == campaign.whole
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def test_a_full_disk_is_told(tmp_path, monkeypatch, pipe):
    """The error of a full disk names what failed and leaves a knowledge base that can be resumed."""
    from extractor.knowledge.files import Appender

    write_inputs(tmp_path / "in")
    whole = Appender.write
    calls = iter(range(100))

    def full(self, text):
        if next(calls) == 9:
            self._stream.write(text.encode()[: len(text) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        whole(self, text)

    monkeypatch.setattr(Appender, "write", full)
    with pytest.raises(OSError, match="No space left"):
        run(pipe, tmp_path / "in", tmp_path / "kb", 1)
    monkeypatch.undo()
    run(pipe, tmp_path / "in", tmp_path / "kb", 1)
    run(pipe, tmp_path / "in", tmp_path / "other", 1)
    assert files(tmp_path / "kb") == files(tmp_path / "other")


def test_half_written_files_of_a_lost_machine(pipe, tmp_path):
    """After a power cut the facts may be shorter than the articles say, and tails may be zeros: both are cut back."""
    write_inputs(tmp_path / "in")
    run(pipe, tmp_path / "in", tmp_path / "whole", 1)
    whole = files(tmp_path / "whole")
    chance = random.Random(3)
    for number in range(20):
        kb = tmp_path / str(number)
        kb.mkdir()
        (kb / "articles.jsonl").write_bytes(
            whole["articles.jsonl"][: chance.randrange(len(whole["articles.jsonl"]))] + b"\0" * 40
        )
        (kb / "facts.jsonl").write_bytes(
            whole["facts.jsonl"][: chance.randrange(len(whole["facts.jsonl"]))] + b"\0\0\n\0"
        )
        (kb / ".index.sqlite").write_bytes(chance.choice([b"", b"SQLite format 3\0 broken", whole[".index.sqlite"]]))
        mark = {"schema": 1, "rules": pipe.rules.digest, "articles": 0, "facts": 0, "rejects": 0}
        (kb / ".run.json").write_text(json.dumps(mark), encoding="utf-8")
        run(pipe, tmp_path / "in", kb, 1)
        assert files(kb) == whole, number


def test_extracted_again_with_other_rules(pipe, tmp_path):
    """`danvan extract KB --out KB`: its own texts, in place; the same rules give the same facts."""
    write_inputs(tmp_path / "in")
    run(pipe, tmp_path / "in", tmp_path / "kb", 1)
    before = files(tmp_path / "kb")
    from extractor.knowledge.again import extract_again, is_own

    sources = find_sources([str(tmp_path / "kb")])
    assert is_own(sources, tmp_path / "kb")
    summary = extract_again(pipe, sources, tmp_path / "kb", options=Options())
    after = files(tmp_path / "kb")
    assert summary.counts["articles"] >= 20
    for name in ("articles.jsonl", "facts.jsonl", "rejects.jsonl"):
        assert after[name] == before[name], name
