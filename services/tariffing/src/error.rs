//! What can go wrong in tariffing, and the status of each.

use edge::{EdgeError, Failure, Office};
use explain::{ParameterError, Row};
use identifiers::Agb;
use money::{Money, MoneyError, Percentage};
use tonic::{Code, Status};
use tonic_types::ErrorDetails;

/// An error of tariffing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One that any service can have.
    #[error(transparent)]
    Edge(#[from] EdgeError),
    /// No table has a maximum tariff for the product on that day.
    #[error("no maximum tariff of product {product} is on record for {date}")]
    NoMaximumTariff {
        /// The product.
        product: String,
        /// The day.
        date: chrono::NaiveDate,
    },
    /// No source states the value of a row.
    #[error("not determined: parameter {key} of office {office} is not set ({rule})")]
    NotStated {
        /// The rule.
        rule: String,
        /// The key of the row.
        key: String,
        /// The office.
        office: String,
    },
    /// The percentage starts from the one of the year before, which is not on record.
    #[error("not determined: no percentage of {year} is on record, and the derivation starts from it")]
    PreviousUnknown {
        /// That year.
        year: i32,
    },
    /// The percentage of a new provider follows from an interview that is not on record.
    #[error("not determined: the interview settles the percentage of a new provider, and none is on record")]
    InterviewNeeded,
    /// The rules of the office have no such ground.
    #[error("the rules of office {office} have no {key} for {year} that can be granted in this way")]
    NoSuchGround {
        /// The key.
        key: String,
        /// The office.
        office: String,
        /// The year.
        year: i32,
    },
    /// No percentage above the cap.
    #[error("{percentage}% lies above the cap of {cap}%", percentage = percentage.0, cap = cap.0)]
    AboveCap {
        /// The percentage.
        percentage: Percentage,
        /// The cap.
        cap: Percentage,
    },
    /// A falling line rises.
    #[error("the line rises in {year}")]
    LineRises {
        /// The year that lies above the one before it.
        year: i32,
    },
    /// A falling line begins before there were any.
    #[error("a line can begin in {first} at the earliest, not in {year}")]
    LineTooEarly {
        /// The first year of the line.
        year: i32,
        /// The first year there may be one.
        first: u32,
    },
    /// Night care would leave nothing of a tariff of home care.
    #[error("night care lowers the tariff of provider {agb} by {reduction} per hour, and it is {tariff}")]
    NightCareExceedsTariff {
        /// The provider.
        agb: Agb,
        /// Its tariff per hour.
        tariff: Money,
        /// What it would be lowered by.
        reduction: Money,
    },
    /// The index and the maximum leave no positive tariff of home care.
    #[error("the tariff of provider {agb} would be {tariff}, which is not positive")]
    HomeCareTariffNotPositive {
        /// The provider.
        agb: Agb,
        /// What the tariff would be.
        tariff: Money,
    },
    /// A surcharge is reclaimed only where the result is an obligation.
    #[error("the result is no obligation, so nothing can be reclaimed")]
    NoObligation,
    /// The steps leave no positive percentage.
    #[error("the steps leave a percentage of {0}, which is not positive")]
    PercentageNotPositive(Percentage),
}

impl Error {
    /// No source states the value of a row.
    pub fn not_stated(row: &Row, office: &Office) -> Error {
        Error::NotStated { rule: row.rule.to_string(), key: row.key.to_string(), office: office.to_string() }
    }
}

impl Error {
    /// The rule that stands in the way, and what it is about.
    fn violated(&self) -> Option<(&str, String)> {
        Some(match self {
            Error::Edge(_) => return None,
            Error::NoMaximumTariff { product, .. } => ("TAR-02", product.clone()),
            Error::NotStated { rule, key, .. } => (rule, key.clone()),
            Error::PreviousUnknown { .. } => ("TAR-09", "previous".to_owned()),
            Error::InterviewNeeded => ("TAR-20", "interview".to_owned()),
            Error::NoSuchGround { key, .. } => ("TAR-03", key.clone()),
            Error::AboveCap { .. } => ("TAR-10", "percentage".to_owned()),
            Error::LineRises { .. } | Error::LineTooEarly { .. } => ("TAR-12", "years".to_owned()),
            Error::NightCareExceedsTariff { agb, .. } | Error::HomeCareTariffNotPositive { agb, .. } => {
                ("TAR-11", agb.to_string())
            }
            Error::NoObligation => ("TAR-16", "consequence".to_owned()),
            Error::PercentageNotPositive(_) => ("TAR-10", "adjustments".to_owned()),
        })
    }
}

impl Failure for Error {
    fn code(&self) -> Code {
        match self {
            Error::Edge(error) => error.code(),
            Error::NoMaximumTariff { .. }
            | Error::NotStated { .. }
            | Error::PreviousUnknown { .. }
            | Error::InterviewNeeded
            | Error::NoSuchGround { .. }
            | Error::AboveCap { .. }
            | Error::LineRises { .. }
            | Error::LineTooEarly { .. }
            | Error::NoObligation
            | Error::NightCareExceedsTariff { .. }
            | Error::HomeCareTariffNotPositive { .. }
            | Error::PercentageNotPositive(_) => Code::FailedPrecondition,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Error::Edge(error) => error.reason(),
            Error::NoMaximumTariff { .. } => "NO_MAXIMUM_TARIFF",
            Error::NotStated { .. } => "PARAMETER_NOT_SET",
            Error::PreviousUnknown { .. } => "PREVIOUS_PERCENTAGE_UNKNOWN",
            Error::InterviewNeeded => "INTERVIEW_NEEDED",
            Error::NoSuchGround { .. } => "NO_SUCH_GROUND",
            Error::AboveCap { .. } => "ABOVE_CAP",
            Error::LineRises { .. } => "LINE_RISES",
            Error::LineTooEarly { .. } => "LINE_TOO_EARLY",
            Error::NoObligation => "NO_OBLIGATION",
            Error::NightCareExceedsTariff { .. } => "NIGHT_CARE_EXCEEDS_TARIFF",
            Error::HomeCareTariffNotPositive { .. } => "HOME_CARE_TARIFF_NOT_POSITIVE",
            Error::PercentageNotPositive(_) => "PERCENTAGE_NOT_POSITIVE",
        }
    }

    fn details(&self, details: &mut ErrorDetails) {
        if let Error::Edge(error) = self {
            return error.details(details);
        }
        if let Some((rule, subject)) = self.violated() {
            details.add_precondition_failure_violation(rule, subject, self.to_string());
        }
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Status {
        edge::status_of(&error)
    }
}

impl From<ParameterError> for Error {
    fn from(error: ParameterError) -> Error {
        EdgeError::from(error).into()
    }
}

impl From<MoneyError> for Error {
    fn from(error: MoneyError) -> Error {
        EdgeError::from(error).into()
    }
}

impl From<database::DatabaseError> for Error {
    fn from(error: database::DatabaseError) -> Error {
        EdgeError::from(error).into()
    }
}
