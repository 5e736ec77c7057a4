//! The national system of 2022 and 2023, and what lies outside it.

use edge::Sector::{Ggz, Gz, Vv};

use super::golden;

#[test]
fn tar_01_tar_06_golden_quotes_of_the_guide_percentage() {
    for sector in [Vv, Gz, Ggz] {
        golden("guide", "zilveren_kruis", sector, 2022).check();
        golden("guide", "cz", sector, 2023).check();
    }
    golden("guide", "cz", Vv, 2024).check();
    // No source states it for other sectors in 2024, nor for anybody in 2025.
    golden("guide", "cz", Gz, 2024).check();
    golden("guide", "cz", Vv, 2025).check();
}

#[test]
fn tar_01_golden_quotes_outside_the_national_system() {
    for office in ["dsw", "menzis"] {
        golden("unset", office, Vv, 2022).check();
        golden("unset", office, Gz, 2023).check();
        golden("agreed", office, Gz, 2023).agreed("96.4").check();
    }
}

#[test]
fn tar_01_golden_quotes_to_the_cent() {
    golden("half_cent_up", "cz", Gz, 2023).agreed("50").tariff(1, 0, 0).check();
    golden("below_half_a_cent", "cz", Gz, 2023).agreed("49.99").tariff(1, 0, 0).check();
    golden("both_parts_by_themselves", "cz", Gz, 2023).agreed("95.85").tariff(10_010, 1, 1).check();
    golden("full_maximum", "cz", Gz, 2023).agreed("100").check();
    golden("agreed", "cz", Gz, 2023).agreed("96.15").check();
    golden("by_the_hour", "cz", Gz, 2023).tariff(6_794, 0, 0).form("mpt").check();
}

#[test]
fn tar_12_tar_17_tar_08_golden_quotes_that_hold_everywhere() {
    golden("line", "cz", Gz, 2023).line("95.2").check();
    golden("bid", "cz", Gz, 2023).bid("94.75").check();
    golden("hardship", "cz", Gz, 2022).hardship("1.35").check();
    golden("capped", "cz", Gz, 2023).hardship("4.3").check();
}
