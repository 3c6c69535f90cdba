# ruff: noqa: E501 - one language a line
"""The few words that a story says of itself, by language; English for the others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec


class StoryWords(msgspec.Struct, frozen=True):
    """Interface words of a story; `{}` is where a number goes."""

    read: str = "Read the full article"
    """Label of the last page's link."""
    pause: str = "Pause"
    """The button that stops the story, and what it is called while the story runs."""
    play: str = "Play"
    """The same button while the story stands still."""
    page: str = "Page {} of {}"
    """Name of a page for screen readers."""
    story: str = "Web story"
    """What the document is, for screen readers."""
    text: str = "Read as text"
    """Leads to the reading view."""
    watch: str = "Watch as a story"
    """Leads from the reading view to the player."""
    close: str = "Close"
    """Leaves the player."""
    stories: str = "Web Stories"
    """Title of the archive."""


_EN = StoryWords()
# fmt: off
_ROWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "de": ("Zum ganzen Artikel", "Anhalten", "Abspielen", "Seite {} von {}", "Web-Story", "Als Text lesen", "Als Story ansehen", "Schließen", "Web-Storys"),
        "fr": ("Lire l’article", "Pause", "Lecture", "Page {} sur {}", "Web story", "Lire en texte", "Voir en story", "Fermer", "Web Stories"),
        "es": ("Leer el artículo", "Pausa", "Reproducir", "Página {} de {}", "Historia web", "Leer como texto", "Ver como historia", "Cerrar", "Historias web"),
        "pt": ("Ler o artigo", "Pausar", "Reproduzir", "Página {} de {}", "Web story", "Ler como texto", "Ver como story", "Fechar", "Web Stories"),
        "it": ("Leggi l’articolo", "Pausa", "Riproduci", "Pagina {} di {}", "Web story", "Leggi come testo", "Guarda la story", "Chiudi", "Web story"),
        "nl": ("Lees het hele artikel", "Pauze", "Afspelen", "Pagina {} van {}", "Webverhaal", "Lees als tekst", "Bekijk als verhaal", "Sluiten", "Webverhalen"),
        "ru": ("Читать статью", "Пауза", "Воспроизвести", "Страница {} из {}", "Веб-история", "Читать как текст", "Смотреть историю", "Закрыть", "Веб-истории"),
        "ar": ("اقرأ المقال كاملاً", "إيقاف مؤقت", "تشغيل", "الصفحة {} من {}", "قصة ويب", "اقرأ كنص", "شاهد القصة", "إغلاق", "قصص الويب"),
        "he": ("לכתבה המלאה", "השהיה", "ניגון", "עמוד {} מתוך {}", "סיפור", "לקריאה כטקסט", "לצפייה בסיפור", "סגירה", "סיפורים"),
        "fa": ("خواندن کامل مطلب", "مکث", "پخش", "صفحهٔ {} از {}", "داستان وب", "خواندن به‌صورت متن", "دیدن داستان", "بستن", "داستان‌های وب"),
        "hi": ("पूरा लेख पढ़ें", "रोकें", "चलाएँ", "पृष्ठ {} / {}", "वेब स्टोरी", "पाठ के रूप में पढ़ें", "स्टोरी देखें", "बंद करें", "वेब स्टोरी"),
        "th": ("อ่านบทความเต็ม", "หยุดชั่วคราว", "เล่น", "หน้า {} จาก {}", "เว็บสตอรี", "อ่านแบบข้อความ", "ดูแบบสตอรี", "ปิด", "เว็บสตอรี"),
        "zh": ("阅读全文", "暂停", "播放", "第 {} 页，共 {} 页", "网络故事", "文字版", "观看故事", "关闭", "网络故事"),
        "ja": ("記事を読む", "一時停止", "再生", "{} / {} ページ", "ウェブストーリー", "テキストで読む", "ストーリーを見る", "閉じる", "ウェブストーリー"),
        "ko": ("기사 전문 보기", "일시정지", "재생", "{} / {} 페이지", "웹 스토리", "텍스트로 읽기", "스토리 보기", "닫기", "웹 스토리"),
        "vi": ("Đọc toàn bài", "Tạm dừng", "Phát", "Trang {} / {}", "Web story", "Đọc dạng văn bản", "Xem dạng story", "Đóng", "Web story"),
        "tr": ("Yazının tamamı", "Duraklat", "Oynat", "Sayfa {} / {}", "Web hikâyesi", "Metin olarak oku", "Hikâyeyi izle", "Kapat", "Web hikâyeleri"),
        "id": ("Baca artikel lengkap", "Jeda", "Putar", "Halaman {} dari {}", "Cerita web", "Baca sebagai teks", "Tonton cerita", "Tutup", "Cerita web"),
    }
)
# fmt: on


def story_words(language: str) -> StoryWords:
    """The words of a BCP 47 language."""
    row = _ROWS.get(language.lower().split("-")[0])
    return StoryWords(*row) if row else _EN
