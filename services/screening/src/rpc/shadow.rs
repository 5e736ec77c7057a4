//! Rules in the shadow (SCR-04): evaluated beside the live ones, and compared with them.

use std::collections::BTreeMap;

use contract::screening as proto;
use edge::{Begun, Call, EdgeError, to_proto};
use money::Money;

use super::Rpc;
use crate::{convert, store, store::Shadow};

/// Examples of a rule.
const EXAMPLES: usize = 10;

impl Rpc {
    pub(super) async fn start_shadow(
        &self,
        call: &Call,
        request: proto::StartShadowRequest,
    ) -> Result<proto::StartShadowResponse, EdgeError> {
        let (id, asked) = convert::start_shadow(&request)?;
        let (office, file_name, text) = asked;
        let rules = self.with_file(&file_name, &text)?;
        let mut write = match self.core.begin(call, id, &request).await? {
            Begun::Replay(reply) => return Ok(reply),
            Begun::New(write) => write,
        };
        store::take_turn(&mut write.tx).await?;
        if let Some(running) = store::shadow(&mut write.tx, &office).await? {
            return Err(EdgeError::Precondition {
                reason: "SHADOW_RUNNING",
                subject: running.shadow_id,
                message: "an office has one shadow at a time: stop this one first".to_owned(),
            });
        }
        let shadow = Shadow {
            shadow_id: self.core.ids.next().to_string(),
            started_by: call.identity().to_owned(),
            started_time: write.now,
            rules: rules.archive(),
        };
        store::start_shadow(&mut write.tx, &office, &shadow).await?;
        write.note(&shadow.shadow_id);
        write.commit(proto::StartShadowResponse { shadow_id: shadow.shadow_id }).await
    }

    pub(super) async fn stop_shadow(
        &self,
        call: &Call,
        request: proto::StopShadowRequest,
    ) -> Result<proto::StopShadowResponse, EdgeError> {
        let (id, office) = convert::stop_shadow(&request)?;
        let mut write = match self.core.begin(call, id, &request).await? {
            Begun::Replay(reply) => return Ok(reply),
            Begun::New(write) => write,
        };
        store::take_turn(&mut write.tx).await?;
        if !store::stop_shadow(&mut write.tx, &office).await? {
            return Err(EdgeError::NotFound { what: "shadow", id: office.to_string() });
        }
        write.commit(proto::StopShadowResponse {}).await
    }

    pub(super) async fn get_shadow_report(
        &self,
        call: &Call,
        request: proto::GetShadowReportRequest,
    ) -> Result<proto::GetShadowReportResponse, EdgeError> {
        let office = convert::get_shadow_report(&request)?;
        let mut tx = self.core.read(call).await?;
        let shadow = store::shadow(&mut tx, &office).await?;
        let shadow = shadow.ok_or_else(|| EdgeError::NotFound { what: "shadow", id: office.to_string() })?;
        let (by_shadow, by_live, examples) = store::compare_shadow(&mut tx, &office).await?;
        let mut rules: BTreeMap<String, proto::ShadowRule> = BTreeMap::new();
        let none = |rule: &str| proto::ShadowRule {
            rule: rule.to_owned(),
            shadow_at_stake: to_proto::money(Money::ZERO),
            live_at_stake: to_proto::money(Money::ZERO),
            ..proto::ShadowRule::default()
        };
        for of in by_shadow {
            let told = rules.entry(of.rule).or_insert_with_key(|rule| none(rule));
            (told.both, told.changed, told.only_shadow) = (of.same, of.live - of.same, of.findings - of.live);
            told.shadow_at_stake = to_proto::money(Money::from_cents(of.cents));
        }
        for (rule, count, cents, both) in by_live {
            let told = rules.entry(rule).or_insert_with_key(|rule| none(rule));
            told.only_live = count - both;
            told.live_at_stake = to_proto::money(Money::from_cents(cents));
        }
        for (rule, lines) in examples {
            if let Some(told) = rules.get_mut(&rule).filter(|told| told.examples.len() < EXAMPLES) {
                told.examples.push(lines);
            }
        }
        Ok(proto::GetShadowReportResponse {
            shadow_id: shadow.shadow_id,
            started_by: shadow.started_by,
            started_time: to_proto::time(shadow.started_time),
            rules: rules.into_values().collect(),
        })
    }
}
