//! The calendar of a round (REG-05).

use ::calendar::Deadline;
use chrono::{DateTime, Utc};
use explain::{Known, Origin, Parameter, ParameterError, RuleScope, Rules, Window};

use super::scope;
use crate::{
    domain::{Milestone, Round},
    error::Error,
    rules,
};

/// The milestones of a round, in order of time.
///
/// # Errors
/// [`Error::NoCalendar`] when no rule file says when providers register.
pub fn calendar(round: &Round, rules: &Rules) -> Result<Vec<Milestone>, Error> {
    registration(round, rules)?;
    let roll_forward = rules.get(&rules::ROLL_FORWARD, &scope(round))?.value;
    let known = rules::MILESTONES.iter().filter_map(|(parameter, party)| {
        let name = rules::milestone_name(parameter);
        let (dutch, english) = rules.text(rules::MILESTONE_RULE, name).unwrap_or_default();
        let window = milestone(round, rules, parameter)?;
        let Window { opens, until } = window.value;
        let until = if roll_forward { until.rolled_forward() } else { until };
        let source = match window.origin {
            Origin::Parameter { source, .. } => source.to_string(),
            Origin::Request { .. } | Origin::Fact { .. } | Origin::Step { .. } => String::new(),
        };
        Some(Milestone {
            name,
            opens: opens.map(|local| Deadline { local, cutoff: until.cutoff }.moment()),
            until: until.moment(),
            cutoff: until.cutoff,
            source,
            party: *party,
            dutch: dutch.to_owned(),
            english: english.to_owned(),
        })
    });
    let mut milestones: Vec<Milestone> = known.collect();
    // A stable sort: what ends together stays in the order of `MILESTONES`.
    milestones.sort_by_key(|milestone| (milestone.until, milestone.opens));
    Ok(milestones)
}

/// Whether providers can register during the year of a round.
pub fn mid_year_exists(round: &Round, rules: &Rules) -> bool {
    rules::MID_YEAR.iter().any(|date| milestone(round, rules, date).is_some())
}

/// From when registrations are taken; none when the calendar does not say, and during the year.
pub fn opens(round: &Round, rules: &Rules) -> Option<DateTime<Utc>> {
    let windows = [&rules::REGISTRATION, &rules::REGISTRATION_NEW].into_iter();
    let windows = windows.filter_map(|parameter| milestone(round, rules, parameter)).map(|window| window.value);
    let opens = windows.map(|Window { opens, until }| opens.map(|local| Deadline { local, ..until }.moment()));
    // One that has no first moment keeps nobody out.
    opens.collect::<Option<Vec<_>>>()?.into_iter().min()
}

/// From when the contracted supply of a round is public (REG-19); none when its calendar does not say.
pub fn supply_published(round: &Round, rules: &Rules) -> Option<DateTime<Utc>> {
    let window = milestone(round, rules, &rules::SUPPLY)?.value;
    let opens = window.opens.map(|local| Deadline { local, cutoff: window.until.cutoff }.moment());
    Some(opens.unwrap_or_else(|| window.until.moment()))
}

/// When providers register in a round.
///
/// # Errors
/// [`Error::NoCalendar`] when no rule file says so.
pub(super) fn registration(round: &Round, rules: &Rules) -> Result<Known<Window>, Error> {
    milestone(round, rules, &rules::REGISTRATION).ok_or_else(|| Error::NoCalendar {
        office: round.office.clone(),
        sector: round.sector,
        year: round.year,
    })
}

/// A milestone as the office states it for the year; where the office has no calendar for that year, as the national
/// one does (the office's prevails). `None` when neither has it, or the office says it has none.
pub(super) fn milestone(round: &Round, rules: &Rules, parameter: &Parameter<Window>) -> Option<Known<Window>> {
    let own = scope(round);
    match rules.get(parameter, &own) {
        Ok(window) => Some(window),
        Err(ParameterError::NotSet { .. }) => None,
        Err(ParameterError::NotInForce { .. }) => rules.get(parameter, &RuleScope { office: "", ..own }).ok(),
    }
}

#[cfg(test)]
mod tests {
    use edge::Sector;

    use super::*;
    use crate::decide::fixture::{built_in, round, utc, with};

    fn until(round: &Round, rules: &Rules, name: &str) -> Option<String> {
        let found = calendar(round, rules).unwrap().into_iter().find(|milestone| milestone.name == name)?;
        Some(found.until.format("%Y-%m-%d %H:%M:%S").to_string())
    }

    #[test]
    fn reg_05_the_national_calendar_holds_for_every_office_and_sector() {
        let rules = built_in();
        for sector in [Sector::Vv, Sector::Gz, Sector::Ggz] {
            for office in ["cz", "vgz", "menzis"] {
                let round = round(office, sector, 2022);
                assert_eq!(until(&round, rules, "registration").unwrap(), "2021-07-30 15:00:00", "{office} {sector}");
                assert_eq!(until(&round, rules, "questions").unwrap(), "2021-06-17 10:00:00");
            }
        }
    }

    #[test]
    fn reg_05_the_office_has_its_own_calendar_and_no_other_office_has_it() {
        let rules = built_in();
        let milestones = calendar(&round("vgz", Sector::Ggz, 2023), rules).unwrap();
        let names: Vec<&str> = milestones.iter().map(|milestone| milestone.name).collect();
        let expected = [
            "publication",
            "questions",
            "note_of_information",
            "objection_to_policy",
            "registration",
            "hardship_request",
            "talks",
            "hardship_answer",
            "provisional",
            "definitive",
            "mid_year_1",
            "mid_year_2",
        ];
        assert_eq!(names, expected);
        let registration = &milestones[4];
        assert_eq!(registration.opens, Some(utc("2022-06-30 22:00:00")));
        assert_eq!(registration.until, utc("2022-07-31 15:00:00"));
        assert!(registration.source.starts_with("VGZ Zorgkantoor, Zorginkoopbeleid langdurige zorg 2023, "));
        for (office, sector, year) in [
            ("cz", Sector::Gz, 2023),
            ("vgz", Sector::Gz, 2024),
            ("vgz", Sector::HomeCare, 2022),
            ("cz", Sector::HomeCare, 2024),
        ] {
            let error = calendar(&round(office, sector, year), rules).unwrap_err();
            assert!(matches!(error, Error::NoCalendar { .. }), "{office} {sector} {year}");
        }
    }

    #[test]
    fn reg_05_home_care_has_days_of_its_own_for_new_providers() {
        let (rules, round) = (built_in(), round("vgz", Sector::HomeCare, 2024));
        assert_eq!(until(&round, rules, "registration").unwrap(), "2023-06-15 15:00:00");
        assert_eq!(until(&round, rules, "registration_new").unwrap(), "2023-09-08 15:00:00");
        assert_eq!(until(&round, rules, "completion_new").unwrap(), "2023-09-15 21:59:59");
        assert_eq!(until(&round, rules, "agreement").unwrap(), "2023-12-22 16:00:00");
    }

    #[test]
    fn reg_05_a_weekend_moves_a_deadline_only_when_asked() {
        let sunday = round("vgz", Sector::Gz, 2023);
        assert_eq!(until(&sunday, built_in(), "registration").unwrap(), "2022-07-31 15:00:00");
        let rolling = with("roll_forward", "false", "true");
        assert_eq!(until(&sunday, &rolling, "registration").unwrap(), "2022-08-01 15:00:00");
    }
}
