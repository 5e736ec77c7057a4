//! The records of AW319: Vektis EI standard AW319 v1.4, message specification edition 7.
//!
//! Columns: accessor, kind, [position, length], type, presence, field number, name in the standard,
//! ground of a finding when the field is not well formed, what it always holds, explanation.

use super::{Field, FieldType, Presence, record};
use identifiers::Agb;

use crate::{Message, Sign, codes};

record! {
    /// Header record (voorlooprecord, 01): sender, receiver, invoice and period.
    Header, HeaderFields, HEADER, "01";
    mark: number [1, 2] Numeric Mandatory "0101" "KENMERK RECORD" MARK "01" "";
    message_code: number [3, 3] Numeric Mandatory "0102" "CODE EXTERNE-INTEGRATIEBERICHT" MESSAGE "" "";
    version: number [6, 2] Numeric Mandatory "0103" "VERSIENUMMER BERICHTSTANDAARD" VERSION "01" "";
    subversion: number [8, 2] Numeric Conditional "0104" "SUBVERSIENUMMER BERICHTSTANDAARD" SUBVERSION "04" "";
    production_or_test: text [10, 1] Text Mandatory "0105" "SOORT BERICHT" PRODUCTION_OR_TEST "" "P production, T test";
    software: number [11, 6] Numeric Optional "0106" "CODE INFORMATIESYSTEEM SOFTWARELEVERANCIER" HEADER "" "four digits supplier, two digits system; 0 if not given";
    software_version: text [17, 10] Text Conditional "0107" "VERSIEAANDUIDING INFORMATIESYSTEEM SOFTWARELEVERANCIER" HEADER "" "";
    uzovi: uzovi [27, 4] Numeric Conditional "0108" "UZOVI-NUMMER" HEADER_UZOVI "" "";
    service_bureau: agb [31, 8] Numeric Conditional "0109" "CODE SERVICEBUREAU" SERVICE_BUREAU "" "98xxxxxx, if a service bureau sends or receives";
    provider: agb [39, 8] Numeric Conditional "0110" "ZORGVERLENERSCODE" PROVIDER "" "";
    practice: agb [47, 8] Numeric Conditional "0111" "PRAKTIJKCODE" PRACTICE "" "";
    institution: agb [55, 8] Numeric Conditional "0112" "INSTELLINGSCODE" INSTITUTION "" "";
    payee: number [63, 2] Numeric Mandatory "0113" "IDENTIFICATIECODE BETALING AAN" PAYEE "" "1 service bureau, 2 provider, 3 practice, 4 institution: to whom is paid";
    period_begin: date [65, 8] Numeric Mandatory "0114" "BEGINDATUM DECLARATIEPERIODE" PERIOD_BEGIN "" "first day of the declaration period";
    period_end: date [73, 8] Numeric Mandatory "0115" "EINDDATUM DECLARATIEPERIODE" PERIOD_END "" "last day of the declaration period";
    invoice_number: text [81, 12] Text Mandatory "0116" "FACTUURNUMMER DECLARANT" INVOICE_NUMBER "" "unique per payee for five years";
    invoice_date: date [93, 8] Numeric Mandatory "0117" "DAGTEKENING FACTUUR" INVOICE_DATE "" "";
    vat_number: text [101, 14] Text Conditional "0118" "BTW-IDENTIFICATIENUMMER" HEADER "" "";
    currency: text [115, 3] Text Mandatory "0119" "VALUTACODE" CURRENCY "EUR" "";
    reserve: text [118, 193] Text Reserve "0180" "RESERVE" RESERVE " " "";
}

