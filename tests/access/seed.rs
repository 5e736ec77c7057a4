//! Records of two offices in one database, put there directly: the walk needs one of each kind.

use database::{DecisionRow, ProposalRow, execute};
use serde_json::json;
use tariffing::store::{Content, Dossier, save_dossier};

use crate::world::{AGB, OTHER, OWN, STRANGE_AGB, Which, World};

/// The id of the record of a kind and an office.
pub fn id(kind: &str, office: &str) -> String {
    format!("{kind}-{office}")
}

/// The provider of the adapters has what the own office has; the other office's is somebody else's.
fn agb(office: &str) -> &'static str {
    if office == OWN { AGB } else { STRANGE_AGB }
}

/// Puts a record of each kind that the service's RPCs name, for both offices.
pub async fn seed(world: &World, which: Which) {
    let now = world.clock.now();
    let rules = world.db.save_rule_set("rules", "seeded", now).await.unwrap();
    for office in [OWN, OTHER] {
        let mut tx = world.db.write().await.unwrap();
        let decision = DecisionRow {
            decision_id: id("decision", office),
            office: office.to_owned(),
            kind: "seeded".to_owned(),
            subject: "seeded".to_owned(),
            decided_time: now,
            rules_sha256: rules,
            facts: "{}".to_owned(),
            facts_sha256: [0; 32],
            explanation: Vec::new(),
        };
        tx.save_decision(&decision).await.unwrap();
        tx.save_proposal(&proposal(office, now)).await.unwrap();
        tx.commit(now).await.unwrap();
        match which {
            Which::Registration => registration(world, office).await,
            Which::Budget => {
                claim_file(world, office).await;
                round(world, office).await;
                investigation(world, office).await;
            }
            Which::Homecare => {
                claim_file(world, office).await;
                benchmark(world, office).await;
                raise(world, office).await;
                ceiling_offer(world, office).await;
            }
            Which::Screening => signal(world, office).await,
            Which::Tariffing => {
                uplift_offer(world, office).await;
                dossiers(world, office).await;
            }
        }
    }
}

fn proposal(office: &str, now: chrono::DateTime<chrono::Utc>) -> ProposalRow {
    ProposalRow {
        proposal_id: id("proposal", office),
        office: office.to_owned(),
        agb: agb(office).to_owned(),
        method: "Seeded".to_owned(),
        subject: "seeded".to_owned(),
        summary: "seeded".to_owned(),
        request: Vec::new(),
        outcome_sha256: vec![0; 32],
        proposed_by: "somebody".to_owned(),
        proposed_time: now,
        verdict: None,
        decided_by: None,
        motivation: None,
        decided_time: None,
    }
}

const PROVIDER: &str = "INSERT INTO provider (agb, versions, recorded_time) VALUES ($1, 1, $2)";
const VERSION: &str = "INSERT INTO provider_version (agb, version, name, kvk, recorded_time)
    VALUES ($1, 1, 'De Linde', '12345678', $2)";
const ROUND: &str = "INSERT INTO purchase_round (round_id, office, sector, year, opened_time)
    VALUES ($1, $2, 'gz', 2027, $3)";
const REGISTRATION: &str =
    "INSERT INTO registration (registration_id, round_id, agb, procedure, begun_time, received_time, state, version, assessments)
    VALUES ($1, $2, $3, 'regular', $4, $4, 'submitted', 1, 0)";
const CONTENT: &str = "INSERT INTO registration_content (registration_id, version, content, saved_time)
    VALUES ($1, 1, $2, $3)";
const CLARIFICATION: &str = "INSERT INTO clarification (clarification_id, registration_id, concerns, question,
        motivation, asked_time, due_time, decision_id)
    VALUES ($1, $2, '[\"unclear\"]', 'seeded', 'seeded', $3, $3, $4)";
const OFFER: &str = "INSERT INTO offer (offer_id, registration_id, number, office, agb, terms, sent_time, negotiable,
        decision_id, state, response)
    VALUES ($1, $2, 1, $3, $4, $5, $6, true, $7, 'open', '')";
const AGREEMENT: &str = "INSERT INTO agreement (agreement_id, office, sector, agb, first_day, extended, conditional,
        products, modules, recorded_time)
    VALUES ($1, $2, 'gz', $3, $4, false, false, '[\"Z053\"]', '[]', $5)";
const DUTY: &str =
    "INSERT INTO duty (duty_id, office, agb, kind, subject, rule, code, due_time, text_nl, text_en, state,
        evidence)
    VALUES ($1, $2, $3, 'obligation', $4, 'REG-18', 'seeded', $5, 'seeded', 'seeded', 'open', '')";
const APPEAL: &str = "INSERT INTO appeal (appeal_id, round_id, agb, kind, part, content, filed_time, waits_for_judge,
        decision_id, state, answer)
    VALUES ($1, $2, $3, 'question', '1', 'seeded', $4, false, $5, 'open', '')";
