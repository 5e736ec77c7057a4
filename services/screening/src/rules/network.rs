//! The parameters and texts of the network (SCR-06).

use std::sync::Arc;

use edge::retention::kept;
use explain::{Parameter, ParameterSpec, Text};

/// The rules that are used.
pub const NETWORK_RULES: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-06", "network_rules");
/// How many persons may lie between two providers at most.
pub const NETWORK_HOPS: Parameter<u32> = Parameter::count("SCR-06", "network_hops");
/// How many providers a nurse may be linked to.
pub const NURSE_MOST_PROVIDERS: Parameter<u32> = Parameter::count("SCR-06", "nurse_most_providers");
/// From how many providers on an address is shared.
pub const ADDRESS_FROM: Parameter<u32> = Parameter::count("SCR-06", "shared_address_from");
/// With more providers an address is an office building.
pub const ADDRESS_UNTIL: Parameter<u32> = Parameter::count("SCR-06", "shared_address_until");
/// When more providers share a thing, each is held against the first only.
pub const NETWORK_HUB: Parameter<u32> = Parameter::count("SCR-06", "network_hub_providers");
/// For how many months after the end of an agreement a new provider is looked at.
pub const REENTRY_MONTHS: Parameter<u32> = Parameter::count("SCR-06", "reentry_months");
/// How many years links are kept.
pub const LINK_YEARS: Parameter<u32> = Parameter::count("SCR-03", "link_years");
/// Links are kept.
pub const LINK_KEPT: Text = kept("link");

const LINK: &[&str] = &["agb", "node", "source"];
/// A person on the board.
pub const LINK_PERSON: Text = Text::new("SCR-06", "link_person", LINK);
/// A nurse.
pub const LINK_NURSE: Text = Text::new("SCR-06", "link_nurse", LINK);
/// An owner.
pub const LINK_UBO: Text = Text::new("SCR-06", "link_ubo", LINK);
/// An address.
pub const LINK_ADDRESS: Text = Text::new("SCR-06", "link_address", LINK);
/// A bank account.
pub const LINK_ACCOUNT: Text = Text::new("SCR-06", "link_account", LINK);
/// A successor.
pub const LINK_SUCCESSOR: Text = Text::new("SCR-06", "link_successor", LINK);
/// When the link ended.
pub const LINK_ENDED: Text = Text::new("SCR-06", "link_ended", &["agb"]);

/// There is an objection against the other provider.
pub const NETWORK_OBJECTION: Text = Text::new("SCR-06", "network_objection", &["other"]);
/// The agreement with the other provider was ended.
pub const NETWORK_TERMINATED: Text = Text::new("SCR-06", "network_terminated", &["other"]);
/// Boards that share a person.
pub const NETWORK_SHARED_BOARD: Text = Text::new("SCR-06", "network_shared_board", &["agb", "other", "most"]);
/// A nurse with too many providers.
pub const NETWORK_NURSE: Text = Text::new("SCR-06", "network_nurse", &["agb", "most"]);
/// A shared owner.
pub const NETWORK_SHARED_UBO: Text = Text::new("SCR-06", "network_shared_ubo", &["agb", "other"]);
/// A shared address.
pub const NETWORK_SHARED_ADDRESS: Text = Text::new("SCR-06", "network_shared_address", &["agb", "other", "most"]);
/// A shared bank account.
pub const NETWORK_SHARED_ACCOUNT: Text = Text::new("SCR-06", "network_shared_account", &["agb", "other"]);
/// A new provider after the end of another's agreement.
pub const NETWORK_REENTRY: Text = Text::new("SCR-06", "network_reentry", &["agb", "other", "months"]);
/// How many further paths there are.
pub const NETWORK_FURTHER: Text = Text::new("SCR-06", "network_further", &[]);
/// What a signal of this kind is.
pub const NETWORK_KIND: Text = Text::new("SCR-06", "network_kind", &[]);
/// No amount is at stake.
pub const NETWORK_AT_STAKE: Text = Text::new("SCR-06", "network_at_stake", &[]);
/// It is found no more.
pub const NETWORK_ENDED: Text = Text::new("SCR-06", "network_ended", &["rule", "agb"]);
/// It is found otherwise.
pub const NETWORK_ENDED_OTHERWISE: Text = Text::new("SCR-06", "network_ended_otherwise", &["rule", "agb"]);

/// The parameters.
pub(super) const PARAMETERS: &[ParameterSpec] = &[
    NETWORK_RULES.spec(),
    NETWORK_HOPS.spec(),
    NURSE_MOST_PROVIDERS.spec(),
    ADDRESS_FROM.spec(),
    ADDRESS_UNTIL.spec(),
    NETWORK_HUB.spec(),
    REENTRY_MONTHS.spec(),
    LINK_YEARS.spec(),
];

/// The texts.
pub(super) const TEXTS: &[Text] = &[
    LINK_KEPT,
    LINK_PERSON,
    LINK_NURSE,
    LINK_UBO,
    LINK_ADDRESS,
    LINK_ACCOUNT,
    LINK_SUCCESSOR,
    LINK_ENDED,
    NETWORK_OBJECTION,
    NETWORK_TERMINATED,
    NETWORK_SHARED_BOARD,
    NETWORK_NURSE,
    NETWORK_SHARED_UBO,
    NETWORK_SHARED_ADDRESS,
    NETWORK_SHARED_ACCOUNT,
    NETWORK_REENTRY,
    NETWORK_FURTHER,
    NETWORK_KIND,
    NETWORK_AT_STAKE,
    NETWORK_ENDED,
    NETWORK_ENDED_OTHERWISE,
];

/// What each rule is about, for those outside who read of it.
pub(super) const ABOUT: &[Text] = &[
    Text::new("SCR-06", "shared_board_about", &[]),
    Text::new("SCR-06", "nurse_providers_about", &[]),
    Text::new("SCR-06", "shared_ubo_about", &[]),
    Text::new("SCR-06", "shared_address_about", &[]),
    Text::new("SCR-06", "shared_account_about", &[]),
    Text::new("SCR-06", "reentry_about", &[]),
];
