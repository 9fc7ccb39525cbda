"""Why normalisers refuse a match, in Vietnamese; they say it in English (`Refused`)."""

from __future__ import annotations

import regex

#: What a normaliser says → the same in Vietnamese; `{}` stands for words of the article.
REFUSALS: dict[str, str] = {
    "{} is no person's name": "{} không phải tên người",
    "no office in {}": "không đọc được chức vụ nào trong {}",
    "{} is no office to its end": "{} không phải chức vụ từ đầu đến cuối",
    "no office": "không phải chức vụ (hoặc chức vụ này phải nêu rõ cơ quan)",
    "no name behind the office": "không có tên người sau chức vụ",
    "no honorific behind the mark": "sau dấu câu không có xưng hô",
    "the name has an office of its own behind it": "sau tên ấy đã có chức vụ riêng",
    "a membership, which rather ends the clause before": "là chức ủy viên, thường khép lại vế trước",
    "a line in capitals, where a name has no end": "dòng viết hoa toàn bộ, không biết tên người hết ở đâu",
    "the words behind the office are the place of it": "những chữ sau chức vụ là nơi công tác",
    "{} names no kind of programme": "{} không phải từ chỉ loại chương trình",
    "{} is no {}": "{} không phải {}",
    "the name has no letters": "tên không có chữ cái",
    "a sentence, not a name": "là câu nói, không phải tên gọi",
    "{} is a turn of speech": "{} là lối nói",
    "{}: a word or two in lower case, in quotes for their irony": "{}: một hai chữ thường, trong ngoặc kép vì nói mỉa",
    "{} is too short for a name without quotes": "{} quá ngắn đối với tên không có ngoặc kép",
    "“từ” with one end only": "có “từ” mà chỉ có một đầu mốc",
    "the range runs backwards": "khoảng số chạy lùi",
    "a ratio above one": "tỷ số lớn hơn một",
    "{} names no indicator": "{} không phải tên chỉ tiêu",
    "{} is no number": "{} không phải số",
    "no such date in the calendar": "lịch không có ngày ấy",
    "{} is no year of data/relative-years.csv": "{} không có trong data/relative-years.csv",
    "a day without its month": "ngày không có tháng",
    "the interval runs backwards or is one point": "khoảng thời gian chạy lùi hoặc chỉ là một điểm",
    "no length of time": "không phải độ dài thời gian",
    "no document has the number 0": "không văn bản nào có số 0",
}
_PATTERNS = [
    (regex.compile(r"\{\}".join(map(regex.escape, said.split("{}"))).replace(r"\{\}", "(.+)"), regex.DOTALL), told)
    for said, told in REFUSALS.items()
]


def refusal(reason: str) -> str:
    """What a normaliser says, in Vietnamese; a reason that is not known stays as it is."""
    for pattern, told in _PATTERNS:
        if (m := pattern.fullmatch(reason)) is not None:
            words = [f"“{w[1:-1]}”" if w[:1] in "'\"" else w for w in m.groups()]
            return told.format(*words)
    return reason
