//! One turn of this program: steps of the training loop itself, a matrix product, the parts.

use std::cell::{Cell, RefCell};
use std::time::Instant;

use anyhow::{Context, ensure};
use qpnet_lib::data::Population;
use qpnet_lib::model::QpNet;
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{
    Anchor, Augment, Batch, Event, Method, Outputs, Progress, Qpi, QpiConfig, Sampling, Selection, Setup,
    State, TrainConfig, fit,
};
use serde_json::{Value, json};
use tch::nn::{self, OptimizerConfig};
use tch::{Cuda, Device, Kind, Tensor};

use super::shape::{Shape, WARM_UP};

/// What the parts of a step are called.
pub const PARTS: [&str; 4] = ["forward", "losses", "backward", "Adam"];
/// Side of the matrices whose product is the measure of the machine.
const MATRIX: i64 = 2048;

/// The rate of the optimiser, small enough that no loss runs away.
pub const RATE: f64 = 1e-4;

/// Seconds between a batch and the end of its step; the batch itself is not counted. Of the
/// processor's time, which another job on the machine changes less, only the sum from the first
/// timed batch on is known: it has the batches in it.
#[derive(Default)]
struct Stopwatch {
    begun: Cell<Option<Instant>>,
    seconds: RefCell<Vec<f64>>,
    cpu: Cell<[f64; 2]>,
}

impl Progress for Stopwatch {
    fn on(&self, event: Event<'_>) {
        match event {
            Event::Batch { step, .. } => {
                if step == WARM_UP + 1 {
                    self.cpu.set([processor_seconds(); 2]);
                }
                self.begun.set(Some(Instant::now()));
            }
            Event::Step { .. } => {
                if let Some(begun) = self.begun.take() {
                    self.seconds.borrow_mut().push(begun.elapsed().as_secs_f64());
                    self.cpu.set([self.cpu.get()[0], processor_seconds()]);
                }
            }
            _ => {}
        }
    }
}

/// One epoch of QPI by the training loop, as JSON: median seconds of a step and the rest.
pub fn measure(shape: &Shape) -> anyhow::Result<Value> {
    let device = shape.ready()?;
    let population = shape.population()?;
    let net = QpNet::new(&shape.model(), 1, device.device)?;
    let stopwatch = Stopwatch::default();
    let setup = Setup {
        model: "bench",
        population: &population,
        subgroups: &[0, 1],
        config: TrainConfig {
            batch: shape.batch.into(),
            epochs: 1,
            steps_per_epoch: Some(WARM_UP + shape.steps),
            learning_rate: RATE,
            halve_every: 1,
            weight_decay: 0.0,
            betas: None,
            early_stop: None,
            selection: Selection::Last,
            augment: Augment::default(),
            sampling: Sampling::CellBalanced,
            ema: None,
            amp: false,
        },
        device: device.device,
        streams: Streams::new(1),
        progress: &stopwatch,
        prefetch: false,
    };
    let qpi = QpiConfig::paper();
    let anchor = Anchor::measure(&net, &setup, qpi.measure_on)?;
    let fitted = fit(net, &mut Qpi::new(qpi)?, Some(&anchor), &setup)?;
    let mut seconds = stopwatch.seconds.take();
    ensure!(seconds.len() == WARM_UP + shape.steps, "{} steps were timed", seconds.len());
    let peak = peak_mib()?; // before the rest needs some
    Ok(json!({
        "device": device.name, "libtorch": env!("QPNET_LIBTORCH"),
        "seconds": median(&mut seconds.split_off(WARM_UP)), "peak_mib": peak,
        "cpu": (stopwatch.cpu.get()[1] - stopwatch.cpu.get()[0]) / shape.steps as f64,
        "gemm": matrix_product(device.device),
        "parts": parts(shape, &fitted.net, &population)?,
    }))
}

/// The most memory the process has held, in MiB.
fn peak_mib() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("memory is measured on Linux only")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}

/// Seconds of all threads of this process, in hundredths; NaN where there is no /proc.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in brackets, may hold spaces; user and system time are fields 14 and 15.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Vec<f64> = fields.skip(11).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
    if ticks.len() == 2 { (ticks[0] + ticks[1]) / 100.0 } else { f64::NAN }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn wait(device: Device) {
    if let Device::Cuda(index) = device {
        Cuda::synchronize(index as i64);
    }
}

/// Floating-point operations a second of the best of some products of square matrices.
fn matrix_product(device: Device) -> f64 {
    let matrix = || Tensor::rand([MATRIX, MATRIX], (Kind::Float, device));
    let (a, b) = (matrix(), matrix());
    let one = || {
        let begun = Instant::now();
        let _c = a.matmul(&b);
        wait(device);
        begun.elapsed().as_secs_f64()
    };
    let best = (0..8).map(|_| one()).fold(f64::INFINITY, f64::min);
    2.0 * (MATRIX as f64).powi(3) / best
}

/// Median seconds of each part of a step, taken by hand: the loop itself has none of these marks,
/// and looks in addition whether numbers are finite.
fn parts(shape: &Shape, net: &QpNet, population: &Population) -> anyhow::Result<Value> {
    let mut adam = nn::Adam::default().build(net.var_store(), RATE)?;
    let mut method = Qpi::new(QpiConfig::paper())?;
    let positions = positions(shape, population);
    let batch = Batch::gather(population, positions, net.device());
    let mut seconds: [Vec<f64>; 4] = Default::default();
    for step in 0..WARM_UP + shape.steps {
        wait(net.device());
        let mut begun = Instant::now();
        let mut mark = |part: usize| {
            wait(net.device());
            if step >= WARM_UP {
                seconds[part].push(begun.elapsed().as_secs_f64());
            }
            begun = Instant::now();
        };
        let z = net.training_features(&batch.images, &mut Streams::new(1).at("drop_path", step as u64));
        mark(0);
        let logits = net.classify(&z);
        let state = State { delta: 0.5, progress: 0.5 };
        let terms = method.loss(net, &batch, &Outputs { z, logits }, state);
        mark(1);
        adam.zero_grad();
        terms.total.backward();
        mark(2);
        adam.step();
        mark(3);
    }
    let named =
        PARTS.iter().zip(&mut seconds).map(|(part, seconds)| ((*part).to_owned(), json!(median(seconds))));
    Ok(Value::Object(named.collect()))
}

/// A batch of both subgroups, half each.
pub fn positions(shape: &Shape, population: &Population) -> Vec<usize> {
    let half = usize::from(shape.batch) / 2;
    let of = |subgroup: usize, count: usize| {
        let all = population.indices(qpnet_lib::data::Part::Train, Some(subgroup));
        all.into_iter().take(count).collect::<Vec<usize>>()
    };
    [of(0, usize::from(shape.batch) - half), of(1, half)].concat()
}
