//! The end of a year, as it is asked and told.

use chrono::{DateTime, Utc};
use contract::budget as proto;
use edge::{EdgeError, Fields, Page, to_proto};
use identifiers::Agb;
use money::Money;
use uuid::Uuid;

use super::request::{optional_agb, year_of};
use crate::domain::{
    Escalation, EscalationStep, FormKind, Investigation, InvestigationKind, OfficeYear, Party, Settlement, Signature,
};

/// The characters of a SHA-256 in hexadecimal.
const SHA256_LENGTH: usize = 64;
/// The longest reference of a claim line (NUM362).
const REFERENCE_LENGTH: usize = 20;

/// An investigation to be opened.
#[derive(Debug)]
pub struct OpenInvestigation {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The provider.
    pub agb: Agb,
    /// What it is.
    pub kind: InvestigationKind,
    /// Why.
    pub motivation: String,
}

/// Reads an investigation to be opened.
pub fn open_investigation(request: &proto::OpenInvestigationRequest) -> Result<OpenInvestigation, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let agb = fields.agb("agb", &request.agb);
    let kind = match proto::InvestigationKind::try_from(request.kind) {
        Ok(proto::InvestigationKind::MaterialControl) => Some(InvestigationKind::MaterialControl),
        Ok(proto::InvestigationKind::Fraud) => Some(InvestigationKind::Fraud),
        _ => None,
    };
    fields.check(kind.is_some(), "kind", "expected INVESTIGATION_KIND_MATERIAL_CONTROL or INVESTIGATION_KIND_FRAUD");
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, year, agb, kind, motivation) = fields.all((request_id, year, agb, kind, motivation))?;
    Ok(OpenInvestigation { request_id, year, agb, kind, motivation })
}

/// Reads which investigation is to be closed, and what came out of it.
pub fn close_investigation(request: &proto::CloseInvestigationRequest) -> Result<(Uuid, String, String), EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let id = fields.id("investigation_id", &request.investigation_id);
    let motivation = fields.text("motivation", &request.motivation);
    fields.all((request_id, id, motivation))
}

/// An investigation.
pub fn investigation(one: &Investigation) -> proto::Investigation {
    let kind = match one.kind {
        InvestigationKind::MaterialControl => proto::InvestigationKind::MaterialControl,
        InvestigationKind::Fraud => proto::InvestigationKind::Fraud,
    };
    proto::Investigation {
        investigation_id: one.id.clone(),
        agb: one.agb.to_string(),
        kind: kind.into(),
        opened_time: to_proto::time(one.opened),
        closed_time: one.closed.and_then(to_proto::time),
    }
}

/// A wrongful payment to be recorded.
#[derive(Debug)]
pub struct RecordWrongful {
    /// The request.
    pub request_id: Uuid,
    /// The office.
    pub office: edge::Office,
    /// The provider.
    pub agb: Agb,
    /// The reference of the claim line.
    pub reference: String,
    /// How much.
    pub amount: Money,
    /// What is wrong.
    pub motivation: String,
}

/// Reads a wrongful payment.
pub fn record_wrongful(request: &proto::RecordWrongfulPaymentRequest) -> Result<RecordWrongful, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let office = fields.office("office", &request.office);
    let agb = fields.agb("agb", &request.agb);
    let reference = fields.text("reference", &request.reference);
    fields.check(request.reference.len() <= REFERENCE_LENGTH, "reference", "has at most 20 characters");
    let amount = fields.positive_money("amount", request.amount.as_ref());
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, office, agb, reference, amount, motivation) =
        fields.all((request_id, office, agb, reference, amount, motivation))?;
    Ok(RecordWrongful { request_id, office, agb, reference, amount, motivation })
}

fn form_of(fields: &mut Fields, kind: i32) -> Option<FormKind> {
    let kind = match proto::FormKind::try_from(kind) {
        Ok(proto::FormKind::Budget) => Some(FormKind::Budget),
        Ok(proto::FormKind::Reconciliation) => Some(FormKind::Reconciliation),
        _ => None,
    };
    fields.check(kind.is_some(), "kind", "expected FORM_KIND_BUDGET or FORM_KIND_RECONCILIATION");
    kind
}

/// Which forms are asked.
#[derive(Debug)]
pub struct ListForms {
    /// The office's year.
    pub year: OfficeYear,
    /// Which form.
    pub kind: FormKind,
    /// The provider; empty for all.
    pub agb: String,
    /// The page.
    pub page: Page,
}

/// Reads which forms are asked.
pub fn list_forms(request: &proto::ListFormsRequest) -> Result<ListForms, EdgeError> {
    let mut fields = Fields::new();
    let year = year_of(&mut fields, &request.office, request.year);
    let kind = form_of(&mut fields, request.kind);
    let agb = optional_agb(&mut fields, &request.agb);
    let page = Page::read(&mut fields, request.page_size, &request.page_token, 1);
    let (year, kind, agb, page) = fields.all((year, kind, agb, page))?;
    Ok(ListForms { year, kind, agb, page })
}

/// A signature to be recorded.
#[derive(Debug)]
pub struct SignForm {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// Which form.
    pub kind: FormKind,
    /// The provider.
    pub agb: Agb,
    /// Who signs.
    pub party: Party,
    /// The name and function of who signed.
    pub signed_by: String,
    /// SHA-256 of what was signed.
    pub sha256: String,
    /// Whether the office signs alone.
    pub one_sided: bool,
}