const SUBCONTRACTOR: &str = "INSERT INTO subcontractor (subcontractor_id, agreement_id, subcontractor, whole_package,
        reported_time, by_silence, decision_id, state, motivation)
    VALUES ($1, $2, $3, false, $4, 'no_objection', $5, 'reported', '')";
const PERSON: &str = "INSERT INTO person (person_id, office, agb, position, first_day, sealed, recorded_time)
    VALUES ($1, $2, $3, 'board_member', $4, $5, $6)";

async fn registration(world: &World, office: &str) {
    let now = world.clock.now();
    let (round, own, person) = (id("round", office), id("registration", office), id("person", office));
    let (clarification, decision) = (id("clarification", office), id("decision", office));
    let content = r#"{"region":"5508","products":["Z053"],"modules":[],"start":null,"answers":{},"documents":[],"subcontractors":[]}"#;
    let mut tx = world.db.write().await.unwrap();
    execute!(tx, PROVIDER, agb(office), now).unwrap();
    execute!(tx, VERSION, agb(office), now).unwrap();
    execute!(tx, ROUND, &round, office, now).unwrap();
    execute!(tx, REGISTRATION, &own, &round, agb(office), now).unwrap();
    execute!(tx, CONTENT, &own, content, now).unwrap();
    execute!(tx, CLARIFICATION, &clarification, &own, now, &decision).unwrap();
    let agreement = id("agreement", office);
    let terms = r#"{"first_day":"2027-01-01","last_day":null,"products":["Z053"],"modules":[]}"#;
    let de_es = r#"{"name":"De Es","kvk":"87654321","share":"10","self_employed":false}"#;
    let in_a_year = now + chrono::TimeDelta::days(365);
    execute!(tx, OFFER, &id("offer", office), &own, office, agb(office), terms, now, &decision).unwrap();
    execute!(tx, AGREEMENT, &agreement, office, agb(office), now.date_naive(), now).unwrap();
    execute!(tx, DUTY, &id("duty", office), office, agb(office), &agreement, in_a_year).unwrap();
    execute!(tx, APPEAL, &id("appeal", office), &round, agb(office), now, &decision).unwrap();
    execute!(tx, SUBCONTRACTOR, &id("subcontractor", office), &agreement, de_es, now, &decision).unwrap();
    execute!(tx, PERSON, &person, office, agb(office), now.date_naive(), vec![0_u8], now).unwrap();
    tx.commit(now).await.unwrap();
}

const FEATURE_TABLE: &str = "INSERT INTO feature_table (table_id, office, year, first_day, last_day, source, columns,
        row_count, providers, sha256, recorded_time)
    VALUES ($1, $2, 2028, $3, $3, 'seeded', '[]', 0, 0, $4, $5)";
const BENCHMARK_RUN: &str =
    "INSERT INTO benchmark_run (run_id, office, year, number, table_id, outcome, outcome_sha256,
        decision_id, recorded_time)
    VALUES ($1, $2, 2028, 1, $3, $4, $5, $6, $7)";

async fn benchmark(world: &World, office: &str) {
    let now = world.clock.now();
    let (table, run, decision) = (id("feature_table", office), id("benchmark_run", office), id("decision", office));
    let outcome = r#"{"models":[],"condition":"1","insured":0,"providers":0,"left_out":[]}"#;
    let mut tx = world.db.write().await.unwrap();
    execute!(tx, FEATURE_TABLE, &table, office, now.date_naive(), vec![0_u8; 32], now).unwrap();
    execute!(tx, BENCHMARK_RUN, &run, office, &table, outcome, vec![0_u8; 32], &decision, now).unwrap();
    tx.commit(now).await.unwrap();
}

const CARE_AGREEMENT: &str = "INSERT INTO agreement (office, agb, year, agreement_id, type, ceiling_cents,
        hours_per_client_month, recorded_time)
    VALUES ($1, $2, 2028, $3, 'standard', 1, '1', $4)";
const RAISE: &str =
    "INSERT INTO raise_request (raise_id, office, agb, year, recorded_time) VALUES ($1, $2, $3, 2028, $4)";
const APPLICATION: &str = "INSERT INTO application (application_id, office, agb, year, kind, recorded_time)
    VALUES ($1, $2, $3, 2028, 'innovation', $4)";
const CLIENT_STOP: &str = "INSERT INTO client_stop (stop_id, office, agb, year, raise_id, first_day, informing,
        consultation, alternatives, decision_id, recorded_time)
    VALUES ($1, $2, $3, 2028, $4, $5, 'seeded', 'seeded', '[]', $6, $7)";

