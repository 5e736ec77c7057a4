//! Looking for faults without starting anything.

use std::{fs, path::Path};

use crate::{
    authenticator::open_map,
    certificate::Trust,
    client::{ClientFiles, Connector},
    fault::Fault,
    settings::{ClientSettings, IdentitySettings, TlsSettings},
    tls::Tls,
    tokens,
    watch::Generation,
};

/// Everything that is wrong with these settings and the files they name. Reads files only.
pub fn check(
    tls: Option<&TlsSettings>,
    identity: Option<&IdentitySettings>,
    client: Option<&ClientSettings>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(tls) = tls {
        faults.extend(Tls::read(tls).err().into_iter().flat_map(|faults| faults.0));
        faults.extend(Trust::open(tls, Generation::default()).err().into_iter().flat_map(|faults| faults.0));
        faults.extend(open_to_others(&tls.key));
    }
    if let Some(identity) = identity {
        faults.extend(open_map(identity, Generation::default()).err().into_iter().flat_map(|faults| faults.0));
        faults.extend(identity.tokens.iter().flat_map(tokens::faults));
    }
    if let Some(client) = client {
        faults.extend(Connector::open(ClientFiles::from(client)).err().into_iter().flat_map(|faults| faults.0));
        faults.extend(open_to_others(&client.key));
    }
    faults
}

/// The fault of a secret file that everybody on the machine may read or write. One that can't be looked at is told by
/// whoever reads it.
#[cfg_attr(not(unix), allow(unused_variables, reason = "there is nothing to look at"))]
pub fn open_to_others(path: &Path) -> Option<Fault> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).ok()?.permissions());
        if mode & 0o007 != 0 {
            let problem = format!("is open to everybody on this machine (mode {:03o}): chmod o= it", mode & 0o777);
            return Some(Fault::new(path.display(), problem));
        }
    }
    None
}
