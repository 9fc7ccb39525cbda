"""`danvan serve` under load on loopback: many clients, mixed sizes, hostile bodies among them, and a worker killed.

    load.py [INPUT.jsonl] [--seconds 300] [--clients 64] [--workers 2] [--hostile 0.05] [--no-kill] [--json PATH]

Three parts: `danvan extract` over the articles (default: the shipped samples, five times); the same articles sent to
the service by all clients; then mixed bodies for so many seconds, with a kill -9 of a worker halfway. Told are p50 and
p99 of ordinary articles, answers by status (an unexpected one is a fault; exit 1), memory of all processes over time,
and throughput and CPU an article against the command. Linux (/proc). The clients run in this one process and share the
machine's processors with the service; so CPU an article says more than throughput where others work on the machine.
"""

import argparse
import asyncio
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
Body = tuple[str, bytes, frozenset[int]]


@dataclass
class Told:
    """What came of the requests."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    articles: int = 0


def ordinary(path: Path | None) -> list[dict[str, str]]:
    """The articles: lines of a file, else the samples, as often as makes a run worth timing."""
    if path is not None:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "data/samples/articles").glob("*.txt"))]
    return [{"id": f"{n}.{i}", "text": text} for n in range(5) for i, text in enumerate(texts)]


def hostile(articles: list[dict[str, str]]) -> list[Body]:
    """Bodies that mean no good, each with the statuses that may answer it."""
    whole = "\n".join(a["text"] for a in articles)
    texts = {
        "long": whole[:60_000],
        "digits": "1.234.567,89 " * 8_000,
        "quotes": "“" * 100_000,
        "dates": "ngày 1/1/2020 đến ngày " * 4_000,
        "codes": "Quyết định số 1/QĐ-" * 5_000,
        "one word": "ạ" * 150_000,
        "other": "The quick brown fox jumps over the lazy dog. " * 200,
        "too long": "Xã họp. " * 40_000,
        "empty": " ",
    }
    raw = {
        "no JSON": b"{" * 50_000,
        "nested": b'{"text":' + b"[" * 100_000,
        "bytes": random.Random(1).randbytes(50_000),
        "too large": b" " * 3_000_000,
    }
    made: list[Body] = [(k, json.dumps({"text": t}).encode(), frozenset((200, 422))) for k, t in texts.items()]
    return made + [(k, data, frozenset((400, 413, 422))) for k, data in raw.items()]


async def ask(stream: tuple[asyncio.StreamReader, asyncio.StreamWriter], body: bytes) -> int:
    """One request on an open connection; its status."""
    reader, writer = stream
    head = "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
    writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
    await writer.drain()
    answer = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", answer, re.IGNORECASE)
    assert length is not None
    await reader.readexactly(int(length[1]))
    return int(answer[9:12])


async def client(port: int, bodies, told: Told, until: float) -> None:
    """Send one body after the other until there are no more or the time is over."""
    stream = None
    for name, body, allowed in bodies:
        if time.monotonic() > until:
            break
        begun = time.monotonic()
        try:
            stream = stream or await asyncio.open_connection("127.0.0.1", port)
            status = await ask(stream, body)
        except (OSError, EOFError, asyncio.IncompleteReadError) as error:
            stream = None
            if name != "too large":  # an answer may be lost where the body was not read to its end
                told.faults.append(f"{name}: {type(error).__name__}")
            continue
        told.statuses[name, status] += 1
        if status == 429:
            await asyncio.sleep(1)
        elif status not in allowed:
            told.faults.append(f"{name}: {status}")
        elif name == "ordinary":
            told.articles += 1
            told.seconds.append(time.monotonic() - begun)
    if stream is not None:
        stream[1].close()


def processes(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for parent in found:
        for told in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, told.read_text().split())
            except OSError:
                continue
    return found


def memory(pid: int) -> float:
    """Megabytes of a process and all below it."""
    size = 0
    for one in processes(pid):
        try:
            size += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * resource.getpagesize()
        except (OSError, IndexError):
            continue
    return size / 1e6


def cpu(pid: int) -> float:
    """CPU seconds of a process and all below it that live."""
    total = 0
    for one in processes(pid):
        try:
            parts = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        total += sum(map(int, parts[11:15] if one == pid else parts[11:13]))
    return total / TICK


async def loaded(
    service: subprocess.Popen, port: int, args: argparse.Namespace, articles: list[Body], bad: list[Body]
) -> dict:
    """The third part: mixed bodies, memory watched, a worker killed."""
    told = Told()
    until = time.monotonic() + args.seconds
    sizes: list[float] = []

    def mixed(seed: int):
        chance = random.Random(seed)
        while True:
            yield chance.choice(bad) if chance.random() < args.hostile else chance.choice(articles)

    async def watch() -> None:
        killed = args.no_kill
        while time.monotonic() < until:
            sizes.append(memory(service.pid))
            await asyncio.sleep(2)
            if not killed and until - time.monotonic() < args.seconds / 2:
                worker = max(processes(service.pid)[1:], key=cpu)
                os.kill(worker, signal.SIGKILL)
                killed = True

    await asyncio.gather(watch(), *(client(port, mixed(n), told, until) for n in range(args.clients)))
    ranked = sorted(told.seconds)
    third = max(1, len(sizes) // 3)
    return {
        "ordinary": len(ranked), "p50": ranked[len(ranked) // 2], "p99": ranked[int(len(ranked) * 0.99)],
        "longest": ranked[-1], "statuses": {f"{n} {s}": c for (n, s), c in sorted(told.statuses.items())},
        "faults": told.faults, "memory_first_third": max(sizes[:third]), "memory_last_third": max(sizes[-third:]),
    }  # fmt: skip


async def straight(port: int, args: argparse.Namespace, articles: list[Body]) -> Told:
    """The second part: every article once, by all clients."""
    told = Told()
    shared = iter(articles)
    await asyncio.gather(*(client(port, shared, told, time.monotonic() + 3600) for _ in range(args.clients)))
    return told


def started(args: argparse.Namespace, log: Path) -> tuple[subprocess.Popen, int]:
    """The service, ready, and its port."""
    command = [
        sys.executable,
        "-m",
        "extractor.cli",
        "serve",
        "--port",
        "0",
        "--workers",
        str(args.workers),
        "--quiet",
        "--lang",
        "en",
    ]
    with log.open("w") as stream:
        service = subprocess.Popen(command, stderr=stream)
    while not (found := re.search(r"127\.0\.0\.1:(\d+)", log.read_text())):
        if service.poll() is not None:
            sys.exit(log.read_text())
        time.sleep(0.1)
    figures = f"http://127.0.0.1:{found[1]}/metrics"
    while f"danvan_workers_ready {args.workers}.0" not in urlopen(figures).read().decode():
        time.sleep(0.2)
    return service, int(found[1])


def main() -> int:
    """Run the three parts and tell the figures; 1 where something unexpected came."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--hostile", type=float, default=0.05)
    parser.add_argument("--no-kill", action="store_true")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    rows = ordinary(args.input)
    articles: list[Body] = [("ordinary", json.dumps(row).encode(), frozenset((200,))) for row in rows]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        command = [
            sys.executable,
            "-m",
            "extractor.cli",
            "extract",
            folder / "in.jsonl",
            "--workers",
            str(args.workers),
            "--quiet",
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        batch_seconds = time.monotonic() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        batch_cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        service, port = started(args, folder / "log")
        try:
            cpu_before, begun = cpu(service.pid), time.monotonic()
            told = asyncio.run(straight(port, args, articles))
            seconds, used = time.monotonic() - begun, cpu(service.pid) - cpu_before
            figures = asyncio.run(loaded(service, port, args, articles, hostile(rows)))
        finally:
            service.send_signal(signal.SIGTERM)
            code = service.wait(150)
    figures = {
        "load_average": os.getloadavg(), "articles": len(rows), "command_per_second": len(rows) / batch_seconds,
        "command_cpu_ms": 1000 * batch_cpu / len(rows), "service_per_second": told.articles / seconds,
        "service_cpu_ms": 1000 * used / max(1, told.articles), "straight_faults": told.faults, "exit": code, **figures,
    }  # fmt: skip
    figures["p99_to_p50"] = figures["p99"] / figures["p50"]
    for key, value in figures.items():
        print(f"{key:22} {round(value, 3) if isinstance(value, float) else value}")
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return bool(figures["faults"] or told.faults or code)


if __name__ == "__main__":
    sys.exit(main())
