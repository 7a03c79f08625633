"""What the people of a made-up movement are called, where most of them live, what they write."""

from collections.abc import Mapping, Sequence
from typing import Final

FIRST_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "female": (
        "Agness", "Beatrice", "Bupe", "Charity", "Chileshe", "Chipo", "Doreen", "Esnart", "Esther",
        "Exildah", "Gift", "Grace", "Idah", "Inonge", "Jessy", "Judith", "Loveness", "Lushomo",
        "Mainza", "Martha", "Mary", "Memory", "Misozi", "Monde", "Mutinta", "Mwaka", "Mwansa",
        "Namakau", "Natasha", "Precious", "Ruth", "Sara", "Taonga", "Thandiwe", "Tisa", "Towela",
    ),
    "male": (
        "Abel", "Bwalya", "Brian", "Chanda", "Chisenga", "Choolwe", "Davy", "Emmanuel", "Evans",
        "Fanwell", "Francis", "Gershom", "Innocent", "Isaac", "Joseph", "Kabwe", "Kelvin",
        "Kondwani", "Lazarous", "Lubinda", "Lungu", "Luyando", "Mabvuto", "Moses", "Mulenga",
        "Mundia", "Mwila", "Obed", "Patson", "Peter", "Sepo", "Simon", "Tawanda", "Thokozani",
    ),
}  # fmt: skip

SURNAMES: Final = (
    "Banda", "Bwalya", "Chanda", "Chama", "Chibwe", "Chilufya", "Chirwa", "Chisanga", "Daka",
    "Hamoonga", "Imasiku", "Kabwe", "Kalaba", "Kalunga", "Kapambwe", "Katongo", "Kunda", "Lubasi",
    "Lungu", "Malama", "Mbewe", "Moono", "Mudenda", "Mulenga", "Mumba", "Musonda", "Mutale",
    "Mwale", "Mwamba", "Mwanza", "Mweemba", "Ngoma", "Ngulube", "Njovu", "Nkandu", "Nyirenda",
    "Phiri", "Sakala", "Siame", "Simukonda", "Sitali", "Soko", "Tembo", "Zimba", "Zulu",
)  # fmt: skip

# Where more people live than elsewhere, as so many ordinary districts.
LARGE: Final[Mapping[str, int]] = {
    "Lusaka": 28, "Kitwe": 12, "Ndola": 10, "Chipata": 8, "Kabwe": 6, "Chingola": 5,
    "Livingstone": 5,
    "Kasama": 5, "Solwezi": 5, "Mufulira": 4, "Mansa": 4, "Choma": 4, "Mazabuka": 4, "Chongwe": 3,
    "Kafue": 3, "Luanshya": 3, "Monze": 3, "Mongu": 3, "Petauke": 3, "Katete": 3, "Lundazi": 2,
    "Kalomo": 2, "Kapiri Mposhi": 2, "Mpika": 2, "Nakonde": 2, "Mbala": 2,
}  # fmt: skip

# The languages that are spoken most in a province, where the movement has them.
SPOKEN: Final[Mapping[str, str]] = {
    "ZM-03": "ny", "ZM-09": "ny", "ZM-04": "bem", "ZM-05": "bem", "ZM-08": "bem", "ZM-10": "bem",
    "ZM-02": "bem",
}  # fmt: skip

GROUPS: Final = ("marshals", "women", "youth", "farmers", "radio-club")

CONSENT: Final = "May we text you news of meetings and votes? Send STOP at any time to leave."

REPORTS: Final[Mapping[str, Sequence[str]]] = {
    "water": (
        "The borehole at the market has been dry since May. We walk an hour to the stream.",
        "The pump broke in March and nobody comes. Children drink from the dam.",
        "We pay K5 a bucket at the kiosk now. Old people cannot.",
        "Water from the new tap is brown and smells.",
    ),
    "health": (
        "There is no malaria medicine at the clinic for three weeks. They send us to buy it.",
        "The nurse is alone with the whole ward at night.",
        "The ambulance has no fuel. A mother was carried to hospital on a bicycle.",
        "They ask for money for the card which should be free.",
    ),
    "school": (
        "Grade 4 has ninety children and one teacher.",
        "The roof of the classroom blew away in January. They learn under the tree.",
        "We are asked to pay for desks which never came.",
        "Girls stay at home because the toilets have no doors.",
    ),
    "land": (
        "Strangers put beacons on our fields and say they bought them.",
        "The headman sold the grazing land without a meeting.",
        "We were told to leave before harvest and no one shows us a paper.",
    ),
    "food": (
        "Mealie meal went up again, from K280 to K345 in one month.",
        "The relief maize was shared to the friends of the committee only.",
        "The FRA depot has not paid us for our maize since June.",
    ),
    "safety": (
        "Trucks from the mine pass the school at high speed. Two children were knocked.",
        "There is no light on the road to the market, and women are robbed there.",
        "Somebody threatens those who came to the meeting.",
    ),
    "other": (
        "The bridge is broken and the bus does not come any more.",
        "Network is down here for a week each month.",
        "Who can help with a birth certificate? The office always says tomorrow.",
    ),
}  # fmt: skip

