//! How each number of an audit is computed: the formula and its source.

/// The number, how it is computed, and where that comes from.
const NUMBERS: [[&str; 3]; 21] = [
    [
        "AUC",
        "share of pairs of a positive and a negative in the right order, ties one half; variance by what each patient moves \
         the means of placements, Student's t by the shares of patients; logit limits for small or extreme cells",
        "Obuchowski 1997; Bell and McCaffrey 2002; Qin and Hotilovac 2008",
    ],
    [
        "Gap in AUC",
        "square and add from the limits of both, correlated by patients of both; p is the level at which the interval touches 0",
        "Newcombe 1998; Zou and Donner 2008",
    ],
    [
        "Difference of methods",
        "D ± t s over patients on the same samples; p (Holm) over all methods and subgroups",
        "Obuchowski 1997; Holm 1979",
    ],
    [
        "Macro AUC",
        "mean of one-against-rest AUCs over classes with both outcomes, errors added up by patient",
        "Obuchowski 1997",
    ],
    [
        "AP",
        "sum over positives of the precision at their score, over positives; bootstrap over patients, limits on the logit scale",
        "Boyd, Eng and Page 2013",
    ],
    [
        "Sensitivity, specificity, called positive",
        "shares at the threshold; Wilson's limits at the effective number of patients",
        "Wilson 1927; Korn and Graubard 1998",
    ],
    ["PPV, NPV", "the same of those called positive, and of those called negative", "as above"],
    [
        "Chosen threshold",
        "the rule on rows that are not judged; its spread over replicates of their patients is added to the error of a rate",
        "Youden 1950; Davison and Hinkley 1997",
    ],
    [
        "Net benefit",
        "(true positives - false positives t / (1 - t)) / samples; t limits over patients",
        "Vickers and Elkin 2006",
    ],
    [
        "Gap at one mix",
        "AUC with weights p_s / W_s by outcome and stratum; errors of both shares and placements by patient",
        "Janes and Pepe 2009; Liu, Mao and Wang 2025",
    ],
    [
        "Brier, Skill",
        "mean squared error of probabilities; one minus its ratio to that of the prevalence; bootstrap over all patients",
        "Brier 1950; Murphy 1973",
    ],
    [
        "ECE",
        "mean of |rate - mean probability| over bins of equal mass; the interval is that of the errors which the data do not refute",
        "Naeini, Cooper and Hauskrecht 2015; DiCiccio and Romano 1990",
    ],
    [
        "Slope, In the large",
        "logistic regression of the outcome on the logit; intercept at slope 1; bootstrap over all patients",
        "Cox 1958",
    ],
    [
        "Best minus worst",
        "the largest minus the smallest AUC; of two subgroups the size of their gap with its limits, of more the ranges which the \
         data do not refute, never below what a gap to the dominant subgroup shows after Bonferroni",
        "DiCiccio and Romano 1990; Berger and Boos 1994",
    ],
    [
        "Along an attribute",
        "AUC, sensitivity and observed minus predicted with weights exp(-((a - x) / h)^2 / 2) at every point x of a grid; h = 1.06 \
         min(SD, IQR / 1.349) n^(-1/5) of the attribute, or given; one factor for the whole curve from the largest of the \
         correlated errors of patients",
        "Pepe 2003; Scott 1992; Montiel Olea and Plagborg-Moller 2019",
    ],
    [
        "Calibration curve",
        "mean outcome against mean probability of neighbours by the same kernel over the ranks of probabilities; band as along \
         an attribute",
        "Austin and Steyerberg 2014; Cleveland 1979",
    ],
    [
        "Mean over trainings or readers",
        "mean over them; an error by patients (contributions averaged over trainings) and one by trainings (SD / root of their \
         number), each with a Student's t of its own; limits by the quantile of the sum",
        "Obuchowski and Rockette 1995; Behrens 1929; Fisher 1936",
    ],
    [
        "Smallest shown",
        "(t_(1-a/2) + t_P) s, s at the smaller AUC; patients needed from the same s",
        "Lachin 1981; Newcombe 2006",
    ],
    [
        "Ledger",
        "who is in no number, by reason; the smallest and the largest gap that unknown outcomes or subgroups allow: of k positive \
         ones those of the highest or of the lowest scores, every k tried, each AUC at its own extreme",
        "as AUC; extremes of a rank sum",
    ],
    [
        "Quasi-Pareto claim",
        "better in the less-prevalent subgroup and not worse by the margin in the dominant one, both one-sided; Holm over claims",
        "Yao, Dai et al. 2024; Berger 1982",
    ],
    [
        "Levelling down",
        "the gap came out smaller (not tested), the subgroup that was ahead lost (p after Holm over all methods and subgroups), \
         and lost more than the other gained",
        "Mittelstadt, Wachter and Russell 2023",
    ],
];

/// All of them, one after the other.
pub(super) fn text() -> String {
    let one = |[number, formula, source]: &[&str; 3]| format!("{number}\n  {formula}\n  {source}\n");
    let all: String = NUMBERS.iter().map(one).collect();
    format!(
        "{all}\nFormulas in full, with what they cover by simulation, stand on top of the sources: qpnet-lib/audit/src/stats and \
         metrics.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_formula_and_a_source() {
        assert!(NUMBERS.iter().flatten().all(|part| !part.is_empty()));
        let mut names = NUMBERS.map(|[name, ..]| name).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), NUMBERS.len(), "each once");
        assert!(text().contains("Gap at one mix\n  AUC with weights"));
    }
}
