# ruff: noqa: E501 - one language a block, one sentence a line
"""What the newsletter's mails and pages say, by language; English for the others. `{}` is the site's name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec


class LetterWords(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences of the newsletter."""

    ask_subject: str = "Please confirm: the newsletter of {}"
    ask_title: str = "One click to go"
    ask_text: str = "Somebody, we hope you, asked for the newsletter of {}. Press the button, confirm on the page that opens, and it is yours."
    ask_button: str = "Confirm"
    ask_note: str = "If it wasn’t you, do nothing: no other mail will come, and this address is deleted in two days."
    title: str = "New in {}"
    more: str = "More in {}"
    why: str = "You get this mail because you signed up for the newsletter of {}."
    leave: str = "Unsubscribe"
    sent_title: str = "Check your inbox"
    sent_text: str = "If that address can get our newsletter, a mail with a link is on its way. It is yours as soon as you confirm there."
    confirm_title: str = "Get the newsletter?"
    confirm_text: str = "Press the button, and the newsletter of {} comes to your inbox from now on."
    confirmed_title: str = "You’re in"
    confirmed_text: str = "The next issue will come to your inbox. Every issue has a link for leaving."
    leave_title: str = "Leave the newsletter?"
    leave_text: str = "Press the button, and your address is deleted at once."
    left_title: str = "You’re out"
    left_text: str = "Your address has been deleted. No more mail will come."
    wrong_title: str = "That isn’t an e-mail address"
    wrong_text: str = "Please look at it again: it should be like name@example.org."
    many_title: str = "Too many at once"
    many_text: str = "Please try again in an hour."
    expired_title: str = "This link has expired"
    expired_text: str = "It was good for two days. Sign up again, and a new one will come."


