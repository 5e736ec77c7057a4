//! Every word of the console, in both languages side by side: a word that lacks one does not build.

/// A text with its gaps filled: `{name}` becomes the text of that name. What is filled in is never looked at again.
pub fn fill(text: &str, with: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        filled.push_str(with.iter().find(|(known, _)| *known == name).map_or("–", |(_, text)| text));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

macro_rules! words {
    ($($name:ident: $dutch:literal, $english:literal;)*) => {
        /// The words in one language.
        #[derive(Debug)]
        pub struct Words { $(pub $name: &'static str,)* }

        /// In Dutch.
        pub static NL: Words = Words { $($name: $dutch,)* };
        /// In English.
        pub static EN: Words = Words { $($name: $english,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $dutch, $english),)*];
    };
}

words! {
    // around every page
    language: "Nederlands", "English";
    skip: "Naar de inhoud", "Skip to content";
    way_around: "Onderdelen", "Sections";
    read_only: "Deze pagina's tonen alleen: er kan niets mee worden gewijzigd.", "These pages only show: nothing can be changed with them.";
    time_there: "Tijden zijn die van Amsterdam. Bij de diensten is het {time}.", "Times are those of Amsterdam. At the services it is {time}.";
    show: "Toon", "Show";
    why: "Waarom", "Why";
    look: "Bekijk", "Look";
    back: "Terug naar het overzicht", "Back to the overview";
    yes: "ja", "yes";
    no: "nee", "no";
    unnamed: "onbekend", "unknown";
    several: "meer dan één", "more than one";
    total: "Totaal", "Total";
    days: "{n} d", "{n} d";
    hours: "{n} uur", "{n} h";
    minutes: "{n} min", "{n} min";
    seconds: "{n} s", "{n} s";

    // the sections
    overview: "Overzicht", "Overview";
    room: "Contracteerruimte", "Contract room";
    click: "Click", "Click";
    ceilings: "Plafonds", "Ceilings";
    calendar: "Kalender", "Calendar";
    decisions: "Besluiten", "Decisions";
    feeds: "Koppelingen", "Feeds";

    // what goes wrong
    not_allowed: "Dit mag u niet inzien.", "You may not see this.";
    not_allowed_text: "{service} laat dit alleen zien aan wie een van deze rollen heeft voor het zorgkantoor: {roles}.", "{service} shows this only to who has one of these roles for the office: {roles}.";
    unknown_text: "{service} weet niet wie u bent. Meld u aan bij de toegangspoort die voor deze pagina's staat.", "{service} does not know who you are. Sign in at the proxy in front of these pages.";
    not_found: "Niet gevonden.", "Not found.";
    not_found_text: "Wat hier gevraagd wordt, is bij {service} niet bekend.", "What is asked for here is not on record at {service}.";
    wrong_question: "Deze vraag klopt niet.", "This question is not right.";
    wrong_question_text: "{service} kan met een van de ingevulde waarden niets: een jaar, een percentage of een bedrag buiten de ruimte.", "{service} can do nothing with one of the values: a year, a percentage, or an amount beyond the room.";
    not_now: "Dit kan nu niet.", "This can't be shown now.";
    not_now_text: "Bij {service} ontbreekt nog iets waaruit dit wordt berekend.", "At {service} something is still missing that this is computed from.";
    unreachable: "Niet bereikbaar.", "Out of reach.";
    unreachable_text: "{service} antwoordt op dit moment niet. De rest van de pagina klopt; probeer het straks opnieuw.", "{service} does not answer at the moment. The rest of the page holds; try again later.";
    failed: "Er ging iets mis.", "Something went wrong.";
    failed_text: "{service} meldt een fout bij zichzelf. De beheerder vindt de oorzaak in het logboek.", "{service} reports a fault of its own. The operator finds the cause in the log.";
    role_purchaser: "inkoper", "purchaser";
    role_decider: "beslisser", "decider";
    role_investigator: "onderzoeker", "investigator";
    role_operator: "beheerder", "operator";
    role_auditor: "auditor", "auditor";

    // services
    registration: "Inschrijving", "Registration";
    tariffing: "Tarieven", "Tariffing";
    budget: "Budget", "Budget";
    homecare: "Wijkverpleging", "Home care";
    screening: "Toetsing", "Screening";
    service: "Dienst", "Service";

    // overview
    overview_title: "Waar het geld is", "Where the money is";
    overview_lead: "Alles wat u mag inzien, op dit moment: de ruimte om zorg in te kopen, de plafonds die vol raken, wat op iemand wacht, en hoe actueel de cijfers zijn.", "All that you may see, at this moment: the room to buy care with, the ceilings that fill, what waits for somebody, and how up to date the figures are.";
    rooms: "Contracteerruimten", "Contract rooms";
    no_rooms: "Er is nog geen contracteerruimte vastgesteld.", "No contract room is established yet.";
    full_ceilings: "Plafonds die vol raken", "Ceilings that fill";
    no_full_ceilings: "Geen plafond heeft de eerste signaalgrens bereikt.", "No ceiling has reached its first signal.";
    details: "Meer", "More";
    waiting: "Wat op iemand wacht", "What waits for somebody";
    nothing_waits: "Niets wacht op een tweede persoon.", "Nothing waits for a second person.";
    about: "Waarover", "About";
    proposed_by: "Voorgesteld door", "Proposed by";
    since: "Sinds", "Since";
    provider: "Zorgaanbieder", "Provider";
    year: "Jaar", "Year";

    // the room
    room_of: "Contracteerruimte {office} {year}", "Contract room {office} {year}";
    room_lead: "De contracteerruimte is wat het zorgkantoor in een jaar aan zorg mag inkopen. Elke euro ervan is afgesproken, gereserveerd of vrij.", "The contract room is what the office may buy care for in a year. Each euro of it is agreed, kept in reserve, or free.";
    choose_room: "Zorgkantoor en jaar", "Office and year";
    as_of: "Stand van {time}.", "As of {time}.";
    legend: "Wat de balken tonen", "What the bars show";
    contract_room: "Contracteerruimte", "Contract room";
    agreed: "Afgesproken", "Agreed";
    agreed_means: "de budgetten van alle zorgaanbieders samen", "the budgets of all providers together";
    reserve: "Reserve", "Reserve";
    reserve_means: "apart gehouden voor groei en tegenvallers", "kept apart for growth and setbacks";
    free: "Vrij", "Free";
    free_means: "niet afgesproken en niet gereserveerd", "neither agreed nor in reserve";
    shortage: "Tekort", "Shortage";
    realised: "Gerealiseerd", "Realised";
    realised_means: "zorg die geleverd, gedeclareerd en goedgekeurd is", "care delivered, claimed and approved";
    forecast: "Prognose", "Forecast";
    forecast_means: "wat het hele jaar naar verwachting kost", "what the whole year is expected to come to";
    part: "Onderdeel", "Part";
    amount: "Bedrag", "Amount";
    of_the_room: "Van de ruimte", "Of the room";
    lot_zin: "Zorg in natura", "Care in kind";
    lot_pgb: "Persoonsgebonden budget", "Personal budgets";
    lot_spoken: "{lot}: van {room} is {agreed} afgesproken, {reserve} gereserveerd en {free} vrij; gerealiseerd is {realised}, de prognose is {forecast}.", "{lot}: of {room}, {agreed} is agreed, {reserve} is in reserve and {free} is free; {realised} is realised, the forecast is {forecast}.";
    rounds: "Rondes", "Rounds";
    rounds_of: "Rondes {office} {year}", "Rounds {office} {year}";
    round: "Ronde", "Round";
    no_rounds: "In dit jaar is nog geen ronde geopend.", "No round was opened in this year yet.";
    opened: "Geopend", "Opened";
    providers: "Zorgaanbieders", "Providers";
    simulations: "Simulaties", "Simulations";
    committed: "Vastgesteld", "Committed";
    not_yet: "nog niet", "not yet";
    decision: "Besluit", "Decision";
    budgets: "Budgetten", "Budgets";
    no_budgets: "Er zijn nog geen budgetten.", "There are no budgets yet.";
    base_production: "Basisproductie", "Base production";
    filed: "Ingediend", "Filed";
    current: "Nu", "Now";
    round_base: "Basisproductie", "Base production";
    round_click: "Click", "Click";
    round_reallocation: "Herschikking", "Reallocation";
    round_reconciliation: "Nacalculatie", "Reconciliation";

    // a round looked at
    round_title: "{round} {office} {year}", "{round} {office} {year}";
    click_lead: "In de click gaan budgetten naar wat er werkelijk geleverd wordt. Hier ziet u wat een andere reserve met elke zorgaanbieder zou doen. Er wordt niets bewaard.", "In the click, budgets move to what is really delivered. Here you see what another reserve would do to each provider. Nothing is kept.";
    round_committed: "Deze ronde is vastgesteld op {time}.", "This round was committed on {time}.";
    round_open: "Deze ronde is nog niet vastgesteld.", "This round is not committed yet.";
    reserve_slider: "Reserve, in procenten van de ruimte", "Reserve, in percent of the room";
    reserve_is: "{percent}% is {amount}", "{percent}% is {amount}";
    reserve_euro: "Of precies, in euro's", "Or exactly, in euros";
    reserve_frozen: "Bij het openen van de ronde was de reserve {amount}.", "When the round was opened, the reserve was {amount}.";
    overproduction: "Overproductie bij een tekort aan ruimte", "Over-production when the room is short";
    funded: "vergoeden zover het kan", "fund as far as possible";
    not_funded: "niet vergoeden", "do not fund";
    compute: "Bereken", "Compute";
    all_together: "Alle zorgaanbieders samen", "All providers together";
    per_provider: "Per zorgaanbieder", "Per provider";
    as_frozen: "Met de reserve van de ronde", "With the reserve of the round";
    as_asked: "Met deze reserve", "With this reserve";
    difference: "Verschil", "Difference";
    available: "Beschikbaar", "Available";
    before: "Budget ervoor", "Budget before";
    asked: "Gevraagd", "Asked";
    after: "Budget erna", "Budget after";
    to_share: "Te verdelen", "To share";
    raised_by: "Verhoogd met", "Raised by";
    unfunded: "Overproductie die niet vergoed wordt", "Over-production that is not funded";
    withheld: "Ingehouden naar rato", "Withheld in proportion";
    left: "Over", "Left";
    short: "Minder dan gevraagd", "Less than asked";
    outcome: "Uitkomst", "Outcome";
    explanation: "Uitleg", "Explanation";
    cannot_commit: "Zo kan de ronde niet worden vastgesteld: de budgetten die blijven, gaan {amount} over de ruimte.", "The round can't be committed so: the budgets that stay exceed the room by {amount}.";
    how_it_came: "Hoe het is berekend", "How it was computed";
    back_to_round: "Terug naar de ronde", "Back to the round";
    preview_lead: "Dit is een berekening om te bekijken, geen besluit.", "This is a computation to look at, not a decision.";
    part_title: "{round}: {provider}", "{round}: {provider}";
    outcome_filed: "ingediend", "filed";
    outcome_scaled: "naar de ruimte verlaagd", "scaled to the room";
    outcome_raised: "verhoogd naar de prognose", "raised to its forecast";
    outcome_kept: "behoudt het budget", "keeps its budget";
    outcome_lowered: "verlaagd naar de prognose", "lowered to its forecast";
    outcome_lowered_in_proportion: "draagt naar rato bij", "bears its proportion";
    outcome_funded: "deels vergoed", "funded in part";
    outcome_reconciled: "nagecalculeerd", "reconciled";

    // ceilings
    ceilings_of: "Plafonds wijkverpleging {office} {year}", "Ceilings of home care {office} {year}";
    ceiling_of: "Plafond {provider} {year}", "Ceiling of {provider} {year}";
    ceilings_lead: "Een plafond is wat een zorgaanbieder in een jaar hoogstens vergoed krijgt. Zo ver is elk plafond gebruikt, en hier komt het jaar naar verwachting op uit.", "A ceiling is the most that a provider is paid in a year. This is how far each is used, and what the year is expected to come to.";
    choose_year: "Verzekeraar en jaar", "Insurer and year";
    no_ceilings: "Er zijn geen plafonds in dit jaar.", "There are no ceilings in this year.";
    all_ceilings: "Alle plafonds van dit jaar", "All ceilings of this year";
    ceiling: "Plafond", "Ceiling";
    granted: "Toegekend", "Granted";
    granted_means: "declaraties die zijn toegekend, creditregels eraf", "claims that were granted, credits taken off";
    year_forecast_means: "wat het jaar naar verwachting kost", "what the year is expected to come to";
    signal_lines: "Streepjeslijn: {shares}", "Dashed line: {shares}";
    signal_lines_mean: "daar volgt een signaal", "there a signal is given";
    limit_line: "Doorgetrokken lijn: 100%", "Solid line: 100%";
    limit_line_means: "het plafond; daarboven wordt niets toegekend", "the ceiling; nothing is granted above it";
    used: "Gebruikt", "Used";
    beyond: "Geweigerd boven het plafond", "Refused beyond the ceiling";
    mark: "Opvallend", "To notice";
    is_full: "het plafond is bereikt", "the ceiling is reached";
    is_past: "voorbij {share}%", "past {share}%";
    is_forecast_above: "de prognose ligt boven het plafond", "the forecast is above the ceiling";
    is_hours_above: "meer uren per cliënt dan afgesproken", "more hours per client than agreed";
    is_fine: "niets", "nothing";
    ceiling_spoken: "{provider}: {spent} van {ceiling} toegekend, {used}; prognose {forecast}.", "{provider}: {spent} of {ceiling} granted, {used}; forecast {forecast}.";
    hours_told: "Uren per cliënt per maand: {hours}; afgesproken is hoogstens {agreed}. Cliënten: {clients}.", "Hours per client per month: {hours}; at most {agreed} is agreed. Clients: {clients}.";
    no_decisions: "Er is niets over besloten.", "Nothing was decided about it.";
    taken: "Genomen", "Taken";
    refused: "Geweigerd", "Refused";
    forecast_of_year: "Prognose van het jaar", "Forecast of the year";
    forecast_run_rate: "Naar rato van de maanden tot nu toe.", "In proportion to the months so far.";
    forecast_seasonal: "Naar het aandeel dat dezelfde maanden vorig jaar hadden.", "By the share that the same months had last year.";
    forecast_realised: "Alle maanden zijn binnen: dit is wat is toegekend.", "All months are in: this is what was granted.";
    ceiling_share_reached: "een signaalgrens bereikt", "the share of a signal is reached";
    ceiling_beyond: "regels boven het plafond", "lines beyond the ceiling";
    ceiling_forecast_above: "prognose boven het plafond", "forecast above the ceiling";
    ceiling_hours_above: "uren boven de afspraak", "hours above the agreement";
    ceiling_products: "regels met een prestatie die niet is afgesproken", "lines of a product that was not agreed";

    // the calendar
    calendar_of: "Inschrijvingskalender {office}", "Registration calendar {office}";
    calendar_lead: "Wanneer wat binnen moet zijn, hoever de inschrijvingen zijn, en wat er nog openstaat.", "What must be in by when, how far the registrations are, and what is still open.";
    choose_office: "Zorgkantoor", "Office";
    no_calendar: "Er is nog geen inkoopronde geopend.", "No purchasing round was opened yet.";
    registrations: "Inschrijvingen", "Registrations";
    registration_draft: "concept", "draft";
    registration_submitted: "ontvangen", "received";
    registration_in_assessment: "in beoordeling", "in assessment";
    registration_admissible: "toelaatbaar", "admissible";
    registration_awarded: "gegund", "awarded";
    registration_not_considered: "buiten beschouwing", "not considered";
    registration_rejected: "afgewezen", "rejected";
    dates: "Data", "Dates";
    until: "Uiterlijk", "By";
    what: "Wat", "What";
    whom: "Voor wie", "For whom";
    where_it_stands: "Stand", "Where it stands";
    source: "Bron", "Source";
    rule: "Regel", "Rule";
    past: "geweest", "past";
    in_time: "over {time}", "in {time}";
    still_due: "Wat nog openstaat", "What is still due";
    nothing_due: "Er staat niets open.", "Nothing is due.";
    party_provider: "zorgaanbieder", "provider";
    party_office: "zorgkantoor", "office";
    sector_vv: "verpleging en verzorging", "care for the elderly";
    sector_gz: "gehandicaptenzorg", "care for disabled people";
    sector_ggz: "geestelijke gezondheidszorg", "mental health care";
    sector_home_care: "wijkverpleging", "home care";

    // a decision
    decisions_lead: "Elk besluit is na te lezen: welke regel, uit welk document, met welke gegevens.", "Every decision can be read back: which rule, from which document, with which facts.";
    decision_id: "Nummer van het besluit", "Id of the decision";
    decision_title: "Waarom dit besluit", "Why this decision";
    decision_lead: "Een besluit van {service}, stap voor stap.", "A decision of {service}, step by step.";
    no_steps: "Er zijn geen stappen.", "There are no steps.";
    inputs_of: "Waaruit stap {number} volgt", "What step {number} follows from";
    no_inputs: "Uit niets dan de regel zelf.", "From nothing but the rule itself.";
    input: "Gegeven", "Input";
    value: "Waarde", "Value";
    origin: "Herkomst", "Origin";
    result: "Uitkomst:", "Result:";
    from_request: "uit de aanvraag, veld {field}", "from the request, field {field}";
    from_fact: "vastgelegd bij {service}: {name}, stand van {time}", "on record at {service}: {name}, as of {time}";
    from_parameter: "uit de regels: {key} in {file};", "from the rules: {key} in {file};";
    from_step: "uit stap {number}", "from step {number}";
    proof: "Waar het op rust", "What it rests on";
    facts_as_of: "Gegevens zoals bekend op", "Facts as known at";
    rules_version: "Versie van de regels (SHA-256)", "Version of the rules (SHA-256)";
    facts_version: "Vingerafdruk van de gegevens (SHA-256)", "Fingerprint of the facts (SHA-256)";
    receipt_hint: "Een ondertekend bewijs, na te rekenen zonder deze diensten:", "A signed receipt, to be checked without these services:";

    // feeds
    feeds_lead: "Elke dienst houdt bij wat andere bekendmaken. Hier ziet u of er een achterloopt; zijn cijfers zijn dan zo oud als hier staat.", "Each service keeps up with what others make known. Here you see whether one is behind; its figures are then as old as told here.";
    who_follows: "Wie wie volgt", "Who follows whom";
    follows: "Volgt", "Follows";
    applied: "Verwerkt tot", "Applied up to";
    behind: "Achter, in feiten", "Behind, in facts";
    behind_time: "Achter, in tijd", "Behind, in time";
    newest: "Nieuwste feit", "Newest fact";
    up_to_date: "bij", "up to date";
    lag_unknown: "onbekend: de andere dienst antwoordt niet", "unknown: the other service does not answer";
    nothing_applied: "nog niets verwerkt", "nothing applied yet";
    own_feeds: "Wat elke dienst bekendmaakte", "What each service made known";
    facts_told: "Feiten", "Facts";
    all_answer: "Alle {n} diensten antwoorden.", "All {n} services answer.";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(text: &str) -> Vec<&str> {
        let mut gaps: Vec<&str> =
            text.split('{').skip(1).map(|rest| rest.split_once('}').expect("a gap ends").0).collect();
        gaps.sort_unstable();
        gaps
    }

    #[test]
    fn every_word_is_there_in_both_languages_with_the_same_gaps() {
        assert!(ALL.len() > 150);
        for (name, dutch, english) in ALL {
            assert!(!dutch.trim().is_empty() && !english.trim().is_empty(), "{name}");
            assert_eq!(gaps(dutch), gaps(english), "{name}");
        }
        assert_ne!(NL.overview, EN.overview);
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        assert_eq!(fill("a {x} b {y}", &[("x", "{y}"), ("y", "1")]), "a {y} b 1");
        assert_eq!(fill("{none} left", &[]), "– left");
        assert_eq!(fill("plain", &[("x", "1")]), "plain");
    }
}