record! {
    /// Insured record (verzekerdenrecord, 02): the person the lines after it are about.
    Insured, InsuredFields, INSURED, "02";
    mark: number [1, 2] Numeric Mandatory "0201" "KENMERK RECORD" MARK "02" "";
    detail_number: long [3, 12] Numeric Mandatory "0202" "IDENTIFICATIE DETAILRECORD" DETAIL_NUMBER "" "";
    bsn: bsn [15, 9] Numeric Mandatory "0203" "BURGERSERVICENUMMER (BSN) VERZEKERDE" BSN "" "";
    uzovi: uzovi [24, 4] Numeric Mandatory "0204" "UZOVI-NUMMER" UZOVI "" "";
    insured_number: text [28, 15] Text Conditional "0205" "VERZEKERDENNUMMER (INSCHRIJVINGSNUMMER, RELATIENUMMER)" INSURED_NUMBER "" "";
    client_number: text [43, 11] Text Optional "0206" "PATIENT(IDENTIFICATIE)NUMMER" OTHER "" "";
    birth_date: date [54, 8] Numeric Mandatory "0207" "DATUM GEBOORTE VERZEKERDE" BIRTH_DATE "" "";
    gender: number [62, 1] Numeric Mandatory "0208" "CODE GESLACHT VERZEKERDE" GENDER "" "1 male, 2 female";
    name_use_1: number [63, 1] Numeric Mandatory "0209" "NAAMCODE/NAAMGEBRUIK (01)" NAME_USE_1 "1" "always 1, own name";
    name_1: text [64, 25] Text Mandatory "0210" "NAAM VERZEKERDE (01)" NAME "" "";
    prefix_1: text [89, 10] Text Conditional "0211" "VOORVOEGSEL VERZEKERDE (01)" OTHER "" "";
    name_use_2: number [99, 1] Numeric Conditional "0212" "NAAMCODE/NAAMGEBRUIK (02)" OTHER "" "2 partner's name, 0 none";
    name_2: text [100, 25] Text Conditional "0213" "NAAM VERZEKERDE (02)" OTHER "" "";
    prefix_2: text [125, 10] Text Conditional "0214" "VOORVOEGSEL VERZEKERDE (02)" OTHER "" "";
    initials: text [135, 6] Text Mandatory "0215" "VOORLETTERS VERZEKERDE" INITIALS "" "";
    name_use_3: number [141, 1] Numeric Conditional "0216" "NAAMCODE/NAAMGEBRUIK (03)" NAME_USE_3 "" "0 to 4";
    postcode: postcode [142, 6] Text Conditional "0217" "POSTCODE (HUISADRES) VERZEKERDE" OTHER "" "";
    foreign_postcode: text [148, 9] Text Conditional "0218" "POSTCODE BUITENLAND" OTHER "" "";
    house_number: number [157, 5] Numeric Conditional "0219" "HUISNUMMER (HUISADRES) VERZEKERDE" HOUSE_NUMBER "" "";
    house_number_addition: text [162, 6] Text Conditional "0220" "HUISNUMMERTOEVOEGING (HUISADRES) VERZEKERDE" HOUSE_NUMBER "" "";
    country: text [168, 2] Text Conditional "0221" "CODE LAND VERZEKERDE" COUNTRY "" "ISO alpha-2, if there is no Dutch postcode";
    debtor_number: text [170, 11] Text Conditional "0222" "DEBITEURNUMMER" OTHER "" "";
    deceased: number [181, 1] Numeric Mandatory "0223" "INDICATIE CLIENT OVERLEDEN" DECEASED "" "1 deceased, 2 not";
    indication_body: number [182, 4] Numeric Conditional "0224" "CODE INDICATIEORGAAN" OTHER "" "0 if not applicable";
    indication_client: text [186, 20] Text Conditional "0225" "CLIËNTNUMMER INDICATIEORGAAN" OTHER "" "";
    reserve: text [206, 105] Text Reserve "0280" "RESERVE" RESERVE " " "";
}

