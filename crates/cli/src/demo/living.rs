//! `zorginkoop up --demo`: an office with a past, for who looks for the first time.
//!
//! What `demo` plays is played once into services that stay up, until September 2024; then their clock goes on from
//! there. Started again on the same folder, they go on where they would be, without being played to.

use std::{
    fs,
    path::{Path, PathBuf},
};

use calendar::CareMonth;
use chrono::TimeDelta;
use contract::registration;
use runtime::{Clock, Ids};
use serde_json::{Value, json};

use super::{
    beginning,
    cast::Cast,
    day, furnish, home_care, next_year,
    office::World,
    stage::Stage,
    tables::Report,
    wlz::{self, Wlz},
};
use crate::{
    cluster::Cluster,
    failure::Failure,
    output::{cents, line},
};

/// Says that a folder is a demo's, and how far behind the system's clock its own is; that only once the play is over.
const MARK: &str = "demo.json";
/// How far behind, in microseconds.
const BEHIND: &str = "behind_microseconds";
/// What the providers and clients are made up from.
const SEED: u64 = 2023;
/// The providers of home care.
const HOME_CARE: [&str; 4] = ["Wijkzorg Waal", "Thuiszorg Linge", "Buurtteam Ooij", "Zorg aan huis Betuwe"];

/// A demo that stays.
#[derive(Debug)]
pub struct Living {
    folder: PathBuf,
    clock: Clock,
    played: bool,
}

impl Living {
    /// The demo of a folder: the one that is there, or a new one where there is nothing, or where a play was interrupted.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the folder holds something that is no demo; what the file system reports.
    pub fn open(folder: &Path) -> Result<Living, Failure> {
        let (clock, played) = match Mark::of(folder)? {
            Mark::Played(by) => (Clock::behind(by), true),
            Mark::Begun => {
                line(format!("the demo in {} was interrupted: it is played anew", folder.display()));
                fs::remove_dir_all(folder)?;
                (begin(folder)?, false)
            }
            Mark::Nothing => (begin(folder)?, false),
            Mark::Other => {
                let message = format!("{} is not empty and not of a demo: --data goes elsewhere", folder.display());
                return Err(Failure::Usage(message));
            }
        };
        Ok(Living { folder: folder.to_owned(), clock, played })
    }

    /// The time of the office.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The rules of the office, one folder per service.
    pub fn rules(&self) -> PathBuf {
        self.folder.join("rules")
    }

    /// Plays the story into the services, unless it was played before, and tells it.
    ///
    /// # Errors
    /// When a call fails, or the story can't go on.
    pub async fn play(&self, cluster: &Cluster) -> Result<(), Failure> {
        if self.played {
            line("\nthe demo goes on where it was; remove its folder to have it played anew");
            return Ok(());
        }
        line("\nplaying the years 2022 to 2024 of an office into the services; once, about a minute");
        let mut world = World::new(SEED);
        next_year::staying(&mut world.providers);
        let cast = Cast::new(&cluster.endpoints, None)?;
        let mut stage = Stage::new(cast, self.clock.clone(), Ids::random(), self.folder.clone());
        let mut report = Report::silent(SEED, &world);
        let mut wlz = Wlz::new(&mut stage, &world, &mut report);
        wlz.until_november_2023().await?;
        wlz.buy_2024().await?;
        for month in [(2023, 11), (2023, 12)] {
            wlz.month(CareMonth::of(day(month.0, month.1, 1))).await?;
        }
        let home = until_september(&mut wlz, &world).await?;
        let wlz = wlz.played;
        stage.screening_caught_up().await?;
        report.write(&self.folder.join("report.md"))?;
        let behind = self.clock.go_on().num_microseconds().unwrap_or(i64::MAX);
        fs::write(self.folder.join(MARK), json!({ "seed": SEED, BEHIND: behind }).to_string())?;
        tell(&world, &wlz, &home, stage.files());
        Ok(())
    }
}