# What reporters answer to staff who ask, what staff ask, and what they note for each other.
ANSWERS: Final[Mapping[str, Sequence[str]]] = {
    "water": ("The one behind the market, beside the church.", "Since Monday last week.",
              "About sixty houses drink from it."),
    "health": ("The clinic by the main road.", "The sister in charge knows about it.",
               "It was on Thursday night."),
    "school": ("The basic school, not the secondary.", "Grade 4 and grade 5.",
               "The head teacher said there is no money."),
    "land": ("The fields on the other side of the stream.", "Eleven families.",
             "They came in a white car without a name on it."),
    "food": ("At the shop near the station.", "The depot in the boma.", "Since the rains ended."),
    "safety": ("At the junction near the school.", "It happened twice this month.",
               "I do not want to write more."),
    "other": ("The small bridge, not the one of the main road.", "Since two weeks.",
              "Ask the headman, he saw it."),
}  # fmt: skip
QUESTION: Final = (
    "Report {code}: where exactly is it? To answer, reply {reply} and your words.",
    "Report {code}: since when is it so? To answer, reply {reply} and your words.",
    "Report {code}: how many people does it touch? To answer, reply {reply} and your words.",
)
NOTES: Final = (
    "Called the council's office. They promised somebody for this week.",
    "The ward councillor was told. He asks for a letter with signatures.",
    "Two of our marshals went there and saw it.",
    "The part has been ordered in Lusaka; it takes two weeks.",
    "Raised at the district meeting. It is on their list now.",
    "They say it was mended. Somebody should look before we close it.",
)
# What reporters read of a state, as `flows/system.yaml` says it.
STATUS_SMS: Final[Mapping[str, str]] = {
    "needs_info": "Report {code}: we need to know more. Reply {reply} and your words.",
    "planned": "Report {code}: somebody will see to it. To add more, reply {reply} and your words.",
    "in_progress": "Report {code}: somebody is working on it. To add more, reply {reply} and your"
    " words.",
    "solved": "Report {code}: it should be solved. Is it? Reply {reply} YES or {reply} NO.",
    "closed": "Report {code} is closed. Thank you for telling us.",
}

# What people answer to calls to action, and what was said in halls.
REPLIES: Final = (
    "Yes", "Yes I will come", "I am coming with my sister", "No, I am at work", "yes",
    "What time?", "Where is it?", "We are ten from our street", "Thank you", "Zikomo",
    "Natotela", "Ok", "I cannot, the road is bad", "Who will speak?",
)  # fmt: skip
MINUTES: Final = (
    "Chair: Grace Banda. Minutes: Sepo Local.\n\n"
    "1. Water. The district is asked to publish what it spends, each quarter, at the notice boards."
    "\n2. Clinics. Medicine comes first. Two speakers go to the district office on Monday.\n"
    "3. The next assembly is on the price of mealie meal."
)

# How often each is what a report is about.
CATEGORIES: Final[Mapping[str, int]] = {
    "water": 28, "health": 20, "school": 14, "land": 10, "food": 16, "safety": 6, "other": 6,
}  # fmt: skip

# What a conversation after the radio show asked, with the answers and how often each was given.
SURVEY: Final = "radio-survey"
QUESTIONS: Final[Mapping[str, Mapping[str, int]]] = {
    "heard of us": {"Radio": 55, "A friend": 25, "A meeting": 14, "Somewhere else": 6},
    "needs first": {"Water": 41, "Clinic": 27, "School": 17, "Roads": 15},
}