async fn raise(world: &World, office: &str) {
    let now = world.clock.now();
    let (raise, stop, decision) = (id("raise", office), id("client_stop", office), id("decision", office));
    let mut tx = world.db.write().await.unwrap();
    execute!(tx, CARE_AGREEMENT, office, agb(office), &id("care_agreement", office), now).unwrap();
    execute!(tx, RAISE, &raise, office, agb(office), now).unwrap();
    execute!(tx, APPLICATION, &id("application", office), office, agb(office), now).unwrap();
    execute!(tx, CLIENT_STOP, &stop, office, agb(office), &raise, now.date_naive(), &decision, now).unwrap();
    tx.commit(now).await.unwrap();
}

const CEILING_OFFER: &str = "INSERT INTO ceiling_offer (offer_id, office, agb, year, number, terms, state, response,
        decision_id, recorded_time)
    VALUES ($1, $2, $3, 2028, 1, $4, 'open', '', $5, $6)";

async fn ceiling_offer(world: &World, office: &str) {
    let now = world.clock.now();
    let terms = r#"{"kind":"standard","ceiling":100,"hours":"12.5","clients":1,"tariffs":[],"place":null,"texts":[]}"#;
    let (offer, decision) = (id("ceiling_offer", office), id("decision", office));
    let mut tx = world.db.write().await.unwrap();
    execute!(tx, CEILING_OFFER, &offer, office, agb(office), terms, &decision, now).unwrap();
    tx.commit(now).await.unwrap();
}

const CLAIM_FILE: &str = "INSERT INTO claim_file (office, file_id, agb, file_number, payee_agb, message_code,
        invoice_number, invoice_date, first_day, last_day, sha256, insurer_reference, lines, granted_lines,
        submitted_cents, granted_cents, received_time)
    VALUES ($1, $2, $3, 1, $3, 187, '1', $4, $4, $4, $5, 'R', 0, 0, 0, 0, $6)";

async fn claim_file(world: &World, office: &str) {
    let now = world.clock.now();
    let mut tx = world.db.write().await.unwrap();
    let (file, day) = (id("claim_file", office), now.date_naive());
    execute!(tx, CLAIM_FILE, office, &file, agb(office), day, vec![1_u8; 32], now).unwrap();
    tx.commit(now).await.unwrap();
}

const BUDGET_ROUND: &str =
    "INSERT INTO budget_round (round_id, office, year, kind, cut_off_time, inputs, inputs_sha256,
        providers, opened_time)
    VALUES ($1, $2, 2027, 'base_production', $3, $4, $5, 0, $3)";
const SIMULATION: &str = "INSERT INTO simulation (simulation_id, round_id, number, choices, outcome, made_time)
    VALUES ($1, $2, 1, $3, $4, $5)";

/// A round of nobody, with a simulation.
async fn round(world: &World, office: &str) {
    use budget::{
        decide::{FilingFacts, Inputs},
        domain::{Choices, OfficeYear, RoundOutcome, Totals},
    };
    let now = world.clock.now();
    let (round, simulation) = (id("round", office), id("simulation", office));
    let year = OfficeYear { office: office.parse().unwrap(), year: 2027 };
    let none = money::Money::ZERO;
    let inputs = FilingFacts { year, zin: none, pgb: none, providers: Vec::new(), as_of: now };
    let outcome = RoundOutcome { totals: Totals::default(), providers: Vec::new() };
    let text = |value: serde_json::Value| value.to_string();
    let mut tx = world.db.write().await.unwrap();
    let inputs = text(json!(Inputs::BaseProduction(inputs)));
    execute!(tx, BUDGET_ROUND, &round, office, now, inputs, vec![0_u8; 32]).unwrap();
    execute!(tx, SIMULATION, &simulation, &round, text(json!(Choices::default())), text(json!(outcome)), now).unwrap();
    tx.commit(now).await.unwrap();
}

const INVESTIGATION: &str =
    "INSERT INTO investigation (investigation_id, office, year, agb, kind, motivation, opened_time)
    VALUES ($1, $2, 2027, $3, 'fraud', 'seeded', $4)";

async fn investigation(world: &World, office: &str) {
    let now = world.clock.now();
    let mut tx = world.db.write().await.unwrap();
    execute!(tx, INVESTIGATION, &id("investigation", office), office, agb(office), now).unwrap();
    tx.commit(now).await.unwrap();
}

const SIGNAL: &str = "INSERT INTO signal (signal_id, office, rule_id, rule, kind, agb, client, product, first_day,
        last_day, at_stake_cents, finding_key, digest, fact_ids, decision_id, raised_time)
    VALUES ($1, $2, 'SCR-04', 'double', 'exact', $3, 'client', 'Z053', $4, $4, 100, 'key', 'digest', '', $5, $6)";

const SUBJECT: &str = "INSERT INTO subject (subject_id, office, agb, kind, reference, first_day, recorded_time)
    VALUES ($1, $2, $3, 'provider', $3, $4, $5)";
