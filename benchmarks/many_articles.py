"""Many articles out of few: a JSONL of articles repeated with changed ids and figures, to measure long runs.

python benchmarks/many_articles.py articles.jsonl 100000 > many.jsonl
"""

import json
import random
import re
import sys
from pathlib import Path

#: Figures that are changed: not years, nor the days and months of dates.
FIGURE = re.compile(r"(?<![\d/.,-])\d{1,3}(?:[.,]\d{1,3})?(?![\d/.,-])")


def changed(text: str, chance: random.Random) -> str:
    """The same text with other figures."""
    return FIGURE.sub(lambda m: re.sub(r"\d", lambda _: str(chance.randrange(1, 10)), m[0]), text)


def main() -> None:
    """Write as many articles as asked for to standard output."""
    path, count = sys.argv[1], int(sys.argv[2])
    articles = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    chance = random.Random(1)
    for number in range(count):
        article = articles[number % len(articles)]
        copy = {**article, "id": f"{article['id']}-{number}", "text": changed(article["text"], chance)}
        copy.pop("url", None)
        print(json.dumps(copy, ensure_ascii=False))


if __name__ == "__main__":
    main()
