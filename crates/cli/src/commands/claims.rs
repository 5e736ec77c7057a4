//! `zorginkoop claims`: claim files in, returns out.

use std::path::{Path, PathBuf};

use contract::{budget, common, homecare};
use tokio::{fs::File, io::AsyncReadExt};

use crate::{
    args::{ClaimsCommand, ClaimsFor, EndpointArguments},
    claims::{Taker, submit_file},
    endpoints::Clients,
    failure::Failure,
    output::{euro, json, line, table},
    progress::Progress,
};

/// How many findings are shown to people; the return holds them all.
const SHOWN: usize = 20;

/// Runs a command on claim files.
pub async fn run(command: ClaimsCommand, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let mut clients = Clients::new(endpoints)?;
    match command {
        ClaimsCommand::Submit { file, office, service, out } => {
            let out = out.unwrap_or_else(|| file.with_extension("aw320"));
            submit(&mut clients, &file, &office, service, &out, as_json).await
        }
        ClaimsCommand::List { office, agb, service } => list(&mut clients, office, agb, service, as_json).await,
    }
}

async fn submit(
    clients: &mut Clients,
    path: &Path,
    office: &str,
    service: ClaimsFor,
    out: &PathBuf,
    as_json: bool,
) -> Result<(), Failure> {
    let taker = match service {
        ClaimsFor::Budget => Taker::Budget,
        ClaimsFor::Homecare => Taker::Homecare,
        ClaimsFor::Auto => taker_of(path).await?,
    };
    let named = |error: std::io::Error| Failure::Usage(format!("{}: {error}", path.display()));
    let file = File::open(path).await.map_err(named)?;
    let bytes = file.metadata().await.map_err(named)?.len();
    let mut progress = Progress::new("submitting", bytes, "bytes");
    let answer = submit_file(clients, taker, office, file, Some(&mut progress)).await?;
    drop(progress);
    tokio::fs::write(out, &answer.aw320).await?;
    if as_json {
        json(&answer.result, "zorginkoop.common.v1.ClaimsResult")?;
    } else {
        show(&answer.result, out);
    }
    if answer.result.rejected {
        return Err(Failure::Refused("the file was rejected; nothing of it is on record".to_owned()));
    }
    Ok(())
}

/// The service that takes the message whose code stands at positions 3 to 5.
async fn taker_of(path: &Path) -> Result<Taker, Failure> {
    let named = |error: std::io::Error| Failure::Usage(format!("{}: {error}", path.display()));
    let mut head = [0_u8; 5];
    let mut file = File::open(path).await.map_err(named)?;
    file.read_exact(&mut head).await.map_err(named)?;
    match &head[2..] {
        b"187" => Ok(Taker::Budget),
        b"428" => Ok(Taker::Homecare),
        _ => Err(Failure::Usage("the file has no message code 187 or 428; say which service it is --for".to_owned())),
    }
}

fn show(result: &common::ClaimsResult, out: &Path) {
    let again = if result.resubmitted { ", submitted before" } else { "" };
    match result.rejected {
        true => line(format!("rejected: {} finding(s)", result.total_findings)),
        false => line(format!(
            "file {}{again}: {} of {} lines granted, {} of {}",
            result.file_id,
            result.granted_lines,
            result.lines,
            euro(result.granted.as_ref()),
            euro(result.submitted.as_ref()),
        )),
    }
    if !result.findings.is_empty() {
        let row = |finding: &common::ClaimFinding| {
            vec![
                finding.record_number.to_string(),
                finding.return_code.clone(),
                finding.field.clone(),
                finding.text_nl.clone(),
            ]
        };
        let rows = result.findings.iter().take(SHOWN).map(row).collect();
        line(table(&["record", "code", "field", "meaning"], rows, 4).to_string());
        let more = result.total_findings - i64::try_from(result.findings.len().min(SHOWN)).unwrap_or_default();
        if more > 0 {
            line(format!("and {more} more; the return holds them all"));
        }
    }
    line(format!("AW320: {}", out.display()));
}

async fn list(
    clients: &mut Clients,
    office: String,
    agb: String,
    service: ClaimsFor,
    as_json: bool,
) -> Result<(), Failure> {
    let mut token = String::new();
    let mut rows = Vec::new();
    loop {
        let (files, next) = match service {
            ClaimsFor::Homecare => {
                let request = homecare::ListClaimFilesRequest {
                    office: office.clone(),
                    agb: agb.clone(),
                    page_size: 1000,
                    page_token: token,
                };
                let answer = clients.homecare.list_claim_files(request).await?.into_inner();
                (answer.files, answer.next_page_token)
            }
            ClaimsFor::Auto | ClaimsFor::Budget => {
                let request = budget::ListClaimFilesRequest {
                    office: office.clone(),
                    agb: agb.clone(),
                    page_size: 1000,
                    page_token: token,
                };
                let answer = clients.budget.list_claim_files(request).await?.into_inner();
                (answer.files, answer.next_page_token)
            }
        };
        for file in files {
            if as_json {
                json(&file, "zorginkoop.common.v1.ClaimFile")?;
            } else {
                rows.push(vec![
                    file.file_id,
                    file.agb,
                    file.invoice_number,
                    file.lines.to_string(),
                    euro(file.submitted.as_ref()),
                    euro(file.granted.as_ref()),
                ]);
            }
        }
        token = next;
        if token.is_empty() {
            break;
        }
    }
    if !as_json {
        line(table(&["file", "provider", "invoice", "lines", "submitted", "granted"], rows, 3).to_string());
    }
    Ok(())
}
