//! Links between providers, what was held against these, and whose network changed (SCR-06).

use std::collections::BTreeMap;

use calendar::amsterdam_date;
use chrono::{DateTime, NaiveDate, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, execute, fetch_all, fetch_in, fetch_optional};
use edge::{EdgeError, Office, Page};
use identifiers::Agb;
use uuid::Uuid;

use super::{agb, facts_of, stored};
use crate::domain::{Adverse, AdverseKind, CaseContent, FactKind, Link, LinkKind, SubjectKind};

static LINK: Table = Table {
    name: "link",
    columns: &[
        Column::new("link_id", Kind::Text),
        Column::new("office", Kind::Text),
        Column::new("agb", Kind::Text),
        Column::new("kind", Kind::Text),
        Column::new("node", Kind::Text),
        Column::new("earlier", Kind::Text),
        Column::new("first_day", Kind::Date),
        Column::new("last_day", Kind::Date),
        Column::new("withdrawn", Kind::Bool),
        Column::new("source", Kind::Text),
        Column::new("import_id", Kind::Text),
        Column::new("row_number", Kind::Int),
        Column::new("stated_time", Kind::Time),
    ],
};

macro_rules! links {
    ($rest:literal) => {
        concat!(
            "SELECT link_id, agb, kind, node, earlier, first_day, last_day, withdrawn, source, stated_time
             FROM link WHERE ",
            $rest
        )
    };
}
const LINKS: &str = links!("office = $1 ORDER BY stated_time, import_id, row_number");
const PAGE: &str = links!(
    "office = $1 AND ($2 = '' OR agb = $2 OR (kind = 'successor' AND node = $2)) AND ($3 = '' OR link_id < $3)
     ORDER BY link_id DESC LIMIT $4"
);
const ADD_IMPORT: &str = "INSERT INTO link_import
        (import_id, request_id, office, kind, source, sha256, file_rows, providers, imported_by, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const ANSWERED: &str =
    "SELECT import_id, office, kind, source, sha256, providers FROM link_import WHERE request_id = $1";
const SUBJECTS: &str = "SELECT agb, kind, reference, first_day, last_day, recorded_time FROM subject
    WHERE office = $1 AND kind IN ('board_member', 'supervisor', 'policy_maker', 'beneficial_owner', 'indicating_nurse')
    ORDER BY subject_id";
const OBJECTIONS: &str = "SELECT integrity.agb, since_time FROM integrity
    JOIN screened ON screened.office = integrity.office AND screened.agb = integrity.agb
                 AND screened.number = integrity.number
    WHERE integrity.office = $1 AND state = 'objection' AND integrity.agb IN ({keys})";
const DECIDED: &str = "SELECT provider_case.agb, provider_case.content, case_move.moved_time FROM provider_case
    JOIN case_move ON case_move.case_id = provider_case.case_id AND case_move.state = 'decided'
    WHERE provider_case.office = $1 AND provider_case.agb IN ({keys})";
// The first of each is looked up in the index, whatever number of lines there are.
const FIRST_DAYS: &str = "WITH wanted (agb) AS ({keys})
    SELECT wanted.agb, (SELECT MIN(claim.first_day) FROM claim WHERE claim.office = $1 AND claim.agb = wanted.agb)
    FROM wanted";
const MARK: &str = "INSERT INTO network_mark (office, changes) VALUES ($1, 1)
    ON CONFLICT (office) DO UPDATE SET changes = network_mark.changes + 1";
const MARK_ALL: &str = "INSERT INTO network_mark (office, changes)
    SELECT office, 1 FROM (SELECT office FROM link UNION SELECT office FROM subject) AS linked WHERE 1 = 1
    ON CONFLICT (office) DO UPDATE SET changes = network_mark.changes + 1";
const MARKS: &str = "SELECT office FROM network_mark ORDER BY office";
const CLEAR_MARK: &str = "DELETE FROM network_mark WHERE office = $1";

/// A row of a file of links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// The provider.
    pub agb: Agb,
    /// The pseudonym of what it is linked to, or the AGB code of a successor.
    pub node: String,
    /// Pseudonyms that older keys make of the same, from newer to older.
    pub earlier: Vec<String>,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day, unless it is open.
    pub last_day: Option<NaiveDate>,
    /// Whether what was stated before is taken back.
    pub withdrawn: bool,
    /// Its number in the file.
    pub row_number: i64,
}

