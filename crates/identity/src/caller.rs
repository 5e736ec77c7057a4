//! [`Caller`]: who is calling, and what it may be.

use std::collections::BTreeSet;

use contract::access::Role;
use identifiers::Agb;

/// How a caller showed who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// A client certificate.
    Certificate,
    /// A bearer token.
    Token,
    /// Nothing was asked: the service runs without TLS and identity, on this machine only.
    Local,
    /// The service itself, for what it does without being called.
    Own,
}

impl Authentication {
    /// The word in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Authentication::Certificate => "certificate",
            Authentication::Token => "token",
            Authentication::Local => "local",
            Authentication::Own => "own",
        }
    }
}

/// The offices that something holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offices {
    /// Every office.
    All,
    /// These, by their short names.
    Only(BTreeSet<String>),
}

impl Offices {
    /// Whether an office is among them.
    pub fn contains(&self, office: &str) -> bool {
        match self {
            Offices::All => true,
            Offices::Only(names) => names.contains(office),
        }
    }
}

/// Roles for offices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The roles.
    pub roles: Vec<Role>,
    /// Where they hold.
    pub offices: Offices,
}

/// An identity that was established.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Its name in the identity map and the audit log.
    pub name: String,
    /// How it showed who it is.
    pub authentication: Authentication,
    /// What it may be, and where.
    pub grants: Vec<Grant>,
    /// The providers that its certificate or token carries; only adapters are held to them.
    pub agbs: BTreeSet<Agb>,
}

/// All roles there are.
const EVERY_ROLE: [Role; 7] =
    [Role::Adapter, Role::Purchaser, Role::Decider, Role::Investigator, Role::Operator, Role::Auditor, Role::Service];

impl Caller {
    /// Whoever calls a service that runs without TLS and identity: everything, everywhere, on this machine.
    pub fn local(name: &str) -> Caller {
        let grants = vec![Grant { roles: EVERY_ROLE.to_vec(), offices: Offices::All }];
        Caller { name: name.to_owned(), authentication: Authentication::Local, grants, agbs: BTreeSet::new() }
    }

    /// Whether it may act for a provider, as far as it is an adapter.
    pub fn acts_for(&self, agb: &str) -> bool {
        // Whoever is on this machine, without identities, acts for everyone.
        self.authentication == Authentication::Local || agb.parse().is_ok_and(|agb| self.agbs.contains(&agb))
    }

    /// The first of `roles` that it has anywhere.
    pub fn role_among(&self, roles: &[Role]) -> Option<Role> {
        self.roles_among(roles, |_| true).next()
    }

    /// Those of `roles` that it has for an office, in the order of the RPC's entry.
    pub fn roles_for<'a>(&'a self, office: &'a str, roles: &'a [Role]) -> impl Iterator<Item = Role> + 'a {
        self.roles_among(roles, move |grant| grant.offices.contains(office))
    }

    /// Whether it may see an office's data in one of `roles`.
    pub fn sees(&self, office: &str, roles: &[Role]) -> bool {
        self.roles_for(office, roles).next().is_some()
    }

    fn roles_among<'a>(
        &'a self,
        roles: &'a [Role],
        holds: impl Fn(&Grant) -> bool + 'a,
    ) -> impl Iterator<Item = Role> + 'a {
        let has = move |role: &Role| self.grants.iter().any(|grant| holds(grant) && grant.roles.contains(role));
        roles.iter().copied().filter(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(office: &str) -> Offices {
        Offices::Only(BTreeSet::from([office.to_owned()]))
    }

    #[test]
    fn a_role_holds_where_it_was_granted() {
        let grants = vec![
            Grant { roles: vec![Role::Purchaser], offices: only("vgz") },
            Grant { roles: vec![Role::Auditor], offices: only("cz") },
        ];
        let caller =
            Caller { name: "jansen".to_owned(), authentication: Authentication::Token, grants, agbs: BTreeSet::new() };
        assert!(caller.sees("vgz", &[Role::Purchaser]) && caller.sees("cz", &[Role::Purchaser, Role::Auditor]));
        assert!(!caller.sees("cz", &[Role::Purchaser]) && !caller.sees("vgz", &[Role::Auditor]));
        assert!(!caller.sees("dsw", &[Role::Purchaser, Role::Auditor]));
        assert_eq!(caller.role_among(&[Role::Decider, Role::Auditor]), Some(Role::Auditor));
        assert_eq!(caller.role_among(&[Role::Decider]), None);
    }

    #[test]
    fn a_local_caller_may_everything() {
        let caller = Caller::local("local");
        for role in EVERY_ROLE {
            assert!(caller.sees("vgz", &[role]));
        }
    }
}
