//! The histories that claim rules look at, read from the store.

use std::collections::{BTreeMap, BTreeSet};

use calendar::CareMonth;
use chrono::NaiveDate;
use database::Tx;
use edge::{EdgeError, Office};
use explain::Rules;
use identifiers::Agb;

use crate::{
    clients::Clients,
    decide::claim_rules::{ClientHistory, ProviderHistory},
    domain::{About, FactKind, subject_of},
    rules, store,
};

/// The histories of clients, each once and under the pseudonym it is known by, or their lines that began on some days;
/// with them, what is known of those.
///
/// # Errors
/// What the store reports.
pub async fn histories(
    tx: &mut Tx,
    office: &Office,
    clients: &[String],
    days: Option<(NaiveDate, NaiveDate)>,
) -> Result<(Vec<ClientHistory>, Clients), EdgeError> {
    let known = store::known(tx, office, clients.iter().map(String::as_str)).await?;
    let canonical: BTreeSet<String> = clients.iter().map(|client| known.of(client).to_owned()).collect();
    let pseudonyms: BTreeSet<String> = canonical.iter().flat_map(|client| known.pseudonyms(client)).collect();
    let mut histories: BTreeMap<String, ClientHistory> = BTreeMap::new();
    for client in canonical {
        let history =
            ClientHistory { office: office.clone(), client: client.clone(), lines: Vec::new(), facts: Vec::new() };
        histories.insert(client, history);
    }
    let lines = match days {
        Some(days) => store::claims_on(tx, office, &pseudonyms, days).await?,
        None => store::claims_of(tx, office, &pseudonyms).await?,
    };
    for line in lines {
        if let Some(history) = histories.get_mut(known.of(&line.client)) {
            history.lines.push(line);
        }
    }
    let subjects: Vec<String> = pseudonyms.into_iter().collect();
    for (client, facts) in store::facts_of(tx, office, &subjects, |client| known.of(client).to_owned()).await? {
        if let Some(history) = histories.get_mut(&client) {
            history.facts.extend(facts);
        }
    }
    let mut histories: Vec<ClientHistory> = histories.into_values().collect();
    if store::any_about(tx, office, About::Provider).await? {
        add_facts(tx, office, &mut histories, |history| {
            history.lines.iter().map(|line| line.agb.to_string()).collect()
        })
        .await?;
    }
    if store::any_about(tx, office, About::Line).await? {
        add_facts(tx, office, &mut histories, |history| history.lines.iter().map(subject_of).collect()).await?;
    }
    Ok((histories, known))
}

/// Adds the facts about subjects that histories have in their lines.
async fn add_facts(
    tx: &mut Tx,
    office: &Office,
    histories: &mut [ClientHistory],
    subjects: impl Fn(&ClientHistory) -> BTreeSet<String>,
) -> Result<(), EdgeError> {
    let all: BTreeSet<String> = histories.iter().flat_map(&subjects).collect();
    let all: Vec<String> = all.into_iter().collect();
    let facts = store::facts_of(tx, office, &all, str::to_owned).await?;
    for history in histories {
        let own = subjects(history);
        history.facts.extend(own.iter().filter_map(|subject| facts.get(subject)).flatten().cloned());
    }
    Ok(())
}

/// A month of a provider; none when no rule can find anything in it.
///
/// # Errors
/// What the store reports.
pub async fn provider_history(
    tx: &mut Tx,
    office: &Office,
    rules: &Rules,
    agb: Agb,
    month: NaiveDate,
) -> Result<Option<ProviderHistory>, EdgeError> {
    let subject = agb.to_string();
    let mut facts = store::facts_of(tx, office, std::slice::from_ref(&subject), str::to_owned).await?;
    let mut facts = facts.remove(&subject).unwrap_or_default();
    facts.retain(|fact| fact.kind == FactKind::HoursAgreement);
    let compares = rules.stated(&rules::VV10_SHARE_PERCENTAGE).next().is_some();
    if facts.is_empty() && !compares {
        return Ok(None);
    }
    let (sums, home_care_clients) = store::sums_of_month(tx, office, agb, CareMonth::of(month)).await?;
    Ok(Some(ProviderHistory { office: office.clone(), agb, month, home_care_clients, sums, facts }))
}
