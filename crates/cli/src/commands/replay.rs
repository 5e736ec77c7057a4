//! `zorginkoop replay`: takes the decision of a receipt again, from the facts and rules in it.

use explain::{Explanation, Language, Replayer, Rules, Schema};
use receipt::Receipt;

use super::verify::{name, read, refused};
use crate::{
    args::ReplayArguments,
    failure::Failure,
    output::{line, printable},
};

/// What takes the decisions of a service.
struct Decider {
    service: &'static str,
    schema: &'static Schema,
    replay: Replayer,
}

static DECIDERS: [Decider; 5] = [
    Decider { service: registration::NAME, schema: &registration::rules::SCHEMA, replay: registration::replay::replay },
    Decider { service: tariffing::NAME, schema: &tariffing::rules::SCHEMA, replay: tariffing::replay::replay },
    Decider { service: budget::NAME, schema: &budget::rules::SCHEMA, replay: budget::replay::replay },
    Decider { service: homecare::NAME, schema: &homecare::rules::SCHEMA, replay: homecare::replay::replay },
    Decider { service: screening::NAME, schema: &screening::rules::SCHEMA, replay: screening::replay::replay },
];

/// Decides again and compares with what the receipt says. Who signed it is for `verify` to check.
///
/// # Errors
/// [`Failure::Refused`] when the explanation is another one, or there is none.
pub fn run(asked: &ReplayArguments) -> Result<(), Failure> {
    let receipt = read(&asked.file)?;
    receipt.holds_together().map_err(|error| refused(&asked.file, &error))?;
    let decision = receipt.decision();
    let (decider, again) = decided_again(&receipt)?;
    if again == decision.explanation.as_bytes() {
        line(format!("the same to the byte: {}", name(&receipt)));
        return Ok(());
    }
    let failed = |error: &dyn std::fmt::Display| Failure::Refused(printable(&error.to_string()));
    let rules = Rules::from_archive(&decision.rules, decider.schema).map_err(|error| failed(&error))?;
    let recorded = Explanation::from_bytes(decision.explanation.as_bytes()).map_err(|error| failed(&error))?;
    let again = Explanation::from_bytes(&again).map_err(|error| failed(&error))?;
    let language = if asked.english { Language::English } else { Language::Dutch };
    Err(Failure::Refused(difference(&recorded, &again, &rules, language)))
}

/// Whether deciding again gives the same bytes.
///
/// # Errors
/// [`Failure::Refused`] when it can't be decided again.
pub fn gives_the_same(receipt: &Receipt) -> Result<bool, Failure> {
    let (_, again) = decided_again(receipt)?;
    Ok(again == receipt.decision().explanation.as_bytes())
}

fn decided_again(receipt: &Receipt) -> Result<(&'static Decider, Vec<u8>), Failure> {
    let decision = receipt.decision();
    let decider = DECIDERS.iter().find(|decider| decider.service == decision.service);
    let unknown = || Failure::Refused(printable(&format!("there is no service {:?}", decision.service)));
    let decider = decider.ok_or_else(unknown)?;
    let again = (decider.replay)(&decision.kind, decision.facts.as_bytes(), &decision.rules);
    let again = again.map_err(|error| Failure::Refused(printable(&error.to_string())))?;
    Ok((decider, again))
}

/// The first line that differs, as recorded and as decided again.
fn difference(recorded: &Explanation, again: &Explanation, rules: &Rules, language: Language) -> String {
    let mut told = told(recorded, rules, language).into_iter();
    let mut told_again = self::told(again, rules, language).into_iter();
    let mut number = 1;
    loop {
        match (told.next(), told_again.next()) {
            (None, None) => break,
            (was, is) if was == is => number += 1,
            (was, is) => {
                let [was, is] = [was, is].map(|told| printable(told.as_deref().unwrap_or("nothing")));
                return format!("decided otherwise from step {number} on\n  recorded: {was}\n  again:    {is}");
            }
        }
    }
    let steps = recorded.steps.iter().zip(&again.steps);
    match steps.take_while(|(was, is)| was == is).count() {
        all if all == recorded.steps.len() => "the steps are the same, but not what they are of".to_owned(),
        same => format!("step {} reads the same, but its inputs have other values or come from elsewhere", same + 1),
    }
}

/// The steps in words; as they are stored where the rules have no words for them.
fn told(explanation: &Explanation, rules: &Rules, language: Language) -> Vec<String> {
    match explanation.to_text(rules, language) {
        Ok(text) => text.lines().map(str::to_owned).collect(),
        Err(_) => explanation.steps.iter().map(|step| format!("{step:?}")).collect(),
    }
}
