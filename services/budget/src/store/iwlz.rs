//! iWlz messages and what they said, as they are recorded.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use database::{Column, DatabaseError, Kind, Rows, Table, Tx, execute, fetch_in, fetch_one, fetch_optional};
use edge::{EdgeError, Office};
use identifiers::{Agb, Pseudonym};
use iwlz::{Allocation, Care, CareStart, Header, MessageKind, Mutation, Product};

use super::{agb, stored};
use crate::domain::Person;

const ADD_OFFICE: &str = "INSERT INTO iwlz_office (office, messages) VALUES ($1, 0) ON CONFLICT (office) DO NOTHING";
const NEXT_NUMBER: &str = "UPDATE iwlz_office SET messages = messages + 1 WHERE office = $1 RETURNING messages";
const ADD_MESSAGE: &str = "INSERT INTO iwlz_message (office, number, message_id, kind, sender, identification,
        office_code, agb, sent_date, sha256, clients, allocations, starts, mutations, recorded_time)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
const MESSAGE: &str =
    "SELECT message_id, kind, identification, office_code, agb, sent_date, sha256, clients, allocations,
        starts, mutations, recorded_time
    FROM iwlz_message WHERE office = $1 AND sender = $2 AND identification = $3";
const PERSONS: &str = "SELECT client, person FROM iwlz_client WHERE office = $1 AND client IN ({keys})";
const ADD_CLIENT: &str = "INSERT INTO iwlz_client (office, client, person, number) VALUES ($1, $2, $3, $4)";

macro_rules! columns {
    ($($name:literal $kind:ident),+ $(,)?) => { &[$(Column::new($name, Kind::$kind)),+] };
}

static ALLOCATION: Table = Table {
    name: "allocation",
    columns: columns![
        "office" Text, "number" Int, "item" Int, "person" Text, "agb" Text, "decision_number" Int, "care_profile" Int,
        "function_code" Int, "first_day" Date, "last_day" Date, "office_code" Text, "kind" Text, "decided" Text,
        "percentage" Int, "withdrawal" Text, "nights" Text, "care_class" Text, "delivery_form" Text,
        "destination" Text, "recorded_time" Time,
    ],
};
static CARE_START: Table = Table {
    name: "care_start",
    columns: columns![
        "office" Text, "number" Int, "item" Int, "person" Text, "agb" Text, "decision_number" Int, "care_profile" Int,
        "function_code" Int, "allocated_from" Date, "first_day" Date, "nights" Text, "care_class" Text,
        "delivery_status" Text, "delivery_form" Text, "report_status" Text, "recorded_time" Time,
    ],
};
static CARE_MUTATION: Table = Table {
    name: "care_mutation",
    columns: columns![
        "office" Text, "number" Int, "item" Int, "person" Text, "agb" Text, "decision_number" Int, "care_profile" Int,
        "function_code" Int, "allocated_from" Date, "first_day" Date, "code" Text, "mutation_day" Date,
        "delivery_status" Text, "delivery_form" Text, "destination" Text, "report_status" Text, "recorded_time" Time,
    ],
};

/// A message on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// The message.
    pub message_id: String,
    /// Which it is.
    pub kind: MessageKind,
    /// The sender's identification of it.
    pub identification: String,
    /// The code of the care office.
    pub office_code: String,
    /// The provider.
    pub agb: Agb,
    /// The day it was sent.
    pub date: NaiveDate,
    /// Of its bytes.
    pub sha256: Vec<u8>,
    /// Clients in it.
    pub clients: i64,
    /// Allocations in it.
    pub allocations: i64,
    /// Reports in it that care began.
    pub starts: i64,
    /// Reports in it that care changed or ended.
    pub mutations: i64,
    /// When it was recorded.
    pub recorded_time: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    message_id: String,
    kind: String,
    identification: String,
    office_code: String,
    agb: String,
    sent_date: NaiveDate,
    sha256: Vec<u8>,
    clients: i64,
    allocations: i64,
    starts: i64,
    mutations: i64,
    recorded_time: DateTime<Utc>,
}

