//! Controls by samples: populations, what was drawn, and what was found (SCR-09).

use chrono::{DateTime, NaiveDate, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, execute, fetch_all, fetch_optional};
use edge::{EdgeError, Office, Page};
use money::Money;

use super::{agb, stored};
use crate::{
    decide::control::{Plan, PlanFacts, Scope},
    domain::{Conclusion, Drawn, LineKey, PopulationLine},
};

static LINE: Table = Table {
    name: "control_line",
    columns: &[
        Column::new("control_id", Kind::Text),
        Column::new("place", Kind::Int),
        Column::new("stratum", Kind::Int),
        Column::new("certain", Kind::Int),
        Column::new("service", Kind::Text),
        Column::new("file_id", Kind::Text),
        Column::new("detail_number", Kind::Int),
        Column::new("agb", Kind::Text),
        Column::new("product", Kind::Text),
        Column::new("first_day", Kind::Date),
        Column::new("last_day", Kind::Date),
        Column::new("granted_cents", Kind::Int),
        Column::new("reference", Kind::Text),
    ],
};

// In the order of the index by provider, whatever a client is called. What was granted or credited after the cut-off is
// not looked at, so that pages of separate transactions are of one population.
const POPULATION: &str = "SELECT agb, first_day, last_day, file_id, detail_number, product, granted_cents, reference
    FROM claim
    WHERE office = $1 AND service = $2 AND granted_time <= $3
      AND agb >= $4 AND agb <= $5 AND first_day >= $6 AND first_day <= $7
      AND (agb, first_day, file_id, detail_number) > ($4, $8, $9, $10)
      AND NOT EXISTS (SELECT 1 FROM credit
                      WHERE credit.office = claim.office AND credit.service = claim.service
                        AND credit.agb = claim.agb AND credit.reference = claim.reference
                        AND credit.credited_time <= $3)
    ORDER BY agb, first_day, file_id, detail_number LIMIT $11";
const ADD: &str = "INSERT INTO control (control_id, office, agb, content, drawn_lines, decision_id, planned_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
macro_rules! controls {
    ($rest:literal) => {
        concat!(
            "SELECT control.control_id, control.content, control.drawn_lines, control.decision_id,
                    (SELECT COUNT(DISTINCT place) FROM control_result
                     WHERE control_result.control_id = control.control_id) AS results,
                    COALESCE(conclusion.content, '') AS conclusion,
                    COALESCE(conclusion.concluded_by, '') AS concluded_by,
                    COALESCE(conclusion.decision_id, '') AS concluded_decision, conclusion.concluded_time
             FROM control LEFT JOIN control_conclusion AS conclusion ON conclusion.control_id = control.control_id ",
            $rest
        )
    };
}
const ONE: &str = controls!("WHERE control.control_id = $1");
const PAGE: &str = controls!(
    "WHERE control.office = $1 AND ($2 = '' OR control.agb = $2) AND ($3 = '' OR control.control_id < $3)
     ORDER BY control.control_id DESC LIMIT $4"
);
// Whoever records results or concludes takes the control first.
const TAKE: &str = "UPDATE control SET drawn_lines = drawn_lines WHERE control_id = $1";
const LINES: &str = "SELECT line.place, line.stratum, line.certain, line.service, line.file_id, line.detail_number,
        line.agb, line.product, line.first_day, line.last_day, line.granted_cents, line.reference,
        result.right_cents, COALESCE(result.motivation, '') AS motivation,
        COALESCE(result.recorded_by, '') AS recorded_by
    FROM control_line AS line
    LEFT JOIN control_result AS result
      ON result.control_id = line.control_id AND result.place = line.place
     AND result.number = (SELECT MAX(number) FROM control_result AS latest
                          WHERE latest.control_id = line.control_id AND latest.place = line.place)
    WHERE line.control_id = $1 AND line.place > $2 AND ($3 = 0 OR result.right_cents IS NULL)
    ORDER BY line.place LIMIT $4";
const GRANTED: &str = "SELECT granted_cents FROM control_line WHERE control_id = $1 AND place = $2";
const ADD_RESULT: &str = "INSERT INTO control_result
        (control_id, place, number, right_cents, motivation, recorded_by, recorded_time)
    SELECT $1, $2, COUNT(*) + 1, $3, $4, $5, $6 FROM control_result WHERE control_id = $1 AND place = $2";
const CONCLUDE: &str = "INSERT INTO control_conclusion (control_id, content, concluded_by, decision_id, concluded_time)
    VALUES ($1, $2, $3, $4, $5)";

