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
    sound: str = "Sound"
    """The button that lets a video be heard."""
    more: str = "More"
    """Opens the text that an editor laid behind a page."""


_EN = StoryWords()
# fmt: off
_ROWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "de": ("Zum ganzen Artikel", "Anhalten", "Abspielen", "Seite {} von {}", "Web-Story", "Als Text lesen", "Als Story ansehen", "Schließen", "Web-Storys", "Ton", "Mehr"),
        "fr": ("Lire l’article", "Pause", "Lecture", "Page {} sur {}", "Web story", "Lire en texte", "Voir en story", "Fermer", "Web Stories", "Son", "En savoir plus"),
        "es": ("Leer el artículo", "Pausa", "Reproducir", "Página {} de {}", "Historia web", "Leer como texto", "Ver como historia", "Cerrar", "Historias web", "Sonido", "Más"),
        "pt": ("Ler o artigo", "Pausar", "Reproduzir", "Página {} de {}", "Web story", "Ler como texto", "Ver como story", "Fechar", "Web Stories", "Som", "Mais"),
        "it": ("Leggi l’articolo", "Pausa", "Riproduci", "Pagina {} di {}", "Web story", "Leggi come testo", "Guarda la story", "Chiudi", "Web story", "Audio", "Altro"),
        "nl": ("Lees het hele artikel", "Pauze", "Afspelen", "Pagina {} van {}", "Webverhaal", "Lees als tekst", "Bekijk als verhaal", "Sluiten", "Webverhalen", "Geluid", "Meer"),
        "ru": ("Читать статью", "Пауза", "Воспроизвести", "Страница {} из {}", "Веб-история", "Читать как текст", "Смотреть историю", "Закрыть", "Веб-истории", "Звук", "Подробнее"),
        "ar": ("اقرأ المقال كاملاً", "إيقاف مؤقت", "تشغيل", "الصفحة {} من {}", "قصة ويب", "اقرأ كنص", "شاهد القصة", "إغلاق", "قصص الويب", "الصوت", "المزيد"),
        "he": ("לכתבה המלאה", "השהיה", "ניגון", "עמוד {} מתוך {}", "סיפור", "לקריאה כטקסט", "לצפייה בסיפור", "סגירה", "סיפורים", "קול", "עוד"),
        "fa": ("خواندن کامل مطلب", "مکث", "پخش", "صفحهٔ {} از {}", "داستان وب", "خواندن به‌صورت متن", "دیدن داستان", "بستن", "داستان‌های وب", "صدا", "بیشتر"),
        "hi": ("पूरा लेख पढ़ें", "रोकें", "चलाएँ", "पृष्ठ {} / {}", "वेब स्टोरी", "पाठ के रूप में पढ़ें", "स्टोरी देखें", "बंद करें", "वेब स्टोरी", "आवाज़", "और पढ़ें"),
        "th": ("อ่านบทความเต็ม", "หยุดชั่วคราว", "เล่น", "หน้า {} จาก {}", "เว็บสตอรี", "อ่านแบบข้อความ", "ดูแบบสตอรี", "ปิด", "เว็บสตอรี", "เสียง", "เพิ่มเติม"),
        "zh": ("阅读全文", "暂停", "播放", "第 {} 页，共 {} 页", "网络故事", "文字版", "观看故事", "关闭", "网络故事", "声音", "更多"),
        "ja": ("記事を読む", "一時停止", "再生", "{} / {} ページ", "ウェブストーリー", "テキストで読む", "ストーリーを見る", "閉じる", "ウェブストーリー", "音声", "もっと見る"),
        "ko": ("기사 전문 보기", "일시정지", "재생", "{} / {} 페이지", "웹 스토리", "텍스트로 읽기", "스토리 보기", "닫기", "웹 스토리", "소리", "더 보기"),
        "vi": ("Đọc toàn bài", "Tạm dừng", "Phát", "Trang {} / {}", "Web story", "Đọc dạng văn bản", "Xem dạng story", "Đóng", "Web story", "Âm thanh", "Thêm"),
        "tr": ("Yazının tamamı", "Duraklat", "Oynat", "Sayfa {} / {}", "Web hikâyesi", "Metin olarak oku", "Hikâyeyi izle", "Kapat", "Web hikâyeleri", "Ses", "Daha fazla"),
        "id": ("Baca artikel lengkap", "Jeda", "Putar", "Halaman {} dari {}", "Cerita web", "Baca sebagai teks", "Tonton cerita", "Tutup", "Cerita web", "Suara", "Selengkapnya"),
    }
)
# fmt: on


def story_words(language: str) -> StoryWords:
    """The words of a BCP 47 language."""
    row = _ROWS.get(language.lower().split("-")[0])
    return StoryWords(*row) if row else _EN
