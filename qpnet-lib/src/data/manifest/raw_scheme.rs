//! A subgrouping scheme as it stands in the manifest, and the checks that make it a [`Scheme`].

use serde::Deserialize;

use super::raw_predicate::RawPredicate;
use crate::data::rule::conflict::Conflict;
use crate::data::rule::generator::{Attribute, Generator};
use crate::data::rule::policy::Policy;
use crate::data::rule::predicate::Predicate;
use crate::data::rule::scheme::{Grouping, Scheme, Subgroup};

/// The offending key and what is wrong with it.
pub(in crate::data) type Fault = (String, String);

/// Where the subgroups of every scheme come from.
#[derive(Clone, Copy)]
pub(in crate::data) enum Origin {
    Files,
    Nodules,
    Chexpert([Policy; 2]),
}

/// The part a subgroup plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The one the Mixed model is made for.
    Dominant,
    /// The one it fails.
    LessPrevalent,
    /// Reported on the test part, never trained on.
    Other,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawScheme {
    title: String,
    conflict: Option<Conflict>,
    attribute: Option<Attribute>,
    #[serde(default)]
    placebo: bool,
    #[serde(default)]
    subgroups: Vec<RawSubgroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSubgroup {
    name: String,
    role: Role,
    #[serde(rename = "where")]
    conditions: Vec<RawPredicate>,
}

impl RawScheme {
    pub(in crate::data) fn check(&self, name: &str, origin: Origin) -> Result<Scheme, Fault> {
        let fault = |key: &str, message: &str| Err((format!("schemes.{name}{key}"), message.to_owned()));
        if !matches!(origin, Origin::Files) && !self.subgroups.is_empty() {
            return fault(".subgroups", "belongs to kind = \"files\" only");
        }
        let grouping = match (origin, self.conflict, self.attribute) {
            (Origin::Nodules, Some(conflict), None) => Grouping::Generated(Generator::Nodules(conflict)),
            (Origin::Nodules, ..) => {
                return fault(".conflict", "expected moderate, strong, absent or aligned, and no attribute");
            }
            (Origin::Chexpert([uncertain, blank]), None, Some(attribute)) => {
                Grouping::Generated(Generator::Chexpert { attribute, uncertain, blank })
            }
            (Origin::Chexpert(_), ..) => {
                return fault(".attribute", "expected age or race, and no conflict");
            }
            (Origin::Files, Some(_), _) => return fault(".conflict", "belongs to kind = \"synthetic\" only"),
            (Origin::Files, _, Some(_)) => {
                return fault(".attribute", "belongs to kind = \"synthetic\" only");
            }
            (Origin::Files, None, None) => {
                let mut groups = Vec::new();
                for (index, raw) in self.subgroups.iter().enumerate() {
                    let key = format!(".subgroups[{index}].where");
                    if raw.conditions.is_empty() {
                        return fault(&key, "is empty; expected at least one condition");
                    }
                    let conditions: Result<Vec<Predicate>, String> =
                        raw.conditions.iter().cloned().map(Predicate::try_from).collect();
                    let conditions = match conditions {
                        Ok(conditions) => conditions,
                        Err(message) => return fault(&key, &message),
                    };
                    // Tables and figures tell subgroups apart by name.
                    if raw.name.trim().is_empty()
                        || groups.iter().any(|(_, other): &(Role, Subgroup)| other.name == raw.name)
                    {
                        let key = format!(".subgroups[{index}].name");
                        return fault(
                            &key,
                            &format!("is {:?}; expected a name that no other subgroup has", raw.name),
                        );
                    }
                    groups.push((raw.role, Subgroup { name: raw.name.clone(), conditions }));
                }
                let count = |role| groups.iter().filter(|(other, _)| *other == role).count();
                if count(Role::Dominant) != 1 || count(Role::LessPrevalent) != 1 {
                    return fault(".subgroups", "expected exactly one dominant and one less-prevalent role");
                }
                // A stable sort: others keep the manifest's order behind the two main groups.
                groups.sort_by_key(|(role, _)| *role as usize);
                Grouping::Rows(groups.into_iter().map(|(_, group)| group).collect())
            }
        };
        Ok(Scheme { name: name.to_owned(), title: self.title.clone(), grouping, placebo: self.placebo })
    }
}
