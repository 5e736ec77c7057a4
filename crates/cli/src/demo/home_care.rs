//! 2024 of home care: four agreements with a ceiling, claims month by month, a ceiling that is raised and one that is
//! reached, and the list at the end of the year.

use calendar::CareMonth;
use chrono::Days;
use contract::{common, homecare};
use vektis::Message;

use super::{
    claim_files::ClaimFile,
    day,
    home_year::{self, Ending},
    office::{Client, World},
    stage::{OFFICE, Stage, money},
    tables::Report,
};
use crate::{claims::Taker, failure::Failure, progress::Progress};

/// Personal care and nursing; the tariffs are those of the demo's agreements.
const PRODUCTS: [(&str, i64); 2] = [("1001", 6_550), ("1002", 8_420)];

/// A provider of home care in the demo.
pub struct Agreement {
    /// AGB code.
    pub agb: &'static str,
    kind: homecare::AgreementType,
    /// The ceiling, in percent of what the year of its clients comes to.
    ceiling: i64,
    hours: &'static str,
}

/// Four providers, one of each type. The ceilings of the first two are too low for the year: one is raised, the other is
/// not, and new clients come during the client stop that follows.
const AGREEMENTS: [Agreement; 4] = [
    Agreement { agb: "42420001", kind: homecare::AgreementType::Plus, ceiling: 92, hours: "14.0" },
    Agreement { agb: "42420002", kind: homecare::AgreementType::Standard, ceiling: 80, hours: "13.3" },
    Agreement { agb: "42420003", kind: homecare::AgreementType::ClientFollowing, ceiling: 130, hours: "14.0" },
    Agreement { agb: "42420004", kind: homecare::AgreementType::Zzp, ceiling: 120, hours: "14.0" },
];

/// The AGB codes of the providers.
pub fn agbs() -> impl Iterator<Item = &'static str> {
    AGREEMENTS.iter().map(|agreement| agreement.agb)
}

/// What the clients of a provider are expected to come to in a year, in cents.
fn expected(clients: &[Client]) -> i64 {
    let month = clients.iter().enumerate();
    let month = month.map(|(number, client)| i64::from(client.hours) * PRODUCTS[number % PRODUCTS.len()].1);
    12 * month.sum::<i64>()
}

/// What the year left to be checked.
#[derive(Debug, Default)]
pub struct Played {
    /// What was granted, by provider, in cents.
    pub granted: Vec<(String, i64)>,
    /// Pairs of lines that are the same care claimed twice.
    pub doubles: usize,
    /// The ceilings that were asked to be raised.
    pub raises: Vec<homecare::Raise>,
    /// The list of the year, as it was decided on.
    pub list: Vec<homecare::YearEndEntry>,
}

/// January 2024: the four agreements.
pub async fn conclude(stage: &mut Stage, world: &World) -> Result<(), Failure> {
    stage.at(day(2024, 1, 12));
    for (index, agreement) in AGREEMENTS.iter().enumerate() {
        let tariff = |(product, cents): (&str, i64)| homecare::ProductTariff {
            product: product.to_owned(),
            unit: "04".to_owned(),
            tariff: money(cents),
        };
        let request = homecare::ConcludeAgreementRequest {
            request_id: stage.request_id(),
            office: OFFICE.to_owned(),
            agb: agreement.agb.to_owned(),
            year: 2024,
            r#type: agreement.kind.into(),
            ceiling: money(expected(&world.home_clients[index]) / 100 * agreement.ceiling),
            hours_per_client_month: Some(common::Decimal { value: agreement.hours.to_owned() }),
            tariffs: PRODUCTS.map(tariff).to_vec(),
        };
        stage.cast.purchaser.homecare.conclude_agreement(request).await?;
    }
    Ok(())
}

