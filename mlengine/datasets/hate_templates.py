"""Sentences that differ in what makes them hate: whom they are about, a "not", who is quoted.

Public sets of hate were gathered by key words, and a model of them learns the words: it takes a
kind sentence about a group for hate, and misses contempt in plain words. Each function below says
one thing in many ways, about many groups, so that only what is said can tell. The functions are
those of HateCheck (Röttger et al., ACL 2021, doi:10.18653/v1/2021.acl-long.4); no sentence is
taken from there or from any other list, and none holds a slur.
"""

from __future__ import annotations

from dataclasses import dataclass

# A group, one member of it, and the word for what they are.
GROUPS = (
    ("women", "woman", "female"),
    ("girls", "girl", "female"),
    ("men", "man", "male"),
    ("gay people", "gay person", "gay"),
    ("gays", "gay man", "gay"),
    ("lesbians", "lesbian", "lesbian"),
    ("trans people", "trans person", "trans"),
    ("transgender women", "transgender woman", "transgender"),
    ("black people", "black person", "black"),
    ("white people", "white person", "white"),
    ("Asians", "Asian", "Asian"),
    ("Mexicans", "Mexican", "Mexican"),
    ("Arabs", "Arab", "Arab"),
    ("Muslims", "Muslim", "Muslim"),
    ("Jews", "Jew", "Jewish"),
    ("Christians", "Christian", "Christian"),
    ("Hindus", "Hindu", "Hindu"),
    ("immigrants", "immigrant", "immigrant"),
    ("migrants", "migrant", "migrant"),
    ("refugees", "refugee", "refugee"),
    ("foreigners", "foreigner", "foreign"),
    ("disabled people", "disabled person", "disabled"),
    ("people in wheelchairs", "person in a wheelchair", "disabled"),
    ("autistic people", "autistic person", "autistic"),
    ("old people", "old person", "old"),
    ("Roma people", "Roma person", "Roma"),
)
_THINGS = (
    *("Mondays", "this song", "olives", "my old laptop", "traffic jams", "the weather", "exams"),
    *("cold coffee", "this phone", "that film", "slow internet", "pineapple on pizza", "adverts"),
)
_TRADES = (
    *("bankers", "landlords", "politicians", "journalists", "referees", "lawyers", "cyclists"),
    *("tourists", "gamers", "vegans", "influencers", "estate agents", "billionaires", "managers"),
)
_CONTEMPT = (
    *("disgusting", "worthless", "stupid", "evil", "inferior", "filthy", "pathetic", "dishonest"),
    *("repulsive", "primitive", "lazy", "vile", "subhuman", "ugly", "useless", "sickening"),
)
_PRAISE = (
    *("wonderful", "brilliant", "kind", "brave", "great", "beautiful", "amazing", "strong"),
    *("funny", "welcome here", "just like everyone else", "equal", "lovely", "talented"),
)
_ANIMALS = (
    *("rats", "parasites", "vermin", "cockroaches", "a plague", "a disease", "animals", "scum"),
    *("leeches", "a cancer", "garbage", "maggots", "pigs", "trash"),
)
_HARM = ("killed", "shot", "beaten", "locked up", "wiped out", "hanged", "burned", "punished")
_CURSES = ("fucking", "damn", "goddamn", "bloody", "freaking")
SLOTS = {
    "thing": _THINGS,
    "trade": _TRADES,
    "contempt": _CONTEMPT,
    "praise": _PRAISE,
    "animals": _ANIMALS,
    "harm": _HARM,
    "curse": _CURSES,
}


@dataclass(frozen=True, slots=True)
class Function:
    """One way to write what is hate, or what only looks like it."""

    name: str
    is_hate: bool
    sentences: tuple[str, ...]
    # What it says of abuse of any kind; None where that depends on the reader.
    is_abuse: bool | None


def _hate(name: str, *sentences: str) -> Function:
    return Function(name, True, sentences, True)


