//! Names become numbers, so that millions of rows fit into memory.

use std::collections::HashMap;
use std::sync::Arc;

/// Names and their numbers, in the order of appearance. Each name is stored once.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
}

impl Names {
    /// The number of `name`, a new one where it has none.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let (number, name): (u32, Arc<str>) = (self.names.len() as u32, name.into());
        self.numbers.insert(name.clone(), number);
        self.names.push(name);
        number
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The name that has `number`.
    pub(super) fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }

    /// All of them.
    pub(super) fn into_vec(self) -> Vec<String> {
        self.names.iter().map(|name| name.to_string()).collect()
    }
}