/// A client of a message, by pseudonym.
#[derive(Clone, Debug)]
pub struct NamedClient {
    /// Its pseudonym.
    pub client: Pseudonym,
    /// Those that earlier keys make, as far as they are still there.
    pub earlier: Vec<Pseudonym>,
    /// What the message says of it.
    pub said: iwlz::Client,
}

/// Takes the office's row and gives the number of its next message: messages of an office are recorded one after the
/// other.
pub async fn take_messages(tx: &mut Tx, office: &Office) -> Result<i64, DatabaseError> {
    execute!(tx, ADD_OFFICE, office.as_str())?;
    let (number,) = fetch_one!(tx, NEXT_NUMBER, office.as_str() => (i64,))?;
    Ok(number)
}

/// The message that a sender identified so.
pub async fn message_of(tx: &mut Tx, office: &Office, header: &Header) -> Result<Option<StoredMessage>, EdgeError> {
    let (sender, identification) = (header.sender(), &header.identification);
    let Some(row) = fetch_optional!(tx, MESSAGE, office.as_str(), &sender, identification => MessageRow)? else {
        return Ok(None);
    };
    let kind = MessageKind::ALL.into_iter().find(|kind| kind.name() == row.kind);
    Ok(Some(StoredMessage {
        message_id: row.message_id,
        kind: kind.ok_or_else(|| stored("a kind of iWlz message"))?,
        identification: row.identification,
        office_code: row.office_code,
        agb: agb(&row.agb)?,
        date: row.sent_date,
        sha256: row.sha256,
        clients: row.clients,
        allocations: row.allocations,
        starts: row.starts,
        mutations: row.mutations,
        recorded_time: row.recorded_time,
    }))
}

/// Records a message under its number, with everything it says.
pub async fn add_message(
    tx: &mut Tx,
    (office, number): (&Office, i64),
    message: &StoredMessage,
    sender: &str,
    clients: &[NamedClient],
) -> Result<(), EdgeError> {
    execute!(
        tx,
        ADD_MESSAGE,
        office.as_str(),
        number,
        &message.message_id,
        message.kind.name(),
        sender,
        &message.identification,
        &message.office_code,
        message.agb.to_string(),
        message.date,
        message.sha256.as_slice(),
        message.clients,
        message.allocations,
        message.starts,
        message.mutations,
        message.recorded_time,
    )?;
    let persons = persons_of(tx, (office, number), clients).await?;
    let mut said = Said::new(tx, (office, number), message.recorded_time);
    for client in clients {
        let person = persons.get(&client.client).copied().unwrap_or(client.client);
        client.said.allocations.iter().for_each(|allocation| said.allocation(person, allocation));
        client.said.starts.iter().for_each(|start| said.start(person, start));
        client.said.mutations.iter().for_each(|mutation| said.mutation(person, mutation));
    }
    for rows in [said.allocations, said.starts, said.mutations] {
        tx.insert_many(rows).await?;
    }
    Ok(())
}

/// Who the clients are. One who was named in a message before, under whatever key, is the same person; others are from
/// now on who their pseudonym says.
async fn persons_of(
    tx: &mut Tx,
    (office, number): (&Office, i64),
    clients: &[NamedClient],
) -> Result<HashMap<Pseudonym, Person>, EdgeError> {
    let links: BTreeSet<(Pseudonym, Pseudonym)> =
        clients.iter().flat_map(|named| named.earlier.iter().map(|earlier| (named.client, *earlier))).collect();
    intake::link_clients(tx, &links).await?;
    let own: BTreeSet<String> = clients.iter().map(|named| named.client.to_string()).collect();
    let earlier = intake::earlier_clients(tx, own.iter().map(String::as_str)).await?;
    let keys: Vec<String> = own.iter().chain(earlier.values().flatten()).cloned().collect();
    let known = fetch_in!(tx, PERSONS, keys, office.as_str() => (String, String))?;
    let known: HashMap<String, String> = known.into_iter().collect();
    let mut persons = HashMap::with_capacity(clients.len());
    for client in own {
        let before = || earlier.get(&client).into_iter().flatten().find_map(|earlier| known.get(earlier));
        let person = match known.get(&client) {
            Some(person) => person.clone(),
            None => {
                let person = before().unwrap_or(&client).clone();
                execute!(tx, ADD_CLIENT, office.as_str(), &client, &person, number)?;
                person
            }
        };
        persons.insert(pseudonym(&client)?, pseudonym(&person)?);
    }
    Ok(persons)
}

