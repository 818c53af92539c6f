//! Initial weights are a function of the seed, whatever other threads draw meanwhile.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use qpnet_lib::model::{Mlp, ModelConfig, QpNet, ResNet};
use tch::{Device, Tensor, nn};

fn drawn(seed: i64) -> BTreeMap<String, Tensor> {
    let net = QpNet::new(&ModelConfig::narrow(1, 2, 4), seed, Device::Cpu).expect("network");
    net.var_store().variables().into_iter().collect()
}

/// The parts of a network, which are public, draw from libtorch's generator as the network does.
#[test]
fn parts_that_other_threads_draw_leave_a_network_as_its_seed_has_it() {
    let alone = drawn(1);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let vs = nn::VarStore::new(Device::Cpu);
                let _backbone = ResNet::new(&(&vs.root() / "backbone"), &ModelConfig::narrow(1, 2, 4));
                let _head = Mlp::new(&(&vs.root() / "head"), 4, &[4], 2);
            }
        });
        let beside: Vec<_> = (0..50).map(|_| drawn(1)).collect();
        stop.store(true, Ordering::Relaxed);
        for (round, weights) in beside.iter().enumerate() {
            for (name, weight) in weights {
                assert_eq!(weight, &alone[name], "{name} in round {round}");
            }
        }
    });
}
