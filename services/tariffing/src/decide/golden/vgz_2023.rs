//! VGZ 2023: themes, historically lower tariffs, new providers.

use edge::Sector::{Ggz, Gz, Vv};

use super::{Golden, golden};
use crate::domain::Basis;

fn vgz(name: &str) -> Golden {
    golden(name, "vgz", Gz, 2023)
}

#[test]
fn tar_03_golden_quotes_of_the_themes() {
    vgz("nothing").check();
    vgz("two_themes").granted("voldoende_goede_zorg", "0.2").granted("zorg_dichtbij_huis", "0.15").check();
    vgz("all_themes")
        .granted("zinnige_zorg", "0.3")
        .granted("zorg_dichtbij_huis", "0.2")
        .granted("voldoende_goede_zorg", "0.2")
        .granted("duurzaam_betaalbaar", "0.1")
        .check();
    vgz("zero_points").granted("zorg_dichtbij_huis", "0").check();
    vgz("most_there_is").granted("zorg_dichtbij_huis", "0.2").check();
    vgz("above_the_range").granted("zorg_dichtbij_huis", "0.25").check();
    vgz("below_the_range").granted("voldoende_goede_zorg", "-0.1").check();
    vgz("two_initiatives_within")
        .initiative("zorg_dichtbij_huis", "0.1", "a")
        .initiative("zorg_dichtbij_huis", "0.1", "b")
        .check();
    vgz("two_initiatives_beyond")
        .initiative("zorg_dichtbij_huis", "0.15", "a")
        .initiative("zorg_dichtbij_huis", "0.1", "b")
        .check();
    vgz("informing_clients").granted("klanten_informeren", "0.1").check();
    vgz("sustainability").granted("duurzaamheid", "0.1").check();
    vgz("sustainability_as_initiative").granted("duurzaamheid_initiatief", "0.1").check();
    golden("sustainability_as_initiative", "vgz", Ggz, 2023).granted("duurzaamheid_initiatief", "0.1").check();
    vgz("lower_by_own_choice").granted("duurzaam_betaalbaar", "-0.5").check();
    vgz("no_points").granted("zinnige_zorg", "").check();
    vgz("no_such_theme").granted("werkgever", "0.1").check();
    golden("not_stated", "vgz", Vv, 2023).granted("zorg_dichtbij_huis", "0.1").check();
    golden("nothing", "vgz", Vv, 2023).check();
    golden("two_themes", "vgz", Ggz, 2023)
        .granted("voldoende_goede_zorg", "0.1")
        .granted("zinnige_zorg", "0.25")
        .check();
}

#[test]
fn tar_03_golden_quotes_of_the_last_day() {
    vgz("theme_on_new_years_eve").granted("zorg_dichtbij_huis", "0.1").on("2022-12-31").check();
    vgz("theme_on_new_years_day").granted("zorg_dichtbij_huis", "0.1").on("2023-01-01").check();
    vgz("sensible_care_in_september").granted("zinnige_zorg", "0.1").on("2023-09-30").check();
    vgz("sensible_care_in_october").granted("zinnige_zorg", "0.1").on("2023-10-01").check();
}

#[test]
fn tar_05_golden_quotes_of_one_initiative() {
    vgz("on_two_themes")
        .initiative("voldoende_goede_zorg", "0.1", "thuis")
        .initiative("zorg_dichtbij_huis", "0.1", "thuis")
        .check();
    vgz("twice_on_one_theme")
        .initiative("zinnige_zorg", "0.1", "slim")
        .initiative("zinnige_zorg", "0.2", "slim")
        .check();
    vgz("earned_in_2022").initiative("zinnige_zorg", "0.1", "slim").earned_before("slim").check();
}

#[test]
fn tar_07_golden_quotes_of_historically_lower_tariffs() {
    let lower = |name: &str| vgz(name).last_year("94.9", Basis::Regular);
    lower("historic").check();
    lower("historic_and_fixed_themes")
        .granted("voldoende_goede_zorg", "0.2")
        .granted("zorg_dichtbij_huis", "0.15")
        .check();
    lower("historic_and_bespoke").granted("zinnige_zorg", "0.3").check();
    vgz("last_year_equal").last_year("95.8", Basis::Regular).check();
    vgz("last_year_higher").last_year("97.1", Basis::Regular).check();
    vgz("last_year_a_line").last_year("94.9", Basis::FallingLine).check();
    vgz("last_year_new").last_year("93.8", Basis::NewProvider).check();
    vgz("last_year_interview").last_year("93.8", Basis::Interview).check();
}

#[test]
fn tar_08_tar_12_tar_17_tar_20_golden_quotes_of_other_starts() {
    vgz("hardship").granted("zorg_dichtbij_huis", "0.1").hardship("0.72").check();
    vgz("hardship_on_historic").last_year("94.9", Basis::Regular).hardship("0.5").check();
    vgz("line_before_historic").line("95.5").last_year("94.9", Basis::Regular).check();
    vgz("line_and_theme").line("95.5").granted("zorg_dichtbij_huis", "0.1").check();
    vgz("bid_before_historic").bid("94.2").last_year("94.9", Basis::Regular).check();
    vgz("interview_missing").new_provider().check();
    vgz("interview").new_provider().interview("93.25").check();
    vgz("interview_and_theme").new_provider().interview("93.25").granted("zorg_dichtbij_huis", "0.2").check();
    vgz("bound_to_a_form").granted("zinnige_zorg", "0.4").bound_to("vpt").form("vpt").check();
    vgz("bound_to_another_form").granted("zinnige_zorg", "0.4").bound_to("vpt").check();
    vgz("nothing_left").granted("duurzaam_betaalbaar", "-95.8").check();
}