/// Plays the home-care part, to the list at the end of the year.
pub async fn play(stage: &mut Stage, world: &World, report: &mut Report) -> Result<Played, Failure> {
    conclude(stage, world).await?;
    let mut played = Played::default();
    let months: Vec<CareMonth> = CareMonth::of(day(2024, 1, 1)).through(CareMonth::of(day(2024, 12, 1))).collect();
    let mut progress = Progress::new("claims of home care 2024", (months.len() * AGREEMENTS.len()) as u64, "files");
    for month in months {
        claims(stage, world, (month, &mut progress), &mut played).await?;
        raises(stage, world, (month, [Ending::Granted, Ending::Refused]), &mut played).await?;
    }
    drop(progress);
    let request = homecare::ListConsumptionRequest { office: OFFICE.to_owned(), year: 2024, ..Default::default() };
    let consumption = stage.cast.purchaser.homecare.list_consumption(request).await?.into_inner().consumption;
    report.ceilings(&consumption);
    report.raises(&played.raises);
    let (list, explanation) = home_year::close(stage).await?;
    report.year_end(&list, explanation.as_ref());
    played.list = list;
    Ok(played)
}

/// Plays one month: one ceiling that fills becomes a matter that waits for a second person.
pub async fn month(stage: &mut Stage, world: &World, month: CareMonth, played: &mut Played) -> Result<(), Failure> {
    let mut progress = Progress::new(&format!("home care of {month}"), AGREEMENTS.len() as u64, "files");
    claims(stage, world, (month, &mut progress), played).await?;
    raises(stage, world, (month, [Ending::Proposed, Ending::Refused]), played).await
}

/// The claims of a month, ten days after it.
async fn claims(
    stage: &mut Stage,
    world: &World,
    (month, progress): (CareMonth, &mut Progress),
    played: &mut Played,
) -> Result<(), Failure> {
    stage.at(month.last_day() + Days::new(10));
    for (index, agreement) in AGREEMENTS.iter().enumerate() {
        let mut file = ClaimFile::new(Message::HomeCare, agreement.agb, month)?;
        if index == 1 && world.newcomer.days_in(month).is_some() {
            let (product, tariff) = PRODUCTS[0];
            file.add(&world.newcomer, vec![file.home_line(product, tariff, world.newcomer.hours, 800)]);
        }
        for (number, client) in world.home_clients[index].iter().enumerate() {
            let (product, tariff) = PRODUCTS[number % PRODUCTS.len()];
            file.add(client, vec![file.home_line(product, tariff, client.hours, number)]);
        }
        // In March the third provider also claims for a client of the first.
        if index == 2 && month.month() == 3 {
            let client = &world.home_clients[0][0];
            file.add(client, vec![file.home_line(PRODUCTS[0].0, PRODUCTS[0].1, 4, 900)]);
            played.doubles += 1;
        }
        let name = format!("zvw-{}-{month}", agreement.agb);
        let answer = stage.submit(Taker::Homecare, &name, file.write()?).await?;
        let granted = answer.result.granted.map_or(0, |amount| amount.cents);
        match played.granted.iter_mut().find(|(agb, _)| agb == agreement.agb) {
            Some((_, total)) => *total += granted,
            None => played.granted.push((agreement.agb.to_owned(), granted)),
        }
        progress.step();
    }
    Ok(())
}

/// Requests to raise the ceilings of the first two providers, once they are used so far, and what becomes of them.
async fn raises(
    stage: &mut Stage,
    world: &World,
    (month, endings): (CareMonth, [Ending; 2]),
    played: &mut Played,
) -> Result<(), Failure> {
    for (index, ending) in endings.into_iter().enumerate() {
        let of = (AGREEMENTS[index].agb, expected(&world.home_clients[index]));
        if !played.raises.iter().any(|raise| raise.agb == of.0) {
            let clients = world.home_clients[index].len();
            let raise = home_year::raise(stage, of, clients, ending).await?;
            if let (Some(raise), Ending::Refused) = (&raise, ending) {
                home_year::stop(stage, raise, month.next().next().first_day()).await?;
            }
            played.raises.extend(raise);
        }
    }
    Ok(())
}
