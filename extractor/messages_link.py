"""What the commands of linking say, in Vietnamese and in English."""

from __future__ import annotations

#: key → (Vietnamese, English)
LINK: dict[str, tuple[str, str]] = {
    "linking": ("Đang đọc dữ kiện mới: {share} %", "Reading new facts: {share} %"),
    "resolving": ("Đang nhận ra thực thể: {share} %", "Recognising entities: {share} %"),
    "linked": (
        "{articles} bài mới; {total} thực thể ({counts})",
        "{articles} new articles; {total} entities ({counts})",
    ),
    "linked_in": ("Đã ghi {file}, hết {time}", "Written: {file}, in {time}"),
    "entity_document": ("văn bản", "documents"),
    "entity_person": ("người", "people"),
    "entity_organisation": ("tổ chức", "organisations"),
    "entity_place": ("đơn vị hành chính", "places"),
    "entity_program": ("chương trình", "programs"),
    "entity_series": ("chuỗi số liệu", "series"),
    "one_document": ("văn bản", "document"),
    "one_person": ("người", "person"),
    "one_organisation": ("tổ chức", "organisation"),
    "one_place": ("đơn vị hành chính", "place"),
    "one_program": ("chương trình", "program"),
    "one_series": ("chuỗi số liệu", "series"),
    "linked_by": ("{count} dữ kiện", "{count} facts"),
    "contradiction_value": ("hai giá trị", "two values"),
    "contradiction_date": ("hai ngày ban hành", "two days of issue"),
    "contradiction_office": ("hai chức vụ cùng lúc", "two offices at one time"),
    "sources": ("{count} nguồn", "sources: {count}"),
    "contradictions_found": ("{count} chỗ mâu thuẫn.", "{count} contradictions."),
}