const CONSULT: &str =
    "INSERT INTO consult (consult_id, office, agb, subject_id, register, asked_by, reason, asked_time,
        outcome)
    VALUES ($1, $2, $3, $4, 'riz', 'seeded', 'seeded', $5, 'no_hit')";

const CASE: &str = "INSERT INTO provider_case (case_id, office, agb, state, content, opened_time)
    VALUES ($1, $2, $3, 'open', '{\"hearing\":null,\"assessment\":null,\"verdict\":null}', $4)";

async fn signal(world: &World, office: &str) {
    let now = world.clock.now();
    let mut tx = world.db.write().await.unwrap();
    let (signal, decision, day) = (id("signal", office), id("decision", office), now.date_naive());
    execute!(tx, SIGNAL, &signal, office, agb(office), day, &decision, now).unwrap();
    let (subject, consult) = (id("subject", office), id("consult", office));
    execute!(tx, SUBJECT, &subject, office, agb(office), day, now).unwrap();
    execute!(tx, CONSULT, &consult, office, agb(office), &subject, now).unwrap();
    let control = CONTROL_OF.replace("OFFICE", office);
    execute!(tx, CONTROL, id("control", office), office, agb(office), control, &decision, now).unwrap();
    execute!(tx, CASE, id("case", office), office, agb(office), now).unwrap();
    tx.commit(now).await.unwrap();
}

const CONTROL: &str = "INSERT INTO control (control_id, office, agb, content, drawn_lines, decision_id, planned_time)
    VALUES ($1, $2, $3, $4, 0, $5, $6)";
const CONTROL_OF: &str = r#"[{"kind":"formal","method":"attribute","scope":{"office":"OFFICE","service":"budget",
    "agb":null,"first_day":"2027-01-01","last_day":"2027-12-31","products":[],"cutoff":"2027-01-01T00:00:00Z"},
    "strata":[],"population_sha256":"","drawn_sha256":"","risk_analysis":"","risk_analysed":null,"plan":"",
    "medical_adviser":"","expected_errors":0,"seed":"","day":"2027-01-01","as_of":"2027-01-01T00:00:00Z"},
    {"confidence":"95","accuracy":"99","strata":[]}]"#;

const UPLIFT_OFFER: &str = "INSERT INTO uplift_offer (offer_id, office, year, agb, number, terms, tariff_cents,
        earlier, sent_time, accept_until, decision_id)
    VALUES ($1, $2, 2027, $3, 1, $4, 7813, 'null', $5, $5, $6)";

async fn uplift_offer(world: &World, office: &str) {
    let now = world.clock.now();
    let terms = r#"{"agreement_type":"standard","region":"5508","product":"1032","previous":{"integral":7250,"surcharge":0,"on_record":false},"benchmark":null,"ceiling":100,"first_day":"2027-01-01","original_offer":false}"#;
    let mut tx = world.db.write().await.unwrap();
    let (offer, decision) = (id("uplift_offer", office), id("decision", office));
    execute!(tx, UPLIFT_OFFER, &offer, office, agb(office), terms, now, &decision).unwrap();
    tx.commit(now).await.unwrap();
}

/// What a provider asks of its tariff, and what was agreed to come of it.
async fn dossiers(world: &World, office: &str) {
    let filed = world.clock.now();
    let proposal = json!({
        "key": "zorg_dichtbij_huis", "initiative": "seeded", "points": "0.15", "form": null, "filed": filed,
        "evidence": {}, "judgements": {}, "results_agreed": true, "state": "filed",
    });
    dossier::<tariffing::domain::TariffProposal>(world, office, proposal).await;
    let result = json!({
        "proposal_id": id("tariff_proposal", office), "measure": "seeded", "start": "4", "target": "2.5",
        "date": "2023-12-31", "measured_by": "seeded", "obligation": false, "evaluations": [],
    });
    dossier::<tariffing::domain::ResultAgreement>(world, office, result).await;
    let request = json!({
        "filed": filed, "efficiency": "seeded", "documents": [], "missing": [], "answer_by": null, "figures": null,
        "judgements": {}, "state": "filed", "decided": null, "objection": null,
    });
    dossier::<tariffing::domain::hardship::HardshipRequest>(world, office, request).await;
}

async fn dossier<T: Content>(world: &World, office: &str, content: serde_json::Value) {
    let now = world.clock.now();
    let subject = json!({ "office": office, "sector": "gz", "agb": agb(office), "year": 2023 });
    let subject = serde_json::from_value(subject).unwrap();
    let content: T = serde_json::from_value(content).unwrap();
    let mut tx = world.db.write().await.unwrap();
    save_dossier(&mut tx, &mut Dossier::new(id(T::KIND, office), subject, content), now).await.unwrap();
    tx.commit(now).await.unwrap();
}
