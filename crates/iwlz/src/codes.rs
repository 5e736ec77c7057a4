//! Code lists of the basic schema (iWlz 2.2) that have a meaning here.

/// A closed list of codes as an enum.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$code_doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum $name {
            $($(#[$code_doc])* $variant,)+
        }

        impl $name {
            /// Every code.
            pub const CODES: &'static [&'static str] = &[$($code),+];
            /// What each code stands for, in the same order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The code as it stands in a message.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $($name::$variant => $code,)+
                }
            }

            /// What a code stands for; none when it is not in the list.
            #[must_use]
            pub fn from_code(code: &str) -> Option<$name> {
                match code {
                    $($code => Some($name::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

codes! {
    /// Leveringsvorm: the form in which care under the Wlz is delivered.
    DeliveryForm {
        /// Persoonsgebonden budget: the client buys it.
        PersonalBudget = "2",
        /// Verblijf: a stay.
        Stay = "4",
        /// Volledig pakket thuis: the whole package at home.
        FullPackageAtHome = "5",
        /// Modulair pakket thuis: parts of it at home.
        ModularPackageAtHome = "7",
        /// Deeltijdverblijf: a stay for a part of the week.
        PartTimeStay = "8",
        /// Verkeerde bed: a stay in a hospital's bed for want of another.
        WrongBed = "9",
    }
}

codes! {
    /// RedenIntrekking: why an allocation was withdrawn.
    Withdrawal {
        /// Cliënt overleden: the client died.
        Deceased = "1",
        /// Negatief indicatiebesluit: the indication was refused.
        NegativeDecision = "2",
        /// Herindicatie: there is another indication.
        Reindication = "3",
        /// Overplaatsing: the client went to another place.
        Transfer = "4",
        /// Wijziging leveringsvorm: care takes another form.
        OtherForm = "5",
        /// Uitstroom: the client left the Wlz.
        Outflow = "6",
        /// Andere aanbieder heeft de cliënt in zorg: another provider gives the care.
        OtherProvider = "7",
        /// Verhuizing: the client moved.
        Moved = "8",
    }
}

codes! {
    /// Soort toewijzing: what sort of allocation it is.
    AllocationKind {
        /// Regulier: as a rule.
        Regular = "1",
        /// Overbrugging: until the care of choice can begin.
        Bridging = "3",
        /// Administratief: for the administration only.
        Administrative = "5",
    }
}

codes! {
    /// Leveringsstatus: where the delivery stands.
    DeliveryStatus {
        /// Actief wachtend: waiting, to begin as soon as can be.
        ActivelyWaiting = "1",
        /// Wacht op voorkeur: waiting for the place of choice.
        WaitingByPreference = "2",
        /// Wacht uit voorzorg: waiting as a precaution.
        WaitingAsPrecaution = "3",
        /// In zorg: care is given.
        InCare = "4",
        /// Einde zorgvraag: care is no longer asked for.
        End = "5",
        /// Urgent plaatsen: to be placed at once.
        UrgentPlacement = "6",
        /// Actief plaatsen: to be placed.
        ActivePlacement = "7",
    }
}

codes! {
    /// Mutatiecode: what changed in the delivery, as the provider reports it.
    MutationCode {
        /// The client does not want the care (yet).
        NotWantedYet = "12",
        /// Overplaatsing: the client goes to another provider, after care began.
        Transfer = "17",
        /// The provider can't deliver yet.
        NotAvailableYet = "18",
        /// Delivery ended, the allocation is to be closed.
        EndedClose = "19",
        /// Delivery ended, the allocation is to be kept.
        EndedKeep = "20",
        /// Overdracht: the allocation goes to another provider before care began.
        HandedOver = "21",
    }
}

impl MutationCode {
    /// Whether care that was being given ended with this.
    #[must_use]
    pub const fn ends_care(self) -> bool {
        matches!(self, MutationCode::Transfer | MutationCode::EndedClose | MutationCode::EndedKeep)
    }
}

codes! {
    /// StatusAanlevering: what a report does with those before it.
    ReportStatus {
        /// Eerste aanlevering: it is reported for the first time.
        First = "1",
        /// Gewijzigde aanlevering: it takes the place of the one before.
        Changed = "2",
        /// Verwijderen aanlevering: the one before is taken back.
        Removed = "3",
        /// Niet van toepassing: nothing changed.
        Unchanged = "9",
    }
}

/// ZzpCode (COD163-CIZ): care profiles.
pub(crate) const CARE_PROFILES: &[&str] = &[
    "190", "191", "750", "751", "752", "753", "754", "755", "756", "757", "758", "759", "760", "762", "764", "766",
    "768", "770", "772", "780", "781", "782", "783", "784", "790", "800", "802", "804", "806", "808", "810", "812",
    "814", "820", "822", "824", "826", "828", "830", "832", "840", "842", "844", "846", "848", "850", "852", "854",
    "856", "860", "862", "864", "866", "868", "870", "880", "882", "884", "886", "888", "996", "997", "998", "999",
];

/// FunctieCode (COD732-VEKT): functions.
pub(crate) const FUNCTIONS: &[&str] = &["21", "31", "41", "61", "62", "63", "64", "71", "81", "82", "91"];

/// Klasse: how much of a function.
pub(crate) const CLASSES: &[&str] = &[
    "99", "K0", "K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "KD01", "KD02", "KD03", "KD04", "KD05", "KD06", "KD07",
    "KD08", "KD09", "KD10", "KD11", "KD12", "KD13", "KD14", "KD15", "KE1", "KE2", "KE3", "KE4", "KE5", "KE6", "KE7",
];

/// Etmalen: days and nights a week of a part-time stay.
pub(crate) const NIGHTS: &[&str] = &["3,5", "4,0", "4,5"];

/// LeveringsstatusClassificatie: more about where the delivery stands.
pub(crate) const STATUS_CLASSES: &[&str] =
    &["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19"];

/// Vervoer: whether transport is needed.
pub(crate) const TRANSPORT: &[&str] = &["1", "2", "9"];

/// JaNee: yes or no.
pub(crate) const YES_NO: &[&str] = &["1", "2"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_written() {
        for (code, form) in DeliveryForm::CODES.iter().zip(DeliveryForm::ALL) {
            assert_eq!((form.code(), DeliveryForm::from_code(code)), (*code, Some(*form)));
        }
        assert_eq!(DeliveryForm::from_code("3"), None);
        assert_eq!(Withdrawal::from_code("1"), Some(Withdrawal::Deceased));
    }

    #[test]
    fn three_mutations_end_care_that_was_given() {
        let ends: Vec<&str> =
            MutationCode::ALL.iter().filter(|code| code.ends_care()).map(|code| code.code()).collect();
        assert_eq!(ends, ["17", "19", "20"]);
    }
}
