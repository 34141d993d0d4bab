"""Dates, read by an independent parser."""

import datetime
import re

from benchmarks import datasets


def parsed(text: str) -> datetime.date:
    """An independent reading: points put the day first, slashes the month, words name the month."""
    for form in (
        "%d %B %Y",
        "%B %d, %Y",
        "%d %b %Y",
        "%b %d, %Y",
        "%A, %d %B %Y",
        "%A, %B %d, %Y",
        "%d.%m.%Y",
        "%m/%d/%Y",
    ):
        try:
            date = datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
        if form.startswith("%A"):
            assert date.strftime("%A") == text.split(",")[0]
        return date
    first, second, year = re.split("[./]", text)
    day, month = (first, second) if "." in text else (second, first)
    return datetime.date((1900 if int(year) >= 50 else 2000) + int(year), int(month), int(day))


def test_dates_mean_what_they_say() -> None:
    data = datasets.load("date_translation")
    source, target = data.info["source_vocabulary"], data.info["target_vocabulary"]
    seen: list[set[str]] = []
    for name, split in (("train", data.train), ("validation", data.validation), ("test", data.test)):
        texts = ["".join(source[i] for i in row if i) for row in split["source"]]
        answers = ["".join(target[i] for i in row if i > 3) for row in split["target"]]
        assert not any("<unknown>" in text for text in texts)
        assert [parsed(text).isoformat() for text in texts] == answers
        if name != "train":
            assert data.info["references"][name] == answers
        assert len(set(answers)) == len(answers)
        seen.append(set(answers))
    assert [len(part) for part in seen] == [12_000, 1_000, 1_000]
    assert not (seen[0] & seen[1] or seen[0] & seen[2] or seen[1] & seen[2])
