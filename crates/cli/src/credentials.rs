//! How the caller shows who it is.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use identity::{ClientFiles, Connector, LOCAL_IDENTITY};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::Interceptor,
};

use crate::failure::Failure;

/// What the caller shows. Certificates and tokens are shown to services at https addresses only.
#[derive(Clone, Debug, Default, Args)]
pub struct CredentialArguments {
    /// The CA that the services' certificates must come from (PEM)
    #[arg(long, global = true, env = "ZORGINKOOP_TLS_CA", value_name = "FILE")]
    pub tls_ca: Option<PathBuf>,
    /// The own client certificate (PEM)
    #[arg(long, global = true, env = "ZORGINKOOP_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, global = true, env = "ZORGINKOOP_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// A file that holds a bearer token
    #[arg(long, global = true, env = "ZORGINKOOP_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// What to be called by services that run without TLS and identity
    #[arg(long, global = true, env = "ZORGINKOOP_IDENTITY", value_name = "NAME")]
    pub identity: Option<String>,
}

/// What every call shows in its metadata.
#[derive(Clone, Debug)]
pub struct Shown(pub Option<(&'static str, MetadataValue<Ascii>)>);

impl Interceptor for Shown {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some((name, value)) = &self.0 {
            request.metadata_mut().insert(*name, value.clone());
        }
        Ok(request)
    }
}

/// Makes TLS connections with the CA and the client certificate that were given.
///
/// # Errors
/// [`Failure::Usage`] when they can't be used.
pub fn connector(credentials: &CredentialArguments) -> Result<Connector, Failure> {
    let usage = |problem: &str| Failure::Usage(problem.to_owned());
    let ca = credentials.tls_ca.clone().ok_or_else(|| usage("an https address needs --tls-ca"))?;
    let own = match (&credentials.tls_cert, &credentials.tls_key) {
        (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
        (None, None) => None,
        _ => return Err(usage("--tls-cert and --tls-key go together")),
    };
    Connector::open(ClientFiles { ca, own }).map_err(|faults| Failure::Usage(faults.to_string()))
}

/// The bearer token. It goes over TLS only, and is in no message.
///
/// # Errors
/// [`Failure::Usage`] when the file holds none.
pub fn token(credentials: &CredentialArguments) -> Result<Shown, Failure> {
    let Some(path) = &credentials.token_file else { return Ok(Shown(None)) };
    let usage = |path: &Path, problem: &str| Failure::Usage(format!("{}: {problem}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| usage(path, &format!("cannot be read: {error}")))?;
    let value = format!("Bearer {}", text.trim()).parse::<MetadataValue<Ascii>>();
    let mut value = value.map_err(|_| usage(path, "holds no token"))?;
    value.set_sensitive(true);
    Ok(Shown(Some(("authorization", value))))
}

/// What to be called where nobody shows who it is.
///
/// # Errors
/// [`Failure::Usage`] when it is no name.
pub fn local_identity(credentials: &CredentialArguments) -> Result<Shown, Failure> {
    let Some(name) = &credentials.identity else { return Ok(Shown(None)) };
    let fits = (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
    let value = name.parse().ok().filter(|_| fits);
    let value = value.ok_or_else(|| Failure::Usage("--identity takes 1 to 64 visible ASCII characters".to_owned()))?;
    Ok(Shown(Some((LOCAL_IDENTITY, value))))
}
