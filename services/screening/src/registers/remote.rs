//! A register behind somebody's connection to it: an implementation of `zorginkoop.register.v1`.

use runtime::Peer;
use std::time::Duration;

use contract::{
    common,
    register::{ConsultRequest, ConsultResponse, register_service_client::RegisterServiceClient},
};
use edge::{Fields, to_proto};
use tonic::Request;

use super::{Identity, NoAnswer};
use crate::domain::{Entry, Held, Register};

/// The decimals of a figure that a register gives.
const FIGURE_DECIMALS: u32 = 10;

/// A register that is called.
#[derive(Debug)]
pub struct RemoteRegister {
    client: RegisterServiceClient<Peer>,
}

impl RemoteRegister {
    /// The register at the other end of a channel.
    pub fn new(channel: Peer) -> RemoteRegister {
        RemoteRegister { client: RegisterServiceClient::new(channel) }
    }

    /// What it holds about somebody. It is told how long it has.
    pub async fn consult(
        &self,
        register: Register,
        consult_id: &str,
        who: &Identity,
        patience: Duration,
    ) -> Result<Held, NoAnswer> {
        let mut request = Request::new(ConsultRequest {
            consult_id: consult_id.to_owned(),
            register: register.to_string(),
            agb: who.agb.clone(),
            kvk: who.kvk.clone(),
            name: who.name.clone(),
            birth_date: who.birth_date.and_then(to_proto::date),
        });
        request.set_timeout(patience);
        let answer = self.client.clone().consult(request).await;
        // What a register says of its failure may name the subject: its code is told and nothing else.
        let answer = answer.map_err(|status| NoAnswer::Failed(format!("{:?}", status.code())))?;
        read(answer.into_inner()).ok_or_else(|| NoAnswer::Failed("an answer that can't be read".to_owned()))
    }
}

fn read(answer: ConsultResponse) -> Option<Held> {
    let mut fields = Fields::new();
    let as_of = fields.date("as_of_date", answer.as_of_date.as_ref())?;
    let entries: Option<Vec<Entry>> = answer.entries.into_iter().map(entry).collect();
    Some(Held { listed: answer.listed, entries: entries?, as_of })
}

fn entry(entry: contract::register::Entry) -> Option<Entry> {
    let mut fields = Fields::new();
    let (first_day, last_day) = match entry.period {
        None => (None, None),
        Some(common::Period { first_day, last_day }) => (
            fields.optional_date("period.first_day", first_day.as_ref())?,
            fields.optional_date("period.last_day", last_day.as_ref())?,
        ),
    };
    let value = match entry.value {
        None => None,
        value => Some(fields.decimal("value", value.as_ref(), FIGURE_DECIMALS)?),
    };
    let code = fields.text("code", &entry.code)?;
    Some(Entry { code, first_day, last_day, value, text: entry.text })
}
