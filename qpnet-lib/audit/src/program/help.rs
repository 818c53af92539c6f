//! The help page of `audit` below its options.

use crate::audit::Columns;

const HELP: &str = "\
Columns that are not named are looked for under usual names, whatever their case, among the columns that
have no other role; the report says which were found. `none` as a name means that no column has the role.
{names}
Several score columns with one label are classes, with as many labels they are findings (score_<class> and
label_<finding> are found by themselves): each is audited against the rest, and methods are compared by the
mean of the AUCs. Tables may be compressed by gzip; fields are separated by commas, semicolons or tabs, and
with the latter two numbers may have decimal commas.

Outcomes are 1 and 0, true and false, yes and no, t and f, y and n, or words (--positive, --negative). Empty
ones are left out among several findings and refused otherwise, unless --blank says what they are; -1 is
refused unless --uncertain does. What was left out or filled in is counted, and how often, by subgroup, is
part of the report. Intervals of rates are Wilson's at the effective number of patients; where rows are
independent that is their number less one (1 of 22: 0.008 to 0.224).

Several thresholds get tables of their own: sensitivity, specificity, predictive values and gaps at each. Those of
--threshold-from are chosen by --rule on rows that are not judged, for each method, and for each class or
finding; the intervals contain the choice (a bootstrap of the patients who chose), and the report has those of whoever
keeps this very threshold beside them. A sample that both chooses and is judged is refused.

With --standardise positives and negatives of every subgroup are weighted to the shares that the strata of these
columns have in the dominant one. Strata that both do not have are named and left out; where less than half of
either outcome of the dominant one is left there is no comparison.

With --along a number such as age gets curves: every value of a grid has the measures of samples weighted by how near
their age is, over all subgroups that are scored. The bandwidth is found from the ages alone, before outcomes are looked at,
and printed; one band holds each whole curve. Samples whose age is not known (--missing, or empty) are counted and in no curve.

With --seed-column (or --reader-column) rows of one method and sample that differ there are its trainings or readers. AUCs,
average precision, rates, gaps, differences and claims are means over them with the error of both; everything else, and
probabilities, are those of one training: --only seed=1.

The folder gets report.html, report.md, summary.json and figures/. Exit code 0: done, 1: the table is wrong,
2: an option is.

Examples:
  {program} audit data-manifests/examples/predictions.csv --label malignant --score p --group subgroup --patient patient --method model --out target/audit
  {program} audit predictions.csv --label dx --score p_mel,p_nv,p_bcc --group sex --patient lesion_id
  {program} audit predictions.csv --label y1,y2 --score p1,p2 --group site --weights w --json
  {program} audit predictions.csv --only part=test --threshold-from part=validation --rule youden,sensitivity=0.9
  {program} audit chest.csv --group sex --group age --cross --cut age=40,65 --smallest 30
  {program} audit predictions.csv --group site --standardise dx,dx_type
  {program} audit predictions.csv --group sex --along age --card card.md --slides slides --pdf audit.pdf
  {program} audit trainings.csv --group site --method method --seed-column seed --sample image
  {program} audit chest.csv.gz --group age --cut 40,80 --uncertain ignore --blank zeros --missing NA,unknown --brief";

/// The help page of `program`, with the names that tell a role.
pub fn help(program: &str) -> String {
    let line = |(role, names): (&str, &[&str])| format!("  {role:<8} {}\n", names.join(", "));
    HELP.replace("{names}\n", &Columns::usual_names().map(line).concat()).replace("{program}", program)
}
