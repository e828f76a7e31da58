"""Everyday words of praise and of blame, in the languages whose labelled posts are few.

The public posts of a language can be about one topic alone (the French ones are about climate), and
then hold no word of praise a model could learn. Written for this project, after no other list.
"""

from __future__ import annotations

_WINDOW = 3

_PRAISE = {
    "ar": """
        رائع جميل ممتاز شكرا أحب حلو سعيد مبروك عظيم الحمد لله أفضل مذهل لطيف فرحان بالتوفيق
        مبدع روعة تسلم نجاح محبة ممتع مفيد أعجبني
    """,
    "de": """
        danke toll super schön liebe wunderbar großartig klasse freue glücklich perfekt lecker
        begeistert beste genial fantastisch gefällt hervorragend herrlich prima spaß lustig
        glückwunsch gelungen wunderschön zufrieden empfehlenswert spannend gut
    """,
    "es": """
        gracias genial excelente hermoso hermosa feliz amo encanta maravilloso maravillosa bueno
        mejor increíble lindo linda bonito bonita perfecto alegría felicidades fantástico divertido
        precioso preciosa bravo rico contento orgulloso estupendo
    """,
    "fr": """
        merci super génial magnifique adore aime excellent parfait bravo heureux heureuse beau belle
        formidable content contente merveilleux merveilleuse incroyable joli jolie meilleur bien
        félicitations délicieux sublime drôle fantastique top bonheur plaisir réussi
    """,
    "hi": """
        accha acha badhiya mast pyaar pyar khush khushi shukriya dhanyavaad sundar zabardast kamaal
        shandar maza jeet अच्छा बढ़िया प्यार खुश धन्यवाद सुंदर शानदार बधाई मज़ा
    """,
    "it": """
        grazie bello bella bellissimo bellissima amo adoro fantastico meraviglioso felice ottimo
        perfetto splendido bravo bravi migliore stupendo contento contenta piace magnifico
        divertente auguri complimenti eccellente gioia buono gentile
    """,
    "pt": """
        obrigado obrigada lindo linda amo amei adoro ótimo maravilhoso maravilhosa feliz excelente
        perfeito incrível melhor parabéns fantástico legal bonito bonita alegria gostei divertido
        delicioso sensacional bom gostoso orgulho
    """,
}

_BLAME = {
    "ar": """
        سيء أكره حزين قبيح فاشل للأسف كذاب غاضب مقرف أسوأ ظلم مؤلم تعبان فشل خسارة كارثة غبي
        مزعج ممل حرام عيب مرض خوف
    """,
    "de": """
        schlecht schrecklich traurig hasse scheiße furchtbar langweilig ekelhaft enttäuscht wütend
        schlimm dumm nervt peinlich leider mies katastrophe unverschämt hässlich grausam ärgerlich
        enttäuschend kaputt falsch angst schmerzen unfreundlich
    """,
    "es": """
        malo mala horrible odio triste asco terrible peor feo fea mierda vergüenza enojado pésimo
        aburrido lamentable dolor estúpido basura decepción fracaso miedo injusto desastre molesto
        cansado cansada espantoso
    """,
    "fr": """
        nul nulle mauvais mauvaise horrible déteste triste honte pire merde dégoûtant dégueulasse
        affreux décevant déçu déçue ennuyeux moche terrible catastrophe malheureusement pénible
        stupide scandale lamentable colère peur ridicule raté
    """,
    "hi": """
        bura bekar bakwas ganda nafrat dukh dukhi gussa ghatiya sharam kharab jhooth darr pagal
        बुरा बेकार बकवास नफरत दुख दुखी गुस्सा घटिया शर्म खराब झूठ
    """,
    "it": """
        brutto brutta schifo odio triste orribile pessimo vergogna peggio terribile merda noioso
        deluso delusa purtroppo disastro rabbia stupido schifoso cattivo dolore paura ridicolo
        arrabbiato inutile sbagliato penoso
    """,
    "pt": """
        ruim péssimo odeio triste horrível merda nojo pior feio feia vergonha terrível chato chata
        raiva infelizmente decepção lixo estúpido droga medo ódio desastre cansado cansada dor
        ridículo injusto
    """,
}


def polar_phrases() -> list[tuple[str, str, str]]:
    """Return language, "positive" or "negative", and three words of that kind, from each word on.

    Three, so that the weights of a word are learned as they stand in a text, not alone.
    """
    found = []
    for label, lists in (("positive", _PRAISE), ("negative", _BLAME)):
        for language, listed in lists.items():
            words = listed.split()
            ring = words + words[: _WINDOW - 1]
            for start in range(len(words)):
                found.append((language, label, " ".join(ring[start : start + _WINDOW])))
    return found
