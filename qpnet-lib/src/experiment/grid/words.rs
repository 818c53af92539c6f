//! Entries of a plan that may be written in a short way and in a long one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Formatter};

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

/// Values of settings by their paths.
pub(super) type Changes = BTreeMap<String, Spanned<toml::Value>>;

/// A change with the place where the plan says it.
pub(super) type Change<'a> = (&'a str, &'a toml::Value, usize);

/// Each with its value and its place.
pub(super) fn listed(changes: &Changes) -> impl Iterator<Item = Change<'_>> {
    changes.iter().map(|(path, value)| (path.as_str(), value.get_ref(), value.span().start))
}

/// More seeds are a slip of the pen: a year of trainings of half a minute.
const MOST_SEEDS: u64 = 1_000_000;

/// Seeds of training: `[1, 2, 3]`, or `{ from = 101, count = 20 }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seeds(pub(super) Vec<u64>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    from: u64,
    count: u64,
}

impl Seeds {
    /// Why these are no seeds.
    pub(super) fn twice(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        match self.0.iter().find(|&&seed| !seen.insert(seed)) {
            _ if self.0.is_empty() => Some("a grid needs at least one seed".to_owned()),
            Some(seed) => Some(format!("seed {seed} is given twice: it is the same training")),
            None => None,
        }
    }
}

impl<'de> Deserialize<'de> for Seeds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Seeds;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("seeds, as [1, 2, 3] or { from = 101, count = 20 }")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Seeds, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(Seeds)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Seeds, A::Error> {
                let Range { from, count } = Range::deserialize(MapAccessDeserializer::new(map))?;
                if count > MOST_SEEDS {
                    return Err(A::Error::custom(format!("count must be at most {MOST_SEEDS}, got {count}")));
                }
                let end = from.checked_add(count).ok_or_else(|| A::Error::custom("seeds are too large"))?;
                Ok(Seeds((from..end).collect()))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// Seed of the data: a number, or the word `seed` for that of the training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataSeed {
    Fixed(u64),
    OfTraining,
}

impl Default for DataSeed {
    fn default() -> Self {
        Self::Fixed(1)
    }
}

impl<'de> Deserialize<'de> for DataSeed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = DataSeed;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or \"seed\"")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<DataSeed, E> {
                number.try_into().map(DataSeed::Fixed).map_err(|_| E::custom("data_seed must be 0 or more"))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<DataSeed, E> {
                Ok(DataSeed::Fixed(number))
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<DataSeed, E> {
                if word == "seed" {
                    Ok(DataSeed::OfTraining)
                } else {
                    Err(E::custom(format!("data_seed must be a number or \"seed\", got {word:?}")))
                }
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A method: its word, or a table with other settings under another key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    word: String,
    key: Option<String>,
    title: Option<String>,
    #[serde(default)]
    set: Changes,
}

/// A method of a plan.
#[derive(Clone, Debug)]
pub(super) struct MethodEntry {
    /// A word of the command line.
    pub(super) word: String,
    pub(super) key: Option<String>,
    pub(super) title: Option<String>,
    /// Its settings that are not the usual ones.
    pub(super) set: Changes,
}

impl<'de> Deserialize<'de> for MethodEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = MethodEntry;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("the word of a method, or { word = \"qpi\", key = \"weak\", set = { … } }")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<MethodEntry, E> {
                let (word, set) = (word.to_owned(), Changes::new());
                Ok(MethodEntry { word, key: None, title: None, set })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<MethodEntry, A::Error> {
                let Table { word, key, title, set } = Table::deserialize(MapAccessDeserializer::new(map))?;
                Ok(MethodEntry { word, key, title, set })
            }
        }
        deserializer.deserialize_any(Either)
    }
}