record! {
    /// Performance record (prestatierecord, 04): one claim line.
    Performance, PerformanceFields, PERFORMANCE, "04";
    mark: number [1, 2] Numeric Mandatory "0401" "KENMERK RECORD" MARK "04" "";
    detail_number: long [3, 12] Numeric Mandatory "0402" "IDENTIFICATIE DETAILRECORD" DETAIL_NUMBER "" "";
    bsn: bsn [15, 9] Numeric Mandatory "0403" "BURGERSERVICENUMMER (BSN) VERZEKERDE" BSN "" "";
    uzovi: uzovi [24, 4] Numeric Mandatory "0404" "UZOVI-NUMMER" UZOVI "" "";
    insured_number: text [28, 15] Text Conditional "0405" "VERZEKERDENNUMMER (INSCHRIJVINGSNUMMER, RELATIENUMMER)" INSURED_NUMBER "" "";
    authorisation: text [43, 15] Text Conditional "0406" "MACHTIGINGSNUMMER" AUTHORISATION " " "";
    forwarding: number [58, 1] Numeric Mandatory "0407" "DOORSTUREN TOEGESTAAN" FORWARDING "1" "";
    indication_body: number [59, 4] Numeric Conditional "0408" "CODE INDICATIEORGAAN" OTHER "" "0 if not applicable";
    indication_client: text [63, 20] Text Conditional "0409" "CLIËNTNUMMER INDICATIEORGAAN" OTHER "" "";
    indication_request: number [83, 9] Numeric Conditional "0410" "INDICATIE-AANVRAAGNUMMER INDICATIEORGAAN" OTHER "" "";
    indication_decision: number [92, 9] Numeric Conditional "0411" "INDICATIEBESLUITNUMMER INDICATIEORGAAN" OTHER "" "";
    function_code: number [101, 2] Numeric Conditional "0412" "FUNCTIECODE" FUNCTION "" "0 if not applicable";
    care_profile: number [103, 3] Numeric Conditional "0413" "ZORGZWAARTEPAKKETCODE" FUNCTION "" "0 if not applicable";
    begin: date [106, 8] Numeric Mandatory "0414" "BEGINDATUM PRESTATIE" PERFORMANCE_DATE "" "";
    end: date [114, 8] Numeric Mandatory "0415" "EINDDATUM PRESTATIE" PERFORMANCE_DATE "" "";
    product_list: number [122, 3] Numeric Mandatory "0416" "AANDUIDING PRESTATIECODELIJST" PRODUCT_LIST "" "";
    product: text [125, 5] Text Mandatory "0417" "PRESTATIECODE" PRODUCT "" "";
    quantity: number [130, 4] Numeric Mandatory "0418" "AANTAL UITGEVOERDE PRESTATIES" QUANTITY "" "in the unit of `time_unit`";
    time_unit: number [134, 2] Numeric Conditional "0419" "TIJDSEENHEID ZORGPERIODE" QUANTITY "" "code of COD218-VEKT, 0 not applicable";
    executor: agb [136, 8] Numeric Mandatory "0420" "ZORGVERLENERSCODE BEHANDELAAR/UITVOERDER" EXECUTOR "" "location or organisation that gave the care";
    executor_specialism: number [144, 4] Numeric Conditional "0421" "SPECIALISME BEHANDELAAR/UITVOERDER" EXECUTOR "0000" "";
    referrer: agb [148, 8] Numeric Conditional "0422" "ZORGVERLENERSCODE VOORSCHRIJVER/VERWIJZER" REFERRER "" "none if unknown";
    referrer_specialism: number [156, 4] Numeric Conditional "0423" "SPECIALISME VOORSCHRIJVER/VERWIJZER" REFERRER "0000" "";
    settlement: number [160, 5] Numeric Conditional "0424" "VERREKENPERCENTAGE" SETTLEMENT "00000" "in 1/100 percent";
    tariff_cents: cents [165, 8] Numeric Mandatory "0425" "TARIEF PRESTATIE (INCL. BTW)" TARIFF "" "eurocents per unit, VAT included";
    calculated_amount: cents [173, 8] Numeric Mandatory "0426" "BEREKEND BEDRAG (INCL. BTW)" CALCULATED "" "eurocents without sign, VAT included: tariff x quantity";
    calculated_sign: sign [181, 1] Text Mandatory "0427" "INDICATIE DEBET/CREDIT (01)" SIGN "" "";
    vat_percentage: number [182, 4] Numeric Conditional "0428" "BTW-PERCENTAGE DECLARATIEBEDRAG" VAT "" "in 1/100 percent";
    claimed_amount: cents [186, 8] Numeric Mandatory "0429" "DECLARATIEBEDRAG (INCL. BTW)" CLAIMED "" "eurocents without sign, VAT included: what is billed to this receiver";
    claimed_sign: sign [194, 1] Text Mandatory "0430" "INDICATIE DEBET/CREDIT (02)" SIGN "" "";
    reference: text [195, 20] Text Mandatory "0431" "REFERENTIENUMMER DIT PRESTATIERECORD" REFERENCE "" "unique per provider for five years";
    previous_reference: text [215, 20] Text Conditional "0432" "REFERENTIENUMMER VOORGAANDE GERELATEERDE PRESTATIERECORD" PREVIOUS_REFERENCE "" "on a credit line the reference of the debit line it takes back";
    reserve: text [235, 76] Text Reserve "0480" "RESERVE" RESERVE " " "";
}

