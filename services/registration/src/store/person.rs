//! People, sealed.

use chrono::{DateTime, NaiveDate, Utc};
use database::{DatabaseError, Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Office, Page};
use envelope::KeyRing;
use identifiers::Agb;

use super::stored;
use crate::domain::{Known, Person, Position, Tenure};

const ADD: &str = "INSERT INTO person (person_id, office, agb, position, first_day, last_day, sealed, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const END: &str = "UPDATE person SET last_day = $2 WHERE person_id = $1 AND last_day IS NULL AND first_day <= $2
    RETURNING office, agb, position, first_day";
const PAGE: &str = "SELECT person_id, position, first_day, last_day, sealed FROM person
    WHERE office = $1 AND agb = $2 AND person_id > $3 ORDER BY person_id LIMIT $4";
const ALL: &str = "SELECT person_id, sealed FROM person WHERE person_id > $1 ORDER BY person_id LIMIT 500";
const REPLACE: &str = "UPDATE person SET sealed = $2 WHERE person_id = $1";

const NOW: &str = "SELECT person_id FROM person
    WHERE office = $1 AND agb = $2 AND position <> $3 AND first_day <= $4 AND (last_day IS NULL OR last_day >= $4)
    ORDER BY person_id";

#[derive(sqlx::FromRow)]
struct PersonRow {
    person_id: String,
    position: String,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    sealed: Vec<u8>,
}

/// What a person is sealed for: in another row it does not open.
fn context(person_id: &str) -> String {
    format!("registration/person/{person_id}")
}

/// Adds a person.
///
/// # Errors
/// When it can't be sealed, or what the store reports.
pub async fn add_person(tx: &mut Tx, person: &Person, keys: &KeyRing, now: DateTime<Utc>) -> Result<(), EdgeError> {
    let Person { tenure, known } = person;
    let id = &tenure.person_id;
    let known = serde_json::to_vec(known).map_err(|_| stored("a person"))?;
    let sealed = keys.seal(&context(id), &known).map_err(|error| EdgeError::Stored(error.to_string()))?;
    let (office, agb, position) = (tenure.office.to_string(), tenure.agb.to_string(), tenure.position.as_str());
    execute!(tx, ADD, id, &office, &agb, position, tenure.first_day, tenure.last_day, &sealed, now)?;
    Ok(())
}

/// Records the last day of a person, and tells its position; none when that day is known, or before the first.
///
/// # Errors
/// What the store reports.
pub async fn end_person(tx: &mut Tx, person_id: &str, last_day: NaiveDate) -> Result<Option<Tenure>, EdgeError> {
    type Row = (String, String, String, NaiveDate);
    let Some((office, of, position, first_day)) = fetch_optional!(tx, END, person_id, last_day => Row)? else {
        return Ok(None);
    };
    Ok(Some(Tenure {
        person_id: person_id.to_owned(),
        office: office.parse().map_err(|_| stored("an office"))?,
        agb: of.parse().map_err(|_| stored("an AGB code"))?,
        position: Position::from_code(&position).ok_or_else(|| stored("a position"))?,
        first_day,
        last_day: Some(last_day),
    }))
}

/// A page of the people of a provider, by id, opened.
///
/// # Errors
/// When one can't be opened, or what the store reports.
pub async fn people(
    tx: &mut Tx,
    (office, agb): (&Office, Agb),
    page: &Page,
    keys: &KeyRing,
) -> Result<Vec<Person>, EdgeError> {
    let number = agb.to_string();
    let rows = fetch_all!(tx, PAGE, office.as_str(), &number, &page.after[0], page.limit() => PersonRow)?;
    let open = |row: PersonRow| {
        let known = keys.open(&context(&row.person_id), &row.sealed);
        let known = known.map_err(|error| EdgeError::Stored(error.to_string()))?;
        let known: Known = serde_json::from_slice(&known).map_err(|_| stored("a person"))?;
        let position = Position::from_code(&row.position).ok_or_else(|| stored("a position"))?;
        let PersonRow { person_id, first_day, last_day, .. } = row;
        Ok(Person { tenure: Tenure { person_id, office: office.clone(), agb, position, first_day, last_day }, known })
    };
    rows.into_iter().map(open).collect()
}

/// The ids of who leads or owns a provider on a day: all but its nurses.
pub async fn people_ids(
    tx: &mut Tx,
    (office, agb): (&Office, Agb),
    day: NaiveDate,
) -> Result<Vec<String>, DatabaseError> {
    let nurse = Position::NurseLevel6.as_str();
    let rows = fetch_all!(tx, NOW, office.as_str(), &agb.to_string(), nurse, day => (String,))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Wraps the data keys of people anew whose wrapping key is not the newest; gives how many.
///
/// # Errors
/// When one can't be opened, or what the store reports.
pub async fn rewrap_people(tx: &mut Tx, keys: &KeyRing) -> Result<u64, EdgeError> {
    let (mut after, mut rewrapped) = (String::new(), 0);
    loop {
        let rows = fetch_all!(tx, ALL, &after => (String, Vec<u8>))?;
        let Some((last, _)) = rows.last() else { return Ok(rewrapped) };
        after.clone_from(last);
        for (person_id, sealed) in rows {
            let anew = keys.rewrap(&sealed).map_err(|error| EdgeError::Stored(error.to_string()))?;
            if let Some(anew) = anew {
                rewrapped += execute!(tx, REPLACE, &person_id, &anew)?;
            }
        }
    }
}
