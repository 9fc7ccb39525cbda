"""What danvan says to its user, in Vietnamese and in English."""

from __future__ import annotations

import locale
import os
from typing import Literal

from extractor.messages_audit import AUDIT
from extractor.messages_knowledge import KNOWLEDGE
from extractor.messages_link import LINK
from extractor.messages_refusals import refusal
from extractor.messages_sources import source

Language = Literal["vi", "en"]

_MESSAGES: dict[str, tuple[str, str]] = {
    "articles": ("bài", "articles"),
    "facts": ("dữ kiện", "facts"),
    "rejects": ("bị loại", "rejected"),
    "duplicates": ("trùng lặp", "duplicates"),
    "known": ("đã có sẵn", "known already"),
    "replaced": ("đã thay", "replaced"),
    "skipped": ("tệp không đọc (định dạng khác)", "files passed over (other formats)"),
    "date": ("ngày, kỳ", "dates"),
    "document": ("văn bản", "documents"),
    "official": ("cán bộ", "officials"),
    "indicator": ("chỉ tiêu", "indicators"),
    "program": ("chương trình", "programs"),
    "kind": ("Loại", "Kind"),
    "found": ("Số lượng", "Found"),
    "example": ("Ví dụ", "Example"),
    "slow_start": (
        "Lần chạy đầu với bộ quy tắc này: đang chuẩn bị, chừng nửa phút …",
        "First start with these rules: preparing them takes half a minute …",
    ),
    "written": ("Cơ sở tri thức: {folder}, hết {time}", "Knowledge base: {folder}, in {time}"),
    "reject": ("{source}: loại ở bước {stage}: {reason}", "{source}: rejected at {stage}: {reason}"),
    "rejected_by": ("Bị loại {count} ở bước {stage}: {reason}", "Rejected {count} at {stage}: {reason}"),
    "rejected_else": ("Bị loại {count} vì lý do khác", "Rejected {count} for other reasons"),
    "error": ("Lỗi: {message}", "Error: {message}"),
    "rules_error": (
        "Bộ quy tắc có {count} lỗi, chưa ghi gì:\n{problems}",
        "The rules have {count} mistakes, nothing was written:\n{problems}",
    ),
    "interrupted": ("Đã dừng. Chạy lại lệnh để làm tiếp.", "Interrupted. Run the command again to go on."),
    "no_rule": (
        "Không có quy tắc {rule}. Gần nhất: {near}",
        "There is no rule {rule}. Nearest: {near}",
    ),
    "checked": (
        "{rules} quy tắc, {examples} ví dụ, {counterexamples} phản ví dụ: {problems} lỗi",
        "{rules} rules, {examples} examples, {counterexamples} counterexamples: {problems} problems",
    ),
    "copied": (
        "Đã chép quy tắc và dữ liệu vào {folder}. Sửa rồi chạy: danvan rules check --rules {folder}",
        "Rules and data copied to {folder}. Edit them, then run: danvan rules check --rules {folder}",
    ),
    "copy_exists": (
        "{folder} đã có tệp; hãy chọn thư mục trống",
        "{folder} is not empty; name an empty folder",
    ),
    "id": ("Mã", "Id"),
    "status": ("Trạng thái", "Status"),
    "description": ("Mô tả", "Description"),
    "examples": ("Ví dụ", "Examples"),
    "counterexamples": ("Phản ví dụ", "Counterexamples"),
    "known_misses": ("Còn bỏ sót", "Known misses"),
    "pattern": ("Mẫu", "Pattern"),
    "references": ("Căn cứ", "References"),
    "normaliser": ("{field} ← {use}: {description}", "{field} ← {use}: {description}"),
    "reading": ("Đang đọc", "Reading"),
    "progress": (
        "{articles} bài, {facts} dữ kiện, {rejects} bị loại",
        "{articles} articles, {facts} facts, {rejects} rejected",
    ),
    "left": ("còn khoảng {time}", "about {time} left"),
    "took": ("hết {time}", "in {time}"),
    "fresh_own": (
        "--fresh sẽ xóa {folder} trước khi đọc nó; hãy ghi ra thư mục khác hoặc bỏ --fresh",
        "--fresh would wipe {folder} before it is read; write to another folder or leave out --fresh",
    ),
    "dates": ("ngày, kỳ", "dates"),
    "documents": ("văn bản", "documents"),
    "officials": ("cán bộ", "officials"),
    "positions": ("chức vụ", "positions"),
    "indicators": ("chỉ tiêu", "indicators"),
    "open_indicators": ("chỉ tiêu khác", "open indicators"),
    "programs": ("chương trình", "programs"),
    "precision": ("Chính xác", "Precision"),
    "recall": ("Độ phủ", "Recall"),
    "f1": ("F1", "F1"),
    "true": ("Đúng", "True"),
    "wrong": ("Sai", "Wrong"),
    "missed": ("Sót", "Missed"),
    "spared": ("Không xét", "Spared"),
    "field": ("Trường", "Field"),
    "right": ("Đúng", "Right"),
    "judged": ("Đã xét", "Judged"),
    "share": ("Tỷ lệ", "Share"),
    "rule": ("Quy tắc", "Rule"),
    "no_rule_found": ("không quy tắc nào", "no rule"),
    "interval_note": (
        "Dưới mỗi số: khoảng tin cậy 95 %, bootstrap trên {articles} bài.",
        "Below each figure: its 95 % interval, bootstrap over {articles} articles.",
    ),
    "left_out": (
        "Bỏ qua {count} dữ kiện của các bài không có trong bộ vàng.",
        "{count} facts of articles that are not in gold are left out.",
    ),
    "fall": ("  {name}: {figure}, mức sàn {floor}", "  {name}: {figure}, its floor is {floor}"),
    "below_floors": (
        "Thấp hơn mức sàn ({file}):\n{falls}",
        "Below the floors of {file}:\n{falls}",
    ),
    "other_gold": (
        "{file} là mức sàn của một bộ vàng khác. Hãy chạy: danvan evaluate {gold} {kb} --update",
        "{file} has the floors of another gold. Run: danvan evaluate {gold} {kb} --update",
    ),
    "no_floors": (
        "Chưa có {file}. Hãy chạy: danvan evaluate {gold} {kb} --update",
        "There is no {file}. Run: danvan evaluate {gold} {kb} --update",
    ),
    "floors_hold": ("Không số nào thấp hơn mức sàn ({file}).", "No figure is below the floors of {file}."),
    "floors_kept": (
        "Giữ nguyên mức sàn. Muốn hạ thì thêm --lower.",
        "The floors are kept as they were; --lower lowers them.",
    ),
    "floors_written": ("Đã ghi mức sàn: {file}", "Floors written: {file}"),
    "lost": ("Mất", "Lost"),
    "gained": ("Thêm", "Gained"),
    "changed": ("Đổi", "Changed"),
    "unchanged": ("Như cũ", "Same"),
    "compared": (
        "{both} bài ở cả hai bên, {only_a} chỉ ở A, {only_b} chỉ ở B; "
        "{otherwise} dữ kiện như cũ nhưng có bằng chứng khác.",
        "{both} articles in both, {only_a} only in A, {only_b} only in B; "
        "{otherwise} of the same facts rest on other evidence.",
    ),
    "serving": (
        "Đang phục vụ tại {url} ({workers} tiến trình). Dừng: Ctrl-C",
        "Serving at {url} ({workers} processes). Stop: Ctrl-C",
    ),
    "served": ("Đã dừng; mọi yêu cầu đã nhận đều xong.", "Stopped; all that was taken is done."),
    "serve_wants_key": (
        "{host} tới được từ máy khác: cần khóa API (DANVAN_API_KEYS hoặc --api-key-file)",
        "{host} can be reached from other machines: API keys are wanted (DANVAN_API_KEYS or --api-key-file)",
    ),
    **AUDIT,
    **KNOWLEDGE,
    **LINK,
}


def choose(wanted: str | None = None) -> Language:
    """The language to speak: as wanted, else by locale, else English."""
    if wanted in ("vi", "en"):
        return wanted  # type: ignore[return-value]
    named = next((v for k in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(k))), None)
    named = named or locale.getlocale()[0] or ""
    return "vi" if named.lower().startswith(("vi", "vietnam")) else "en"


class Messages:
    """Messages in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The message `key` with its values filled in."""
        text = _MESSAGES[key][0 if self.language == "vi" else 1]
        return text.format(**values) if values else text

    def source(self, by: str) -> str:
        """What a fact says of where context took a value from."""
        return source(by) if self.language == "vi" else by

    def refusal(self, reason: str) -> str:
        """Why a normaliser refused a match."""
        return refusal(reason) if self.language == "vi" else reason

    def has(self, key: str) -> bool:
        """Is there such a message?"""
        return key in _MESSAGES


def every() -> dict[str, tuple[str, str]]:
    """All messages: key → (Vietnamese, English)."""
    return dict(_MESSAGES)
