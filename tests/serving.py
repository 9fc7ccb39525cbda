"""`danvan serve` in a process of its own, for the tests of the service."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

KEY = "chìa-khóa".encode().hex() + "-0123456789abcdef"
TEXT = (
    "Ngày 15/01/2021, UBND tỉnh Ninh Thuận ban hành Quyết định số 12/QĐ-UBND. "
    "Ông Nguyễn Văn An, Chủ tịch UBND tỉnh, cho biết tỷ lệ hộ nghèo còn 3,2%."
)


class Running:
    """A service: its address, its process, its log."""

    def __init__(self, process: subprocess.Popen, log: Path, url: str) -> None:
        self.process = process
        self.log = log
        self.url = url
        self.port = int(url.rsplit(":", 1)[1])

    def client(self, **options) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False, **options)

    def socket(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def lines(self) -> list[dict]:
        """The JSON lines of the log."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]

    def workers(self) -> list[int]:
        """The process ids of the workers (Linux)."""
        told = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        )
        return [int(line.split()[0]) for line in told.stdout.splitlines() if "spawn_main" in line]

    def stop(self) -> int:
        """Stop it as a system does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def serving(folder: Path, *options, **env):
    """A service with options, ready, until the block ends."""
    log = folder / "serve.log"
    command = [sys.executable, "-m", "extractor.cli", "serve", "--port", "0", "--lang", "en", *map(str, options)]
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(command, stderr=stream, stdout=stream, env={**os.environ, **env})
    running = None
    try:
        until = time.monotonic() + 180
        while running is None:
            told = log.read_text(encoding="utf-8")
            found = re.search(r"^Serving at (\S+)", told, re.M)
            if found:
                running = Running(process, log, found[1])
            assert process.poll() is None and time.monotonic() < until, told
            time.sleep(0.05)
        with running.client() as client:
            while client.get("/readyz").status_code != 200:
                assert process.poll() is None and time.monotonic() < until, log.read_text(encoding="utf-8")
                time.sleep(0.1)
        yield running
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
