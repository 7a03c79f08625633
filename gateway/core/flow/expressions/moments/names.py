"""The names of months and days, and of the halves of the day, in the languages we meet.

From the Unicode CLDR as Babel 2.18 carries it; spaces that do not break a line are made plain ones,
because they would turn an SMS of 160 characters into one of 70. A language that is not here gets
the English names.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one language: months from January, days from Monday, halves am and pm."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    halves: tuple[str, ...]


def _names(*rows: str) -> Names:
    months, short_months, days, short_days, halves = (tuple(row.split("|")) for row in rows)
    return Names(months, short_months, days, short_days, halves)


NAMES: Final = {
    "am": _names(
        "ጃንዋሪ|ፌብሩዋሪ|ማርች|ኤፕሪል|ሜይ|ጁን|ጁላይ|ኦገስት|ሴፕቴምበር|ኦክቶበር|ኖቬምበር|ዲሴምበር",
        "ጃን|ፌብ|ማርች|ኤፕሪ|ሜይ|ጁን|ጁላይ|ኦገስ|ሴፕቴ|ኦክቶ|ኖቬም|ዲሴም",
        "ሰኞ|ማክሰኞ|ረቡዕ|ሐሙስ|ዓርብ|ቅዳሜ|እሑድ",
        "ሰኞ|ማክሰ|ረቡዕ|ሐሙስ|ዓርብ|ቅዳሜ|እሑድ",
        "ጥዋት|ከሰዓት",
    ),
    "ar": _names(
        "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
        "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
        "الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد",
        "الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد",
        "ص|م",
    ),
    "bem": _names(
        "Januari|Februari|Machi|Epreo|Mei|Juni|Julai|Ogasti|Septemba|Oktoba|Novemba|Disemba",
        "Jan|Feb|Mac|Epr|Mei|Jun|Jul|Oga|Sep|Okt|Nov|Dis",
        "Palichimo|Palichibuli|Palichitatu|Palichine|Palichisano|Pachibelushi|Pa Mulungu",
        "Palichimo|Palichibuli|Palichitatu|Palichine|Palichisano|Pachibelushi|Pa Mulungu",
        "uluchelo|akasuba",
    ),
    "bn": _names(
        "জানুয়ারী|ফেব্রুয়ারী|মার্চ|এপ্রিল|মে|জুন|জুলাই|আগস্ট|সেপ্টেম্বর|অক্টোবর|নভেম্বর|ডিসেম্বর",
        "জানু|ফেব|মার্চ|এপ্রি|মে|জুন|জুল|আগ|সেপ|অক্টো|নভে|ডিসে",
        "সোমবার|মঙ্গলবার|বুধবার|বৃহস্পতিবার|শুক্রবার|শনিবার|রবিবার",
        "সোম|মঙ্গল|বুধ|বৃহস্পতি|শুক্র|শনি|রবি",
        "AM|PM",
    ),
    "en": _names(
        "January|February|March|April|May|June|July|August|September|October|November|December",
        "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
        "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
        "Mon|Tue|Wed|Thu|Fri|Sat|Sun",
        "AM|PM",
    ),
    "es": _names(
        "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
        "ene|feb|mar|abr|may|jun|jul|ago|sept|oct|nov|dic",
        "lunes|martes|miércoles|jueves|viernes|sábado|domingo",
        "lun|mar|mié|jue|vie|sáb|dom",
        "a. m.|p. m.",
    ),
    "fr": _names(
        "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
        "janv.|févr.|mars|avr.|mai|juin|juil.|août|sept.|oct.|nov.|déc.",
        "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
        "lun.|mar.|mer.|jeu.|ven.|sam.|dim.",
        "AM|PM",
    ),
    "ha": _names(
        "Janairu|Faburairu|Maris|Afirilu|Mayu|Yuni|Yuli|Agusta|Satumba|Oktoba|Nuwamba|Disamba",
        "Jan|Fab|Mar|Afi|May|Yun|Yul|Agu|Sat|Okt|Nuw|Dis",
        "Litinin|Talata|Laraba|Alhamis|Jummaʼa|Asabar|Lahadi",
        "Lit|Tal|Lar|Alh|Jum|Asa|Lah",
        "SF|YM",
    ),
    "lg": _names(
        "Janwaliyo|Febwaliyo|Marisi|Apuli|Maayi|Juuni|Julaayi|Agusito|Sebuttemba|"
        "Okitobba|Novemba|Desemba",
        "Jan|Feb|Mar|Apu|Maa|Juu|Jul|Agu|Seb|Oki|Nov|Des",
        "Balaza|Lwakubiri|Lwakusatu|Lwakuna|Lwakutaano|Lwamukaaga|Sabbiiti",
        "Bal|Lw2|Lw3|Lw4|Lw5|Lw6|Sab",
        "AM|PM",
    ),
    "ln": _names(
        "sánzá ya yambo|sánzá ya míbalé|sánzá ya mísáto|sánzá ya mínei|sánzá ya mítáno|"
        "sánzá ya motóbá|sánzá ya nsambo|sánzá ya mwambe|sánzá ya libwa|sánzá ya zómi|"
        "sánzá ya zómi na mɔ̌kɔ́|sánzá ya zómi na míbalé",
        "yan|fbl|msi|apl|mai|yun|yul|agt|stb|ɔtb|nvb|dsb",
        "mokɔlɔ mwa yambo|mokɔlɔ mwa míbalé|mokɔlɔ mwa mísáto|mokɔlɔ ya mínéi|"
        "mokɔlɔ ya mítáno|mpɔ́sɔ|eyenga",
        "ybo|mbl|mst|min|mtn|mps|eye",
        "ntɔ́ngɔ́|mpókwa",
    ),
    "mg": _names(
        "Janoary|Febroary|Martsa|Aprily|Mey|Jona|Jolay|Aogositra|Septambra|Oktobra|"
        "Novambra|Desambra",
        "Jan|Feb|Mar|Apr|Mey|Jon|Jol|Aog|Sep|Okt|Nov|Des",
        "Alatsinainy|Talata|Alarobia|Alakamisy|Zoma|Asabotsy|Alahady",
        "Alats|Tal|Alar|Alak|Zom|Asab|Alah",
        "AM|PM",
    ),
    "ny": _names(
        "Januwale|Febuluwale|Malichi|Epulo|Mei|Juni|Julai|Ogasiti|Seputemba|Okutoba|"
        "Novemba|Disemba",
        "Jan|Feb|Mal|Epu|Mei|Jun|Jul|Oga|Sep|Oku|Nov|Dis",
        "Lolemba|Lachiwiri|Lachitatu|Lachinayi|Lachisanu|Loweruka|Lamulungu",
        "Lem|Wir|Tat|Nai|San|Wer|Mul",
        "AM|PM",
    ),
    "om": _names(
        "Amajjii|Guraandhala|Bitootessa|Eebila|Caamsaa|Waxabajjii|Adoolessa|Hagayya|"
        "Fulbaana|Onkoloolessa|Sadaasa|Mudde",
        "Ama|Gur|Bitootessa|Elb|Cam|Wax|Ado|Hag|Ful|Onk|Sadaasa|Mud",
        "Wiixata|Kibxata|Roobii|Kamisa|Jimaata|Sanbata|Dilbata",
        "Wix|Kib|Rob|Kam|Jim|San|Dil",
        "WD|WB",
    ),
    "pt": _names(
        "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
        "jan.|fev.|mar.|abr.|mai.|jun.|jul.|ago.|set.|out.|nov.|dez.",
        "segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|sábado|domingo",
        "seg.|ter.|qua.|qui.|sex.|sáb.|dom.",
        "AM|PM",
    ),
    "rw": _names(
        "Mutarama|Gashyantare|Werurwe|Mata|Gicurasi|Kamena|Nyakanga|Kanama|Nzeri|"
        "Ukwakira|Ugushyingo|Ukuboza",
        "mut.|gas.|wer.|mat.|gic.|kam.|nya.|kan.|nze.|ukw.|ugu.|uku.",
        "Kuwa mbere|Kuwa kabiri|Kuwa gatatu|Kuwa kane|Kuwa gatanu|Kuwa gatandatu|Ku cyumweru",
        "mbe.|kab.|gtu.|kan.|gnu.|gnd.|cyu.",
        "AM|PM",
    ),
    "sn": _names(
        "Ndira|Kukadzi|Kurume|Kubvumbi|Chivabvu|Chikumi|Chikunguru|Nyamavhuvhu|Gunyana|"
        "Gumiguru|Mbudzi|Zvita",
        "Ndi|Kuk|Kur|Kub|Chv|Chk|Chg|Nya|Gun|Gum|Mbu|Zvi",
        "Muvhuro|Chipiri|Chitatu|China|Chishanu|Mugovera|Svondo",
        "Muv|Chp|Cht|Chn|Chs|Mug|Svo",
        "AM|PM",
    ),
    "so": _names(
        "Janaayo|Febraayo|Maarso|Abriil|Maayo|Juun|Luulyo|Agosto|Sebtembar|Oktoobar|"
        "Noofeembar|Diseembar",
        "Jan|Feb|Mar|Abr|May|Jun|Lul|Ogs|Seb|Okt|Nof|Dis",
        "Isniin|Talaado|Arbaco|Khamiis|Jimco|Sabti|Axad",
        "Isn|Tldo|Arbc|Khms|Jmc|Sbti|Axd",
        "GH|GD",
    ),
    "sw": _names(
        "Januari|Februari|Machi|Aprili|Mei|Juni|Julai|Agosti|Septemba|Oktoba|Novemba|Desemba",
        "Jan|Feb|Mac|Apr|Mei|Jun|Jul|Ago|Sep|Okt|Nov|Des",
        "Jumatatu|Jumanne|Jumatano|Alhamisi|Ijumaa|Jumamosi|Jumapili",
        "Jumatatu|Jumanne|Jumatano|Alhamisi|Ijumaa|Jumamosi|Jumapili",
        "AM|PM",
    ),
    "ti": _names(
        "ጥሪ|ለካቲት|መጋቢት|ሚያዝያ|ጉንበት|ሰነ|ሓምለ|ነሓሰ|መስከረም|ጥቅምቲ|ሕዳር|ታሕሳስ",
        "ጥሪ|ለካ|መጋ|ሚያ|ግን|ሰነ|ሓም|ነሓ|መስ|ጥቅ|ሕዳ|ታሕ",
        "ሰኑይ|ሰሉስ|ረቡዕ|ሓሙስ|ዓርቢ|ቀዳም|ሰንበት",
        "ሰኑ|ሰሉ|ረቡ|ሓሙ|ዓር|ቀዳ|ሰን",
        "ቅ.ቀ.|ድ.ቀ.",
    ),
    "yo": _names(
        "Oṣù Ṣẹ́rẹ́|Oṣù Èrèlè|Oṣù Ẹrẹ̀nà|Oṣù Ìgbé|Oṣù Ẹ̀bibi|Oṣù Òkúdu|Oṣù Agẹmọ|"
        "Oṣù Ògún|Oṣù Owewe|Oṣù Ọ̀wàrà|Oṣù Bélú|Oṣù Ọ̀pẹ̀",
        "Oṣù Ṣẹ́rẹ́|Oṣù Èrèlè|Oṣù Ẹrẹ̀nà|Oṣù Ìgbé|Oṣù Ẹ̀bibi|Oṣù Òkúdu|Oṣù Agẹmọ|"
        "Oṣù Ògún|Oṣù Owewe|Oṣù Ọ̀wàrà|Oṣù Bélú|Oṣù Ọ̀pẹ̀",
        "Ọjọ́ Ajé|Ọjọ́ Ìsẹ́gun|Ọjọ́rú|Ọjọ́bọ|Ọjọ́ Ẹtì|Ọjọ́ Àbámẹ́ta|Ọjọ́ Àìkú",
        "Ajé|Ìsẹ́gun|Ọjọ́rú|Ọjọ́bọ|Ẹtì|Àbámẹ́ta|Àìkú",
        "Àárọ̀|Ọ̀sán",
    ),
    "zu": _names(
        "Januwari|Februwari|Mashi|Ephreli|Meyi|Juni|Julayi|Agasti|Septhemba|Okthoba|"
        "Novemba|Disemba",
        "Jan|Feb|Mas|Eph|Mey|Jun|Jul|Aga|Sep|Okt|Nov|Dis",
        "UMsombuluko|ULwesibili|ULwesithathu|ULwesine|ULwesihlanu|UMgqibelo|ISonto",
        "Mso|Bil|Tha|Sin|Hla|Mgq|Son",
        "AM|PM",
    ),
}

ENGLISH: Final = NAMES["en"]

# Flows that come from elsewhere name a language by the three letters of ISO 639-3.
_THREE_LETTERS: Final = {
    "amh": "am",
    "ara": "ar",
    "ben": "bn",
    "eng": "en",
    "spa": "es",
    "fra": "fr",
    "hau": "ha",
    "lug": "lg",
    "lin": "ln",
    "mlg": "mg",
    "nya": "ny",
    "orm": "om",
    "por": "pt",
    "kin": "rw",
    "sna": "sn",
    "som": "so",
    "swa": "sw",
    "tir": "ti",
    "yor": "yo",
    "zul": "zu",
    "fre": "fr",
    "swh": "sw",
}


def names_in(language: str) -> Names:
    """Return the names for a language such as ``sw``, ``swa`` or ``sw-KE``."""
    code = language.replace("_", "-").partition("-")[0].lower()
    return NAMES.get(_THREE_LETTERS.get(code, code), ENGLISH)
