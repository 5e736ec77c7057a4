//! People of a provider, whom the office needs by name: sealed at rest, opened for the roles that need them.

use contract::registration as proto;
use edge::{Begun, Call, EdgeError};
use envelope::KeyRing;

use super::Rpc;
use crate::{convert, error::Error, feed, store};

impl Rpc {
    fn keys(&self) -> Result<&KeyRing, Error> {
        self.people_keys.as_deref().ok_or(Error::NoPeopleKeys)
    }

    pub(super) async fn record_person(
        &self,
        call: &Call,
        request: proto::RecordPersonRequest,
    ) -> Result<proto::RecordPersonResponse, Error> {
        let (request_id, person) = convert::record_person(&request, || self.new_id())?;
        let keys = self.keys()?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        store::known_provider(&mut write.tx, person.tenure.agb).await?;
        let now = write.now;
        store::add_person(&mut write.tx, &person, keys, now).await?;
        let tenure = person.tenure;
        write.tx.publish(feed::person_changed(&tenure));
        write.note(&format!("person {} {}", tenure.person_id, tenure.position));
        Ok(write.commit(proto::RecordPersonResponse { person_id: tenure.person_id }).await?)
    }

    pub(super) async fn end_person(
        &self,
        call: &Call,
        request: proto::EndPersonRequest,
    ) -> Result<proto::EndPersonResponse, Error> {
        let (request_id, person_id, last_day) = convert::end_person(&request)?;
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let not_open = || EdgeError::Precondition {
            reason: "PERSON_NOT_OPEN",
            subject: person_id.clone(),
            message: "no such person is without a last day and began before this one".to_owned(),
        };
        let tenure = store::end_person(&mut write.tx, &person_id, last_day).await?.ok_or_else(not_open)?;
        write.tx.publish(feed::person_changed(&tenure));
        Ok(write.commit(proto::EndPersonResponse {}).await?)
    }

    pub(super) async fn list_people(
        &self,
        call: &Call,
        request: proto::ListPeopleRequest,
    ) -> Result<proto::ListPeopleResponse, Error> {
        let (office, agb, page) = convert::list_people(&request)?;
        let keys = self.keys()?;
        let mut tx = self.core.read(call).await?;
        let mut rows = store::people(&mut tx, (&office, agb), &page, keys).await?;
        let next_page_token = page.cut(&mut rows, |row| vec![row.tenure.person_id.clone()]);
        Ok(proto::ListPeopleResponse { people: rows.iter().map(convert::person).collect(), next_page_token })
    }
}
