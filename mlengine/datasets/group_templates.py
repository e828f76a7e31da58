"""Sentences that name a group and mean no harm: news, daily life, thanks, pride, help.

Hate sets were gathered by the words for groups, so what learns from them takes the words themselves
for abuse. Here the same words stand in what people mostly say of them. Written for this project;
none is taken from a list. `TWINS` say the opposite in nearly the same words, and only judge.
"""

from __future__ import annotations

from mlengine.datasets.hate_templates import GROUPS, Function

# A group, one member of it, and the word for what they are; beside those of the sentences of hate.
MORE_GROUPS = (
    *GROUPS,
    ("Syrians", "Syrian", "Syrian"),
    ("Turks", "Turk", "Turkish"),
    ("Poles", "Pole", "Polish"),
    ("Nigerians", "Nigerian", "Nigerian"),
    ("Indians", "Indian", "Indian"),
    ("Chinese people", "Chinese person", "Chinese"),
    ("Pakistanis", "Pakistani", "Pakistani"),
    ("Somalis", "Somali", "Somali"),
    ("Ukrainians", "Ukrainian", "Ukrainian"),
    ("Romanians", "Romanian", "Romanian"),
    ("Colombians", "Colombian", "Colombian"),
    ("Filipinos", "Filipino", "Filipino"),
    ("Latinos", "Latino", "Latino"),
    ("Africans", "African", "African"),
    ("Kurds", "Kurd", "Kurdish"),
    ("Native Americans", "Native American", "Native American"),
    ("people of colour", "person of colour", "brown"),
    ("Sikhs", "Sikh", "Sikh"),
    ("Buddhists", "Buddhist", "Buddhist"),
    ("Catholics", "Catholic", "Catholic"),
    ("atheists", "atheist", "atheist"),
    ("asylum seekers", "asylum seeker", "asylum-seeking"),
    ("newcomers", "newcomer", "foreign-born"),
    ("deaf people", "deaf person", "deaf"),
    ("blind people", "blind person", "blind"),
    ("wheelchair users", "wheelchair user", "disabled"),
    ("people with Down syndrome", "person with Down syndrome", "disabled"),
    ("dyslexic people", "dyslexic person", "dyslexic"),
    ("bisexual people", "bisexual person", "bisexual"),
    ("queer people", "queer person", "queer"),
    ("non-binary people", "non-binary person", "non-binary"),
    ("elderly people", "elderly person", "elderly"),
    ("young women", "young woman", "female"),
    ("single mothers", "single mother", "single"),
)
_KIN = (
    "parents",
    "grandparents",
    "wife",
    "husband",
    "neighbours",
    "in-laws",
    "cousins",
    "roommate",
)
_WORK = (
    "nurse",
    "teacher",
    "baker",
    "bus driver",
    "doctor",
    "singer",
    "coach",
    "professor",
    "chef",
)
_PLACES = ("Leeds", "our town", "Chicago", "the valley", "Berlin", "this street", "Texas", "Lyon")
_EVENTS = ("dinner", "football match", "workshop", "film night", "concert", "march", "wedding")
_FEELINGS = ("happy", "grateful", "moved", "glad", "excited", "relieved", "thrilled", "thankful")
_GOOD = ("warm", "generous", "hard-working", "funny", "talented", "patient", "friendly", "gifted")
_NEEDS = ("homes", "jobs", "language courses", "doctors", "school places", "a vote", "safe housing")
_SHARES = ("12 per cent", "a third", "two in five", "half", "thousands", "nearly 300", "one in ten")
SLOTS = {
    "kin": _KIN,
    "work": _WORK,
    "place": _PLACES,
    "event": _EVENTS,
    "feeling": _FEELINGS,
    "good": _GOOD,
    "need": _NEEDS,
    "share": _SHARES,
}


def _kind(name: str, *sentences: str) -> Function:
    return Function(name, False, sentences, False)


