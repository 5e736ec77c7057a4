//! Between the two contracts and the import.

use contract::{budget, homecare};

use super::import::{InsuredPart, InsuredReply};

// both contracts have the same messages under names of their own
macro_rules! contract {
    ($service:ident) => {
        impl From<$service::ImportInsuredRequest> for InsuredPart {
            fn from(request: $service::ImportInsuredRequest) -> Self {
                match request.part {
                    Some($service::import_insured_request::Part::Start(start)) => Self::Start(start),
                    Some($service::import_insured_request::Part::Chunk(chunk)) => Self::Chunk(chunk),
                    None => Self::Nothing,
                }
            }
        }

        impl From<InsuredReply> for $service::ImportInsuredResponse {
            fn from(reply: InsuredReply) -> Self {
                use $service::import_insured_response::Part as Proto;
                let part = match reply {
                    InsuredReply::Progress(progress) => Proto::Progress(progress),
                    InsuredReply::Result(result) => Proto::Result(result),
                };
                Self { part: Some(part) }
            }
        }
    };
}
contract!(budget);
contract!(homecare);