_FR = LetterWords(
    ask_subject="À confirmer : la newsletter de {}",
    ask_title="Plus qu’un clic",
    ask_text="Quelqu’un, vous espérons-le, a demandé la newsletter de {}. Cliquez sur le bouton, confirmez sur la page qui s’ouvre, et c’est fait.",
    ask_button="Confirmer",
    ask_note="Si ce n’était pas vous, ne faites rien : aucun autre message ne viendra et cette adresse sera effacée dans deux jours.",
    title="Nouveau dans {}",
    more="Plus dans {}",
    why="Vous recevez ce message parce que vous vous êtes inscrit à la newsletter de {}.",
    leave="Se désinscrire",
    sent_title="Regardez votre boîte de réception",
    sent_text="Si cette adresse peut recevoir notre newsletter, un message avec un lien est en route. Il ne reste qu’à confirmer.",
    confirm_title="Recevoir la newsletter ?",
    confirm_text="Cliquez sur le bouton, et la newsletter de {} arrivera désormais dans votre boîte.",
    confirmed_title="C’est fait",
    confirmed_text="Le prochain numéro arrivera dans votre boîte. Chaque numéro contient un lien de désinscription.",
    leave_title="Quitter la newsletter ?",
    leave_text="Cliquez sur le bouton, et votre adresse est effacée aussitôt.",
    left_title="Vous êtes désinscrit",
    left_text="Votre adresse a été effacée. Aucun message ne viendra plus.",
    wrong_title="Ce n’est pas une adresse e-mail",
    wrong_text="Vérifiez-la : elle doit ressembler à nom@example.org.",
    many_title="Trop de demandes",
    many_text="Réessayez dans une heure.",
    expired_title="Ce lien a expiré",
    expired_text="Il était valable deux jours. Inscrivez-vous de nouveau pour en recevoir un autre.",
)
_DE = LetterWords(
    ask_subject="Bitte bestätigen: der Newsletter von {}",
    ask_title="Nur noch ein Klick",
    ask_text="Jemand, hoffentlich Sie, hat den Newsletter von {} bestellt. Drücken Sie den Knopf und bestätigen Sie auf der Seite, die sich öffnet.",
    ask_button="Bestätigen",
    ask_note="Wenn Sie es nicht waren, tun Sie nichts: Es kommt keine weitere Mail, und die Adresse wird in zwei Tagen gelöscht.",
    title="Neu bei {}",
    more="Mehr bei {}",
    why="Sie bekommen diese Mail, weil Sie den Newsletter von {} bestellt haben.",
    leave="Abbestellen",
    sent_title="Sehen Sie in Ihr Postfach",
    sent_text="Wenn diese Adresse unseren Newsletter bekommen kann, ist eine Mail mit einem Link unterwegs. Sobald Sie dort bestätigen, gehört er Ihnen.",
    confirm_title="Den Newsletter bestellen?",
    confirm_text="Drücken Sie den Knopf, und der Newsletter von {} kommt von nun an in Ihr Postfach.",
    confirmed_title="Sie sind dabei",
    confirmed_text="Die nächste Ausgabe kommt in Ihr Postfach. In jeder steht ein Link zum Abbestellen.",
    leave_title="Den Newsletter abbestellen?",
    leave_text="Drücken Sie den Knopf, und Ihre Adresse wird sofort gelöscht.",
    left_title="Sie sind abgemeldet",
    left_text="Ihre Adresse ist gelöscht. Es kommt keine Mail mehr.",
    wrong_title="Das ist keine E-Mail-Adresse",
    wrong_text="Bitte sehen Sie noch einmal hin: Sie sollte aussehen wie name@example.org.",
    many_title="Zu viele auf einmal",
    many_text="Bitte versuchen Sie es in einer Stunde noch einmal.",
    expired_title="Dieser Link ist abgelaufen",
    expired_text="Er galt zwei Tage. Melden Sie sich noch einmal an, dann kommt ein neuer.",
)
_ES = LetterWords(
    ask_subject="Confirma: el boletín de {}",
    ask_title="Falta un clic",
    ask_text="Alguien, esperamos que tú, ha pedido el boletín de {}. Pulsa el botón, confirma en la página que se abre y listo.",
    ask_button="Confirmar",
    ask_note="Si no has sido tú, no hagas nada: no llegará ningún otro mensaje y esta dirección se borrará en dos días.",
    title="Nuevo en {}",
    more="Más en {}",
    why="Recibes este mensaje porque te suscribiste al boletín de {}.",
    leave="Darse de baja",
    sent_title="Mira tu bandeja de entrada",
    sent_text="Si esa dirección puede recibir nuestro boletín, un mensaje con un enlace está en camino. Solo falta confirmar allí.",
    confirm_title="¿Recibir el boletín?",
    confirm_text="Pulsa el botón y el boletín de {} llegará a tu bandeja desde ahora.",
    confirmed_title="Ya está",
    confirmed_text="El próximo número llegará a tu bandeja. Cada número lleva un enlace para darse de baja.",
    leave_title="¿Dejar el boletín?",
    leave_text="Pulsa el botón y tu dirección se borra al momento.",
    left_title="Te has dado de baja",
    left_text="Tu dirección se ha borrado. No llegarán más mensajes.",
    wrong_title="Eso no es una dirección de correo",
    wrong_text="Revísala: debe parecerse a nombre@example.org.",
    many_title="Demasiadas peticiones",
    many_text="Inténtalo de nuevo dentro de una hora.",
    expired_title="Este enlace ha caducado",
    expired_text="Valía dos días. Suscríbete de nuevo y llegará otro.",
)
_AR = LetterWords(
    ask_subject="يرجى التأكيد: نشرة {}",
    ask_title="بقيت نقرة واحدة",
    ask_text="طلب أحدهم، ونأمل أن يكون أنت، نشرة {}. اضغط الزر ثم أكّد في الصفحة التي تفتح.",
    ask_button="تأكيد",
    ask_note="إن لم تكن أنت فلا تفعل شيئًا: لن تصلك رسالة أخرى وسيُحذف هذا العنوان بعد يومين.",
    title="الجديد في {}",
    more="المزيد في {}",
    why="تصلك هذه الرسالة لأنك اشتركت في نشرة {}.",
    leave="إلغاء الاشتراك",
    sent_title="تفقّد بريدك",
    sent_text="إن كان هذا العنوان يستطيع تلقي نشرتنا فرسالة فيها رابط في الطريق إليه. أكّد هناك لتصلك النشرة.",
    confirm_title="هل تريد النشرة؟",
    confirm_text="اضغط الزر لتصلك نشرة {} من الآن.",
    confirmed_title="تم الاشتراك",
    confirmed_text="سيصلك العدد القادم. في كل عدد رابط لإلغاء الاشتراك.",
    leave_title="هل تريد ترك النشرة؟",
    leave_text="اضغط الزر ليُحذف عنوانك فورًا.",
    left_title="تم إلغاء الاشتراك",
    left_text="حُذف عنوانك. لن تصلك رسائل أخرى.",
    wrong_title="ليس هذا عنوان بريد إلكتروني",
    wrong_text="تحقق منه من فضلك: يجب أن يكون مثل name@example.org.",
    many_title="طلبات كثيرة",
    many_text="حاول مرة أخرى بعد ساعة.",
    expired_title="انتهت صلاحية هذا الرابط",
    expired_text="كان صالحًا ليومين. اشترك مرة أخرى ليصلك رابط جديد.",
)
_JA = LetterWords(
    ask_subject="ご確認ください：{} のニュースレター",
    ask_title="あと1クリックです",
    ask_text="{} のニュースレターの申し込みがありました。お心当たりがあれば、ボタンを押し、開いたページで確認してください。",
    ask_button="確認する",
    ask_note="お心当たりがなければ何もしないでください。ほかのメールは届かず、このアドレスは2日後に削除されます。",
    title="{} の新着",
    more="{} をもっと読む",
    why="{} のニュースレターに登録された方にお送りしています。",
    leave="配信停止",
    sent_title="受信箱をご覧ください",
    sent_text="お送りできるアドレスであれば、リンクの入ったメールが届きます。そこで確認すると登録が完了します。",
    confirm_title="ニュースレターを受け取りますか？",
    confirm_text="ボタンを押すと、これから {} のニュースレターが届きます。",
    confirmed_title="登録しました",
    confirmed_text="次の号が受信箱に届きます。配信停止のリンクは毎号にあります。",
    leave_title="配信を停止しますか？",
    leave_text="ボタンを押すと、アドレスはすぐに削除されます。",
    left_title="配信を停止しました",
    left_text="アドレスを削除しました。今後メールは届きません。",
    wrong_title="メールアドレスではありません",
    wrong_text="name@example.org のような形か、もう一度お確かめください。",
    many_title="回数が多すぎます",
    many_text="1時間後にもう一度お試しください。",
    expired_title="リンクの有効期限が切れました",
    expired_text="有効期間は2日間です。もう一度お申し込みください。",
)
_ZH = LetterWords(
    ask_subject="请确认：{} 的电子报",
    ask_title="只差一步",
    ask_text="有人（希望是您）订阅了 {} 的电子报。请点击按钮，并在打开的页面上确认。",
    ask_button="确认",
    ask_note="如果不是您，请不要理会：不会再有邮件，该地址将在两天后删除。",
    title="{} 新内容",
    more="更多 {} 内容",
    why="您收到此邮件，是因为您订阅了 {} 的电子报。",
    leave="退订",
    sent_title="请查看您的收件箱",
    sent_text="如果该地址可以接收我们的电子报，一封带有链接的邮件正在发送途中。在那里确认后即可收到。",
    confirm_title="要订阅电子报吗？",
    confirm_text="点击按钮，今后 {} 的电子报就会发到您的收件箱。",
    confirmed_title="订阅成功",
    confirmed_text="下一期会发到您的收件箱。每一期都有退订链接。",
    leave_title="要退订电子报吗？",
    leave_text="点击按钮，您的地址会立即删除。",
    left_title="已退订",
    left_text="您的地址已删除，不会再有邮件。",
    wrong_title="这不是电子邮件地址",
    wrong_text="请再检查一下：应形如 name@example.org。",
    many_title="次数过多",
    many_text="请一小时后再试。",
    expired_title="链接已过期",
    expired_text="链接有效期为两天。请重新订阅以获取新链接。",
)

_WORDS: Mapping[str, LetterWords] = MappingProxyType(
    {"en": LetterWords(), "fr": _FR, "de": _DE, "es": _ES, "ar": _AR, "ja": _JA, "zh": _ZH}
)


def words(language: str) -> LetterWords:
    """The newsletter's words in a language, English for one that has no table."""
    return _WORDS.get(language.lower().partition("-")[0], _WORDS["en"])
