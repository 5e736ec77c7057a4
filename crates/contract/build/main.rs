//! Compiles every contract under `proto/` with protox: no protoc is needed on the machine.

mod access;

use std::{env, fs, path::Path};

use prost::Message;

const CONTRACTS: [&str; 68] = [
    "zorginkoop/common/v1/access.proto",
    "zorginkoop/common/v1/values.proto",
    "zorginkoop/common/v1/explanation.proto",
    "zorginkoop/common/v1/claims.proto",
    "zorginkoop/common/v1/feeds.proto",
    "zorginkoop/common/v1/insured.proto",
    "zorginkoop/common/v1/proposals.proto",
    "zorginkoop/audit/v1/audit.proto",
    "zorginkoop/retention/v1/retention.proto",
    "zorginkoop/register/v1/register.proto",
    "zorginkoop/registration/v1/agreements.proto",
    "zorginkoop/registration/v1/appeals.proto",
    "zorginkoop/registration/v1/calls.proto",
    "zorginkoop/registration/v1/documents.proto",
    "zorginkoop/registration/v1/duties.proto",
    "zorginkoop/registration/v1/inquiries.proto",
    "zorginkoop/registration/v1/offers.proto",
    "zorginkoop/registration/v1/providers.proto",
    "zorginkoop/registration/v1/registrations.proto",
    "zorginkoop/registration/v1/rounds.proto",
    "zorginkoop/registration/v1/subcontracting.proto",
    "zorginkoop/registration/v1/supply.proto",
    "zorginkoop/registration/v1/registration.proto",
    "zorginkoop/tariffing/v1/figures.proto",
    "zorginkoop/tariffing/v1/guide.proto",
    "zorginkoop/tariffing/v1/hardship.proto",
    "zorginkoop/tariffing/v1/homecare.proto",
    "zorginkoop/tariffing/v1/mirror.proto",
    "zorginkoop/tariffing/v1/mix.proto",
    "zorginkoop/tariffing/v1/night_care.proto",
    "zorginkoop/tariffing/v1/percentages.proto",
    "zorginkoop/tariffing/v1/positions.proto",
    "zorginkoop/tariffing/v1/proposals.proto",
    "zorginkoop/tariffing/v1/quotes.proto",
    "zorginkoop/tariffing/v1/tables.proto",
    "zorginkoop/tariffing/v1/tariff_proposals.proto",
    "zorginkoop/tariffing/v1/what_if.proto",
    "zorginkoop/tariffing/v1/tariffing.proto",
    "zorginkoop/budget/v1/accounts.proto",
    "zorginkoop/budget/v1/cases.proto",
    "zorginkoop/budget/v1/innovations.proto",
    "zorginkoop/budget/v1/insured.proto",
    "zorginkoop/budget/v1/iwlz.proto",
    "zorginkoop/budget/v1/rooms.proto",
    "zorginkoop/budget/v1/ledger.proto",
    "zorginkoop/budget/v1/rounds.proto",
    "zorginkoop/budget/v1/production.proto",
    "zorginkoop/budget/v1/budget.proto",
    "zorginkoop/homecare/v1/agreements.proto",
    "zorginkoop/homecare/v1/cases.proto",
    "zorginkoop/homecare/v1/applications.proto",
    "zorginkoop/homecare/v1/benchmark.proto",
    "zorginkoop/homecare/v1/consumption.proto",
    "zorginkoop/homecare/v1/insured.proto",
    "zorginkoop/homecare/v1/offers.proto",
    "zorginkoop/homecare/v1/homecare.proto",
    "zorginkoop/homecare/v1/raises.proto",
    "zorginkoop/homecare/v1/year_end.proto",
    "zorginkoop/screening/v1/cases.proto",
    "zorginkoop/screening/v1/claim_rules.proto",
    "zorginkoop/screening/v1/controls.proto",
    "zorginkoop/screening/v1/facts.proto",
    "zorginkoop/screening/v1/network.proto",
    "zorginkoop/screening/v1/peers.proto",
    "zorginkoop/screening/v1/registers.proto",
    "zorginkoop/screening/v1/signals.proto",
    "zorginkoop/screening/v1/work.proto",
    "zorginkoop/screening/v1/screening.proto",
];

#[allow(clippy::print_stdout, reason = "that is how a build script speaks to cargo")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new("../../proto");
    println!("cargo:rerun-if-changed={}", root.display());
    println!("cargo:rerun-if-changed=build");
    let mut compiler = protox::Compiler::new([root])?;
    compiler.include_imports(true).open_files(CONTRACTS)?;
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let out = Path::new(&out);
    // Encoded by the compiler, which keeps the options of the methods; prost's own types would drop them.
    let encoded = compiler.encode_file_descriptor_set();
    fs::write(out.join("descriptors.bin"), &encoded)?;
    fs::write(out.join("access.rs"), access::table(&compiler.descriptor_pool())?)?;
    tonic_prost_build::configure()
        .include_file("modules.rs")
        // Pieces of claim files and documents are handed on without a copy.
        .bytes(".zorginkoop.budget.v1.SubmitClaimsRequest")
        .bytes(".zorginkoop.budget.v1.SubmitClaimsResponse")
        .bytes(".zorginkoop.homecare.v1.ImportFeatureTableRequest")
        .bytes(".zorginkoop.budget.v1.ImportInsuredRequest")
        .bytes(".zorginkoop.homecare.v1.ImportInsuredRequest")
        .bytes(".zorginkoop.homecare.v1.SubmitClaimsRequest")
        .bytes(".zorginkoop.homecare.v1.SubmitClaimsResponse")
        .bytes(".zorginkoop.registration.v1.UploadDocumentRequest")
        .bytes(".zorginkoop.registration.v1.DownloadDocumentResponse")
        .compile_fds(prost_types::FileDescriptorSet::decode(encoded.as_slice())?)?;
    Ok(())
}
