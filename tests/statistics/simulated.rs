//! Nominal 95 % intervals hold the truth in 93 to 97 of 100 draws, and tests at 5 % reject a true null
//! hypothesis in 4 to 6, or as their documentation says otherwise: the short version of
//! `cargo run --release --example simulate`, which prints the table.

use crate::simulation::designs;

#[track_caller]
fn hold(topic: &str) {
    let own: Vec<_> = designs().into_iter().filter(|design| design.topic == topic).collect();
    assert!(!own.is_empty(), "no designs of the topic {topic}");
    let missed: Vec<String> = own
        .iter()
        .flat_map(|design| design.run(None))
        .filter(|found| !found.holds())
        .map(|found| {
            let (low, high) = found.want.bounds();
            format!(
                "{}, {}: {:.2} % of {} draws, not {low} to {high}",
                found.design, found.method, found.percent, found.count
            )
        })
        .collect();
    assert!(missed.is_empty(), "\n{}", missed.join("\n"));
}

#[test]
fn intervals_of_areas_cover() {
    hold("AUC");
}

#[test]
fn intervals_of_disparities_cover() {
    hold("disparity");
}

#[test]
fn intervals_of_rates_cover() {
    hold("rates");
}

#[test]
fn intervals_of_probability_measures_cover() {
    hold("probabilities");
}

#[test]
fn intervals_of_audited_probabilities_cover() {
    hold("audits");
}

#[test]
fn bootstrap_comparisons_keep_their_level() {
    hold("comparisons");
}

#[test]
fn intervals_over_seeds_cover() {
    hold("seeds");
}

#[test]
fn tests_keep_their_level() {
    hold("tests");
}

#[test]
fn few_patients_do_not_make_intervals_narrow_or_claims_shown() {
    hold("few");
}

#[test]
fn gains_over_the_frontier_cover_and_their_tests_keep_their_level() {
    hold("frontier");
}

#[test]
fn audits_of_a_handful_hold_or_are_refused() {
    hold("handful");
}

#[test]
fn ranges_hold_where_a_subgroup_is_a_handful() {
    hold("range");
}

#[test]
fn rates_at_chosen_thresholds_cover() {
    hold("thresholds");
}

#[test]
fn areas_at_the_mix_of_another_subgroup_cover() {
    hold("standardised");
}

#[test]
fn gaps_called_detectable_are_shown_as_often_as_asked() {
    hold("power");
}

#[test]
fn means_over_trainings_cover() {
    hold("trainings");
}

#[test]
fn bands_along_an_age_hold_whole_curves() {
    hold("along");
}

#[test]
fn the_pareto_criterion_keeps_its_level() {
    hold("learning curves");
}
