//! The elements of the messages, as the XSDs of iWlz 2.2 have them: names, order, how often, and what their text must be.
//!
//! What is not needed of a client is [skipped](Content::Skipped).

use crate::{
    codes::{
        AllocationKind, CLASSES, DeliveryForm, DeliveryStatus, MutationCode, NIGHTS, ReportStatus, STATUS_CLASSES,
        TRANSPORT, Withdrawal, YES_NO,
    },
    message::MessageKind,
    value::Type,
};

/// How often an element stands there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Occurs {
    Once,
    Perhaps,
    AtLeastOnce,
}

/// What is in an element.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content {
    /// Whatever: it isn't looked at.
    Skipped,
    /// A text.
    Value(Type),
    /// Elements.
    Inside(&'static Group),
}

/// An element of a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element {
    pub(crate) name: &'static str,
    pub(crate) occurs: Occurs,
    pub(crate) content: Content,
}

/// What an element with elements in it stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Meaning {
    /// Nothing of its own: its values are those of the element around it.
    None,
    Header,
    Client,
    Allocation,
    CareStart,
    Mutation,
}

/// Elements in their order.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) meaning: Meaning,
    /// Whether they are in the namespace that messages share.
    pub(crate) shared: bool,
    pub(crate) elements: &'static [Element],
}

const fn one(name: &'static str, kind: Type) -> Element {
    Element { name, occurs: Occurs::Once, content: Content::Value(kind) }
}

const fn may(name: &'static str, kind: Type) -> Element {
    Element { name, occurs: Occurs::Perhaps, content: Content::Value(kind) }
}

const fn skip(name: &'static str) -> Element {
    Element { name, occurs: Occurs::Once, content: Content::Skipped }
}

const fn may_skip(name: &'static str) -> Element {
    Element { name, occurs: Occurs::Perhaps, content: Content::Skipped }
}

const fn inside(name: &'static str, occurs: Occurs, group: &'static Group) -> Element {
    Element { name, occurs, content: Content::Inside(group) }
}

const fn group(meaning: Meaning, elements: &'static [Element]) -> Group {
    Group { meaning, shared: false, elements }
}

const NUMBER: Type = Type::Number(0, 999_999_999);
const DECISION: Type = Type::Number(1, 999_999_999);
const SURCHARGE: Type = Type::Number(0, 99);
const CLASS: Type = Type::Code("Klasse", CLASSES);
const NIGHTS_A_WEEK: Type = Type::Code("Etmalen", NIGHTS);
const FORM: Type = Type::Code("Leveringsvorm", DeliveryForm::CODES);
const STATUS: Type = Type::Code("Leveringsstatus", DeliveryStatus::CODES);
const REPORT: Type = Type::Code("StatusAanlevering", ReportStatus::CODES);
const MUTATION: Type = Type::Code("MutatieCode", MutationCode::CODES);
const WITHDRAWAL: Type = Type::Code("RedenIntrekking", Withdrawal::CODES);
const KIND: Type = Type::Code("SoortToewijzing", AllocationKind::CODES);
const YES_OR_NO: Type = Type::Code("JaNee", YES_NO);

/// BerichtVersie and BerichtSubversie of release 2.2.
const VERSION: (&str, &str) = ("5", "2");

static IDENTIFICATION: Group = Group {
    meaning: Meaning::None,
    shared: true,
    elements: &[one("Identificatie", Type::Identification), one("Dagtekening", Type::Date)],
};
static XSD_VERSION: Group = Group {
    meaning: Meaning::None,
    shared: true,
    elements: &[one("BasisschemaXsdVersie", Type::Version), one("BerichtXsdVersie", Type::Version)],
};

