//! Which software and machine made a result.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::device::{ChosenDevice, Machine};

/// Versions, device and machine of a run: all that decides about its bits beside configuration and data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// This library.
    pub qpnet: String,
    /// A hash over its sources that decide about predictions.
    #[serde(default)]
    pub sources: String,
    /// libtorch.
    pub libtorch: String,
    /// Its Rust binding.
    pub tch: String,
    /// The table library.
    pub polars: String,
    /// The compiler.
    pub rustc: String,
    /// Operating system and processor architecture.
    pub platform: String,
    /// The device in use.
    pub device: String,
    /// Threads that libtorch uses on the processor.
    pub threads: i32,
    /// What else of the machine decides.
    #[serde(default)]
    pub machine: Machine,
}

impl Environment {
    /// Of this program on `device`, with the number of threads that libtorch has now.
    pub fn of(device: &ChosenDevice) -> Self {
        Self {
            qpnet: env!("CARGO_PKG_VERSION").to_owned(),
            sources: env!("QPNET_SOURCES").to_owned(),
            libtorch: env!("QPNET_LIBTORCH").to_owned(),
            tch: env!("QPNET_TCH").to_owned(),
            polars: env!("QPNET_POLARS").to_owned(),
            rustc: env!("QPNET_RUSTC").to_owned(),
            platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            device: device.name.clone(),
            threads: tch::get_num_threads(),
            machine: Machine::of(device),
        }
    }

    /// Everything of it that decides about the bits of a training, by its name for people. The versions of tch and
    /// polars, and of all that is linked, are in the hash over the sources.
    ///
    /// This is what the names of kept runs and the identities of checkpoints are made of.
    pub fn deciding(&self) -> BTreeMap<String, String> {
        let Self { sources, libtorch, rustc, platform, device, threads, machine, .. } = self;
        let Machine { processor, instructions, libc, graphics, variables } = machine;
        let threads = threads.to_string();
        let fixed = [
            ("the program's sources", sources),
            ("libtorch", libtorch),
            ("the compiler", rustc),
            ("the platform", platform),
            ("the device", device),
            ("the number of threads", &threads),
            ("the processor", processor),
            ("the processor's instructions", instructions),
            ("the C library", libc),
            ("the graphics processor", graphics),
        ];
        let fixed = fixed.into_iter().map(|(name, value)| (name.to_owned(), value.clone()));
        let variables =
            variables.iter().map(|(name, value)| (format!("the environment variable {name}"), value.clone()));
        fixed.chain(variables).collect()
    }

    /// What decides and is another in `other`: `libtorch (2.11.0 there, 2.12.0 here)`.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let (here, there) = (self.deciding(), other.deciding());
        let names = here.keys().chain(there.keys().filter(|name| !here.contains_key(*name)));
        let said = |value: Option<&String>| match value.map(String::as_str) {
            None | Some("") => "nothing".to_owned(),
            Some(value) => value.to_owned(),
        };
        names
            .filter(|name| here.get(*name) != there.get(*name))
            .map(|name| format!("{name} ({} there, {} here)", said(there.get(name)), said(here.get(name))))
            .collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::device::{DeviceChoice, choose};

    /// `environment` with one thing changed after the other: all that decides.
    pub(in crate::experiment) fn each_part_changed(
        environment: &Environment,
    ) -> Vec<(&'static str, Environment)> {
        let changed = |change: fn(&mut Environment)| {
            let mut other = environment.clone();
            change(&mut other);
            other
        };
        let set = |name: &str| {
            let mut other = environment.clone();
            other.machine.variables.insert(name.to_owned(), "changed".to_owned());
            other
        };
        vec![
            ("the program's sources", changed(|other| other.sources += "0")),
            ("libtorch", changed(|other| other.libtorch += "0")),
            ("the compiler", changed(|other| other.rustc += "0")),
            ("the platform", changed(|other| other.platform += "0")),
            ("the device", changed(|other| other.device += "0")),
            ("the number of threads", changed(|other| other.threads += 1)),
            ("the processor", changed(|other| other.machine.processor += "0")),
            ("the processor's instructions", changed(|other| other.machine.instructions += "0")),
            ("the C library", changed(|other| other.machine.libc += "0")),
            ("the graphics processor", changed(|other| other.machine.graphics += "0")),
            ("the environment variable ATEN_CPU_CAPABILITY", set("ATEN_CPU_CAPABILITY")),
            ("the environment variable ONEDNN_MAX_CPU_ISA", set("ONEDNN_MAX_CPU_ISA")),
        ]
    }

    #[test]
    fn what_differs_is_said_and_nothing_else() {
        let own = Environment::of(&choose(DeviceChoice::Cpu).expect("cpu"));
        assert_eq!(own.differences(&own.clone()), Vec::<String>::new());
        for (what, other) in each_part_changed(&own) {
            let said = own.differences(&other);
            assert!(said.len() == 1 && said[0].starts_with(what), "{what}: {said:?}");
        }
        let newer = Environment { qpnet: "9".into(), tch: "9".into(), polars: "9".into(), ..own.clone() };
        assert_eq!(own.differences(&newer), Vec::<String>::new(), "these are in the sources");
    }

    #[test]
    fn an_environment_without_a_machine_is_read() {
        let old = r#"{"qpnet":"0.1.0","libtorch":"2","tch":"0","polars":"0","rustc":"r","platform":"p","device":"cpu","threads":1}"#;
        let old: Environment = serde_json::from_str(old).expect("of an earlier version");
        assert_eq!(old.machine, Machine::default());
    }
}
