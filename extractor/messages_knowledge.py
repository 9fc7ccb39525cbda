"""What the commands of knowledge bases say (export, import, query, plot, timeline), in Vietnamese and in English."""

from __future__ import annotations

#: key → (Vietnamese, English)
KNOWLEDGE: dict[str, tuple[str, str]] = {
    "spark_only": (
        "--master và --partitions chỉ dùng với --engine spark",
        "--master and --partitions go with --engine spark",
    ),
    "spark_link_only": (
        "--out, --master và --partitions chỉ dùng với --engine spark",
        "--out, --master and --partitions go with --engine spark",
    ),
    "spark_link_out": ("--engine spark cần --out THƯ_MỤC", "--engine spark wants --out DIR"),
    "spark_out": (
        "--engine spark cần --out THƯ_MỤC, và không dùng --workers (--master định số tiến trình)",
        "--engine spark wants --out DIR, and no --workers (--master says how many)",
    ),
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
    "query_nothing": (
        "Hãy viết câu SQL, hoặc tên một câu hỏi có sẵn (--list liệt kê)",
        "Give SQL, or the name of a ready question (--list shows them)",
    ),
    "query_with": (
        "--with {pair}: cần dạng TÊN=GIÁ TRỊ với tên mà câu hỏi có: {near}",
        "--with {pair}: NAME=VALUE is wanted, with a name that the question has: {near}",
    ),
    "query_questions": ("Câu hỏi có sẵn:", "Ready questions:"),
    "query_views": ("Các bảng và cột:", "Views and their columns:"),
    "query_more": (
        "Chỉ hiện {rows} dòng đầu; --format csv cho tất cả",
        "Only the first {rows} rows are shown; --format csv gives all",
    ),
    "query_binary": (
        "parquet không phải chữ để hiện lên màn hình; hãy thêm --out TỆP",
        "parquet is no text for a screen; add --out FILE",
    ),
    "not_linked": (
        "{kb} chưa được liên kết: entities và series còn trống. Hãy chạy: danvan link {kb}",
        "{kb} is not linked yet: entities and series are empty. Run: danvan link {kb}",
    ),
    "wants_link": (
        "{kb} chưa được liên kết. Hãy chạy: danvan link {kb}",
        "{kb} is not linked yet. Run: danvan link {kb}",
    ),
    "plot_form": ("{file}: biểu đồ là tệp .svg hoặc .png", "{file}: a chart is an .svg or a .png"),
    "plot_undated": ("{count} số liệu không rõ kỳ, không vẽ.", "{count} figures of no known period are not drawn."),
    "plot_left_out": (
        "Không vẽ {count} chuỗi có ít kỳ hơn ({areas}); --area chọn địa bàn",
        "{count} series with fewer periods are not drawn ({areas}); --area chooses",
    ),
    "plot_actual": ("thực hiện", "result"),
    "plot_estimate": ("ước thực hiện", "estimate"),
    "plot_target": ("chỉ tiêu, kế hoạch", "target"),
    "plot_merger": ("sáp nhập {day}", "merged {day}"),
    "timeline_issued": ("ban hành", "issued"),
    "timeline_programme": ("chương trình theo văn bản", "programme under it"),
    "timeline_cited": ("được dẫn", "cited"),
    "timeline_holds": ("chức vụ", "office"),
    "timeline_former": ("nguyên", "former"),
    "migrated": (
        "{kb} (lược đồ {version}) đã chép sang {target} theo lược đồ {now}; bản cũ giữ nguyên",
        "{kb} (schema {version}) is now in {target} in the form of schema {now}; the old one is as it was",
    ),
    "no_schema": (
        "Không có lược đồ {version}; có {known}",
        "There is no schema {version}; there are {known}",
    ),
    "removed_in": ("đã bỏ khi gán nhãn ({files})", "taken out while annotating ({files})"),
}
