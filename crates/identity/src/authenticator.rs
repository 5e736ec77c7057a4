//! Who is calling: from a connection and a request's headers to a [`Caller`].

use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::{HeaderMap, header};
use tokio_util::sync::CancellationToken;

use crate::{
    caller::{Authentication, Caller},
    certificate::{Distrust, Trust},
    connection::{Checked, PeerInfo},
    fault::Faults,
    map::IdentityMap,
    reason::{self, Reason},
    settings::{IdentitySettings, TlsSettings},
    subject::Subject,
    tokens::Tokens,
    watch::{Generation, Watched, keep_looking},
};

/// The header in which callers of a local service may say what they want to be called.
pub const LOCAL_IDENTITY: &str = "zorginkoop-identity";

/// Tells the time.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Finds out who is calling. Copies share what they know.
///
/// Empty for a service without TLS and identity: whoever reaches this machine's loopback address may everything.
#[derive(Clone)]
pub struct Authenticator(Option<Arc<Identified>>);

struct Identified {
    trust: Arc<Watched<Trust>>,
    map: Arc<Watched<IdentityMap>>,
    tokens: Option<Tokens>,
    generation: Generation,
    now: Now,
}

/// A caller who was not established: UNAUTHENTICATED.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Why, for programs.
    pub reason: &'static str,
    /// Why, for people: goes to the caller.
    pub message: String,
    /// What the caller showed, for the audit log: the name in its certificate or token as far as it can be read, or else
    /// its address. None of it is proven.
    pub shown: String,
}

impl Authenticator {
    /// For a service that runs without TLS and identity, on this machine only.
    pub fn local() -> Authenticator {
        Authenticator(None)
    }

    /// For a service with TLS and identity: reads the CA, the lists of revoked certificates, the identity map and the
    /// keys of the token issuer, and keeps up with them until `stop`. Needs a tokio runtime.
    ///
    /// # Errors
    /// What is wrong with the files and the settings.
    pub fn open(
        tls: &TlsSettings,
        identity: &IdentitySettings,
        now: Now,
        stop: &CancellationToken,
    ) -> Result<Authenticator, Faults> {
        let generation = Generation::default();
        let trust = Trust::open(tls, generation.clone());
        let map = open_map(identity, generation.clone());
        let tokens = identity.tokens.as_ref();
        let tokens = tokens.map(|settings| Tokens::open(settings, generation.clone(), stop.clone())).transpose();
        match (trust, map, tokens) {
            (Ok(trust), Ok(map), Ok(tokens)) => {
                keep_looking(trust.clone(), stop.clone());
                keep_looking(map.clone(), stop.clone());
                Ok(Authenticator(Some(Arc::new(Identified { trust, map, tokens, generation, now }))))
            }
            (trust, map, tokens) => {
                let faults = trust.err().into_iter().chain(map.err()).chain(tokens.err());
                Err(Faults(faults.flat_map(|faults| faults.0).collect()))
            }
        }
    }

    /// Whether it is for a service that runs without TLS and identity.
    pub fn is_local(&self) -> bool {
        self.0.is_none()
    }

    /// Establishes the caller of a request.
    ///
    /// # Errors
    /// [`Refusal`] says why it can't be established.
    pub async fn authenticate(&self, headers: &HeaderMap, peer: &PeerInfo) -> Result<Arc<Caller>, Refusal> {
        match &self.0 {
            None => local(headers, peer).map(Arc::new),
            Some(identified) => identified.authenticate(headers, peer).await,
        }
    }
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_local() { "Authenticator(local)" } else { "Authenticator" })
    }
}

pub(crate) fn open_map(
    identity: &IdentitySettings,
    generation: Generation,
) -> Result<Arc<Watched<IdentityMap>>, Faults> {
    let path = identity.map.clone();
    let read = move |contents: &[Vec<u8>]| IdentityMap::read(&path, &contents[0]);
    Watched::open("identity map", vec![identity.map.clone()], generation, read)
}

impl Identified {
    /// A token decides who it is; a certificate that is shown beside it must be in order all the same.
    async fn authenticate(&self, headers: &HeaderMap, peer: &PeerInfo) -> Result<Arc<Caller>, Refusal> {
        let time = (self.now)().timestamp();
        let token = bearer(headers).map_err(|message| refusal(reason::TOKEN_MALFORMED, message, shown_by(peer)))?;
        let certificate = if peer.chain().is_empty() { None } else { Some(self.certificate(peer, time)?) };
        match (certificate, token) {
            (_, Some(token)) => self.token(token, peer, time).await,
            (Some(checked), None) => checked.caller.clone(),
            (None, None) => {
                Err(refusal(reason::MISSING, "show a client certificate or a token".to_owned(), shown_by(peer)))
            }
        }
    }

