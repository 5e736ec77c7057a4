//! The catalogue of claim rules: the one place that lists them.

use explain::Rules;

use super::{
    Finding, Need, ProviderHistory, View, care_forms, death, double, home_care, lvg, palliative, provider, supplements,
    together, treatment,
};
use crate::rules::{self, RuleWords};

/// What rules have in common, and which rule file has their words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Double claims.
    Double,
    /// Care after death and after the indication.
    Death,
    /// Bridging care and (SG)LVG.
    Lvg,
    /// Supplements.
    Supplements,
    /// Palliative terminal care.
    Palliative,
    /// Treatment.
    Treatment,
    /// School, dental care, aids and absence.
    CareForms,
    /// Home care (wijkverpleging).
    HomeCare,
}

/// How a rule is evaluated: over the history of a client, or a month of a provider.
#[derive(Clone, Copy, Debug)]
pub enum Evaluate {
    /// Over a client's.
    Client(fn(&View<'_>, &mut Vec<Finding>)),
    /// Over a provider's.
    Provider(fn(&ProviderHistory, &Rules, &mut Vec<Finding>)),
}

/// A claim rule.
#[derive(Clone, Copy, Debug)]
pub struct ClaimRule {
    /// Its name, mode, kind and texts.
    pub words: &'static RuleWords,
    /// What it belongs to.
    pub family: Family,
    /// What it can't do without.
    pub needs: &'static [Need],
    /// How it is evaluated.
    pub evaluate: Evaluate,
}

/// The rule of a name.
pub fn rule(id: &str) -> Option<&'static ClaimRule> {
    CATALOGUE.iter().find(|rule| rule.words.id == id)
}

/// All claim rules, in the order in which what they find is told.
pub static CATALOGUE: &[ClaimRule] = &[
    ClaimRule {
        words: &rules::DOUBLE,
        family: Family::Double,
        needs: &[Need::Choice(&rules::DOUBLE_AT_STAKE)],
        evaluate: Evaluate::Client(double::double),
    },
    ClaimRule {
        words: &rules::BESIDE_PACKAGE,
        family: Family::Double,
        needs: &[],
        evaluate: Evaluate::Client(double::beside_package),
    },
    ClaimRule {
        words: &rules::BUDGET_BESIDE_PACKAGE,
        family: Family::Double,
        needs: &[],
        evaluate: Evaluate::Client(double::budget_beside_package),
    },
    ClaimRule {
        words: &rules::AFTER_DEATH,
        family: Family::Death,
        needs: &[],
        evaluate: Evaluate::Client(death::after_death),
    },
    ClaimRule {
        words: &rules::MUTATION_DAYS_OVER,
        family: Family::Death,
        needs: &[Need::Count(&rules::MUTATION_DAYS)],
        evaluate: Evaluate::Client(death::mutation_days),
    },
    ClaimRule {
        words: &rules::AFTER_INDICATION,
        family: Family::Death,
        needs: &[],
        evaluate: Evaluate::Client(death::after_indication),
    },
    ClaimRule {
        words: &rules::BRIDGING,
        family: Family::Lvg,
        needs: &[
            Need::List(&rules::BRIDGING_PRODUCTS),
            Need::Count(&rules::BRIDGING_WEEKS),
            Need::Count(&rules::EPISODE_GAP_DAYS),
        ],
        evaluate: Evaluate::Client(lvg::bridging),
    },
    ClaimRule {
        words: &rules::SGLVG_OUTSIDE_BORG,
        family: Family::Lvg,
        needs: &[Need::Count(&rules::BRIDGING_WEEKS)],
        evaluate: Evaluate::Client(lvg::outside_borg),
    },
    ClaimRule {
        words: &rules::LVG_AS_MODULAR,
        family: Family::Lvg,
        needs: &[Need::Count(&rules::BRIDGING_WEEKS)],
        evaluate: Evaluate::Client(lvg::as_modular),
    },
    ClaimRule {
        words: &rules::LVG_AS_VG,
        family: Family::Lvg,
        needs: &[Need::List(&rules::VG_PRODUCTS), Need::Count(&rules::BRIDGING_WEEKS)],
        evaluate: Evaluate::Client(lvg::as_vg),
    },
    ClaimRule {
        words: &rules::LVG_WITHOUT_TREATMENT,
        family: Family::Lvg,
        needs: &[Need::List(&rules::PACKAGES_WITHOUT_TREATMENT), Need::Count(&rules::BRIDGING_WEEKS)],
        evaluate: Evaluate::Client(lvg::without_treatment),
    },
    ClaimRule {
        words: &rules::LVG_TAIL,
        family: Family::Lvg,
        needs: &[Need::Count(&rules::LVG_TAIL_WEEKS), Need::Count(&rules::LVG_TAIL_MONTHS)],
        evaluate: Evaluate::Client(lvg::tail),
    },
    ClaimRule {
        words: &rules::LVG_BUDGET,
        family: Family::Lvg,
        needs: &[Need::Count(&rules::LVG_BUDGET_FROM_YEAR)],
        evaluate: Evaluate::Client(lvg::in_budget),
    },
    ClaimRule {
        words: &rules::LVG_AGE,
        family: Family::Lvg,
        needs: &[Need::Count(&rules::LVG_AGE_LIMIT)],
        evaluate: Evaluate::Client(lvg::age),
    },
    ClaimRule {
        words: &rules::LVG_INDICATION_LENGTH,
        family: Family::Lvg,
        needs: &[Need::Count(&rules::LVG_INDICATION_YEARS)],
        evaluate: Evaluate::Client(lvg::too_long),
    },
    ClaimRule {
        words: &rules::OBSERVATION_YEAR,
        family: Family::Supplements,
        needs: &[
            Need::List(&rules::OBSERVATION_PRODUCTS),
            Need::Count(&rules::OBSERVATION_MOST_MONTHS),
            Need::Count(&rules::EPISODE_GAP_DAYS),
        ],
        evaluate: Evaluate::Client(supplements::observation_year),
    },
    ClaimRule {
        words: &rules::OBSERVATION_EXTENSION,
        family: Family::Supplements,
        needs: &[
            Need::List(&rules::OBSERVATION_PRODUCTS),
            Need::Count(&rules::OBSERVATION_MOST_MONTHS),
            Need::Count(&rules::OBSERVATION_FIRST_MONTHS),
            Need::Count(&rules::OBSERVATION_STEP_MONTHS),
            Need::Count(&rules::EPISODE_GAP_DAYS),
        ],
        evaluate: Evaluate::Client(supplements::observation_extension),
    },
    ClaimRule {
        words: &rules::VENTILATION_PROFILE,
        family: Family::Supplements,
        needs: &[Need::List(&rules::VENTILATION_PRODUCTS), Need::List(&rules::VENTILATION_PROFILES)],
        evaluate: Evaluate::Client(supplements::ventilation),
    },
    ClaimRule {
        words: &rules::VV10_NO_STATEMENT,
        family: Family::Palliative,
        needs: &[Need::List(&rules::VV10_PRODUCTS)],
        evaluate: Evaluate::Client(palliative::no_statement),
    },
    ClaimRule {
        words: &rules::VV10_LENGTH,
        family: Family::Palliative,
        needs: &[
            Need::List(&rules::VV10_PRODUCTS),
            Need::Count(&rules::VV10_MONTHS),
            Need::Count(&rules::EPISODE_GAP_DAYS),
        ],
        evaluate: Evaluate::Client(palliative::length),
    },
    ClaimRule {
        words: &rules::VV10_SHARE,
        family: Family::Palliative,
        needs: &[Need::List(&rules::VV10_PRODUCTS), Need::Percent(&rules::VV10_SHARE_PERCENTAGE)],
        evaluate: Evaluate::Provider(provider::vv10_share),
    },
    ClaimRule {
        words: &rules::WATCH_HOURS,
        family: Family::Palliative,
        needs: &[Need::List(&rules::WATCH_PRODUCTS)],
        evaluate: Evaluate::Client(palliative::watch_hours),
    },
    ClaimRule {
        words: &rules::CONSULT_NO_REQUEST,
        family: Family::Treatment,
        needs: &[Need::List(&rules::CONSULT_PRODUCTS)],
        evaluate: Evaluate::Client(treatment::no_request),
    },
    ClaimRule {
        words: &rules::OTHER_DISCIPLINES,
        family: Family::Treatment,
        needs: &[
            Need::List(&rules::OTHER_DISCIPLINE_PRODUCTS),
            Need::Count(&rules::OTHER_DISCIPLINE_WEEKS),
            Need::Count(&rules::EPISODE_GAP_DAYS),
        ],
        evaluate: Evaluate::Client(treatment::structural),
    },
    ClaimRule {
        words: &rules::GZSP_BEHAVIOURAL,
        family: Family::Treatment,
        needs: &[Need::List(&rules::GZSP_BEHAVIOURAL_PRODUCTS)],
        evaluate: Evaluate::Client(treatment::gzsp),
    },
    ClaimRule {
        words: &rules::TREATMENT_BESIDE_PACKAGE,
        family: Family::Treatment,
        needs: &[Need::List(&rules::INDIVIDUAL_TREATMENT_PRODUCTS), Need::List(&rules::PACKAGES_WITH_TREATMENT)],
        evaluate: Evaluate::Client(treatment::beside_package),
    },
    ClaimRule {
        words: &rules::ZG_OTHER_PROFILE,
        family: Family::Treatment,
        needs: &[Need::List(&rules::ZG_TREATMENT_PRODUCTS)],
        evaluate: Evaluate::Client(treatment::zg_profile),
    },
    ClaimRule {
        words: &rules::ZG_UNLIMITED,
        family: Family::Treatment,
        needs: &[
            Need::List(&rules::ZG_TREATMENT_PRODUCTS),
            Need::Count(&rules::ZG_TREATMENT_WEEKS),
            Need::Count(&rules::EPISODE_GAP_DAYS),
        ],
        evaluate: Evaluate::Client(treatment::zg_unlimited),
    },
    ClaimRule {
        words: &rules::GGZ_TREATMENT,
        family: Family::Treatment,
        needs: &[Need::List(&rules::GGZ_TREATMENT_PRODUCTS), Need::Count(&rules::GGZ_ZVW_LAST_YEAR)],
        evaluate: Evaluate::Client(treatment::ggz),
    },
    ClaimRule {
        words: &rules::CHILD_SUPPLEMENT,
        family: Family::CareForms,
        needs: &[Need::List(&rules::CHILD_SUPPLEMENT_PRODUCTS)],
        evaluate: Evaluate::Client(care_forms::child_supplement),
    },
    ClaimRule {
        words: &rules::DENTAL,
        family: Family::CareForms,
        needs: &[Need::List(&rules::DENTAL_PRODUCTS), Need::Count(&rules::DENTAL_WEEKS)],
        evaluate: Evaluate::Client(care_forms::dental),
    },
    ClaimRule {
        words: &rules::MOBILITY_AIDS,
        family: Family::CareForms,
        needs: &[Need::List(&rules::MOBILITY_AID_PRODUCTS)],
        evaluate: Evaluate::Client(care_forms::mobility_aids),
    },
    ClaimRule {
        words: &rules::PERSONAL_AIDS,
        family: Family::CareForms,
        needs: &[Need::List(&rules::PERSONAL_AID_PRODUCTS)],
        evaluate: Evaluate::Client(care_forms::personal_aids),
    },
    ClaimRule {
        words: &rules::ABSENCE_ON_END,
        family: Family::CareForms,
        needs: &[
            Need::List(&rules::ABSENCE_PRODUCTS),
            Need::Count(&rules::ABSENCE_DAYS_ON_END),
            Need::Count(&rules::EPISODE_GAP_DAYS),
        ],
        evaluate: Evaluate::Client(care_forms::absence_on_end),
    },
    ClaimRule {
        words: &rules::ABSENCE_IN_YEAR,
        family: Family::CareForms,
        needs: &[Need::List(&rules::ABSENCE_PRODUCTS), Need::Count(&rules::ABSENCE_DAYS_IN_YEAR)],
        evaluate: Evaluate::Client(care_forms::absence_in_year),
    },
    ClaimRule {
        words: &rules::HOSPITAL_ABSENCE,
        family: Family::CareForms,
        needs: &[
            Need::List(&rules::HOSPITAL_PRODUCTS),
            Need::Count(&rules::HOSPITAL_DAYS),
            Need::Count(&rules::EPISODE_GAP_DAYS),
        ],
        evaluate: Evaluate::Client(care_forms::hospital),
    },
    ClaimRule {
        words: &rules::STAFF_LEVEL,
        family: Family::HomeCare,
        needs: &[Need::Count(&rules::STAFF_LEAST_LEVEL)],
        evaluate: Evaluate::Client(home_care::staff_level),
    },
    ClaimRule {
        words: &rules::STAFF_FIRST_WEEK,
        family: Family::HomeCare,
        needs: &[
            Need::Count(&rules::STAFF_FIRST_DAYS),
            Need::Count(&rules::STAFF_LEAST_LEVEL),
            Need::Count(&rules::STAFF_LINES_FROM_YEAR),
            Need::Count(&rules::EPISODE_GAP_DAYS),
        ],
        evaluate: Evaluate::Client(home_care::first_week),
    },
    ClaimRule {
        words: &rules::STAFF_TWO_WEEKS,
        family: Family::HomeCare,
        needs: &[Need::Count(&rules::STAFF_VISIT_DAYS), Need::Count(&rules::STAFF_LEAST_LEVEL)],
        evaluate: Evaluate::Client(home_care::two_weeks),
    },
    ClaimRule {
        words: &rules::MORE_PROVIDERS,
        family: Family::HomeCare,
        needs: &[],
        evaluate: Evaluate::Client(together::more_providers),
    },
    ClaimRule {
        words: &rules::AVERAGE_HOURS,
        family: Family::HomeCare,
        needs: &[],
        evaluate: Evaluate::Provider(provider::average_hours),
    },
    ClaimRule {
        words: &rules::NIGHT_CARE,
        family: Family::HomeCare,
        needs: &[Need::List(&rules::NIGHT_CARE_PRODUCTS)],
        evaluate: Evaluate::Client(home_care::night_care),
    },
    ClaimRule {
        words: &rules::TECHNOLOGY_TWICE,
        family: Family::HomeCare,
        needs: &[Need::List(&rules::TECHNOLOGY_PRODUCTS)],
        evaluate: Evaluate::Client(home_care::technology),
    },
    ClaimRule {
        words: &rules::UNSUPPORTED,
        family: Family::HomeCare,
        needs: &[],
        evaluate: Evaluate::Client(home_care::unsupported),
    },
];