macro_rules! message {
    ($name:ident, $kind:expr, $from:expr, $to:expr, $client:ident) => {
        static $name: Group = group(
            Meaning::None,
            &[
                inside(
                    "Header",
                    Occurs::Once,
                    &group(
                        Meaning::Header,
                        &[
                            one("BerichtCode", Type::Exactly($kind.code())),
                            one("BerichtVersie", Type::Exactly(VERSION.0)),
                            one("BerichtSubversie", Type::Exactly(VERSION.1)),
                            one("Afzender", $from),
                            one("Ontvanger", $to),
                            inside("BerichtIdentificatie", Occurs::Once, &IDENTIFICATION),
                            inside("XsdVersie", Occurs::Once, &XSD_VERSION),
                        ],
                    ),
                ),
                inside(
                    "Clienten",
                    Occurs::Once,
                    &group(Meaning::None, &[inside("Client", Occurs::AtLeastOnce, &$client)]),
                ),
            ],
        );
    };
}
message!(AW33, MessageKind::Aw33, Type::Office, Type::Agb, AW33_CLIENT);
message!(AW35, MessageKind::Aw35, Type::Agb, Type::Office, AW35_CLIENT);
message!(AW39, MessageKind::Aw39, Type::Agb, Type::Office, AW39_CLIENT);

/// The elements of a message.
pub(crate) fn of(kind: MessageKind) -> &'static Group {
    match kind {
        MessageKind::Aw33 => &AW33,
        MessageKind::Aw35 => &AW35,
        MessageKind::Aw39 => &AW39,
    }
}

static AW33_CLIENT: Group = group(
    Meaning::Client,
    &[
        one("Bsn", Type::Bsn),
        skip("GeheimeClient"),
        skip("Geboortedatum"),
        skip("Geslacht"),
        may_skip("BurgerlijkeStaat"),
        skip("Naam"),
        skip("Leefeenheid"),
        may_skip("Huisarts"),
        may_skip("Communicatie"),
        may_skip("Wzd"),
        skip("Partneropname"),
        may_skip("Commentaar"),
        may_skip("Relaties"),
        skip("Contactgegevens"),
        inside("Indicatie", Occurs::Once, &INDICATION),
    ],
);

static INDICATION: Group = group(
    Meaning::None,
    &[
        one("Besluitnummer", DECISION),
        skip("Soort"),
        may_skip("Grondslagen"),
        one("Afgiftedatum", Type::Date),
        one("Ingangsdatum", Type::Date),
        may("Einddatum", Type::Date),
        may_skip("Commentaar"),
        may_skip("Stoornissen"),
        may_skip("Beperkingen"),
        may_skip("GeindiceerdeFuncties"),
        may_skip("StoornisScores"),
        inside(
            "ToegewezenFuncties",
            Occurs::Perhaps,
            &group(Meaning::None, &[inside("ToegewezenFunctie", Occurs::AtLeastOnce, &ALLOCATED_FUNCTION)]),
        ),
        may_skip("GeindiceerdeZorgzwaartepakketten"),
        inside(
            "ToegewezenZorgzwaartepakketten",
            Occurs::Perhaps,
            &group(Meaning::None, &[inside("ToegewezenZorgzwaartepakket", Occurs::AtLeastOnce, &ALLOCATED_PROFILE)]),
        ),
    ],
);

static ALLOCATED_FUNCTION: Group = group(
    Meaning::Allocation,
    &[
        one("FunctieCode", Type::Function),
        one("Instelling", Type::Agb),
        one("Zorgkantoor", Type::Office),
        one("Soort", KIND),
        one("Toewijzingsdatum", Type::Date),
        one("Toewijzingstijd", Type::Time),
        one("Ingangsdatum", Type::Date),
        may("Einddatum", Type::Date),
        may("RedenIntrekking", WITHDRAWAL),
        one("Klasse", CLASS),
        may("Opslag", SURCHARGE),
        may("Vervoer", Type::Code("Vervoer", TRANSPORT)),
        may("InstellingBestemming", Type::Agb),
    ],
);

static ALLOCATED_PROFILE: Group = group(
    Meaning::Allocation,
    &[
        one("ZzpCode", Type::Profile),
        may("Instelling", Type::Agb),
        one("Zorgkantoor", Type::Office),
        one("Soort", KIND),
        one("Toewijzingsdatum", Type::Date),
        one("Toewijzingstijd", Type::Time),
        may("ToewijzingPercentage", Type::Percentage),
        one("Ingangsdatum", Type::Date),
        may("Einddatum", Type::Date),
        may("RedenIntrekking", WITHDRAWAL),
        may("Etmalen", NIGHTS_A_WEEK),
        may("Klasse", CLASS),
        may("InstellingBestemming", Type::Agb),
        one("Leveringsvorm", FORM),
        may("Dossierhouder", Type::Agb),
        may("CoordinatorZorgThuis", Type::Agb),
        may("Opname", YES_OR_NO),
    ],
);

