//! The rows, parameters and texts of the comparison with peers (SCR-05).

use std::sync::Arc;

use explain::{FieldKind, Parameter, ParameterSpec, Row, RowKind, Text};
use money::Rate;

/// `[[measure]]`: a figure that is compared between peers, and on which side of the median it is a signal.
///
/// - `measure`: its code.
/// - `sides`: `above`, `below` or `both`.
pub const MEASURE: RowKind = RowKind {
    name: "measure",
    fields: &[
        (
            "measure",
            FieldKind::Choice(&[
                "cost_per_client",
                "hours_per_client",
                "treatment_share",
                "growth",
                "weekend_share",
                "night_share",
                "round_durations",
                "claims_per_fte",
                "subcontracting_share",
                "result_ratio",
                "dividend_ratio",
                "palliative_share",
            ]),
        ),
        ("sides", FieldKind::Choice(&["above", "below", "both"])),
    ],
    inputs: &["agb", "part", "whole"],
    faults: measure_faults,
};

fn measure_faults(row: &Row) -> Vec<(&'static str, String)> {
    needed(row, &["measure", "sides"])
}

/// `[[size_band]]`: the providers of a size, by their clients over the period.
///
/// - `name`: what the band is called.
/// - `clients_from`, `clients_until`: how many clients, both included; open where it is not stated.
pub const SIZE_BAND: RowKind = RowKind {
    name: "size_band",
    fields: &[("name", FieldKind::Text), ("clients_from", FieldKind::Count), ("clients_until", FieldKind::Count)],
    inputs: &["clients", "sector"],
    faults: band_faults,
};

fn band_faults(row: &Row) -> Vec<(&'static str, String)> {
    let mut faults = needed(row, &["name", "clients_from"]);
    if row.count("clients_until").is_some_and(|until| Some(until) < row.count("clients_from")) {
        faults.push(("clients_until", "at least clients_from".to_owned()));
    }
    faults
}

