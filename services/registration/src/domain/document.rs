//! Documents handed in with a registration (REG-03, REG-04).

use super::codes::codes;

codes! {
    /// What a document is.
    DocumentKind,
    /// Instemmingsverklaring.
    ConsentDeclaration = "consent_declaration",
    /// Bestuursverklaring.
    BoardDeclaration = "board_declaration",
    /// Bijlage 1: onderaanneming, bij de instemmingsverklaring.
    Annex1Subcontracting = "annex_1_subcontracting",
    /// Bijlage 2: onderaanneming, bij de bestuursverklaring.
    Annex2Subcontracting = "annex_2_subcontracting",
    /// Bijlage 3: lijst met zorgkantoren.
    Annex3Offices = "annex_3_offices",
    /// Bedrijfsplan, a part of the ondernemingsplan.
    CompanyPlan = "company_plan",
    /// Financieel plan.
    FinancialPlan = "financial_plan",
    /// Missie en strategie.
    MissionAndStrategy = "mission_and_strategy",
    /// Organogram.
    Organogram = "organogram",
    /// Uittreksel KvK.
    KvkExtract = "kvk_extract",
    /// Uittreksel UBO-register.
    UboExtract = "ubo_extract",
    /// WTZi-toelating of Wtza-vergunning.
    WtzaPermit = "wtza_permit",
    /// Verklaring omtrent het gedrag voor rechtspersonen.
    VogRp = "vog_rp",
    /// Statuten.
    Statutes = "statutes",
    /// Polisblad aansprakelijkheidsverzekering.
    LiabilityPolicy = "liability_policy",
    /// Vragenlijst IGJ met bewijs.
    IgjQuestionnaire = "igj_questionnaire",
    /// Bewijs van aansluiting bij een erkend palliatief netwerk.
    PalliativeNetwork = "palliative_network",
    /// Bewijs van een indicerend wijkverpleegkundige van niveau 6 in loondienst.
    Level6Nurse = "level_6_nurse",
}

/// A document as handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// The fingerprint of its content.
    pub content_sha256: [u8; 32],
}
