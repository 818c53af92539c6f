//! What the tables of a data set say, beside what a paper says of them.

use crate::data::Survey;
use crate::report::Table;
use crate::stats::normal;

/// Images, patients and classes of every subgroup of several schemes.
pub fn survey_table(surveys: &[Survey]) -> Table {
    let title = surveys.first().map_or_else(String::new, |survey| survey.title.clone());
    let mut headers: Vec<String> = ["Scheme", "Subgroup", "Patients", "Images"].map(str::to_owned).into();
    headers.extend(surveys.first().iter().flat_map(|survey| survey.classes.iter().cloned()));
    let mut table = Table::new(title, headers);
    for survey in surveys {
        for group in &survey.subgroups {
            let numbers = [group.patients, group.images].into_iter().chain(group.per_class.iter().copied());
            let words = [survey.scheme.name.clone(), group.subgroup.clone()];
            table.row(words.into_iter().chain(numbers.map(|number| number.to_string())));
        }
        for exclusion in &survey.exclusions {
            table.note(format!("left out: {} rows, {}", exclusion.rows, exclusion.reason));
        }
        for note in &survey.notes {
            table.note(note.clone());
        }
    }
    table.note(
        "a patient is what the manifest calls so, a person, lesion or case: never divided between parts",
    );
    table
}

/// Whether a training set with `stated` images of the dominant and the less-prevalent subgroup can be a
/// random part of the data that `survey` counts, in words that follow the numbers.
///
/// # Formula
/// With `N` images, `K` of them dominant, and `n = stated[0] + stated[1]` drawn without replacement,
/// the dominant ones are hypergeometric: mean `nK/N`, variance
/// `n (K/N)(1 - K/N)(N - n)/(N - 1)`. Images of a unit may stay together; at worst every unit is as
/// large as the largest one, which multiplies the variance by its size.
pub fn training_share_words(survey: &Survey, stated: [usize; 2]) -> String {
    let [Some(dominant), Some(less)] = [0, 1].map(|i| survey.subgroups.get(i)) else {
        return "A share needs two subgroups.".to_owned();
    };
    if stated[0] + stated[1] == 0 {
        return "A share of no images says nothing.".to_owned();
    }
    let drawn = (stated[0] + stated[1]) as f64;
    let pool = (dominant.images + less.images) as f64;
    let names = [&dominant.subgroup, &less.subgroup];
    let head = format!(
        "The tables hold {} {} and {} {} images ({:.1} % {}); the training set is said to hold {} and {} \
         ({:.1} % {}).",
        dominant.images,
        names[0],
        less.images,
        names[1],
        100.0 * dominant.images as f64 / pool,
        names[0],
        stated[0],
        stated[1],
        100.0 * stated[0] as f64 / drawn,
        names[0],
    );
    if stated[0] > dominant.images || stated[1] > less.images {
        return format!("{head} That is more than there are.");
    }
    if drawn == pool {
        return format!("{head} That is all of them.");
    }
    let clump = dominant.largest.max(less.largest).max(1);
    let share = dominant.images as f64 / pool;
    let expected = drawn * share;
    let variance = clump as f64 * drawn * share * (1.0 - share) * (pool - drawn) / (pool - 1.0);
    let z = (stated[0] as f64 - expected) / variance.sqrt();
    let p = normal::two_sided_p(z);
    let verdict = match p < 0.001 {
        true => "so these numbers are no random part of these tables",
        false => "which a random part of these tables may well be",
    };
    format!(
        "{head} A random {:.1} % of the images would hold about {expected:.0} and {:.0}, give or take {:.0} \
         (even if every patient had the {clump} images of the largest): {:.0} standard deviations away, {verdict}.",
        100.0 * drawn / pool,
        drawn - expected,
        variance.sqrt(),
        z.abs(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{SchemeInfo, SurveyCount, TaskKind, UnknownCount};

    fn survey(images: [usize; 2]) -> Survey {
        let names = ["male", "female"].map(str::to_owned);
        let count = |i: usize| SurveyCount {
            subgroup: names[i].clone(),
            images: images[i],
            patients: images[i],
            largest: 1,
            positives: 0,
            per_class: vec![images[i]],
            unknown: UnknownCount::default(),
        };
        Survey {
            title: "t".into(),
            task: TaskKind::MultiClass,
            classes: vec!["MEL".into()],
            scheme: SchemeInfo { name: "sex".into(), subgroups: names.to_vec() },
            rows: images[0] + images[1],
            subgroups: vec![count(0), count(1)],
            exclusions: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_random_part_is_told_from_another() {
        // Mean 600, variance 1000 x 0.6 x 0.4 x 1000/1999 = 120.06: 10.96.
        let words = training_share_words(&survey([1200, 800]), [611, 389]);
        assert!(
            words.contains("about 600 and 400, give or take 11") && words.contains("may well"),
            "{words}"
        );
        assert!(words.contains(": 1 standard deviations"), "{words}");
        let words = training_share_words(&survey([1200, 800]), [700, 300]);
        assert!(words.contains(": 9 standard deviations") && words.contains("no random part"), "{words}");
        assert!(training_share_words(&survey([1200, 800]), [100, 900]).contains("more than there are"));
        assert!(training_share_words(&survey([1200, 800]), [1200, 800]).contains("all of them"));
        assert!(!training_share_words(&survey([1200, 800]), [0, 0]).contains("NaN"));
    }
}