static AW35_CLIENT: Group = group(
    Meaning::Client,
    &[
        one("Bsn", Type::Bsn),
        skip("Geboortedatum"),
        skip("Geslacht"),
        skip("Naam"),
        inside(
            "GeleverdeFuncties",
            Occurs::Perhaps,
            &group(Meaning::None, &[inside("GeleverdeFunctie", Occurs::AtLeastOnce, &DELIVERED_FUNCTION)]),
        ),
        inside(
            "GeleverdeZorgzwaartepakketten",
            Occurs::Perhaps,
            &group(Meaning::None, &[inside("GeleverdZorgzwaartepakket", Occurs::AtLeastOnce, &DELIVERED_PROFILE)]),
        ),
    ],
);

static DELIVERED_FUNCTION: Group = group(
    Meaning::CareStart,
    &[
        one("Besluitnummer", NUMBER),
        one("FunctieCode", Type::Function),
        one("ToewijzingIngangsdatum", Type::Date),
        one("Begindatum", Type::Date),
        one("Instelling", Type::Agb),
        one("Klasse", CLASS),
        may("Opslag", SURCHARGE),
        one("StatusAanlevering", REPORT),
    ],
);

static DELIVERED_PROFILE: Group = group(
    Meaning::CareStart,
    &[
        one("Besluitnummer", NUMBER),
        one("ZzpCode", Type::Profile),
        one("ToewijzingIngangsdatum", Type::Date),
        one("Begindatum", Type::Date),
        may("Sleuteldatum", Type::Date),
        one("Instelling", Type::Agb),
        may("Etmalen", NIGHTS_A_WEEK),
        may("Klasse", CLASS),
        one("Leveringsstatus", STATUS),
        one("Leveringsvorm", FORM),
        may("Behandeling", YES_OR_NO),
        one("StatusAanlevering", REPORT),
    ],
);

static AW39_CLIENT: Group = group(
    Meaning::Client,
    &[
        one("Bsn", Type::Bsn),
        skip("Geboortedatum"),
        skip("Geslacht"),
        skip("Naam"),
        inside(
            "MutatieFuncties",
            Occurs::Perhaps,
            &group(Meaning::None, &[inside("MutatieFunctie", Occurs::AtLeastOnce, &MUTATED_FUNCTION)]),
        ),
        inside(
            "MutatieZorgzwaartepakketten",
            Occurs::Perhaps,
            &group(Meaning::None, &[inside("MutatieZorgzwaartepakket", Occurs::AtLeastOnce, &MUTATED_PROFILE)]),
        ),
        // What the provider asks to be allocated says nothing of what is.
        may_skip("Aanvragen"),
    ],
);

static MUTATED_FUNCTION: Group = group(
    Meaning::Mutation,
    &[
        one("Besluitnummer", NUMBER),
        one("FunctieCode", Type::Function),
        one("ToewijzingIngangsdatum", Type::Date),
        may("Begindatum", Type::Date),
        one("Instelling", Type::Agb),
        one("Mutatiecode", MUTATION),
        one("Mutatiedatum", Type::Date),
        may("InstellingBestemming", Type::Agb),
        one("StatusAanlevering", REPORT),
    ],
);

static MUTATED_PROFILE: Group = group(
    Meaning::Mutation,
    &[
        one("Besluitnummer", NUMBER),
        one("ZzpCode", Type::Profile),
        one("ToewijzingIngangsdatum", Type::Date),
        may("Begindatum", Type::Date),
        one("Instelling", Type::Agb),
        one("Mutatiecode", MUTATION),
        one("Mutatiedatum", Type::Date),
        one("Leveringsstatus", STATUS),
        may("LeveringsstatusClassificatie", Type::Code("LeveringsstatusClassificatie", STATUS_CLASSES)),
        one("Leveringsvorm", FORM),
        may("InstellingBestemming", Type::Agb),
        one("StatusAanlevering", REPORT),
    ],
);