FUNCTIONS = (
    _kind(
        "welcome",
        *("Welcome to {place}, dear {group}!", "We are {feeling} that {group} came to {place}"),
        *("Our door is open to {group}", "{group} are our neighbours and our friends"),
        *(
            "Come in, {group}, there is room for everybody",
            "A warm hello to the {group} of {place}",
        ),
        *("{group} belong here", "{place} greets its new {group} with a {event}"),
        *(
            "Let {group} in",
            "So many {group} at the {event}, and everyone was made to feel at home",
        ),
        *("Say hi to the {group} next door", "{group} feel at home in {place} now"),
        *("we saved a seat for {group}", "{group} are part of us"),
    ),
    _kind(
        "pride and self-description",
        *("I'm {a_trait} {work} and {feeling} about it", "As {a_member} I feel at home in {place}"),
        *("I am {trait} and proud", "{a_member} raised me and I owe them everything"),
        *("My {kin}: {trait}, {good}, mine", "Both my {kin} and I are {trait}"),
        *("Happy and {trait}", "Being {trait} is part of who I am, and I like who I am"),
        *("hi, I'm {a_trait} {work} from {place}, looking for friends", "{trait} and thriving"),
        *("I came out as {trait} and my {kin} hugged me", "my {kin} raised me {trait}, no regrets"),
        *(
            "Not every {member} likes football, but this one does",
            "Yes I'm {trait}. Ask me anything",
        ),
        *("I grew up among {group} and it made me who I am", "born {trait}, living in {place}"),
    ),
    _kind(
        "family and friends",
        *("My {trait} {kin} taught me to cook", "My {kin} came here as {group}"),
        *("I married {a_member} and our {event} was lovely", "My best friend is {a_trait} {work}"),
        *("Lunch with my {trait} {kin} today", "My {kin} are {good}, {trait} and the best"),
        *(
            "So {feeling} to have {trait} {kin}",
            "our {trait} {work} is leaving and we will miss him",
        ),
        *("Happy birthday to my favourite {member}", "I miss my {trait} {kin}"),
        *("the {kin} of my boyfriend are {trait} and so {good}", "My son plays with {a_trait} boy"),
    ),
    _kind(
        "news",
        *("Thousands of {group} in {place} await a decision", "{share} of voters here are {group}"),
        *("A new law lets {group} apply for {need}", "{place} opens a centre for {group}"),
        *(
            "BREAKING: court rules in favour of {group}",
            "Report: more {group} find {need} this year",
        ),
        *("The mayor met {group} to talk about {need}", "{a_trait} {work} wins the prize"),
        *("Number of {group} in {place} up by {share}, says report",),
        *("UN calls for help for {group} in {place}", "First {trait} {work} in {place} sworn in"),
        *("Ship with {share} {group} on board reaches the port", "Minister speaks about {group}"),
        *(
            "Exhibition on the history of {group} opens in {place}",
            "Poll: what {group} think of it",
        ),
        *("{share} {group} wait for {need}", "How {group} live in {place} today: a photo essay"),
    ),
    _kind(
        "rights and help",
        *("{group} need {need}", "{group} have rights like everybody else"),
        *("Equal pay for {group}", "Please donate so that {group} get {need}"),
        *("I volunteer with {group} every Friday", "Support {group} in {place}, sign here"),
        *("Protect {group}", "We collect blankets for {group}, come by"),
        *("{group} should be heard", "Fight for the rights of {group}"),
        *("Why do {group} still have to wait for {need}?", "Solidarity with {group}"),
        *("No one should be afraid because they are {trait}", "{group} deserve {need} too"),
        *("End the violence against {group}", "Our school has to do more for {trait} children"),
        *("Raise your voice for {group}", "make buses work for {group}"),
    ),
    _kind(
        "thanks and praise",
        *("Thank you to the {group} who helped at the {event}", "{group} are so {good}"),
        *("The {trait} {work} next door is very {good}", "What a {good} {member}!"),
        *("Shout-out to all the {group} who work nights", "{group} built this place"),
        *("I have learned so much from {group}", "Cheers to {trait} artists in {place}"),
        *("Never met a more {good} {work}, and she is {trait}", "happy {trait} history month"),
        *("{group} rock", "The food at the {trait} {event} was the best I ever had"),
        *("Respect for the {group} of {place}", "give the {trait} {work} a medal"),
        *("{feeling} to share the stage with {group}", "We celebrate {group} today"),
    ),
    _kind(
        "daily life",
        *(
            "There is {a_trait} {event} on Sunday, anyone coming?",
            "{a_member} asked me for the way",
        ),
        *("Saw {a_trait} {event} in {place} yesterday", "Two {group} and I shared a taxi"),
        *("Does anyone know a good {trait} {work}?", "The new {work} at school is {trait}"),
        *("Watching a series about {group}", "{a_trait} couple moved in downstairs"),
        *("Reading a novel by {a_trait} writer", "The {event} was full of {group}"),
        *("I teach maths to {group}", "{group} sat in front of us at the {event}"),
        *("Which film shows {group} as they are?", "New podcast: {group} tell their stories"),
        *("my class has children of {group}", "met some {group} on the night train to {place}"),
    ),
    _kind(
        "faith and custom",
        *("Happy holidays to all {group}!", "{group} in {place} celebrate today"),
        *("We were invited to {a_trait} {event} and it was beautiful", "{group} prayed in {place}"),
        *("{trait} traditions fascinate me", "How do {group} say good morning?"),
        *("The {trait} choir sings at the {event}", "learning some {trait} recipes this week"),
        *("{group} and their neighbours ate together", "{trait} culture week starts in {place}"),
    ),
    _kind(
        "against hostility, in kind words",
        *("Love is stronger: {group} are safe with us", "Be nice to {group}"),
        *("{group} are people like you and me", "Please treat {group} with respect"),
        *(
            "There is nothing wrong with being {trait}",
            "I would be {feeling} to have {trait} {kin}",
        ),
        *("Nobody chooses to be {trait}, and nobody has to hide it", "{group} are not the problem"),
        *("Not all {group} think alike", "Speak with {group}, not about them"),
        *("Let {group} live in peace", "I'll always defend {group}"),
    ),
)


def _twin(name: str, *sentences: str) -> Function:
    return Function(name, True, sentences, True)


TWINS = (
    _twin(
        "turned to the opposite",
        *("{group} not welcome", "Our door is shut to {group}", "{group} don't belong here"),
        *("Ashamed of my {trait} {kin}", "Keep {group} out", "Make {place} free of {group}"),
        *("There is something wrong with being {trait}", "{group} are the problem"),
        *("Never hire {a_trait} {work}", "{group} should not be heard", "No {need} for {group}"),
        *("Don't let {group} in", "{group} ruin every {event}", "No respect for {group}"),
        *("I would be ashamed to have {trait} {kin}", "{place} was {good} before {group} came"),
    ),
)
