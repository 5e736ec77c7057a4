//! Why a caller is refused, as words that programs can act upon.

/// A reason.
pub(crate) type Reason = &'static str;

pub(crate) const MISSING: Reason = "CERTIFICATE_MISSING";
pub(crate) const UNTRUSTED: Reason = "CERTIFICATE_UNTRUSTED";
pub(crate) const EXPIRED: Reason = "CERTIFICATE_EXPIRED";
pub(crate) const NOT_YET_VALID: Reason = "CERTIFICATE_NOT_YET_VALID";
pub(crate) const REVOKED: Reason = "CERTIFICATE_REVOKED";
pub(crate) const UNMAPPED: Reason = "CERTIFICATE_UNMAPPED";

pub(crate) const TOKEN_MALFORMED: Reason = "TOKEN_MALFORMED";
pub(crate) const TOKEN_ALGORITHM: Reason = "TOKEN_ALGORITHM";
pub(crate) const TOKEN_KEY_UNKNOWN: Reason = "TOKEN_KEY_UNKNOWN";
pub(crate) const TOKEN_SIGNATURE: Reason = "TOKEN_SIGNATURE";
pub(crate) const TOKEN_EXPIRED: Reason = "TOKEN_EXPIRED";
pub(crate) const TOKEN_NOT_YET_VALID: Reason = "TOKEN_NOT_YET_VALID";
pub(crate) const TOKEN_ISSUER: Reason = "TOKEN_ISSUER";
pub(crate) const TOKEN_AUDIENCE: Reason = "TOKEN_AUDIENCE";
pub(crate) const TOKEN_UNMAPPED: Reason = "TOKEN_UNMAPPED";

/// The name in the metadata of a local call can't be one.
pub(crate) const IDENTITY_MALFORMED: Reason = "IDENTITY_MALFORMED";
