//! Allocations and reports on care, as they are looked up.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use database::{Tx, fetch_all, fetch_in};
use edge::{EdgeError, Office, Page};
use identifiers::{Agb, Pseudonym};
use iwlz::{Care, DeliveryForm, MutationCode, ReportStatus, Withdrawal};

use super::{agb, iwlz::pseudonym, stored};
use crate::{
    decide::allocations::Allocations,
    domain::{Allocated, AllocationKey, Person, Report, Reported},
};

/// How the moment of a decision is stored.
pub(super) const DECIDED: &str = "%Y-%m-%dT%H:%M:%S";

// A provider's clients with all that was allocated to them: the death of one may stand with another provider.
const ALLOCATED: &str =
    "SELECT person, agb, decision_number, care_profile, function_code, first_day, last_day, decided,
        withdrawal, delivery_form
    FROM allocation
    WHERE office = $1 AND person IN (SELECT person FROM allocation WHERE office = $1 AND agb = $2)
    ORDER BY number, item";
const REPORTED: &str = "SELECT person, decision_number, care_profile, function_code, allocated_from, '' AS code,
        first_day AS reported_day, report_status, number, item
    FROM care_start WHERE office = $1 AND agb = $2
    UNION ALL
    SELECT person, decision_number, care_profile, function_code, allocated_from, code,
        mutation_day AS reported_day, report_status, number, item
    FROM care_mutation WHERE office = $1 AND agb = $2
    ORDER BY number, item";
const PERSONS: &str = "SELECT client, person FROM iwlz_client
    WHERE office = $1 AND person IN (SELECT person FROM allocation WHERE office = $1 AND agb = $2)";
const HOLDING: &str = "SELECT row.number, row.item, row.person, row.agb, row.decision_number, row.care_profile,
        row.function_code, row.first_day, row.last_day, row.office_code, row.kind, row.decided, row.percentage,
        row.withdrawal, row.nights, row.care_class, row.delivery_form, row.recorded_time, message.message_id
    FROM allocation AS row
    JOIN iwlz_message AS message ON message.office = row.office AND message.number = row.number
    WHERE row.office = $1 AND ($2 = '' OR row.agb = $2) AND row.recorded_time <= $3
      AND row.first_day <= $4 AND (row.last_day IS NULL OR row.last_day >= $5)
      AND (row.number > $6 OR (row.number = $6 AND row.item > $7))
      AND NOT EXISTS (
          SELECT 1 FROM allocation AS later
          WHERE later.office = row.office AND later.person = row.person AND later.agb = row.agb
            AND later.decision_number = row.decision_number AND later.care_profile = row.care_profile
            AND later.function_code = row.function_code AND later.first_day = row.first_day
            AND later.recorded_time <= $3
            AND (later.decided > row.decided
                 OR (later.decided = row.decided
                     AND (later.number > row.number OR (later.number = row.number AND later.item > row.item)))))
    ORDER BY row.number, row.item LIMIT $8";
const PSEUDONYMS: &str = "SELECT person, client FROM iwlz_client WHERE office = $1 AND person IN ({keys})
    ORDER BY person, number DESC";

#[derive(sqlx::FromRow)]
struct AllocatedRow {
    person: String,
    agb: String,
    decision_number: i64,
    care_profile: i64,
    function_code: i64,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    decided: String,
    withdrawal: String,
    delivery_form: String,
}

#[derive(sqlx::FromRow)]
struct ReportRow {
    person: String,
    decision_number: i64,
    care_profile: i64,
    function_code: i64,
    allocated_from: NaiveDate,
    code: String,
    reported_day: NaiveDate,
    report_status: String,
}

/// An allocation on record.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredAllocation {
    /// The number of its message.
    pub number: i64,
    /// Its place in the message.
    pub item: i64,
    /// The person.
    pub person: String,
    /// The provider; empty where the client buys the care itself.
    pub agb: String,
    /// The indication decision.
    pub decision_number: i64,
    /// The care profile; 0 for a function.
    pub care_profile: i64,
    /// The function; 0 for a care profile.
    pub function_code: i64,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day; none while it is open.
    pub last_day: Option<NaiveDate>,
    /// The care office that allocated it.
    pub office_code: String,
    /// The code of its kind.
    pub kind: String,
    /// When it was decided.
    pub decided: String,
    /// The part of the profile's budget, in hundredths of a percent.
    pub percentage: Option<i64>,
    /// The code of the reason of withdrawal; empty for none.
    pub withdrawal: String,
    /// Days and nights a week; empty when not stated.
    pub nights: String,
    /// The class; empty when not stated.
    pub care_class: String,
    /// The code of the delivery form; empty for a function.
    pub delivery_form: String,
    /// When it was recorded.
    pub recorded_time: DateTime<Utc>,
    /// The message that says so.
    pub message_id: String,
}

/// Which allocations are asked for.
#[derive(Clone, Debug)]
pub struct AllocationsAsked {
    /// The office.
    pub office: Office,
    /// The provider; none for all.
    pub agb: Option<Agb>,
    /// The day they are for; none for all.
    pub care_date: Option<NaiveDate>,
    /// As they were known at this moment.
    pub as_of: DateTime<Utc>,
    /// After this message and place in it.
    pub after: (i64, i64),
    /// The page.
    pub page: Page,
}