    /// What the certificate of a peer gives. It is checked anew when something was read again, and when it could have
    /// expired.
    fn certificate(&self, peer: &PeerInfo, time: i64) -> Result<Arc<Checked>, Refusal> {
        let generation = self.generation.current();
        let kept = peer.checked().filter(|kept| kept.generation == generation && kept.holds.contains(time));
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let distrusted = |distrust: Distrust| refusal(distrust.reason, distrust.message, shown_by(peer));
        let holds = self.trust.get().check(peer.chain(), time).map_err(distrusted)?;
        let checked = Arc::new(Checked { generation, holds, caller: self.named(peer) });
        peer.keep(&checked);
        Ok(checked)
    }

    /// Whom the map knows by a certificate that is in order.
    fn named(&self, peer: &PeerInfo) -> Result<Arc<Caller>, Refusal> {
        let untrusted = |message: String| {
            refusal(reason::UNTRUSTED, format!("the client certificate can't be used: {message}"), shown_by(peer))
        };
        let own = peer.chain().first().ok_or_else(|| untrusted("there is none".to_owned()))?;
        let subject = Subject::of(own).map_err(untrusted)?;
        let map = self.map.get();
        let entry = map.of_certificate(&subject.names).ok_or_else(|| {
            let message = "the client certificate is in order, but none of its names is in the identity map";
            refusal(reason::UNMAPPED, message.to_owned(), shown_by(peer))
        })?;
        Ok(Arc::new(Caller {
            name: entry.name.clone(),
            authentication: Authentication::Certificate,
            grants: entry.grants.clone(),
            agbs: subject.agbs,
        }))
    }

    async fn token(&self, token: &str, peer: &PeerInfo, time: i64) -> Result<Arc<Caller>, Refusal> {
        let Some(tokens) = &self.tokens else {
            let message = "this service takes no tokens: no issuer is configured".to_owned();
            return Err(refusal(reason::TOKEN_ISSUER, message, shown_by(peer)));
        };
        let established = tokens.caller(token, &self.map, &self.generation, time).await;
        established.map_err(|rejection| {
            let shown = tokens.shown(token).unwrap_or_else(|| shown_by(peer));
            refusal(rejection.reason, rejection.message, shown)
        })
    }
}

fn refusal(reason: Reason, message: String, shown: String) -> Refusal {
    Refusal { reason, message, shown }
}

/// The first name of a peer's certificate, or else its address.
fn shown_by(peer: &PeerInfo) -> String {
    let name = peer.chain().first().and_then(|own| Subject::of(own).ok()).and_then(|subject| subject.shown());
    let name = name.map(|name| name.chars().filter(|char| !char.is_control()).take(128).collect());
    name.unwrap_or_else(|| peer.ip().to_string())
}

/// The bearer token of a request, if it has one.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, String> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err("there is more than one authorization header".to_owned());
    }
    let token = value.to_str().ok().and_then(|value| value.split_once(' '));
    match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err("the authorization header must be: Bearer TOKEN".to_owned()),
    }
}

fn local(headers: &HeaderMap, peer: &PeerInfo) -> Result<Caller, Refusal> {
    let Some(name) = headers.get(LOCAL_IDENTITY) else { return Ok(Caller::local("local")) };
    let name = name.to_str().unwrap_or_default();
    if !(1..=64).contains(&name.len()) || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        let message = format!("{LOCAL_IDENTITY} must be 1 to 64 visible ASCII characters");
        return Err(refusal(reason::IDENTITY_MALFORMED, message, shown_by(peer)));
    }
    Ok(Caller::local(&format!("local:{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(entries: &[(&'static str, &str)]) -> HeaderMap {
        entries.iter().fold(HeaderMap::new(), |mut headers, (name, value)| {
            headers.append(*name, value.parse().unwrap());
            headers
        })
    }

    #[tokio::test]
    async fn a_local_caller_is_called_what_it_says() {
        let (authenticator, peer) = (Authenticator::local(), PeerInfo::new(([127, 0, 0, 1], 9).into(), Vec::new()));
        let named = async |entries: &[(&'static str, &str)]| {
            let caller = authenticator.authenticate(&headers(entries), &peer).await;
            caller.map(|caller| caller.name.clone()).map_err(|refusal| (refusal.reason, refusal.shown))
        };
        assert_eq!(named(&[]).await.unwrap(), "local");
        assert_eq!(named(&[(LOCAL_IDENTITY, "jansen")]).await.unwrap(), "local:jansen");
        let refused = Err(("IDENTITY_MALFORMED", "127.0.0.1".to_owned()));
        for wrong in ["", "two words", &"a".repeat(65)] {
            assert_eq!(named(&[(LOCAL_IDENTITY, wrong)]).await, refused);
        }
    }

    #[test]
    fn a_token_stands_alone_in_its_header() {
        assert_eq!(bearer(&headers(&[])), Ok(None));
        assert_eq!(bearer(&headers(&[("authorization", "bearer abc")])), Ok(Some("abc")));
        assert!(bearer(&headers(&[("authorization", "Basic abc")])).is_err());
        assert!(bearer(&headers(&[("authorization", "Bearer a"), ("authorization", "Bearer b")])).is_err());
    }
}
