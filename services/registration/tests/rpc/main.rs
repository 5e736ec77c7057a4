//! Every call of registration, through its contract, on both engines.
#![cfg(test)]

mod agreements;
mod appeals;
mod assessed_once;
mod assessment;
mod award;
mod awarding;
mod checking;
mod clarifications;
mod clarified;
mod contents;
mod documents;
mod drafts;
mod duties;
mod feed;
mod four_eyes;
mod importing;
mod integrity;
mod interviews;
mod judgements;
mod mid_year;
mod offers;
mod provider_history;
mod providers;
mod registrations;
mod replicas;
mod retention;
mod reviews;
mod rounds;
mod subcontractors;
mod supply;
mod support;
mod wrong_content;
