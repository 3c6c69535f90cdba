"""Words, dates, numbers and lists of names as a language writes them: small tables, no locale.

A language without a table of words is spoken to in English; one without months has ISO 8601 dates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from publisher.format.word import Words
from publisher.format.word_east import AR, JA, ZH
from publisher.format.word_west import DE, ES, FR

_WORDS: Mapping[str, Words] = MappingProxyType(
    {"en": Words(), "fr": FR, "de": DE, "es": ES, "ar": AR, "ja": JA, "zh": ZH}
)

_NUMERIC = ("{y}年{n}月{d}日", "{y}年{n}月")
_PLAIN = ("{d} {m} {y}", "{m} {y}")
_SPANISH = ("{d} de {m} de {y}", "{m} de {y}")

_PATTERNS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "en": ("{m} {d}, {y}", "{m} {y}"),
        "en-gb": _PLAIN,
        "de": ("{d}. {m} {y}", "{m} {y}"),
        "es": _SPANISH,
        "pt": _SPANISH,
        "ja": _NUMERIC,
        "zh": _NUMERIC,
        "ko": ("{y}년 {n}월 {d}일", "{y}년 {n}월"),
        **dict.fromkeys(("fr", "it", "nl", "ar", "he", "ru", "hi"), _PLAIN),
    }
)

_MONTHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        language: tuple(names.split())
        for language, names in {
            "en": "January February March April May June July August September October November December",
            "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
            "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
            "nl": "januari februari maart april mei juni juli augustus september oktober november december",
            "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
            "he": "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
            "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
            "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
        }.items()
    }
)

_THOUSANDS: Mapping[str, str] = MappingProxyType(
    {"fr": "\u202f", "ru": "\u00a0", "de": ".", "es": ".", "it": ".", "pt": ".", "nl": "."}
)


def _primary(language: str) -> str:
    return language.lower().partition("-")[0]


def words(language: str) -> Words:
    """The interface's words in a language, English for one that has no table."""
    return _WORDS.get(_primary(language), _WORDS["en"])


def day(instant: datetime, language: str, offset_minutes: int = 0) -> str:
    """`November 23, 2026` on the editor's clock, as the language writes a date."""
    local = instant + timedelta(minutes=offset_minutes)
    return _written(local, language, 0) or f"{local:%Y-%m-%d}"


def month(month: str, language: str) -> str:
    """`November 2026` for `2026-11`."""
    return _written(datetime.fromisoformat(f"{month}-01"), language, 1) or month


def _written(local: datetime, language: str, form: int) -> str:
    primary = _primary(language)
    pattern = _PATTERNS.get(language.lower()) or _PATTERNS.get(primary)
    if pattern is None:
        return ""
    names = _MONTHS.get(primary)
    name = names[local.month - 1] if names else ""
    return pattern[form].format(y=local.year, n=local.month, d=local.day, m=name)


def number(value: int, language: str) -> str:
    """`12,345` with the language's mark between thousands."""
    return f"{value:,}".replace(",", _THOUSANDS.get(_primary(language), ","))


def minutes(value: int, language: str) -> str:
    """`4 Mins Read`, empty for 0."""
    table = words(language)
    forms = (table.minute, table.two_minutes, table.minutes, table.many_minutes)
    return _counted(value, language, forms) if value else ""


def views(value: int, language: str) -> str:
    """`252 Views`, empty for none."""
    table = words(language)
    forms = (table.view, table.two_views, table.views, table.many_views)
    return _counted(value, language, forms) if value else ""


def articles(value: int, language: str) -> str:
    """`24 articles`."""
    table = words(language)
    return _counted(value, language, (table.article, table.two_articles, table.articles, table.many_articles))


def _counted(value: int, language: str, forms: tuple[str, str, str, str]) -> str:
    """A number with its noun: one, two, a few (3-10, 103-110 ...) or many, by the forms that the language has."""
    one, two, few, many = forms
    is_few = not many or 3 <= value % 100 <= 10
    form = one if value == 1 else two if value == 2 and two else few if is_few else many
    return form.format(number(value, language))


def names(each: Sequence[str], language: str) -> str:
    """`Ana, Bo and Cy`, as the language joins names."""
    table = words(language)
    if len(each) < 2:
        return "".join(each)
    if table.and_ == "、":
        return "、".join(each)
    comma = "، " if _primary(language) in ("ar", "fa", "ur") else ", "
    last = f" {table.and_}{each[-1]}" if table.and_ == "و" else f" {table.and_} {each[-1]}"
    return comma.join(each[:-1]) + last