fn needed(row: &Row, fields: &[&'static str]) -> Vec<(&'static str, String)> {
    let missing = fields.iter().filter(|field| !row.has(field));
    missing.map(|field| (*field, "is needed".to_owned())).collect()
}

/// With fewer peers that have a figure nothing is compared.
pub const PEER_MINIMUM: Parameter<u32> = Parameter::count("SCR-05", "peer_minimum_group");
/// More than so many times the usual spread from the median is a signal.
pub const PEER_THRESHOLD: Parameter<Rate> = Parameter::factor("SCR-05", "peer_threshold");
/// What is measured with when the median absolute deviation is zero: nothing, or the mean absolute deviation.
pub const PEER_NO_SPREAD: Parameter<Arc<str>> =
    Parameter::choice("SCR-05", "peer_no_spread", &["none", "mean_deviation"]);
/// A duration is round when it is a multiple of so many minutes.
pub const ROUND_MINUTES: Parameter<u32> = Parameter::count("SCR-05", "peer_round_minutes");
/// Products of night care.
pub const NIGHT_PRODUCTS: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-05", "peer_night_products");
/// Products of nursing and care.
pub const PRODUCTS_VV: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-05", "peer_products_vv");
/// Products of care for the disabled.
pub const PRODUCTS_GZ: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-05", "peer_products_gz");
/// Products of mental health care.
pub const PRODUCTS_GGZ: Parameter<Vec<Arc<str>>> = Parameter::list("SCR-05", "peer_products_ggz");

/// The measure waits for a parameter.
pub const PEER_WAITS: Text = Text::new("SCR-05", "peer_waits", &["agb", "parameter"]);
/// There is no figure.
pub const PEER_NO_VALUE: Text = Text::new("SCR-05", "peer_no_value", &["agb"]);
/// The sector as it is stated.
pub const PEER_SECTOR_STATED: Text = Text::new("SCR-05", "peer_sector_stated", &["source"]);
/// The sector as the lines show it.
pub const PEER_SECTOR_LINES: Text = Text::new("SCR-05", "peer_sector_lines", &["granted", "all"]);
/// The sector is not known.
pub const PEER_NO_SECTOR: Text = Text::new("SCR-05", "peer_no_sector", &["agb"]);
/// Too few peers have a figure.
pub const PEER_TOO_FEW: Text = Text::new("SCR-05", "peer_too_few", &["group", "minimum"]);
/// Median and spread of the group.
pub const PEER_GROUP: Text = Text::new("SCR-05", "peer_group", &["group", "size", "minimum", "median"]);
/// There is no spread.
pub const PEER_NO_MAD: Text = Text::new("SCR-05", "peer_no_mad", &["size", "median"]);
/// The mean deviation stands in for the spread.
pub const PEER_MEAN: Text = Text::new("SCR-05", "peer_mean", &["size"]);
/// How far above the median it is.
pub const PEER_ABOVE: Text = Text::new("SCR-05", "peer_above", &["size", "median", "threshold"]);
/// How far below the median it is.
pub const PEER_BELOW: Text = Text::new("SCR-05", "peer_below", &["size", "median", "threshold"]);
/// It is within what is usual.
pub const PEER_USUAL: Text = Text::new("SCR-05", "peer_usual", &["threshold"]);
/// It is unusual on a side that does not count.
pub const PEER_OTHER_SIDE: Text = Text::new("SCR-05", "peer_other_side", &[]);
/// What a signal of this kind is.
pub const PEER_KIND: Text = Text::new("SCR-05", "peer_kind", &[]);
/// No amount is at stake.
pub const PEER_AT_STAKE: Text = Text::new("SCR-05", "peer_at_stake", &[]);
/// The figure is usual now: the signal is withdrawn.
pub const PEER_ENDED_USUAL: Text = Text::new("SCR-05", "peer_ended_usual", &["measure", "agb"]);
/// The figures are others now: the signal is withdrawn for another.
pub const PEER_ENDED_OTHERWISE: Text = Text::new("SCR-05", "peer_ended_otherwise", &["measure", "agb"]);
/// It can't be compared any more: the signal is withdrawn.
pub const PEER_ENDED_OPEN: Text = Text::new("SCR-05", "peer_ended_open", &["measure", "agb"]);

/// The parameters.
pub(super) const PARAMETERS: &[ParameterSpec] = &[
    PEER_MINIMUM.spec(),
    PEER_THRESHOLD.spec(),
    PEER_NO_SPREAD.spec(),
    ROUND_MINUTES.spec(),
    NIGHT_PRODUCTS.spec(),
    PRODUCTS_VV.spec(),
    PRODUCTS_GZ.spec(),
    PRODUCTS_GGZ.spec(),
];

/// The texts.
pub(super) const TEXTS: &[Text] = &[
    PEER_WAITS,
    PEER_NO_VALUE,
    PEER_SECTOR_STATED,
    PEER_SECTOR_LINES,
    PEER_NO_SECTOR,
    PEER_TOO_FEW,
    PEER_GROUP,
    PEER_NO_MAD,
    PEER_MEAN,
    PEER_ABOVE,
    PEER_BELOW,
    PEER_USUAL,
    PEER_OTHER_SIDE,
    PEER_KIND,
    PEER_AT_STAKE,
    PEER_ENDED_USUAL,
    PEER_ENDED_OTHERWISE,
    PEER_ENDED_OPEN,
];

/// What each measure is about, for those outside who read of it.
pub(super) const ABOUT: &[Text] = &[
    Text::new("SCR-05", "cost_per_client_about", &[]),
    Text::new("SCR-05", "hours_per_client_about", &[]),
    Text::new("SCR-05", "treatment_share_about", &[]),
    Text::new("SCR-05", "growth_about", &[]),
    Text::new("SCR-05", "weekend_share_about", &[]),
    Text::new("SCR-05", "night_share_about", &[]),
    Text::new("SCR-05", "round_durations_about", &[]),
    Text::new("SCR-05", "claims_per_fte_about", &[]),
    Text::new("SCR-05", "subcontracting_share_about", &[]),
    Text::new("SCR-05", "result_ratio_about", &[]),
    Text::new("SCR-05", "dividend_ratio_about", &[]),
    Text::new("SCR-05", "palliative_share_about", &[]),
];
