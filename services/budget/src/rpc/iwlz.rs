//! iWlz messages, and the allocations they tell (BUD-05).

use contract::{access::Role, budget as proto};
use edge::{Begun, Call, EdgeError, InvalidRequest};
use iwlz::MessageKind;
use sha2::{Digest, Sha256};

use super::Rpc;
use crate::{
    convert,
    error::Error,
    store::{self, NamedClient, StoredMessage},
};

impl Rpc {
    pub(super) async fn import_iwlz(
        &self,
        call: &Call,
        request: proto::ImportIwlzRequest,
    ) -> Result<proto::ImportIwlzResponse, Error> {
        let (request_id, office, agb) = convert::import_iwlz(&request)?;
        let (header, clients) = match convert::message(&request.message) {
            Ok(message) => message,
            Err(faults) => return Ok(convert::faults(&faults)),
        };
        if header.provider != agb {
            let problem = format!("is not the provider of the message, {}", header.provider);
            return Err(EdgeError::from(InvalidRequest(vec![("agb".to_owned(), problem)])).into());
        }
        // Whoever claims care does not say what was allocated.
        if header.kind == MessageKind::Aw33 && call.role() == Role::Adapter {
            let message = "an AW33 is the office's to hand in, not a provider's".to_owned();
            return Err(self.core.refuse(call, "NOT_FROM_OFFICE", message).await.into());
        }
        let mut write = match self.core.begin(call, request_id, &request).await? {
            Begun::New(write) => write,
            Begun::Replay(reply) => return Ok(reply),
        };
        let number = store::take_messages(&mut write.tx, &office).await?;
        let sha256 = Sha256::digest(&request.message).to_vec();
        if let Some(known) = store::message_of(&mut write.tx, &office, &header).await? {
            if known.sha256 != sha256 {
                return Err(EdgeError::Precondition {
                    reason: "IDENTIFICATION_REUSED",
                    subject: format!("{} {}", header.sender(), header.identification),
                    message: "the sender used this identification before for another message".to_owned(),
                }
                .into());
            }
            write.note("the same message again");
            return Ok(write.commit(convert::stored_message(&known)).await?);
        }
        let count = |each: fn(&iwlz::Client) -> usize| clients.iter().map(each).sum::<usize>() as i64;
        let message = StoredMessage {
            message_id: self.core.ids.next().to_string(),
            kind: header.kind,
            identification: header.identification.clone(),
            office_code: header.office.to_string(),
            agb: header.provider,
            date: header.date,
            sha256,
            clients: clients.len() as i64,
            allocations: count(|client| client.allocations.len()),
            starts: count(|client| client.starts.len()),
            mutations: count(|client| client.mutations.len()),
            recorded_time: write.now,
        };
        let keys = &self.intake.keys;
        let named = |said: iwlz::Client| NamedClient {
            client: keys.pseudonym(&said.bsn),
            earlier: keys.earlier(&said.bsn).collect(),
            said,
        };
        let clients: Vec<NamedClient> = clients.into_iter().map(named).collect();
        store::add_message(&mut write.tx, (&office, number), &message, &header.sender(), &clients).await?;
        write.note(&format!("message {}", message.message_id));
        Ok(write.commit(convert::stored_message(&message)).await?)
    }

    pub(super) async fn list_allocations(
        &self,
        call: &Call,
        request: proto::ListAllocationsRequest,
    ) -> Result<proto::ListAllocationsResponse, Error> {
        let asked = convert::list_allocations(&request)?;
        let mut tx = self.core.read(call).await?;
        let mut rows = store::list_allocations(&mut tx, &asked).await?;
        let next_page_token = asked.page.cut(&mut rows, |row| vec![row.number.to_string(), row.item.to_string()]);
        let pseudonyms = store::pseudonyms_of(&mut tx, &asked.office, &rows).await?;
        let allocations = rows.into_iter().map(|row| convert::allocation(row, &pseudonyms)).collect();
        Ok(proto::ListAllocationsResponse { allocations, next_page_token })
    }
}
