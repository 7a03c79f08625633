"""Codes of languages: the two letters of ISO 639-1 and the three of ISO 639-3 for the same one."""

from typing import Final

# Those that flows of movements are written in; others have one code only, or are written by it.
_PAIRS: Final = (
    "af:afr ak:aka am:amh ar:ara as:asm az:aze be:bel bg:bul bm:bam bn:ben bo:bod bs:bos ca:cat "
    "cs:ces cy:cym da:dan de:deu ee:ewe el:ell en:eng es:spa et:est eu:eus fa:fas ff:ful fi:fin "
    "fr:fra ga:gle gu:guj ha:hau he:heb hi:hin hr:hrv ht:hat hu:hun hy:hye id:ind ig:ibo is:isl "
    "it:ita ja:jpn jv:jav ka:kat kg:kon ki:kik kk:kaz km:khm kn:kan ko:kor ku:kur ky:kir lg:lug "
    "ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg mk:mkd ml:mal mn:mon mr:mar ms:msa my:mya nd:nde "
    "ne:nep nl:nld no:nor nr:nbl ny:nya om:orm or:ori pa:pan pl:pol ps:pus pt:por rn:run ro:ron "
    "ru:rus rw:kin sd:snd sg:sag si:sin sk:slk sl:slv sn:sna so:som sq:sqi sr:srp ss:ssw st:sot "
    "sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn tr:tur ts:tso uk:ukr "
    "ur:urd uz:uzb ve:ven vi:vie wo:wol xh:xho yo:yor zh:zho zu:zul"
)
_TWINS: Final = {
    one: other
    for pair in _PAIRS.split()
    for two, _, three in (pair.partition(":"),)
    for one, other in ((two, three), (three, two))
}


def twin(code: str) -> str:
    """Return the other code of a language, or the same where it has no other."""
    return _TWINS.get(code, code)


# The codes of ISO 639-2/B, for bibliographies, that differ from those of ISO 639-3.
_BIBLIOGRAPHIC: Final = {
    "alb": "sqi",
    "arm": "hye",
    "baq": "eus",
    "bur": "mya",
    "chi": "zho",
    "cze": "ces",
    "dut": "nld",
    "fre": "fra",
    "geo": "kat",
    "ger": "deu",
    "gre": "ell",
    "ice": "isl",
    "mac": "mkd",
    "mao": "mri",
    "may": "msa",
    "per": "fas",
    "rum": "ron",
    "slo": "slk",
    "tib": "bod",
    "wel": "cym",
}


def terminological(code: str) -> str:
    """Return the code of ISO 639-3 for one of ISO 639-2/B, or the same where they do not differ."""
    return _BIBLIOGRAPHIC.get(code, code)
