//! Compiles every contract under `proto/` with protox: no protoc is needed on the machine.

use std::{env, fs, path::Path};

use prost::Message;

const CONTRACTS: [&str; 9] = [
    "zorginkoop/common/v1/values.proto",
    "zorginkoop/common/v1/explanation.proto",
    "zorginkoop/common/v1/claims.proto",
    "zorginkoop/common/v1/feeds.proto",
    "zorginkoop/registration/v1/registration.proto",
    "zorginkoop/tariffing/v1/tariffing.proto",
    "zorginkoop/budget/v1/budget.proto",
    "zorginkoop/homecare/v1/homecare.proto",
    "zorginkoop/screening/v1/screening.proto",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new("../../proto");
    println!("cargo:rerun-if-changed={}", root.display());
    let descriptors = protox::compile(CONTRACTS, [root])?;
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&out).join("descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure()
        .include_file("modules.rs")
        // Pieces of claim files are handed on without a copy.
        .bytes(".zorginkoop.budget.v1.SubmitClaimsRequest")
        .bytes(".zorginkoop.budget.v1.SubmitClaimsResponse")
        .bytes(".zorginkoop.homecare.v1.SubmitClaimsRequest")
        .bytes(".zorginkoop.homecare.v1.SubmitClaimsResponse")
        .compile_fds(descriptors)?;
    Ok(())
}