/// A file of links.
#[derive(Clone, Debug)]
pub struct LinkImport {
    /// Its id.
    pub import_id: String,
    /// The request.
    pub request_id: Uuid,
    /// The kind of all its links.
    pub kind: LinkKind,
    /// Who says so.
    pub source: String,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// How many rows it has.
    pub rows: i64,
    /// How many providers they are of.
    pub providers: i64,
    /// Who imported it.
    pub imported_by: String,
    /// When.
    pub recorded_time: DateTime<Utc>,
}

/// An import that was carried out before.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LinksAnswered {
    /// Its id.
    pub import_id: String,
    /// The office.
    pub office: String,
    /// The kind of its links.
    pub kind: String,
    /// Who said so.
    pub source: String,
    /// SHA-256 of the file.
    pub sha256: Vec<u8>,
    /// How many providers they are of.
    pub providers: i64,
}

/// A link as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedLink {
    /// Its id.
    pub link_id: String,
    /// The link.
    pub link: Link,
    /// Pseudonyms that older keys make of the same, from newer to older.
    pub earlier: Vec<String>,
    /// Whether it takes back an earlier statement.
    pub withdrawn: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    link_id: String,
    agb: String,
    kind: String,
    node: String,
    earlier: String,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    withdrawn: bool,
    source: String,
    stated_time: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<StatedLink, EdgeError> {
        let link = Link {
            agb: agb(&self.agb)?,
            kind: LinkKind::from_code(&self.kind).ok_or_else(|| stored("a kind of link"))?,
            node: self.node,
            first_day: self.first_day,
            last_day: self.last_day,
            source: self.source,
            stated_time: self.stated_time,
        };
        let earlier = self.earlier.split(' ').filter(|one| !one.is_empty()).map(str::to_owned).collect();
        Ok(StatedLink { link_id: self.link_id, link, earlier, withdrawn: self.withdrawn })
    }
}

/// The import of a request, when it was carried out.
pub async fn links_answered(tx: &mut Tx, request_id: Uuid) -> Result<Option<LinksAnswered>, DatabaseError> {
    fetch_optional!(tx, ANSWERED, request_id => LinksAnswered)
}

/// Adds a file of links.
pub async fn add_links(
    tx: &mut Tx,
    office: &Office,
    import: &LinkImport,
    links: &[LinkRow],
) -> Result<(), DatabaseError> {
    let LinkImport { import_id, request_id, kind, source, sha256, rows, providers, imported_by, recorded_time } =
        import;
    let (name, kind) = (office.as_str(), kind.as_str());
    execute!(
        tx,
        ADD_IMPORT,
        import_id,
        request_id,
        name,
        kind,
        source,
        sha256,
        rows,
        providers,
        imported_by,
        recorded_time
    )?;
    let mut rows = Rows::new(tx.engine(), &LINK);
    for link in links {
        rows.text(&format!("{import_id}-{:08}", link.row_number)).text(name).text(&link.agb.to_string()).text(kind);
        rows.text(&link.node).text(&link.earlier.join(" ")).date(link.first_day);
        match link.last_day {
            Some(day) => rows.date(day),
            None => rows.null(),
        };
        rows.bool(link.withdrawn).text(source).text(import_id).int(link.row_number).time(*recorded_time).end_row();
    }
    tx.insert_many(rows).await?;
    Ok(())
}

/// All links of an office as they came in, the oldest statement first.
pub async fn links(tx: &mut Tx, office: &Office) -> Result<Vec<StatedLink>, EdgeError> {
    fetch_all!(tx, LINKS, office.as_str() => Row)?.into_iter().map(Row::read).collect()
}

/// A page of an office's links as they came in, the newest first, and the token of the next one.
pub async fn page_of_links(
    tx: &mut Tx,
    office: &Office,
    of: &str,
    page: &Page,
) -> Result<(Vec<StatedLink>, String), EdgeError> {
    let mut rows = fetch_all!(tx, PAGE, office.as_str(), of, &page.after[0], page.limit() => Row)?;
    let next = page.cut(&mut rows, |row| vec![row.link_id.clone()]);
    let links: Result<Vec<StatedLink>, EdgeError> = rows.into_iter().map(Row::read).collect();
    Ok((links?, next))
}

