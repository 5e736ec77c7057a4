use std::{fmt, sync::LazyLock};

use crate::{IdentifierError, digits};

const NAME: &str = "region";

/// What the code list says of a region. Holders change every few years; the list is of 2020.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RegionInfo {
    /// The region.
    pub region: Region,
    /// Its name.
    pub name: &'static str,
    /// The insurer that holds the region's concession as care office (zorgkantoor).
    pub holder: &'static str,
    /// The holder was not confirmed by a published list.
    pub unsure: bool,
}

static REGIONS: LazyLock<Vec<RegionInfo>> = LazyLock::new(|| {
    // a line that doesn't parse is left out here and fails this crate's tests
    include_str!("../data/regions.csv").lines().filter_map(row).collect()
});

fn row(line: &'static str) -> Option<RegionInfo> {
    let mut columns = line.split(';');
    let code = columns.next()?;
    let number = digits::parse(NAME, 4, code.as_bytes()).ok()?;
    Some(RegionInfo {
        region: Region(u16::try_from(number).ok()?),
        name: columns.next()?,
        holder: columns.next()?,
        unsure: columns.next()? == "yes",
    })
}

/// Region of a care office (zorgkantoorregio): 55xx, one of the code list.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Region(u16);

impl Region {
    /// Parses four digits.
    ///
    /// # Errors
    /// Not four digits, or not in the code list.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, IdentifierError> {
        let number = digits::parse(NAME, 4, bytes)?;
        Self::list()
            .iter()
            .map(|info| info.region)
            .find(|region| u64::from(region.0) == number)
            .ok_or(IdentifierError::Rule { identifier: NAME, rule: "is not in the list of regions" })
    }

    /// All regions, in the order of their codes.
    #[must_use]
    pub fn list() -> &'static [RegionInfo] {
        &REGIONS
    }

    /// What the code list says of this region.
    #[must_use]
    pub fn info(self) -> Option<&'static RegionInfo> {
        Self::list().iter().find(|info| info.region == self)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

digits::text_identifier!(Region);