/// A control on record.
#[derive(Clone, Debug)]
pub struct Control {
    /// Its id.
    pub control_id: String,
    /// What it was planned from.
    pub facts: PlanFacts,
    /// The plan.
    pub plan: Plan,
    /// Lines drawn.
    pub drawn_lines: i64,
    /// Those of them with a result.
    pub results: i64,
    /// The decision to draw them.
    pub decision_id: String,
    /// What it came to.
    pub concluded: Option<Concluded>,
}

/// The end of a control.
#[derive(Clone, Debug)]
pub struct Concluded {
    /// What it came to.
    pub conclusion: Conclusion,
    /// Who concluded it.
    pub by: String,
    /// The decision.
    pub decision_id: String,
    /// When.
    pub time: DateTime<Utc>,
}

/// A line of a sample, with what was found last.
#[derive(Clone, Debug)]
pub struct SampleLine {
    /// Its place in the sample.
    pub place: i64,
    /// The line.
    pub drawn: Drawn,
    /// What is right, why, and who says so.
    pub result: Option<(Money, String, String)>,
}

#[derive(sqlx::FromRow)]
struct PopulationRow {
    agb: String,
    first_day: NaiveDate,
    last_day: NaiveDate,
    file_id: String,
    detail_number: i64,
    product: String,
    granted_cents: i64,
    reference: String,
}

#[derive(sqlx::FromRow)]
struct ControlRow {
    control_id: String,
    content: String,
    drawn_lines: i64,
    decision_id: String,
    results: i64,
    conclusion: String,
    concluded_by: String,
    concluded_decision: String,
    concluded_time: Option<DateTime<Utc>>,
}

impl ControlRow {
    fn read(self) -> Result<Control, EdgeError> {
        let (facts, plan) = serde_json::from_str(&self.content).map_err(|_| stored("a control"))?;
        let concluded = match self.concluded_time {
            None => None,
            Some(time) => Some(Concluded {
                conclusion: serde_json::from_str(&self.conclusion).map_err(|_| stored("a conclusion"))?,
                by: self.concluded_by,
                decision_id: self.concluded_decision,
                time,
            }),
        };
        let ControlRow { control_id, drawn_lines, results, decision_id, .. } = self;
        Ok(Control { control_id, facts, plan, drawn_lines, results, decision_id, concluded })
    }
}

#[derive(sqlx::FromRow)]
struct LineRow {
    place: i64,
    stratum: i64,
    certain: i64,
    service: String,
    file_id: String,
    detail_number: i64,
    agb: String,
    product: String,
    first_day: NaiveDate,
    last_day: NaiveDate,
    granted_cents: i64,
    reference: String,
    right_cents: Option<i64>,
    motivation: String,
    recorded_by: String,
}

impl LineRow {
    fn read(self) -> Result<SampleLine, EdgeError> {
        let key = LineKey { service: self.service, file_id: self.file_id, detail_number: self.detail_number };
        let line = PopulationLine {
            key,
            agb: agb(&self.agb)?,
            product: self.product,
            first_day: self.first_day,
            last_day: self.last_day,
            granted: Money::from_cents(self.granted_cents),
            reference: self.reference,
        };
        let stratum = usize::try_from(self.stratum).map_err(|_| stored("a stratum"))?;
        let result = self.right_cents.map(|cents| (Money::from_cents(cents), self.motivation, self.recorded_by));
        Ok(SampleLine { place: self.place, drawn: Drawn { stratum, certain: self.certain == 1, line }, result })
    }
}

