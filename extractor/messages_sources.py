"""Where context took a value from, in Vietnamese; a fact keeps the English words (`inferred.….by`)."""

from __future__ import annotations

import regex

_RANKS = ("xã", "phường", "thị trấn", "huyện", "quận", "thị xã", "thành phố", "tỉnh", "thôn", "bản")
_SCOPES = {"clause": "vế câu", "sentence": "câu", "line": "đoạn", "article": "bài", "question": "câu hỏi"}

#: What a fact says → the same in Vietnamese.
SOURCES: dict[str, str] = {
    "an earlier paper of its series": "văn bản trước cùng loạt",
    "as the figure before it moves": "tăng, giảm như con số trước",
    "carried over with the indicator": "lấy cùng chỉ tiêu đã nêu trước",
    "data/titles.csv: the body of the title": "data/titles.csv: cơ quan của chức vụ ấy",
    "end of the years reviewed": "năm cuối của kỳ tổng kết",
    "national figure": "số liệu cả nước",
    "date before it in the paragraph": "thời gian nêu trước trong đoạn",
    "date before it in the sentence": "thời gian nêu trước trong câu",
    "date behind it in the clause": "thời gian nêu sau trong vế câu",
    "date of the list's heading": "thời gian ở dòng dẫn của danh sách",
    "period of the figures before it": "kỳ của các con số trước",
    "period that the article plans": "kỳ mà bài đặt kế hoạch",
    "period that the article reviews": "kỳ mà bài tổng kết",
    "place in the evidence": "địa danh trong chính lời văn ấy",
    "place named before it in the sentence": "địa danh nêu trước trong câu",
    "place with which the paragraph begins": "địa danh mở đầu đoạn",
    "shared with the document before it": "chung với văn bản đứng trước",
    "shared with the document beside it": "chung với văn bản đứng cạnh",
    "shared with the next number": "chung với số văn bản tiếp theo",
    "the article speaks of the nation": "bài nói về cả nước",
    "the article's own place": "địa phương của bài",
    "the article's province": "tỉnh, thành của bài",
    "the article's year": "năm của bài",
    "the body elected just before": "cơ quan vừa bầu nêu ngay trước",
    "the body named whole before": "cơ quan đã nêu đủ tên ở trước",
    "the body that the article names": "cơ quan mà bài nêu tên",
    "the body that the holder leads": "cơ quan mà người ấy đứng đầu",
    "the body that the office signs for": "cơ quan mà người ấy ký thay",
    "the day told before it": "ngày nêu trước",
    "the deputy of the same body behind": "cấp phó của cùng cơ quan nêu sau",
    "the document's dateline": "dòng địa danh, ngày tháng của văn bản",
    "the fullest form of the name": "tên đầy đủ nhất trong bài",
    "the indicators named before, in their order": "các chỉ tiêu nêu trước, theo thứ tự",
    "the kind word with another mention": "từ chỉ loại ở lần nhắc khác",
    "the level of the office beside it": "cấp của chức vụ bên cạnh",
    "the list's heading": "dòng dẫn của danh sách",
    "the office beside it": "chức vụ bên cạnh",
    "the office joined to it": "chức vụ kiêm nhiệm",
    "the period told with another mention": "thời kỳ nêu ở lần nhắc khác",
    "the question": "câu hỏi",
    "the same office, or its head, named before in the line": "chính chức vụ ấy, hoặc cấp trưởng, nêu trước trong đoạn",
    "the same stretch of the year before": "cùng kỳ năm trước",
    "the year that the paragraph speaks of": "năm mà đoạn văn nói đến",
    "told in the text": "phần lời của bài nêu",
    "year after the one whose review it tells of": "năm liền sau năm được tổng kết",
    "year of the article's date": "năm của ngày đăng bài",
    "year of the date beside it": "năm của ngày tháng bên cạnh",
    "year of the index before it": "năm của chỉ số nêu trước",
    "year of the newest day that the article tells of": "năm của ngày mới nhất mà bài kể",
    "year of the newest document that the article cites": "năm của văn bản mới nhất mà bài dẫn",
    "year that the article speaks of": "năm mà bài nói đến",
    "year that the sentence speaks of": "năm mà câu nói đến",
    "units that the sentence speaks of": "các đơn vị mà câu nói đến",
    "years between which the mean runs": "các năm lấy bình quân",
    "years that it sums": "các năm được tính gộp",
    "years that the article reviews and plans": "các năm mà bài tổng kết và đặt kế hoạch",
    **{f"the {rank} named last": f"{rank} nêu gần nhất" for rank in _RANKS},
    **{f"carried over within the {scope}": f"lấy từ phần trước trong {said}" for scope, said in _SCOPES.items()},
}
#: The same for pages that speak both languages: key → (Vietnamese, English).
IN_BOTH = {by: (said, by) for by, said in SOURCES.items()}

_SYMBOL = regex.compile(r"the symbol (.+)")
_HEADING = regex.compile(r"(“.+”) in the heading")


def source(by: str) -> str:
    """What a fact says of a source, in Vietnamese; words of the article and names of tables stay as they are."""
    if by in SOURCES:
        return SOURCES[by]
    if (m := _SYMBOL.fullmatch(by)) is not None:
        return f"ký hiệu {m[1]}"
    if (m := _HEADING.fullmatch(by)) is not None:
        return f"{m[1]} ở đề mục"
    return by
