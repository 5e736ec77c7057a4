//! `zorginkoop publish`: the use of the contract room, as files that a website can serve (BUD-09).

use std::fs;

use contract::budget as proto;

use crate::{
    args::{EndpointArguments, PublishArguments},
    endpoints::Clients,
    failure::Failure,
    output::{json, line},
};

/// Writes the figures of a year as CSV and as JSON, each under the name the service gives it.
pub async fn run(asked: PublishArguments, endpoints: &EndpointArguments, as_json: bool) -> Result<(), Failure> {
    let mut budget = Clients::new(endpoints)?.budget;
    fs::create_dir_all(&asked.folder)?;
    for format in [proto::PublicationFormat::Csv, proto::PublicationFormat::Json] {
        let request = proto::GetPublicationRequest {
            office: asked.year.office.clone(),
            year: asked.year.year,
            as_of_time: None,
            format: format.into(),
        };
        let file = budget.get_publication(request).await?.into_inner();
        let path = asked.folder.join(&file.file_name);
        fs::write(&path, &file.content)?;
        if as_json {
            json(&file, "zorginkoop.budget.v1.GetPublicationResponse")?;
        } else {
            line(format!("{}  {}", file.sha256, path.display()));
        }
    }
    Ok(())
}
