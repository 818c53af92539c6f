//! What a plan may not say twice: two rows would have one label, or one row two.

use super::plan::{Factor, Plan};

/// What is said twice, with its place in the plan.
pub(super) fn twice(plan: &Plan) -> Option<(usize, String)> {
    overlapping(&plan.factors)
        .or_else(|| plan.factors.iter().find_map(repeated))
        .or_else(|| sizes_and_schemes(plan))
}

/// The settings that a factor changes.
fn paths(factor: &Factor) -> impl Iterator<Item = &str> {
    let own = factor.path.iter().map(|path| path.get_ref().as_str());
    own.chain(factor.levels.iter().flat_map(|level| level.set.keys().map(String::as_str)))
}

/// Two factors that change one setting: the later one wins, and the column of the other tells lies.
fn overlapping(factors: &[Factor]) -> Option<(usize, String)> {
    let within = |a: &str, b: &str| a == b || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('.'));
    for (at, factor) in factors.iter().enumerate() {
        for other in &factors[..at] {
            let both =
                paths(factor).find(|own| paths(other).any(|path| within(own, path) || within(path, own)));
            if let Some(path) = both {
                let (name, other) = (factor.name.get_ref(), other.name.get_ref());
                let message = format!("factors {other:?} and {name:?} both set {path}: only one can");
                return Some((factor.name.span().start, message));
            }
        }
    }
    None
}

/// A level of a factor that is there already.
fn repeated(factor: &Factor) -> Option<(usize, String)> {
    let values: Vec<&toml::Value> = factor.values.iter().map(toml::Spanned::get_ref).collect();
    let value = (0..values.len()).find(|&at| values[..at].contains(&values[at]));
    let names: Vec<&str> = factor.levels.iter().map(|level| level.name.as_str()).collect();
    let name = (0..names.len()).find(|&at| names[..at].contains(&names[at]));
    let what =
        value.map(|at| values[at].to_string()).or_else(|| name.map(|at| format!("{:?}", names[at])))?;
    let message = format!("factor {:?} has {what} twice", factor.name.get_ref());
    Some((factor.name.span().start, message))
}

fn sizes_and_schemes(plan: &Plan) -> Option<(usize, String)> {
    let sizes: Vec<usize> = plan.sizes.iter().map(|size| *size.get_ref()).collect();
    if let Some(at) = (0..sizes.len()).find(|&at| sizes[..at].contains(&sizes[at])) {
        return Some((plan.sizes[at].span().start, format!("size {} is given twice", sizes[at])));
    }
    plan.data.iter().find_map(|entry| {
        let schemes: Vec<&String> = entry.schemes.iter().map(toml::Spanned::get_ref).collect();
        let at = (0..schemes.len()).find(|&at| schemes[..at].contains(&schemes[at]))?;
        Some((entry.schemes[at].span().start, format!("scheme {:?} is given twice", schemes[at])))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(plan: &str, words: &str) {
        let text = format!("format = 1\nprofile = \"smoke\"\nseeds = [1]\nmethods = [\"mixed\"]\n{plan}");
        let (at, message) = twice(&Plan::parse("p.toml", &text).expect("a plan")).expect(words);
        assert!(at > 0 && message.contains(words), "{message}");
    }

    #[test]
    fn two_labels_of_one_row_and_one_label_of_two_are_refused() {
        const DATA: &str = "[[data]]\nmanifest = \"synthetic\"\n";
        let factor = |name: &str, rest: &str| format!("[[factors]]\nname = \"{name}\"\n{rest}\n");
        let rate = factor("a", "path = \"settings.base.learning_rate\"\nvalues = [1e-3]");
        let again = factor("b", "path = \"settings.base.learning_rate\"\nvalues = [2e-3]");
        refused(
            &format!("{DATA}{rate}{again}"),
            "factors \"a\" and \"b\" both set settings.base.learning_rate",
        );
        let above = factor("b", "levels = [{ name = \"x\", set = { \"settings.base\" = 1 } }]");
        refused(&format!("{DATA}{rate}{above}"), "both set settings.base");
        refused(&format!("{DATA}{}", factor("a", "path = \"x\"\nvalues = [1e-3, 0.001]")), "has 0.001 twice");
        let level = "{ name = \"x\", set = { \"a\" = 1 } }";
        refused(
            &format!("{DATA}{}", factor("a", &format!("levels = [{level}, {level}]"))),
            "has \"x\" twice",
        );
        refused(&format!("sizes = [20, 20]\n{DATA}"), "size 20 is given twice");
        refused(
            &format!("{DATA}schemes = [\"moderate\", \"moderate\"]\n"),
            "scheme \"moderate\" is given twice",
        );
    }
}
