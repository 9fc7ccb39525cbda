"""What the commands of auditing say, in Vietnamese and in English."""

from __future__ import annotations

#: key → (Vietnamese, English)
AUDIT: dict[str, tuple[str, str]] = {
    "no_fact": (
        "{kb} không có dữ kiện {fact}. Gần nhất: {near}",
        "{kb} has no fact {fact}. Nearest: {near}",
    ),
    "no_article": (
        "{kb} không có bài {article} trong articles.jsonl; không giải thích được nếu thiếu văn bản",
        "{kb} has no article {article} in articles.jsonl; without its text nothing can be explained",
    ),
    "explain_one": (
        'Hãy nêu một cơ sở tri thức và mã dữ kiện, hoặc --text "…"',
        'Name a knowledge base and a fact, or give --text "…"',
    ),
    "not_current": (
        "Quy tắc đang dùng không còn cho dữ kiện này; dưới đây là những gì cơ sở tri thức ghi lại.",
        "The rules in use do not give this fact any more; what follows is what the knowledge base holds.",
    ),
    "rule_gone": ("Không còn quy tắc {rule}.", "There is no rule {rule} any more."),
    "fields": ("Trường", "Fields"),
    "parts": ("Phần bắt được", "Captured"),
    "supplied": ("Ngữ cảnh cho biết", "From context"),
    "set_by_rule": ("{field} = {value} (quy tắc đặt)", "{field} = {value} (set by the rule)"),
    "misses": ("Quy tắc suýt khớp hoặc bị loại:", "Rules that nearly fired or gave way:"),
    "no_misses": ("Không có quy tắc nào suýt khớp.", "No rule nearly fired."),
    "miss_overlap": ("chồng lấn, nhường cho {what}", "overlaps, gave way to {what}"),
    "miss_yields_to": ("nhường cho {what} (yields_to)", "gives way to {what} (yields_to)"),
    "miss_normaliser": ("bộ chuẩn hóa từ chối: {what}", "refused by the normaliser: {what}"),
    "miss_part": ("mẫu dừng ở phần: {what}", "the pattern stopped at: {what}"),
    "miss_zone": ("nằm ở phần trang không đọc: {what}", "stands in a part of the page that is not read: {what}"),
    "miss_within": ("nằm trong {what}", "stands in {what}"),
    "miss_context": (
        "ngữ cảnh không cho biết điều còn thiếu ({what})",
        "the context does not settle what is left out ({what})",
    ),
    "miss_hints": ("mô hình tên riêng không nhận ({what})", "the name model does not propose it ({what})"),
    "miss_condition": ("điều kiện {why}: {what}", "the condition {why}: {what}"),
    "no_facts_found": ("Không có dữ kiện nào.", "No facts."),
    "matches": ("Khớp", "Matches"),
    "col_lost": ("Nhường", "Lost"),
    "col_won": ("Thắng", "Won"),
    "col_refused": ("Bị loại", "Refused"),
    "col_ms": ("ms/bài", "ms/article"),
    "silent_rules": (
        "{count} trong {rules} quy tắc không cho dữ kiện nào:",
        "{count} of {rules} rules gave no fact:",
    ),
    "conflicts": (
        "Quy tắc gặp nhau trên cùng lời văn (số lần, thắng › nhường):",
        "Rules that met on the same words (times, won › gave way):",
    ),
    "covered": ("{articles} bài, {facts} dữ kiện đã đọc lại.", "{articles} articles, {facts} facts, read again."),
    "other_rules": (
        "Cơ sở tri thức được làm bằng bộ quy tắc khác; đã đọc lại bằng bộ quy tắc đang dùng.",
        "The knowledge base was made with other rules; its articles were read again with those in use.",
    ),
    "diff_title": ("Thay đổi quy tắc: {old} → {new}", "Change of rules: {old} → {new}"),
    "diff_rejects": ("{count} lượt đọc bị loại.", "{count} readings were rejected."),
    "page_written": ("Đã ghi {file}", "Written: {file}"),
    "mutating": ("Làm hỏng quy tắc", "Damaging rules"),
    "operator": ("Cách làm hỏng", "Damage"),
    "mutants": ("Biến thể", "Mutants"),
    "killed": ("Bị phát hiện", "Noticed"),
    "survived": ("Lọt", "Survived"),
    "mutation_score": (
        "{killed} trong {mutants} biến thể bị ví dụ phát hiện: {share}",
        "{killed} of {mutants} damaged rules are noticed by an example: {share}",
    ),
    "want_alternative": ("thiếu ví dụ đọc bằng nhánh: {what}", "an example is missing that reads the branch: {what}"),
    "want_tighten": ("thiếu ví dụ cần đến: {what}", "an example is missing that notices: {what}"),
    "want_loosen": ("thiếu phản ví dụ chặn: {what}", "a counterexample is missing that notices: {what}"),
    "want_widen": (
        "thiếu phản ví dụ có lời văn rộng hơn: {what}",
        "a counterexample is missing with other words than: {what}",
    ),
    "want_lookaround": ("thiếu phản ví dụ cho: {what}", "a counterexample is missing for: {what}"),
    "want_condition": ("thiếu phản ví dụ cho điều kiện {what}", "a counterexample is missing for the condition {what}"),
    "want_normaliser": ("thiếu ví dụ nêu giá trị: {what}", "an example is missing that states the value of: {what}"),
    "want_set": ("thiếu ví dụ nêu giá trị trường {what}", "an example is missing that states the field {what}"),
    "want_carry": ("thiếu ví dụ lấy lại {what} từ trước", "an example is missing that takes {what} from before"),
    "want_link": ("thiếu ví dụ có {what}", "an example is missing with {what}"),
    "want_each": ("thiếu ví dụ có nhiều {what}", "an example is missing with several {what}"),
    "want_row": ("thiếu ví dụ cần dòng {what}", "an example is missing that needs the row {what}"),
}