def _rude(name: str, *sentences: str) -> Function:
    return Function(name, False, sentences, None)


def _kind(name: str, *sentences: str) -> Function:
    return Function(name, False, sentences, False)


FUNCTIONS = (
    _hate(
        "contempt",
        *("I hate {group}.", "I despise {group}, all of them.", "I can't stand {group}!"),
        *("{group} make me sick", "I really loathe every {member}", "ugh, I detest {group}"),
        *("there is nothing I hate more than {group}", "The sight of a {member} disgusts me."),
        *("{group} are {contempt}.", "Every {member} is {contempt} and {contempt}"),
        *("All {group} are so {contempt}", "You can't deny that {group} are {contempt}."),
        *("being {trait} makes you {contempt}", "{group} are the most {contempt} people I know"),
        *("Typical {member}, {contempt} as always", "{trait} = {contempt}"),
    ),
    _hate(
        "dehumanising",
        *(
            "{group} are {animals}.",
            "{group} are nothing but {animals}",
            "They are {trait} {animals}.",
        ),
        *("{group} are {animals} to our country", "a {member} isn't a real human being"),
        *("To me {group} are lower than {animals}", "{group} breed like {animals}"),
    ),
    _hate(
        "implied",
        *("The world would be better without {group}.", "No {member} deserves to be happy"),
        *("{group} have no place in our society.", "Keep {group} away from our children"),
        *("You should thank god you were not born {trait}", "{group} should know their place"),
        *("We were better off before all these {group} came", "{group} will never belong here"),
        *("I would never let a {member} near my family", "Send {group} back where they came from"),
        *("{group} do not deserve the same rights as us", "I'd rather die than date a {member}"),
    ),
    _hate(
        "threat",
        *("I will hurt every {member} I meet.", "Someone should get rid of all {group}"),
        *(
            "{group} should be {harm}.",
            "All {group} deserve to be {harm}!",
            "Let's kill all {group}",
        ),
        *("One day {group} will be {harm}", "If I see another {member} I'm going to punch them"),
        *("{group} need to be {harm} before it is too late", "get out, {group}, or else"),
        *("I hope every {member} gets {harm}", "I'm going to make {group} suffer"),
    ),
    _hate(
        "with curses",
        *("{curse} {group}.", "fuck all {group}", "{group} can fuck off", "those {curse} {group}"),
        *("I am so sick of these {curse} {group}", "Every {member} is a {curse} piece of shit"),
        *("What a {curse} {trait} bastard", "{group} are {curse} {contempt}"),
    ),
    _hate(
        "by reference",
        *("My neighbours are {group}, and I wish they were {harm}.",),
        *("{group} are everywhere now. They are {contempt}.", "There come the {group}. {animals}!"),
        *("{group} moved in next door. People like that should be {harm}.",),
        *("I met a {member} today. They are all {contempt}.",),
        *("{group}? I hate them.", "Look at those {group}. I can't stand that kind."),
    ),
    _hate(
        "denied praise",
        *(
            "{group} are not {praise}",
            "No {member} has ever been {praise}.",
            "{group} aren't human",
        ),
        *("I don't respect {group}", "We don't want {group} here", "{group} don't deserve to live"),
        *("I have never met a {member} who was {praise}", "You can never trust {group}"),
    ),
    _hate(
        "as question or opinion",
        *("Why are {group} so {contempt}?", "Can we finally get rid of {group}?"),
        *("Who else thinks {group} are {contempt}?", "Is there anything worse than {group}?"),
        *("I think {group} are {contempt}.", "In my opinion {group} should be {harm}"),
        *("Honestly, {group} just seem {contempt} to me", "I'd say every {member} is {contempt}"),
        *("Am I the only one who hates {group}?",),
    ),
    _kind(
        "plain mention",
        *("I am a {member}.", "My friend is a {member}", "{group} live in my street."),
        *("There are many {group} in this town", "Two {group} sat next to me on the train"),
        *("She wrote a book about {group}", "My boss is {trait} and so is my aunt"),
        *("The survey asked {group} about housing", "A {member} won the election"),
        *("I saw a film about {group} last night", "the meeting is for {group} and their friends"),
        *("Is there a club for {group} here?", "as a {member} I have a question"),
    ),
    _kind(
        "praise",
        *("{group} are {praise}.", "I love {group}!", "I really admire {group}"),
        *(
            "every {member} I know is {praise}",
            "It's {praise} to be {trait}",
            "Proud to be {trait}",
        ),
        *("{group} deserve love and respect", "We need more {group} in parliament"),
        *("So happy for {group} today", "{group} make this city better"),
        *("I stand with {group}", "my {trait} neighbours are so {praise}", "Thank you, {group}!"),
    ),
    _kind(
        "denied contempt",
        *(
            "I don't hate {group}.",
            "{group} are not {contempt}",
            "No {member} deserves to be {harm}.",
        ),
        *("I would never say that {group} are {contempt}", "{group} are not {animals}"),
        *("It is not true that {group} are {contempt}", "nobody should hurt {group}"),
        *("I have never hated {group}", "{group} should not be {harm}", "{group} aren't a threat"),
        *("Stop believing that {group} are {contempt}",),
    ),
    _kind(
        "counter-speech",
        *(
            'Saying "{group} are {contempt}" is wrong.',
            'Who says "I hate {group}" should be ashamed',
        ),
        *('"{group} are {animals}" - what a horrible thing to say', "Hating {group} is not okay"),
        *(
            'You can\'t just write "{group} should be {harm}" here',
            "If you hate {group}, you're wrong",
        ),
        *('He was fired for saying "{group} are {animals}"', "Being mean to {group} is a crime"),
        *('I can\'t believe people still say "{curse} {group}"', "Stop the hate against {group}"),
        *(
            "people who hate {group} disgust me",
            'Comments like "kill all {group}" must be reported',
        ),
        *("Anyone who says {group} are {contempt} is a bigot", "Racism against {group} is vile"),
        *('My teacher called it hate when I read "{group} have no place here"',),
    ),
    _rude(
        "cursing at nobody",
        *("Fuck, I missed the bus again", "this is so {curse} good", "{thing}? {curse} awful"),
        *("oh shit, I forgot my keys", "I am so {curse} tired today", "What the hell happened"),
        *("holy shit that was {curse} amazing", "I don't give a fuck about {thing}"),
        *("Hell yes, {curse} right", "damn, you scared me", "that was a {curse} mess"),
    ),
    _rude(
        "contempt of things",
        *(
            "I hate {thing}.",
            "{thing}: {contempt}!",
            "{thing} should be banned",
            "I despise {thing}",
        ),
        *("{thing} makes me sick", "I can't stand {thing}", "Kill it with fire: {thing}"),
        *("fuck {thing}", "I wish {thing} would die", "nothing is worse than {thing}"),
    ),
    _rude(
        "contempt of one person",
        *("You are {contempt}.", "I hate you", "you {curse} idiot", "He is such a {contempt} liar"),
        *("I can't stand my ex, he is {contempt}", "Go to hell", "I'll kill you", "shut up, loser"),
        *(
            "You deserve to be {harm}",
            "my brother is a {curse} pig",
            "You are nothing but {animals}",
        ),
        *("she makes me sick", "I wish you would just disappear", "You're {curse} garbage"),
    ),
    _rude(
        "contempt of trades",
        *("I hate {trade}.", "{trade} are {contempt}", "{trade} are {animals}", "fuck all {trade}"),
        *("All {trade} should be {harm}", "{curse} {trade}", "I can't stand {trade}"),
        *("why are {trade} so {contempt}?", "Someone should get rid of all {trade}"),
        *("{trade} have no place in this town", "{trade} make me sick"),
    ),
)
