//! Applications between the contract and the domain.

use contract::homecare as proto;
use edge::{EdgeError, Fields, to_proto};
use money::Money;
use uuid::Uuid;

use super::provider_year;
use crate::domain::{Application, ApplicationKind, ApplicationState, ProviderYear};

/// An application that is filed.
#[derive(Debug)]
pub struct FileApplication {
    /// The request.
    pub request_id: Uuid,
    /// The provider's year.
    pub of: ProviderYear,
    /// What is applied for.
    pub kind: ApplicationKind,
    /// The amount.
    pub amount: Money,
    /// What it is for.
    pub description: String,
    /// What is declared, each once.
    pub declared: Vec<String>,
}

/// Reads an application that is filed.
pub fn file_application(request: &proto::FileApplicationRequest) -> Result<FileApplication, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let of = provider_year(&mut fields, &request.office, &request.agb, request.year);
    let kind = match request.kind() {
        proto::ApplicationKind::Unspecified => None,
        proto::ApplicationKind::Innovation => Some(ApplicationKind::Innovation),
        proto::ApplicationKind::SharedSavings => Some(ApplicationKind::SharedSavings),
        proto::ApplicationKind::NightCare => Some(ApplicationKind::NightCare),
        proto::ApplicationKind::Technology => Some(ApplicationKind::Technology),
        proto::ApplicationKind::WorkingDifferently => Some(ApplicationKind::WorkingDifferently),
    };
    fields.check(kind.is_some(), "kind", "expected a kind of application");
    let amount = fields.positive_money("amount", request.amount.as_ref());
    fields.check(amount != Some(Money::ZERO), "amount", "must be more than nothing");
    let description = fields.text("description", &request.description);
    let each = request.declared.iter().enumerate();
    let declared: Vec<Option<String>> =
        each.map(|(index, code)| fields.text(&format!("declared[{index}]"), code)).collect();
    let declared: Option<Vec<String>> = declared.into_iter().collect();
    let (request_id, of, kind, amount, description, mut declared) =
        fields.all((request_id, of, kind, amount, description, declared))?;
    declared.sort();
    declared.dedup();
    Ok(FileApplication { request_id, of, kind, amount, description, declared })
}

/// A decision on an application.
#[derive(Debug)]
pub struct DecideApplication {
    /// The request.
    pub request_id: Uuid,
    /// The application.
    pub application_id: String,
    /// The amount that is granted.
    pub granted: Option<Money>,
    /// The impact.
    pub impact: String,
}

/// Reads a decision on an application.
pub fn decide_application(request: &proto::DecideApplicationRequest) -> Result<DecideApplication, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let application_id = fields.id("application_id", &request.application_id);
    let granted = match &request.granted {
        None => Some(None),
        given => fields.positive_money("granted", given.as_ref()).map(Some),
    };
    fields.check(granted != Some(Some(Money::ZERO)), "granted", "must be more than nothing");
    let impact = fields.text("impact", &request.impact);
    let (request_id, application_id, granted, impact) = fields.all((request_id, application_id, granted, impact))?;
    Ok(DecideApplication { request_id, application_id, granted, impact })
}

/// An application.
pub fn application(application: &Application) -> proto::Application {
    let kind = match application.kind {
        ApplicationKind::Innovation => proto::ApplicationKind::Innovation,
        ApplicationKind::SharedSavings => proto::ApplicationKind::SharedSavings,
        ApplicationKind::NightCare => proto::ApplicationKind::NightCare,
        ApplicationKind::Technology => proto::ApplicationKind::Technology,
        ApplicationKind::WorkingDifferently => proto::ApplicationKind::WorkingDifferently,
    };
    let state = match application.state {
        ApplicationState::Filed => proto::ApplicationState::Filed,
        ApplicationState::NotConsidered => proto::ApplicationState::NotConsidered,
        ApplicationState::Granted => proto::ApplicationState::Granted,
        ApplicationState::Refused => proto::ApplicationState::Refused,
    };
    proto::Application {
        application_id: application.id.clone(),
        office: application.of.office.to_string(),
        agb: application.of.agb.to_string(),
        year: application.of.year,
        kind: kind.into(),
        amount: to_proto::money(application.amount),
        description: application.description.clone(),
        declared: application.declared.clone(),
        filed_time: to_proto::time(application.filed),
        state: state.into(),
        granted: application.granted.and_then(to_proto::money),
        decision_id: application.decision_id.clone(),
        decided_time: to_proto::time(application.decided),
    }
}
