//! What an auditor would check after the demo: receipts that prove decisions, and audit logs that are whole.

use std::{fs, path::PathBuf};

use contract::{audit as log, screening};
use receipt::{PublicKeys, Receipt};

use super::{stage::Stage, wlz};
use crate::{
    args::ServiceName,
    commands::{audit, receipt::fetch, replay},
    failure::Failure,
};

/// Every decision on money and every signal has a receipt that verifies, and its replay gives the same bytes.
pub async fn receipts(stage: &mut Stage, wlz: &wlz::Played, signals: &[screening::Signal]) -> Result<bool, Failure> {
    let keys = public_keys(stage)?;
    let of_budget = wlz.filed.iter().map(|budget| &budget.decision_id);
    let of_budget = of_budget.chain(wlz.round_decisions()).map(|id| (ServiceName::Budget, id));
    let of_screening = signals.iter().map(|signal| (ServiceName::Screening, &signal.decision_id));
    for (service, decision_id) in of_budget.chain(of_screening) {
        let bytes = fetch(&mut stage.cast.auditor, service, decision_id).await?;
        let Ok(receipt) = Receipt::read(&bytes) else { return Ok(false) };
        let proves = receipt.verify(&keys).is_ok() && receipt.decision().decision_id == *decision_id;
        if !proves || !replay::gives_the_same(&receipt)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn public_keys(stage: &Stage) -> Result<PublicKeys, Failure> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(stage.folder().join("data/receipt-keys"))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".public.pem") {
            files.push(path);
        }
    }
    PublicKeys::from_files(&files).map_err(|error| Failure::Other(error.to_string()))
}

/// The audit log of every service is whole, and budget's says who proposed the click and who else took it.
pub async fn audit_logs(stage: &mut Stage) -> Result<bool, Failure> {
    let mut whole = true;
    for service in audit::ALL {
        let mut client = stage.cast.auditor_log(service)?;
        let answer = client.verify_audit(log::VerifyAuditRequest {}).await?.into_inner();
        whole &= answer.first_broken_sequence == 0 && answer.entries > 0;
    }
    let mut client = stage.cast.auditor_log(ServiceName::Budget)?;
    let mut pages =
        client.stream_audit_entries(log::StreamAuditEntriesRequest { after_sequence: 0 }).await?.into_inner();
    let (mut proposed, mut taken) = (None, None);
    while let Some(page) = pages.message().await? {
        for entry in page.entries.into_iter().filter(|entry| entry.outcome() == log::Outcome::Done) {
            match entry.event_code.as_str() {
                "CommitRound" => proposed = Some(entry.actor),
                "DecideProposal" => taken = Some(entry.actor),
                _ => {}
            }
        }
    }
    Ok(whole && proposed.is_some() && taken.is_some() && proposed != taken)
}
