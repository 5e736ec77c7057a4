//! What if: a provider under another policy (TAR-14).

use explain::{Rules, Trace};
use money::{Money, Percentage};

use super::{
    agreement::{Agreement, AgreementFacts, agree, year_tariffs},
    effect::{TariffEffect, effects},
    percentage::PercentageFacts,
    product::price,
    timeline::days_of,
};
use crate::{
    domain::{Kept, MaximumTariff, Volumes},
    error::Error,
};

/// A provider under the policy of an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderPolicy {
    /// The percentage.
    pub percentage: Percentage,
    /// The tariffs of the products asked, in the order asked.
    pub prices: Vec<Money>,
    /// The keys of what was granted and adds nothing under this policy.
    pub refused: Vec<String>,
}

/// What a provider would get under the rules of the office that the facts name.
///
/// # Errors
/// What keeps the percentage from being determined.
pub fn under_policy(facts: &PercentageFacts, maxima: &[&MaximumTariff], rules: &Rules) -> Result<UnderPolicy, Error> {
    let agreement = agreed(facts, rules)?;
    let percentage = agreement.general.percentage.value;
    let price_of = |maximum: &&MaximumTariff| {
        let own = agreement.forms.get(&maximum.delivery_form).copied().unwrap_or(percentage);
        price(&facts.subject, maximum, own, rules)
    };
    let prices = maxima.iter().map(price_of).collect::<Result<Vec<Money>, Error>>()?;
    let refused = agreement.general.refused.iter().map(|refusal| refusal.key.clone()).collect();
    Ok(UnderPolicy { percentage, prices, refused })
}

/// What becomes of a provider when other rules hold.
#[derive(Clone, Debug)]
pub struct PolicyChange {
    /// What is agreed under the rules in force, or why it is not determined.
    pub before: Result<Agreement, String>,
    /// What would be agreed then, or why it is not determined.
    pub after: Result<Agreement, String>,
    /// The changes of tariffs; none while either is not determined.
    pub effects: Vec<TariffEffect>,
}

impl PolicyChange {
    /// Whether anything changes for the provider.
    pub fn is_one(&self) -> bool {
        let value = |side: &Result<Agreement, String>| {
            side.as_ref().ok().map(|agreement| (agreement.general.percentage.value, agreement.forms.clone()))
        };
        value(&self.before) != value(&self.after) || !self.effects.is_empty()
    }
}

/// Derives what a provider gets under the rules in force and under others, and what the difference comes to.
///
/// # Errors
/// Amounts that do not fit.
pub fn policy_change(
    facts: &PercentageFacts,
    maxima: &[MaximumTariff],
    (rules, others): (&Rules, &Rules),
    volumes: &Volumes,
) -> Result<PolicyChange, Error> {
    let told = |rules: &Rules| agreed(facts, rules).map_err(|error| error.to_string());
    let (before, after) = (told(rules), told(others));
    let effects = match (&before, &after) {
        (Ok(before), Ok(after)) => {
            let before = year_tariffs(&facts.subject, maxima, &[held(before, facts)], facts.as_of, rules)?;
            let after = year_tariffs(&facts.subject, maxima, &[held(after, facts)], facts.as_of, others)?;
            effects(&facts.subject, &before, &after, volumes)?
        }
        _ => Vec::new(),
    };
    Ok(PolicyChange { before, after, effects })
}

fn agreed(facts: &PercentageFacts, rules: &Rules) -> Result<Agreement, Error> {
    let from = days_of(facts.subject.year).0;
    let facts = AgreementFacts { percentage: facts.clone(), from, before: None, note: None };
    agree(&facts, rules, &mut Trace::new())
}

/// An agreement as if it were on record from the first day of the year.
fn held(agreement: &Agreement, facts: &PercentageFacts) -> Kept {
    Kept {
        version: 1,
        from: days_of(facts.subject.year).0,
        percentage: agreement.general.percentage.value,
        forms: agreement.forms.clone(),
        basis: agreement.general.basis,
        decision_id: String::new(),
        recorded: facts.as_of,
    }
}

#[cfg(test)]
mod tests {
    use edge::Sector;
    use money::Decimal;

    use super::*;
    use crate::{
        decide::fixture::{built_in, changed, facts_of, maximum, subject},
        domain::{Grant, Standing, Subject},
    };

    fn elderly(office: &str) -> PercentageFacts {
        let subject = Subject { sector: Sector::Vv, ..subject(office, 2024) };
        PercentageFacts { standing: Standing::New, ..facts_of(subject) }
    }

    fn full(cents: i64) -> MaximumTariff {
        let (first_day, last_day) = days_of(2024);
        MaximumTariff { sector: Sector::Vv, first_day, last_day: Some(last_day), ..maximum(cents, 1_000, 0) }
    }

    #[test]
    fn tar_14_the_same_provider_under_every_policy() {
        let outcome = |office: &str| under_policy(&elderly(office), &[&full(20_000)], built_in());
        for (office, percentage, cents) in
            [("cz", "93.50", 19_700), ("menzis", "93.50", 19_700), ("dsw", "91.00", 19_200), ("vgz", "95.50", 20_100)]
        {
            let under = outcome(office).unwrap();
            assert_eq!(under.percentage.0, percentage.parse::<Decimal>().unwrap(), "{office}");
            assert_eq!(under.prices, [Money::from_cents(cents)], "{office}");
        }
        assert!(matches!(outcome("zilveren_kruis"), Err(Error::NotStated { .. })));
        // What was granted under one policy adds nothing under another that doesn't know it.
        let grant = Grant {
            key: "employer".to_owned(),
            points: None,
            form: None,
            initiative: "x".to_owned(),
            agreed: days_of(2023).0,
            proposal_id: None,
        };
        let facts = PercentageFacts { standing: Standing::Existing, grants: vec![grant], ..elderly("cz") };
        assert_eq!(under_policy(&facts, &[], built_in()).unwrap().refused, ["employer"]);
    }

    #[test]
    fn tar_14_a_change_of_policy_is_weighed_with_the_volume() {
        let other = changed("points = \"-2.0\"", "points = \"-1.0\"");
        let volumes = Volumes::from([(("41410001".parse().unwrap(), "Z053".to_owned()), Decimal::from(366))]);
        let change =
            |office: &str| policy_change(&elderly(office), &[full(20_000)], (built_in(), &other), &volumes).unwrap();
        let cz = change("cz");
        assert!(cz.is_one());
        // One percent of 200 euros a day.
        assert_eq!(cz.effects[0].effect, Some(Money::from_cents(73_200)));
        let dsw = change("dsw");
        assert!(!dsw.is_one() && dsw.effects.is_empty());
        let zk = change("zilveren_kruis");
        assert_eq!(
            zk.after.unwrap_err(),
            "not determined: parameter new_provider of office zilveren_kruis is not set (TAR-09)"
        );
    }
}
