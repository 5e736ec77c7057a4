//! The policies of the seven offices for elderly care in 2024.

use edge::Sector::Vv;

use super::{Golden, golden};
use crate::domain::Basis;

fn elderly(office: &str, name: &str) -> Golden {
    golden(name, office, Vv, 2024)
}

#[test]
fn tar_09_golden_quotes_of_zilveren_kruis() {
    let zk = |name: &str| elderly("zilveren_kruis", name);
    zk("existing").check();
    zk("new").new_provider().check();
    zk("essential").judged("essential_facility", "").check();
    zk("essential_and_hours").judged("essential_facility", "").judged("pgb_alternative", "-1.5").check();
    zk("more_hours").judged("pgb_alternative", "-1.5").form("mpt").check();
    zk("profile_4vv_with_treatment").profile("753", true).check();
    zk("profile_4vv_without_treatment").profile("753", false).check();
    zk("profile_5vv_with_treatment").profile("754", true).check();
    zk("at_home").form("vpt").check();
}

#[test]
fn tar_09_tar_21_golden_quotes_of_vgz() {
    let vgz = |name: &str| elderly("vgz", name);
    vgz("existing").check();
    vgz("new").new_provider().check();
    vgz("regional_tables").judged("regional_tables", "").check();
    vgz("vpt_at_home").granted("vpt_growth", "").form("vpt").check();
    vgz("vpt_elsewhere").granted("vpt_growth", "").check();
    vgz("mpt").granted("mpt_growth", "").form("mpt").check();
    vgz("mpt_other_points").granted("mpt_growth", "3.0").form("mpt").check();
    vgz("profile_4vv").profile("753", true).check();
    vgz("profile_4vv_social_context").profile("753", true).judged("social_context", "").check();
}

#[test]
fn tar_09_golden_quotes_of_menzis() {
    let menzis = |name: &str| elderly("menzis", name);
    menzis("existing").check();
    menzis("new").new_provider().check();
    menzis("vpt").form("vpt").check();
    menzis("profile_4vv_new_client").profile("753", false).new_client().check();
    menzis("profile_4vv_old_client").profile("753", false).check();
}

#[test]
fn tar_09_golden_quotes_of_cz() {
    let cz = |name: &str| elderly("cz", name);
    cz("new").new_provider().check();
    cz("technology_and_goals").judged("labour_saving_technology", "").granted("movements_and_goals", "").check();
    cz("technology").judged("labour_saving_technology", "").check();
    cz("technology_twice").judged("labour_saving_technology", "").judged("labour_saving_technology", "").check();
    cz("free_proposal").granted("free_proposal", "2.25").check();
    cz("free_proposal_to_the_maximum").granted("free_proposal", "6").check();
    cz("goals_and_free_proposal").granted("movements_and_goals", "").granted("free_proposal", "2").check();
    cz("new_with_technology").new_provider().judged("labour_saving_technology", "").check();
}

#[test]
fn tar_09_golden_quotes_of_salland() {
    let salland = |name: &str| elderly("salland", name);
    salland("existing").check();
    salland("lowest").judged("role_in_region", "-2.0").check();
    salland("highest").judged("role_in_region", "1.0").check();
    salland("beyond").judged("role_in_region", "1.1").check();
    salland("basics_not_met").judged("basics_not_met", "-0.75").check();
    salland("together_below_the_range").judged("role_in_region", "-1.5").judged("basics_not_met", "-1.5").check();
    salland("hardship_beyond_the_range").judged("role_in_region", "0.8").hardship("1.2").check();
}

#[test]
fn tar_09_golden_quotes_of_dsw() {
    let dsw = |name: &str, last: &str| elderly("dsw", name).last_year(last, Basis::Regular);
    elderly("dsw", "last_year_unknown").check();
    elderly("dsw", "new").new_provider().check();
    dsw("unchanged", "96.4").check();
    dsw("monitor_up", "96.4").judged("monitor", "1.0").check();
    dsw("monitor_up_to_the_highest", "97.2").judged("monitor", "1.0").check();
    dsw("monitor_down", "96.4").judged("monitor", "-1.0").check();
    dsw("monitor_beyond", "96.4").judged("monitor", "1.5").check();
    dsw("above_the_highest", "98.0").check();
}

#[test]
fn tar_09_golden_quotes_of_zorg_en_zekerheid() {
    let zz = |name: &str| elderly("zorg_en_zekerheid", name);
    zz("existing").check();
    zz("new").new_provider().check();
    zz("employer").judged("employer", "").check();
    zz("employer_and_bespoke").judged("employer", "").granted("bespoke", "0.45").check();
    zz("with_treatment").profile("754", true).check();
    zz("vpt").form("vpt").check();
}
