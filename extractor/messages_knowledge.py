"""What the commands of knowledge bases say (export, import, query, plot, timeline), in Vietnamese and in English."""

from __future__ import annotations

#: key → (Vietnamese, English)
KNOWLEDGE: dict[str, tuple[str, str]] = {
    "exporting": ("Đang xuất: {done}/{total} bài", "Exporting: {done} of {total} articles"),
    "exported": ("Đã xuất {articles} bài sang {target}", "Exported {articles} articles to {target}"),
    "imported": (
        "{articles} bài đã đọc lại: {accept} đúng, {reject} bị bỏ, {correct} được sửa, {missed} thêm mới; "
        "ghi vào {file}",
        "{articles} articles read back: {accept} right, {reject} taken out, {correct} corrected, {missed} added; "
        "kept in {file}",
    ),
    "imported_nothing": (
        "{articles} bài đã đọc lại: không có gì khác với cơ sở tri thức.",
        "{articles} articles read back: nothing differs from the knowledge base.",
    ),
    "import_tried": (
        "{articles} bài đã đọc lại: {accept} đúng, {reject} bị bỏ, {correct} được sửa, {missed} thêm mới; chưa ghi gì",
        "{articles} articles read back: {accept} right, {reject} taken out, {correct} corrected, {missed} added; "
        "nothing was written",
    ),
    "gold_written": ("Đã ghi bộ vàng {articles} bài: {folder}", "Gold of {articles} articles written: {folder}"),
    "removed_in": ("đã bỏ khi gán nhãn ({files})", "taken out while annotating ({files})"),
}
