"""Sentences that attack a group in plain words: shut out, disowned, denied help, blamed.

The words are those of kind sentences about groups (`group_templates`), so that only what is said
can tell. A model that counts words learns from them that groups are abuse, so they teach the
encoder alone. Written for this project; none is taken from a list, and none holds a slur.
"""

from __future__ import annotations

from mlengine.datasets.hate_templates import Function


def _attack(name: str, *sentences: str) -> Function:
    return Function(name, True, sentences, True)


FUNCTIONS = (
    _attack(
        "shut out",
        *("Go home, {group}", "{group} out!", "We have enough {group} in {place}"),
        *("Close the border to {group}", "Deport every last {member}"),
        *("{place} is no place for {group}", "Ban {group} from the {event}"),
        *("nobody wants {group} in {place}", "Stop taking in {group}"),
        *("Get those {group} off our street", "One more {member} in {place} is one too many"),
        *("{group}, go back to where you came from", "Build a wall against {group}"),
        *("no more {group}, {place} is full", "Turn the boat with the {group} around"),
        *("I voted for whoever throws {group} out", "{group} have no business in {place}"),
        *("We never asked for {group} in {place}",),
    ),
    _attack(
        "disowned",
        *("I would disown a {trait} child", "My {kin} married {a_member}, what a disgrace"),
        *("Thank god my {kin} are not {trait}", "I'd never let {a_member} into my house"),
        *("I will not sit next to {group}", "being {trait} is a sickness"),
        *("{trait} people are not normal", "It is shameful to be {trait}"),
        *("No child of mine will be {trait}", "Nobody should be proud of being {trait}"),
        *("you can pray the {trait} away", "If my son brings home {a_member} he can leave"),
        *("I lost a friend today: turns out he is {trait}", "{group} should keep it to themselves"),
        *("I don't want my children near {group}", "I'd never vote for {a_member}"),
        *("A {trait} {work}? No thanks", "there is nothing {good} about {group}"),
    ),
    _attack(
        "denied help",
        *("{group} get everything and deserve nothing", "Not one cent for {group}"),
        *("Why should {group} get {need}?", "{need} for our own people, not for {group}"),
        *("Let {group} drown", "Take {need} away from {group}"),
        *("I will not be served by {a_trait} {work}", "I want a real {work}, not {a_trait} one"),
        *("{group} should not be allowed to vote", "Shut down the centre for {group}"),
        *("Stop paying for {group}", "Fire the {trait} {work}"),
        *("I tip less when the {work} is {trait}", "let {group} sleep in the street"),
        *("Whoever helps {group} betrays {place}", "don't rent to {group}"),
        *("{group} have too many rights already", "No {event} for {group}, please"),
    ),
    _attack(
        "blamed",
        *("{group} steal our {need}", "Every crime in {place} is by {group}"),
        *("Because of {group} there are no {need} left", "{group} are taking over {place}"),
        *("{group} made {place} a dump", "{group} bring nothing but trouble"),
        *("You can't walk through {place} any more because of {group}", "{group} live off us"),
        *("{group} are destroying this country", "Where {group} live there is filth"),
        *("{group} are all criminals", "lock your doors, {group} are moving in"),
        *("It's always {group}, isn't it", "Show me one {member} who works"),
        *("{group} only come here for {need}", "Thanks to {group} nobody is safe in {place}"),
        *("The {event} was lovely until the {group} came", "{group} never learn"),
    ),
)
