//! What happens around the claims of home care: raises, a client stop, and the end of the year.

use chrono::NaiveDate;
use contract::{common, homecare};

use super::{
    day,
    stage::{OFFICE, Stage, date, money},
};
use crate::{failure::Failure, output::cents};

/// The year of home care.
const YEAR: i32 = 2024;
/// What subcontractors delivered according to the annual reports, by provider: of one it is not known.
const SUBCONTRACTED: [(&str, &str); 3] = [("42420001", "12.5"), ("42420002", "28"), ("42420003", "41")];
/// Providers with room when a stop begins.
const ALTERNATIVES: [&str; 2] = ["42420003", "42420004"];

fn decimal(value: &str) -> Option<common::Decimal> {
    Some(common::Decimal { value: value.to_owned() })
}

/// What becomes of a request to raise a ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is granted.
    Granted,
    /// It is refused, by two people.
    Refused,
    /// One proposes to refuse it, and nobody has taken that yet.
    Proposed,
}

/// Asks to raise the ceiling of a provider, once 70% is used and the year will come to more; the answer comes at once.
///
/// # Errors
/// When a call fails, or the request is not taken up.
pub async fn raise(
    stage: &mut Stage,
    (agb, forecast): (&str, i64),
    clients: usize,
    ending: Ending,
) -> Result<Option<homecare::Raise>, Failure> {
    let (office, agb) = (OFFICE.to_owned(), agb.to_owned());
    let request =
        homecare::GetConsumptionRequest { office: office.clone(), agb: agb.clone(), year: YEAR, as_of_time: None };
    let used = stage.cast.adapter.homecare.get_consumption(request).await?.into_inner().consumption.unwrap_or_default();
    if cents(used.spent.as_ref()) * 100 < cents(used.ceiling.as_ref()) * 70 {
        return Ok(None);
    }
    let items = homecare::RaiseItems {
        clients: i32::try_from(clients).ok(),
        hours_per_client_month: used.hours.and_then(|hours| hours.per_client_month),
        forecast: money(forecast),
        explanation: "voorbeeld: de groep cliënten is groter dan verwacht".to_owned(),
    };
    let request_id = stage.request_id();
    let request = homecare::RequestRaiseRequest { request_id, office, agb, year: YEAR, items: Some(items) };
    let filed = stage.cast.adapter.homecare.request_raise(request).await?.into_inner().raise.unwrap_or_default();
    let request = homecare::ConfirmRaiseRequest { request_id: stage.request_id(), raise_id: filed.raise_id.clone() };
    stage.cast.purchaser.homecare.confirm_raise(request).await?;
    let request = homecare::DecideRaiseRequest {
        request_id: stage.request_id(),
        raise_id: filed.raise_id.clone(),
        // A little more than the year comes to.
        ceiling: if ending == Ending::Granted { money(forecast / 100 * 105) } else { None },
        regional: "voorbeeld: in de regio is er ruimte bij anderen".to_owned(),
        motivation: "voorbeeld: beoordeeld op groei, uren en benchmark".to_owned(),
    };
    let decided = stage.cast.purchaser.homecare.decide_raise(request).await?.into_inner();
    if let Some(proposal) = decided.proposal.as_ref().filter(|_| ending != Ending::Proposed) {
        stage.take_in_homecare(proposal).await?;
    }
    let request = homecare::GetRaiseRequest { raise_id: filed.raise_id };
    Ok(stage.cast.purchaser.homecare.get_raise(request).await?.into_inner().raise)
}

/// Starts a stop for new clients after a raise was refused.
///
/// # Errors
/// When a call fails.
pub async fn stop(stage: &mut Stage, raise: &homecare::Raise, first_day: NaiveDate) -> Result<(), Failure> {
    let request = homecare::StartClientStopRequest {
        request_id: stage.request_id(),
        raise_id: raise.raise_id.clone(),
        first_day: date(first_day),
        informing: "voorbeeld: een brief aan wie zich aanmeldt, en de zorgzoeker".to_owned(),
        consultation: "voorbeeld: besproken met de bestuurder".to_owned(),
        alternatives: ALTERNATIVES.map(str::to_owned).to_vec(),
    };
    let proposed = stage.cast.purchaser.homecare.start_client_stop(request).await?.into_inner();
    if let Some(proposal) = &proposed.proposal {
        stage.take_in_homecare(proposal).await?;
    }
    Ok(())
}

/// Closes the year and decides on its list: what was paid against a client stop is reclaimed, the rest is talked about. Gives
/// the list, and the explanation of the first provider of which something is reclaimed.
///
/// # Errors
/// When a call fails.
pub async fn close(stage: &mut Stage) -> Result<(Vec<homecare::YearEndEntry>, Option<common::Explanation>), Failure> {
    stage.at(day(YEAR + 1, 6, 10));
    for (agb, share) in SUBCONTRACTED {
        let request = homecare::RecordSubcontractingRequest {
            request_id: stage.request_id(),
            office: OFFICE.to_owned(),
            agb: agb.to_owned(),
            year: YEAR,
            share_percentage: decimal(share),
            source: "DigiMV 2024".to_owned(),
            source_day: date(day(YEAR + 1, 5, 31)),
        };
        stage.cast.purchaser.homecare.record_subcontracting(request).await?;
    }
    let (request_id, office) = (stage.request_id(), OFFICE.to_owned());
    let request = homecare::CloseYearRequest { request_id, office, year: YEAR, cut_off_time: None };
    stage.cast.purchaser.homecare.close_year(request).await?;
    let mut explained = None;
    for entry in list(stage, true).await? {
        let reclaimed = decide(stage, &entry).await?;
        if reclaimed && explained.is_none() {
            let (office, agb) = (OFFICE.to_owned(), entry.agb.clone());
            let request = homecare::GetYearEndEntryRequest { office, agb, year: YEAR };
            explained = stage.cast.auditor.homecare.get_year_end_entry(request).await?.into_inner().explanation;
        }
    }
    Ok((list(stage, false).await?, explained))
}

async fn list(stage: &mut Stage, findings_only: bool) -> Result<Vec<homecare::YearEndEntry>, Failure> {
    let office = OFFICE.to_owned();
    let request = homecare::ListYearEndRequest { office, year: YEAR, findings_only, ..Default::default() };
    Ok(stage.cast.purchaser.homecare.list_year_end(request).await?.into_inner().entries)
}

/// Decides as the rules propose; tells whether anything is reclaimed.
async fn decide(stage: &mut Stage, entry: &homecare::YearEndEntry) -> Result<bool, Failure> {
    let proposed = |finding: &&homecare::YearEndFinding| finding.treatment() == homecare::YearEndTreatment::Reclaim;
    let amount: i64 = entry.findings.iter().filter(proposed).map(|finding| cents(finding.at_stake.as_ref())).sum();
    let reclaims = amount > 0;
    let outcome = if reclaims { homecare::YearEndOutcome::Reclaim } else { homecare::YearEndOutcome::Talk };
    let request = homecare::DecideYearEndRequest {
        request_id: stage.request_id(),
        office: OFFICE.to_owned(),
        agb: entry.agb.clone(),
        year: YEAR,
        outcome: outcome.into(),
        amount: if reclaims { money(amount) } else { None },
        motivation: "voorbeeld: besproken met de zorgaanbieder".to_owned(),
    };
    let decided = stage.cast.purchaser.homecare.decide_year_end(request).await?.into_inner();
    if let Some(proposal) = &decided.proposal {
        stage.take_in_homecare(proposal).await?;
    }
    Ok(reclaims)
}
