//! Who buys what: [`Office`], [`Act`] and [`Sector`].

use std::{fmt, str::FromStr};

use contract::common;
use serde::{Deserialize, Serialize};

/// An office that buys care (zorgkantoor or insurer), by its short name in rule files, such as `vgz`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Office(String);

/// Why a text is not the name of an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an office: expected 2 to 32 lower-case letters, digits or underscores, such as vgz")]
pub struct NotAnOffice;

impl Office {
    /// The short name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Office {
    type Err = NotAnOffice;

    fn from_str(text: &str) -> Result<Office, NotAnOffice> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let well_formed = (2..=32).contains(&text.len()) && text.bytes().all(fits);
        well_formed.then(|| Office(text.to_owned())).ok_or(NotAnOffice)
    }
}

impl TryFrom<String> for Office {
    type Error = NotAnOffice;

    fn try_from(text: String) -> Result<Office, NotAnOffice> {
        text.parse()
    }
}

impl From<Office> for String {
    fn from(office: Office) -> String {
        office.0
    }
}

impl fmt::Display for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! code_type {
    ($(#[$doc:meta])* $name:ident, $proto:ty, $($(#[$variant_doc:meta])* $variant:ident = $code:literal => $proto_variant:path),* $(,)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The code in rule files and stores.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $code,)*
                }
            }

            /// Reads a code of a rule file or store.
            pub fn from_code(code: &str) -> Option<$name> {
                match code {
                    $($code => Some($name::$variant),)*
                    _ => None,
                }
            }

            /// Reads the number of a contract; `None` when it is unspecified or unknown.
            pub fn from_proto(number: i32) -> Option<$name> {
                match <$proto>::try_from(number) {
                    $(Ok($proto_variant) => Some($name::$variant),)*
                    _ => None,
                }
            }

            /// The number of a contract.
            pub fn to_proto(self) -> i32 {
                match self {
                    $($name::$variant => $proto_variant as i32,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

code_type! {
    /// The act under which care is bought.
    Act, common::Act,
    /// Wet langdurige zorg.
    Wlz = "wlz" => common::Act::Wlz,
    /// Zorgverzekeringswet.
    Zvw = "zvw" => common::Act::Zvw,
}

code_type! {
    /// The sector of care.
    Sector, common::Sector,
    /// Verpleging en verzorging.
    Vv = "vv" => common::Sector::Vv,
    /// Gehandicaptenzorg.
    Gz = "gz" => common::Sector::Gz,
    /// Geestelijke gezondheidszorg.
    Ggz = "ggz" => common::Sector::Ggz,
    /// Wijkverpleging.
    HomeCare = "home_care" => common::Sector::HomeCare,
}

impl Sector {
    /// The act under which the sector is bought.
    pub fn act(self) -> Act {
        match self {
            Sector::Vv | Sector::Gz | Sector::Ggz => Act::Wlz,
            Sector::HomeCare => Act::Zvw,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_numbers_go_both_ways() {
        for sector in [Sector::Vv, Sector::Gz, Sector::Ggz, Sector::HomeCare] {
            assert_eq!(Sector::from_code(sector.as_str()), Some(sector));
            assert_eq!(Sector::from_proto(sector.to_proto()), Some(sector));
        }
        assert_eq!(Act::from_proto(0), None);
        assert_eq!(Act::from_proto(99), None);
    }

    #[test]
    fn an_office_has_a_short_name() {
        assert_eq!("vgz".parse::<Office>().unwrap().as_str(), "vgz");
        for wrong in ["", "v", "VGZ", "v g z", "zorg&zekerheid"] {
            assert_eq!(wrong.parse::<Office>(), Err(NotAnOffice), "{wrong}");
        }
    }
}