/// A page of a population, after a line; its products are not looked at.
pub async fn page_of_population(
    tx: &mut Tx,
    scope: &Scope,
    after: Option<&PopulationLine>,
    limit: i64,
) -> Result<Vec<PopulationLine>, EdgeError> {
    let one = scope.agb.map(|agb| agb.to_string());
    let (least, most) = (one.clone().unwrap_or_default(), one.unwrap_or_else(|| "99999999".to_owned()));
    let from = after.map_or(least, |line| line.agb.to_string());
    let day = after.map_or(scope.first_day, |line| line.first_day);
    let (file, number) = after.map_or(("", 0), |line| (line.key.file_id.as_str(), line.key.detail_number));
    let (office, service) = (scope.office.as_str(), scope.service.as_str());
    let (first, last) = (scope.first_day, scope.last_day);
    let rows = fetch_all!(
        tx, POPULATION, office, service, scope.cutoff, from, most, first, last, day, file, number, limit => PopulationRow
    )?;
    let read = |row: PopulationRow| {
        Ok(PopulationLine {
            key: LineKey { service: service.to_owned(), file_id: row.file_id, detail_number: row.detail_number },
            agb: agb(&row.agb)?,
            product: row.product,
            first_day: row.first_day,
            last_day: row.last_day,
            granted: Money::from_cents(row.granted_cents),
            reference: row.reference,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Puts a control on record, with what was drawn.
pub async fn add_control(
    tx: &mut Tx,
    (control_id, decision_id): (&str, &str),
    (facts, plan): (&PlanFacts, &Plan),
    drawn: &[Drawn],
) -> Result<(), EdgeError> {
    let content = serde_json::to_string(&(facts, plan)).map_err(|error| EdgeError::Stored(error.to_string()))?;
    let agb = facts.scope.agb.map(|agb| agb.to_string()).unwrap_or_default();
    let (office, lines) = (facts.scope.office.as_str(), drawn.len() as i64);
    execute!(tx, ADD, control_id, office, agb, content, lines, decision_id, facts.as_of)?;
    let mut rows = Rows::new(tx.engine(), &LINE);
    for (place, drawn) in (1..).zip(drawn) {
        let line = &drawn.line;
        rows.text(control_id).int(place).int(drawn.stratum as i64).int(drawn.certain.into());
        rows.text(&line.key.service).text(&line.key.file_id).int(line.key.detail_number);
        rows.text(&line.agb.to_string()).text(&line.product).date(line.first_day).date(line.last_day);
        rows.int(line.granted.cents()).text(&line.reference).end_row();
    }
    tx.insert_many(rows).await?;
    Ok(())
}

/// A control; none of that id.
pub async fn control(tx: &mut Tx, control_id: &str) -> Result<Option<Control>, EdgeError> {
    let row = fetch_optional!(tx, ONE, control_id => ControlRow)?;
    row.map(ControlRow::read).transpose()
}

/// A control that nobody else changes until the transaction ends.
pub async fn take_control(tx: &mut Tx, control_id: &str) -> Result<Option<Control>, EdgeError> {
    execute!(tx, TAKE, control_id)?;
    control(tx, control_id).await
}

/// A page of an office's controls, the newest first, and the token of the next one.
pub async fn page_of_controls(
    tx: &mut Tx,
    (office, agb): (&Office, &str),
    page: &Page,
) -> Result<(Vec<Control>, String), EdgeError> {
    let mut rows = fetch_all!(tx, PAGE, office.as_str(), agb, &page.after[0], page.limit() => ControlRow)?;
    let next = page.cut(&mut rows, |row| vec![row.control_id.clone()]);
    Ok((rows.into_iter().map(ControlRow::read).collect::<Result<_, _>>()?, next))
}

/// Lines of a sample after a place, with what was found last; those without a result only, or all.
pub async fn sample_lines(
    tx: &mut Tx,
    control_id: &str,
    (after, open_only): (i64, bool),
    limit: i64,
) -> Result<Vec<SampleLine>, EdgeError> {
    let rows = fetch_all!(tx, LINES, control_id, after, i64::from(open_only), limit => LineRow)?;
    rows.into_iter().map(LineRow::read).collect()
}

/// What was granted of a line of a sample; none at that place.
pub async fn granted_at(tx: &mut Tx, control_id: &str, place: i64) -> Result<Option<Money>, DatabaseError> {
    let row = fetch_optional!(tx, GRANTED, control_id, place => (i64,))?;
    Ok(row.map(|(cents,)| Money::from_cents(cents)))
}

/// Adds what was found of a line.
pub async fn add_result(
    tx: &mut Tx,
    (control_id, place): (&str, i64),
    (right, motivation): (Money, &str),
    (by, time): (&str, DateTime<Utc>),
) -> Result<(), DatabaseError> {
    execute!(tx, ADD_RESULT, control_id, place, right.cents(), motivation, by, time)?;
    Ok(())
}

/// Concludes a control.
pub async fn add_conclusion(tx: &mut Tx, control_id: &str, concluded: &Concluded) -> Result<(), EdgeError> {
    let content = serde_json::to_string(&concluded.conclusion).map_err(|error| EdgeError::Stored(error.to_string()))?;
    execute!(tx, CONCLUDE, control_id, content, &concluded.by, &concluded.decision_id, concluded.time)?;
    Ok(())
}
