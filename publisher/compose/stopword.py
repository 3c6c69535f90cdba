"""Words that carry no fact, by language: enough of each to weigh a sentence by the others."""

from __future__ import annotations

_LISTS = {
    "en": (
        "a about above after again against all also although am an and another any are around as at back be "
        "because been before being below between both but by came can come could did do does doing done down "
        "during each even ever every few first for from further get go got had has have having he her here hers "
        "herself him himself his how however i if in into is it its itself just last least less like made make "
        "many may me might more most much must my myself near never new next no nor not now of off often on once "
        "one only onto or other our out over own per put said same say says see she should since so some still "
        "such take than that the their them themselves then there these they thing this those though through to "
        "together told too two under until up upon us use used very was way we well went were what when where "
        "whether which while who whom whose why will with within without would yet you your yourself don't "
        "doesn't didn't isn't wasn't can't won't it's that's there's he's she's they're i'm"
    ),
    "es": (
        "a al algo ante como con cual cuando de del desde donde dos el ella ellos en entre era es esa ese eso "
        "esta este esto fue ha han hasta hay la las le les lo los más me mi muy no nos o otra otro para pero por "
        "porque que qué se según ser si sin sobre son su sus también tan tiene todo tras tu un una uno y ya"
    ),
    "fr": (
        "à au aux avec ce ces cette comme dans de des du elle elles en entre est et été être eux fait il ils je "
        "la le les leur leurs lui mais même ne nos nous on ont ou où par pas plus pour qu que qui sa sans se ses "
        "si son sont sur ta te tout très tu un une vous y a c d l n s j m t"
    ),
    "de": (
        "aber als am an auch auf aus bei bis da damit dann das dass dem den der des die dies diese dieser doch "
        "ein eine einem einen einer eines er es für hat hatte ich ihr ihre im in ist kann keine man mehr mit nach "
        "nicht noch nur oder sein seine sich sie sind so über um und uns von vor war was weil wenn wer wie wir "
        "wird wurde zu zum zur"
    ),
    "it": (
        "a ad ai al alla alle anche che chi ci come con cui da dal dalla degli dei del della delle di dove e è ed "
        "era essere fra gli ha hanno i il in io la le lei lo loro lui ma mi nei nel nella non o per perché più "
        "quando questa questo se si sia sono su sua sui sul sulla suo tra un una uno"
    ),
    "pt": (
        "a à ao aos as com como da das de do dos e é ela ele eles em entre era essa esse esta está este foi há "
        "isso já lhe mais mas me na nas não nem no nos o os ou para pela pelo por quando que quem se sem ser seu "
        "seus só sua são também tem um uma"
    ),
    "nl": (
        "aan al als bij dan dat de der deze die dit door een en er had heb het hij hoe hun ik in is je kan maar "
        "me meer men met mijn na naar niet nog nu of om omdat ons ook op over te tot u uit van veel voor was wat "
        "we wel werd wie wij worden zal ze zich zij zijn zo zou"
    ),
    "ru": (
        "а без более бы был была были было в вам вас во вот все всё вы где да для до его ее её если есть еще ещё "
        "же за и из или им их к как ко когда кто ли мы на над не него нет но ну о об он она они оно от по под при "
        "с со так также там то того тоже только у уже что чтобы это этот эта эти я"
    ),
    "ar": (
        "أن إن إلى أو التي الذي الذين الى ان او بعد بين تم ثم حتى حيث خلال ذلك عام عن عند على في قال قد كان كانت "
        "كما كل لا لم لن له لها ما مع من منذ هذا هذه هناك هو هي و وقال وقد وكان ولا ومن يكون"
    ),
    "hi": (
        "और इस इसके उन उनके उस एक ऐसे कर करने कहा का कि किया किसी की कुछ के को क्या गई गए गया जब जा जो तक तो था "
        "थी थे दिया दो द्वारा नहीं ने पर बाद भी में यह या ये रहा रहे लिए वह वे साथ से हुआ हुई हुए है हैं हो होने"
    ),
    "vi": (
        "các cho có của đã để được là một này những ở ra sẽ thì trên trong từ và vào về với không người khi đến "
        "như cũng"
    ),
    "tr": "ama bir bu çok da daha de en gibi her için ile ise ki kadar ne o olan olarak sonra şu ve veya ya",
    "id": (
        "ada adalah akan atau bagi bahwa dalam dan dari dengan di ini itu ke karena oleh pada para sebagai sudah "
        "telah tidak untuk yang"
    ),
}

STOPWORDS = {language: frozenset(text.split()) for language, text in _LISTS.items()}


def stopwords(language: str) -> frozenset[str]:
    """The stop words of a BCP 47 language, none for one that has no list."""
    return STOPWORDS.get(language.lower().split("-")[0], frozenset())
