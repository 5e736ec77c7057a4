//! `zorginkoop retention`: what is kept for how long, and its removal after that.

use std::collections::BTreeMap;

use contract::retention as proto;

use crate::{
    args::{EndpointArguments, RecordsArguments, RetentionCommand},
    endpoints::retention_client,
    failure::Failure,
    output::{json, line, printable, table},
};

/// Lists what is kept for how long, or removes what is due.
///
/// # Errors
/// When the service refuses the call or can't be reached.
pub async fn run(command: RetentionCommand, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    match command {
        RetentionCommand::List { of } => list(&of, endpoints, as_json).await,
        RetentionCommand::Purge { of, dry_run } => purge(&of, dry_run, endpoints, as_json).await,
    }
}

async fn list(of: &RecordsArguments, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let request = proto::ListRetentionRequest { office: of.office.clone() };
    let answer = retention_client(endpoints, of.service)?.list_retention(request).await?.into_inner();
    if as_json {
        return json(&answer, "zorginkoop.retention.v1.ListRetentionResponse");
    }
    let row = |kind: &proto::RecordKind| {
        let day = |date: Option<&contract::common::Date>| {
            date.map_or_else(String::new, |date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day))
        };
        let (oldest, kept_from) = (day(kind.oldest.as_ref()), day(kind.kept_from.as_ref()));
        let (kind_name, source) = (printable(&kind.kind), printable(&kind.source));
        vec![kind_name, source, kept_from, oldest, kind.years.to_string(), kind.due.to_string()]
    };
    let rows = answer.kinds.iter().map(row).collect();
    line(table(&["kind", "source", "kept from", "oldest", "years", "due"], rows, 4).to_string());
    Ok(())
}

/// Removes step by step, as long as more is due.
async fn purge(
    of: &RecordsArguments,
    dry_run: bool,
    endpoints: &EndpointArguments,
    as_json: bool,
) -> Result<(), Failure> {
    let mut client = retention_client(endpoints, of.service)?;
    let mut total: BTreeMap<String, proto::PurgedKind> = BTreeMap::new();
    loop {
        let request_id = runtime::Ids::random().next().to_string();
        let request = proto::PurgeRecordsRequest { request_id, office: of.office.clone(), dry_run };
        let answer = client.purge_records(request).await?.into_inner();
        let goes_on = answer.more_due && !dry_run;
        for step in &answer.kinds {
            let sum = total.entry(step.kind.clone()).or_default();
            sum.kind.clone_from(&step.kind);
            sum.objects += step.objects;
            sum.rows += step.rows;
            sum.more_due = step.more_due;
        }
        if !goes_on {
            let kinds = total.into_values().collect();
            return told(&proto::PurgeRecordsResponse { kinds, ..answer }, as_json);
        }
    }
}

fn told(answer: &proto::PurgeRecordsResponse, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return json(answer, "zorginkoop.retention.v1.PurgeRecordsResponse");
    }
    if answer.kinds.is_empty() {
        line("nothing is due");
        return Ok(());
    }
    let row = |kind: &proto::PurgedKind| {
        let more = if kind.more_due { "yes" } else { "no" };
        vec![printable(&kind.kind), more.to_owned(), kind.objects.to_string(), kind.rows.to_string()]
    };
    let rows = answer.kinds.iter().map(row).collect();
    line(table(&["kind", "more due", "removed", "rows"], rows, 2).to_string());
    Ok(())
}