record! {
    /// Comment record (commentaarrecord, 98): free text with the record before it.
    Comment, CommentFields, COMMENT, "98";
    mark: number [1, 2] Numeric Mandatory "9801" "KENMERK RECORD" MARK "98" "";
    detail_number: long [3, 12] Numeric Mandatory "9802" "IDENTIFICATIE DETAILRECORD" DETAIL_NUMBER "" "";
    line_number: number [15, 4] Numeric Mandatory "9803" "REGELNUMMER VRIJE TEKST" COMMENT_NUMBER "" "from 1 within a group of comments";
    text: text [19, 140] Text Mandatory "9804" "VRIJE TEKST" COMMENT_TEXT "" "";
    reserve: text [159, 152] Text Reserve "9880" "RESERVE" RESERVE " " "";
}

record! {
    /// Trailer record (sluitrecord, 99): counts and total.
    Trailer, TrailerFields, TRAILER, "99";
    mark: number [1, 2] Numeric Mandatory "9901" "KENMERK RECORD" MARK "99" "";
    insured_count: number [3, 6] Numeric Mandatory "9902" "AANTAL VERZEKERDENRECORDS" COUNT_INSURED "" "";
    debtor_count: number [9, 6] Numeric Conditional "9903" "AANTAL DEBITEURRECORDS" COUNT_DEBTORS "000000" "";
    performance_count: number [15, 6] Numeric Mandatory "9904" "AANTAL PRESTATIERECORDS" COUNT_PERFORMANCES "" "";
    comment_count: number [21, 6] Numeric Conditional "9905" "AANTAL COMMENTAARRECORDS" COUNT_COMMENTS "" "";
    detail_count: number [27, 7] Numeric Mandatory "9906" "TOTAAL AANTAL DETAILRECORDS" COUNT_DETAILS "" "all records but header and trailer";
    total_amount: cents [34, 11] Numeric Conditional "9907" "TOTAAL DECLARATIEBEDRAG" TOTAL "" "eurocents without sign: sum of the claimed amounts";
    total_sign: sign [45, 1] Text Mandatory "9908" "INDICATIE DEBET/CREDIT" TOTAL "" "";
    reserve: text [46, 265] Text Reserve "9980" "RESERVE" RESERVE " " "";
}

fn signed(amount: Option<i64>, sign: Option<Sign>) -> Option<i64> {
    Some(sign?.apply(amount?))
}

impl Header<'_> {
    /// Which declaration this is, if its code is known.
    #[must_use]
    pub fn message(self) -> Option<Message> {
        self.message_code().and_then(Message::from_code)
    }

    /// Whether the file is a test (soort bericht T), not to be paid.
    #[must_use]
    pub fn is_test(self) -> bool {
        self.production_or_test() == "T"
    }

    /// The party that is paid: the code that field 0113 points at.
    #[must_use]
    pub fn payee_code(self) -> Option<Agb> {
        match self.payee()? {
            1 => self.service_bureau(),
            2 => self.provider(),
            3 => self.practice(),
            4 => self.institution(),
            _ => None,
        }
    }
}

impl Performance<'_> {
    /// Tariff times quantity (berekend bedrag), in eurocents with its sign, VAT included.
    #[must_use]
    pub fn calculated_cents(self) -> Option<i64> {
        signed(self.calculated_amount(), self.calculated_sign())
    }

    /// What is claimed (declaratiebedrag), in eurocents with its sign, VAT included.
    #[must_use]
    pub fn claimed_cents(self) -> Option<i64> {
        signed(self.claimed_amount(), self.claimed_sign())
    }
}

impl Trailer<'_> {
    /// Sum of the claimed amounts (totaal declaratiebedrag), in eurocents with its sign.
    #[must_use]
    pub fn total_cents(self) -> Option<i64> {
        signed(self.total_amount(), self.total_sign())
    }
}