/// Reads a signature.
pub fn sign_form(request: &proto::SignFormRequest) -> Result<SignForm, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let kind = form_of(&mut fields, request.kind);
    let agb = fields.agb("agb", &request.agb);
    let party = match proto::Side::try_from(request.side) {
        Ok(proto::Side::Office) => Some(Party::Office),
        Ok(proto::Side::Provider) => Some(Party::Provider),
        _ => None,
    };
    fields.check(party.is_some(), "side", "expected SIDE_OFFICE or SIDE_PROVIDER");
    let signed_by = fields.text("signed_by", &request.signed_by);
    let is_hash = request.sha256.len() == SHA256_LENGTH && request.sha256.bytes().all(|one| one.is_ascii_hexdigit());
    let sha256 =
        fields.check(is_hash, "sha256", "expected 64 hexadecimal digits").map(|()| request.sha256.to_lowercase());
    let one_sided = request.one_sided;
    let may = !one_sided || (party == Some(Party::Office) && kind == Some(FormKind::Reconciliation));
    fields.check(may, "one_sided", "only the office signs alone, and only a reconciliation");
    let (request_id, year, kind, agb, party, signed_by, sha256) =
        fields.all((request_id, year, kind, agb, party, signed_by, sha256))?;
    Ok(SignForm { request_id, year, kind, agb, party, signed_by, sha256, one_sided })
}

/// A signature.
pub fn signature(one: &Signature) -> proto::Signature {
    let side = match one.party {
        Party::Office => proto::Side::Office,
        Party::Provider => proto::Side::Provider,
    };
    proto::Signature { side: side.into(), signed_by: one.signed_by.clone(), signed_time: to_proto::time(one.signed) }
}

/// What is to be settled.
pub fn settlement(one: &Settlement) -> proto::Settlement {
    proto::Settlement {
        wrongful: to_proto::money(one.wrongful),
        acceptable: to_proto::money(one.acceptable),
        net_paid: to_proto::money(one.net_paid),
        advance: to_proto::money(one.advance),
        settlement: to_proto::money(one.settlement),
    }
}

/// A step about an overrun to be recorded.
#[derive(Debug)]
pub struct Escalate {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The step.
    pub step: EscalationStep,
    /// How much it brings.
    pub amount: Money,
    /// What was decided.
    pub motivation: String,
}

/// Reads a step about an overrun.
pub fn escalate(request: &proto::EscalateRequest) -> Result<Escalate, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let step = match proto::EscalationStep::try_from(request.step) {
        Ok(proto::EscalationStep::PgbTransfer) => Some(EscalationStep::PgbTransfer),
        Ok(proto::EscalationStep::OfficeTransfer) => Some(EscalationStep::OfficeTransfer),
        Ok(proto::EscalationStep::Consultation) => Some(EscalationStep::Consultation),
        Ok(proto::EscalationStep::Unpaid) => Some(EscalationStep::Unpaid),
        _ => None,
    };
    fields.check(step.is_some(), "step", "names no step");
    let amount = fields.positive_money("amount", request.amount.as_ref());
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, year, step, amount, motivation) = fields.all((request_id, year, step, amount, motivation))?;
    Ok(Escalate { request_id, year, step, amount, motivation })
}

/// A step about an overrun.
pub fn escalation(one: &Escalation) -> proto::Escalation {
    let step = match one.step {
        EscalationStep::PgbTransfer => proto::EscalationStep::PgbTransfer,
        EscalationStep::OfficeTransfer => proto::EscalationStep::OfficeTransfer,
        EscalationStep::Consultation => proto::EscalationStep::Consultation,
        EscalationStep::Unpaid => proto::EscalationStep::Unpaid,
    };
    proto::Escalation {
        number: i32::try_from(one.number).unwrap_or(i32::MAX),
        step: step.into(),
        amount: to_proto::money(one.amount),
        overrun: to_proto::money(one.overrun),
        motivation: one.motivation.clone(),
        decision_id: one.decision_id.clone(),
        recorded_time: to_proto::time(one.recorded),
    }
}

/// Which figures are to be published.
#[derive(Debug)]
pub struct Publication {
    /// The office's year.
    pub year: OfficeYear,
    /// As known at this moment.
    pub as_of: Option<DateTime<Utc>>,
    /// Whether as JSON rather than CSV.
    pub json: bool,
}

/// Reads which figures are to be published.
pub fn publication(request: &proto::GetPublicationRequest) -> Result<Publication, EdgeError> {
    let mut fields = Fields::new();
    let year = year_of(&mut fields, &request.office, request.year);
    let as_of = fields.optional_time("as_of_time", request.as_of_time.as_ref());
    let json = match proto::PublicationFormat::try_from(request.format) {
        Ok(proto::PublicationFormat::Csv) => Some(false),
        Ok(proto::PublicationFormat::Json) => Some(true),
        _ => None,
    };
    fields.check(json.is_some(), "format", "expected PUBLICATION_FORMAT_CSV or PUBLICATION_FORMAT_JSON");
    let (year, as_of, json) = fields.all((year, as_of, json))?;
    Ok(Publication { year, as_of, json })
}

type ProviderUse = (OfficeYear, Agb, Option<DateTime<Utc>>);

/// Reads whose figures are asked.
pub fn provider_use(request: &proto::GetProviderUseRequest) -> Result<ProviderUse, EdgeError> {
    let mut fields = Fields::new();
    let year = year_of(&mut fields, &request.office, request.year);
    let agb = fields.agb("agb", &request.agb);
    let as_of = fields.optional_time("as_of_time", request.as_of_time.as_ref());
    fields.all((year, agb, as_of))
}
