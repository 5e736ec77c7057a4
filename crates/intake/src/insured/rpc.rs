//! Between the two contracts and the import.

use contract::{budget, homecare};

use super::import::{InsuredAnswer, InsuredPart};

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

        impl From<InsuredAnswer> for $service::ImportInsuredResponse {
            fn from(answer: InsuredAnswer) -> Self {
                let InsuredAnswer { import, imported_before, faults, total_faults } = answer;
                Self { import, imported_before, faults, total_faults }
            }
        }
    };
}
contract!(budget);
contract!(homecare);