fn care_of(profile: i64, function: i64) -> Result<Care, EdgeError> {
    let code = |code: i64| u16::try_from(code).map_err(|_| stored("a code of care"));
    if profile > 0 { Ok(Care::Profile(code(profile)?)) } else { Ok(Care::Function(code(function)?)) }
}

impl AllocatedRow {
    fn read(self) -> Result<Allocated, EdgeError> {
        let provider = if self.agb.is_empty() { None } else { Some(agb(&self.agb)?) };
        let key = AllocationKey {
            person: pseudonym(&self.person)?,
            provider,
            decision_number: self.decision_number,
            care: care_of(self.care_profile, self.function_code)?,
            first_day: self.first_day,
        };
        let decided = NaiveDateTime::parse_from_str(&self.decided, DECIDED);
        Ok(Allocated {
            key,
            decided: decided.map_err(|_| stored("the moment of an allocation"))?,
            last_day: self.last_day,
            withdrawal: Withdrawal::from_code(&self.withdrawal),
            delivery_form: DeliveryForm::from_code(&self.delivery_form),
        })
    }
}

impl ReportRow {
    fn read(self, provider: Agb) -> Result<Report, EdgeError> {
        let key = AllocationKey {
            person: pseudonym(&self.person)?,
            provider: Some(provider),
            decision_number: self.decision_number,
            care: care_of(self.care_profile, self.function_code)?,
            first_day: self.allocated_from,
        };
        let reported = if self.code.is_empty() {
            Reported::Started
        } else {
            Reported::Mutated(MutationCode::from_code(&self.code).ok_or_else(|| stored("a mutation"))?)
        };
        let status = ReportStatus::from_code(&self.report_status).ok_or_else(|| stored("the status of a report"))?;
        Ok(Report { key, reported, day: self.reported_day, status })
    }
}

/// What is known of a provider's clients, for its claims to be held against.
pub async fn allocations_of(tx: &mut Tx, office: &Office, of: Agb) -> Result<Allocations, EdgeError> {
    let code = of.to_string();
    let rows = fetch_all!(tx, ALLOCATED, office.as_str(), &code => AllocatedRow)?;
    if rows.is_empty() {
        return Ok(Allocations::default());
    }
    let allocated: Vec<Allocated> = rows.into_iter().map(AllocatedRow::read).collect::<Result<_, _>>()?;
    let reports = fetch_all!(tx, REPORTED, office.as_str(), &code => ReportRow)?;
    let reports: Vec<Report> = reports.into_iter().map(|row| row.read(of)).collect::<Result<_, _>>()?;
    let rows = fetch_all!(tx, PERSONS, office.as_str(), &code => (String, String))?;
    let persons: Vec<(Pseudonym, Person)> = rows
        .iter()
        .map(|(client, person)| Ok((pseudonym(client)?, pseudonym(person)?)))
        .collect::<Result<_, EdgeError>>()?;
    let mut allocations = Allocations::new(of, allocated, reports, persons);
    // Claims may have named them under a later key than any message did.
    for (client, earlier) in intake::later_clients(tx, rows.into_iter().map(|(client, _)| client)).await? {
        allocations.linked(pseudonym(&client)?, pseudonym(&earlier)?);
    }
    Ok(allocations)
}

/// A page of the allocations that held, and one more.
pub async fn list_allocations(tx: &mut Tx, asked: &AllocationsAsked) -> Result<Vec<StoredAllocation>, EdgeError> {
    let code = asked.agb.map(|code| code.to_string()).unwrap_or_default();
    let (office, limit) = (asked.office.as_str(), asked.page.limit());
    // Without a day: begun by the last one there is, and not ended before the first.
    let latest = asked.care_date.or_else(|| NaiveDate::from_ymd_opt(9999, 12, 31)).unwrap_or_default();
    let earliest = asked.care_date.or_else(|| NaiveDate::from_ymd_opt(1, 1, 1)).unwrap_or_default();
    let (number, item) = asked.after;
    let rows = fetch_all!(
        tx, HOLDING, office, &code, asked.as_of, latest, earliest, number, item, limit => StoredAllocation
    )?;
    Ok(rows)
}

/// The pseudonyms of persons, those of later keys first.
pub async fn pseudonyms_of(
    tx: &mut Tx,
    office: &Office,
    allocations: &[StoredAllocation],
) -> Result<HashMap<String, Vec<String>>, EdgeError> {
    let persons: BTreeSet<&str> = allocations.iter().map(|allocation| allocation.person.as_str()).collect();
    let persons: Vec<String> = persons.into_iter().map(str::to_owned).collect();
    let mut pseudonyms: HashMap<String, Vec<String>> = HashMap::new();
    for (person, client) in fetch_in!(tx, PSEUDONYMS, persons, office.as_str() => (String, String))? {
        pseudonyms.entry(person).or_default().push(client);
    }
    Ok(pseudonyms)
}