/// The people that are screened as links: the node is the id of a person at registration, or a nurse's AGB code.
pub async fn subjects_as_links(tx: &mut Tx, office: &Office) -> Result<Vec<Link>, EdgeError> {
    type Subject = (String, String, String, NaiveDate, Option<NaiveDate>, DateTime<Utc>);
    let rows = fetch_all!(tx, SUBJECTS, office.as_str() => Subject)?;
    let read = |(of, kind, node, first_day, last_day, stated_time): Subject| {
        let kind = match SubjectKind::from_code(&kind).ok_or_else(|| stored("a kind of subject"))? {
            SubjectKind::BeneficialOwner => LinkKind::Ubo,
            SubjectKind::IndicatingNurse => LinkKind::Nurse,
            _ => LinkKind::Person,
        };
        Ok(Link { agb: agb(&of)?, kind, node, first_day, last_day, source: "screening".to_owned(), stated_time })
    };
    rows.into_iter().map(read).collect()
}

/// What is held against providers on a day: an objection that stands, and agreements that were ended at once, as was
/// stated or decided in a case. Of a provider without any there is no entry.
pub async fn adverse_standing(
    tx: &mut Tx,
    office: &Office,
    of: &[String],
    day: NaiveDate,
) -> Result<BTreeMap<Agb, Vec<Adverse>>, EdgeError> {
    let mut adverse: BTreeMap<Agb, Vec<Adverse>> = BTreeMap::new();
    for (of, known_time) in fetch_in!(tx, OBJECTIONS, of, office.as_str() => (String, DateTime<Utc>))? {
        let objection = Adverse { kind: AdverseKind::Objection, since: amsterdam_date(known_time), known_time };
        adverse.entry(agb(&of)?).or_default().push(objection);
    }
    for (of, facts) in facts_of(tx, office, of, str::to_owned).await? {
        let ended = facts.iter().filter(|fact| fact.kind == FactKind::Terminated && fact.first_day <= day);
        for fact in ended {
            let (since, known_time) = (fact.first_day, fact.stated_time);
            let terminated = Adverse { kind: AdverseKind::Terminated, since, known_time };
            adverse.entry(agb(&of)?).or_default().push(terminated);
        }
    }
    for (of, content, known_time) in fetch_in!(tx, DECIDED, of, office.as_str() => (String, String, DateTime<Utc>))? {
        let content: CaseContent = serde_json::from_str(&content).map_err(|_| stored("a case"))?;
        let ended = content.verdict.filter(|verdict| verdict.measures.terminate_at_once && verdict.decided <= day);
        if let Some(verdict) = ended {
            let terminated = Adverse { kind: AdverseKind::Terminated, since: verdict.decided, known_time };
            adverse.entry(agb(&of)?).or_default().push(terminated);
        }
    }
    adverse.values_mut().for_each(|held| held.sort());
    Ok(adverse)
}

/// The first day of care of providers that have lines on record.
pub async fn first_days(tx: &mut Tx, office: &Office, of: &[String]) -> Result<BTreeMap<Agb, NaiveDate>, EdgeError> {
    let rows = fetch_in!(tx, FIRST_DAYS, of, office.as_str() => (String, Option<NaiveDate>))?;
    let known = rows.into_iter().filter_map(|(of, first)| Some((of, first?)));
    known.map(|(of, first)| Ok((agb(&of)?, first))).collect()
}

/// Notes that the networks of all offices changed.
pub async fn mark_all_networks(tx: &mut Tx) -> Result<(), DatabaseError> {
    execute!(tx, MARK_ALL)?;
    Ok(())
}

/// Notes that the network of an office changed.
pub async fn mark_network(tx: &mut Tx, office: &Office) -> Result<(), DatabaseError> {
    execute!(tx, MARK, office.as_str())?;
    Ok(())
}

/// The offices whose network changed and was not looked at since.
pub async fn marked_networks(tx: &mut Tx) -> Result<Vec<Office>, EdgeError> {
    let rows = fetch_all!(tx, MARKS => (String,))?;
    rows.into_iter().map(|(office,)| office.parse().map_err(|_| stored("an office"))).collect()
}

/// Notes that the network of an office is looked at in this transaction.
pub async fn clear_mark(tx: &mut Tx, office: &Office) -> Result<(), DatabaseError> {
    execute!(tx, CLEAR_MARK, office.as_str())?;
    Ok(())
}