/// A pseudonym as it is stored.
pub fn pseudonym(text: &str) -> Result<Pseudonym, EdgeError> {
    Pseudonym::parse_bytes(text.as_bytes()).map_err(|_| stored("a pseudonym"))
}

/// The rows of a message.
struct Said<'a> {
    office: &'a str,
    number: i64,
    item: i64,
    recorded_time: DateTime<Utc>,
    allocations: Rows,
    starts: Rows,
    mutations: Rows,
}

impl<'a> Said<'a> {
    fn new(tx: &Tx, (office, number): (&'a Office, i64), recorded_time: DateTime<Utc>) -> Said<'a> {
        let rows = |table| Rows::new(tx.engine(), table);
        let (allocations, starts, mutations) = (rows(&ALLOCATION), rows(&CARE_START), rows(&CARE_MUTATION));
        Said { office: office.as_str(), number, item: 0, recorded_time, allocations, starts, mutations }
    }

    fn next(&mut self) -> i64 {
        self.item += 1;
        self.item
    }

    fn allocation(&mut self, person: Person, allocation: &Allocation) {
        let item = self.next();
        let rows = &mut self.allocations;
        rows.text(self.office).int(self.number).int(item).text(&person.to_string());
        rows.text(&code_of(allocation.provider)).int(i64::from(allocation.decision_number));
        care(rows, allocation.care);
        rows.date(allocation.first_day);
        optional_date(rows, allocation.last_day);
        rows.text(&allocation.office.to_string()).text(allocation.kind.code());
        rows.text(&allocation.decided.format(super::allocations::DECIDED).to_string());
        match allocation.percentage {
            Some(percentage) => rows.int(i64::from(percentage)),
            None => rows.null(),
        };
        rows.text(allocation.withdrawal.map_or("", |reason| reason.code()));
        rows.text(allocation.nights.unwrap_or_default()).text(allocation.class.unwrap_or_default());
        rows.text(allocation.delivery_form.map_or("", |form| form.code()));
        rows.text(&code_of(allocation.destination)).time(self.recorded_time).end_row();
    }

    fn start(&mut self, person: Person, start: &CareStart) {
        let item = self.next();
        let rows = &mut self.starts;
        rows.text(self.office).int(self.number).int(item);
        product(rows, person, &start.product);
        rows.date(start.first_day).text(start.nights.unwrap_or_default()).text(start.class.unwrap_or_default());
        rows.text(start.delivery_status.map_or("", |status| status.code()));
        rows.text(start.delivery_form.map_or("", |form| form.code()));
        rows.text(start.status.code()).time(self.recorded_time).end_row();
    }

    fn mutation(&mut self, person: Person, mutation: &Mutation) {
        let item = self.next();
        let rows = &mut self.mutations;
        rows.text(self.office).int(self.number).int(item);
        product(rows, person, &mutation.product);
        optional_date(rows, mutation.first_day);
        rows.text(mutation.code.code()).date(mutation.date);
        rows.text(mutation.delivery_status.map_or("", |status| status.code()));
        rows.text(mutation.delivery_form.map_or("", |form| form.code()));
        rows.text(&code_of(mutation.destination)).text(mutation.status.code());
        rows.time(self.recorded_time).end_row();
    }
}

fn code_of(provider: Option<Agb>) -> String {
    provider.map(|code| code.to_string()).unwrap_or_default()
}

fn care(rows: &mut Rows, care: Care) {
    rows.int(care.profile().map_or(0, i64::from)).int(care.function().map_or(0, i64::from));
}

fn product(rows: &mut Rows, person: Person, product: &Product) {
    rows.text(&person.to_string()).text(&product.provider.to_string());
    rows.int(i64::from(product.decision_number));
    care(rows, product.care);
    rows.date(product.allocated_from);
}

fn optional_date(rows: &mut Rows, date: Option<NaiveDate>) {
    match date {
        Some(date) => rows.date(date),
        None => rows.null(),
    };
}