/// 2024 until the claims of August are in: home care beside the Wlz, whose click is proposed in June.
async fn until_september(wlz: &mut Wlz<'_>, world: &World) -> Result<home_care::Played, Failure> {
    let mut home = home_care::Played::default();
    name_home_care(wlz.stage).await?;
    home_care::conclude(wlz.stage, world).await?;
    for month in CareMonth::of(day(2024, 1, 1)).through(CareMonth::of(day(2024, 8, 1))) {
        wlz.month(month).await?;
        home_care::month(wlz.stage, world, month, &mut home).await?;
        match month.month() {
            4 => wlz.forecasts().await?,
            5 => wlz.propose_click().await?,
            _ => {}
        }
    }
    Ok(home)
}

/// Makes the providers of home care known by name: their agreements are concluded without a registration.
async fn name_home_care(stage: &mut Stage) -> Result<(), Failure> {
    for ((agb, name), number) in home_care::agbs().zip(HOME_CARE).zip(20_000_000..) {
        let provider = registration::Provider { agb: agb.to_owned(), name: name.to_owned(), kvk: format!("{number}") };
        let request = registration::CreateProviderRequest { request_id: stage.request_id(), provider: Some(provider) };
        stage.cast.purchaser.registration.create_provider(request).await?;
    }
    Ok(())
}

/// Refuses the folder of a demo to services that are none: what was played must not mix with what happens.
///
/// # Errors
/// [`Failure::Usage`] when it is one.
pub fn refuse(folder: &Path) -> Result<(), Failure> {
    match Mark::of(folder)? {
        Mark::Begun | Mark::Played(_) => {
            let message = format!("{} holds a demo: --demo goes on with it, --data goes elsewhere", folder.display());
            Err(Failure::Usage(message))
        }
        Mark::Nothing | Mark::Other => Ok(()),
    }
}

/// What a folder says of itself.
enum Mark {
    /// It is missing or empty.
    Nothing,
    /// It is of something else.
    Other,
    /// A play began here and did not end.
    Begun,
    /// The play ended, and time goes on this much behind.
    Played(TimeDelta),
}

impl Mark {
    fn of(folder: &Path) -> Result<Mark, Failure> {
        if !folder.exists() || fs::read_dir(folder)?.next().is_none() {
            return Ok(Mark::Nothing);
        }
        let path = folder.join(MARK);
        if !path.exists() {
            return Ok(Mark::Other);
        }
        // A mark that was cut short is one of a play that was.
        let mark: Value = serde_json::from_str(&fs::read_to_string(path)?).unwrap_or_default();
        let behind = mark.get(BEHIND).and_then(Value::as_i64);
        Ok(behind.map_or(Mark::Begun, |behind| Mark::Played(TimeDelta::microseconds(behind))))
    }
}

fn begin(folder: &Path) -> Result<Clock, Failure> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(MARK), json!({ "seed": SEED }).to_string())?;
    furnish(folder)?;
    Ok(beginning())
}

/// The story in short.
fn tell(world: &World, wlz: &wlz::Played, home: &home_care::Played, files: u64) {
    let euro = |cents: i64| format!("EUR {}", money::Money::from_cents(cents).to_dutch());
    let agreed = |round: &Option<wlz::Rounded>| {
        let after = round.as_ref().and_then(|round| round.totals.after);
        euro(cents(after.as_ref()))
    };
    let granted: i64 = wlz.granted.values().sum();
    let refused: u64 = wlz.refused.values().sum();
    let filed: i64 = wlz.filed.iter().map(|budget| cents(budget.filed.as_ref())).sum();
    let home_care: i64 = home.granted.iter().map(|(_, granted)| granted).sum();
    line(format!(
        "
An office, made up: {} providers and {} clients at one hundredth of VGZ's size; tariffs are examples.
  2022  providers register for 2023, and are assessed; one came too late, one left a document out
        the contract room of 2023 is established; budgets are filed: {}
  2023  claim files come in every month: {} granted in all, {refused} line(s) refused
        June: the click moves budgets to what is delivered: {}
        October: the reallocation makes them definitive: {}
        November: the room of 2024 is established and its budgets are filed
  2024  June: the click is simulated and proposed; it waits for a second person
        home care has ceilings: {} granted until August
        two of them fill: one takes no new clients, and to refuse the other a raise waits for a second person
{files} claim files in all. It is September 2024 there, and time goes on.",
        world.providers.len(),
        world.clients(),
        euro(filed),
        euro(granted),
        agreed(&wlz.click),
        agreed(&wlz.reallocation),
        euro(home_care),
    ));
}
