//! People on their way in and out.

use chrono::NaiveDate;
use contract::registration as proto;
use edge::{EdgeError, Fields, Office, Page, to_proto};
use identifiers::Agb;
use uuid::Uuid;

use crate::domain::{Known, Person, Position, Tenure};

/// Names are no longer than this, in bytes.
const LONGEST_NAME: usize = 200;

/// A person to be recorded.
///
/// # Errors
/// [`EdgeError::Invalid`] with every wrong field; what stands in them is not repeated.
pub fn record_person(
    request: &proto::RecordPersonRequest,
    new_id: impl FnOnce() -> String,
) -> Result<(Uuid, Person), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let agb = fields.agb("agb", &request.agb);
    let given = request.person.clone().unwrap_or_default();
    let position = Position::from_proto(given.position);
    fields.check(position.is_some(), "person.position", "expected a position");
    let name = fields.text("person.name", &given.name);
    fields.check(given.name.len() <= LONGEST_NAME, "person.name", format!("is longer than {LONGEST_NAME} bytes"));
    let birth_date = fields.date("person.birth_date", given.birth_date.as_ref());
    let period = fields.period("person.period", given.period.as_ref());
    let (request_id, office, agb, position, name, birth_date, (first_day, last_day)) =
        fields.all((request_id, office, agb, position, name, birth_date, period))?;
    let known = Known { name, birth_date };
    let tenure = Tenure { person_id: new_id(), office, agb, position, first_day, last_day };
    Ok((request_id, Person { tenure, known }))
}

/// A person's last day.
///
/// # Errors
/// [`EdgeError::Invalid`] with every wrong field.
pub fn end_person(request: &proto::EndPersonRequest) -> Result<(Uuid, String, NaiveDate), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let person_id = fields.id("person_id", &request.person_id);
    let last_day = fields.date("last_day", request.last_day.as_ref());
    fields.all((request_id, person_id, last_day))
}

/// Whose people are asked for.
///
/// # Errors
/// [`EdgeError::Invalid`] with every wrong field.
pub fn list_people(request: &proto::ListPeopleRequest) -> Result<(Office, Agb, Page), EdgeError> {
    let mut fields = Fields::new();
    let office = fields.office("office", &request.office);
    let agb = fields.agb("agb", &request.agb);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    fields.all((office, agb, page))
}

/// A person as the contract tells it.
pub fn person(Person { tenure, known }: &Person) -> proto::Person {
    proto::Person {
        person_id: tenure.person_id.clone(),
        position: tenure.position.to_proto(),
        name: known.name.clone(),
        birth_date: to_proto::date(known.birth_date),
        period: to_proto::period(tenure.first_day, tenure.last_day),
    }
}

/// That a person holds a position, as it is made known.
pub fn person_changed(tenure: &Tenure) -> proto::PersonChanged {
    proto::PersonChanged {
        person_id: tenure.person_id.clone(),
        agb: tenure.agb.to_string(),
        position: tenure.position.to_proto(),
        period: to_proto::period(tenure.first_day, tenure.last_day),
    }
}
