//! Arrays of this library beside golden ones, and how far apart they are.
#![allow(dead_code)] // tests and the example use their own parts of it

use serde_json::Value;
use tch::{Device, Kind, Tensor};

/// What is smaller is 0 but for rounding: singular values and gradients that vanish.
const ZERO: f64 = 1e-10;

/// What an array is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Of a loss or a network.
    Value,
    /// Of a value with respect to an input.
    Gradient,
}

/// One array, both sides in double precision.
pub struct Pair {
    /// Case and array.
    pub what: String,
    /// Value or gradient.
    pub part: Part,
    got: Tensor,
    expected: Tensor,
}

impl Pair {
    /// Of two tensors.
    pub fn of(what: impl Into<String>, part: Part, got: &Tensor, expected: &Tensor) -> Self {
        let wide = |tensor: &Tensor| tensor.detach().to_device(Device::Cpu).to_kind(Kind::Double);
        let pair = Self { what: what.into(), part, got: wide(got), expected: wide(expected) };
        assert_eq!(pair.got.size(), pair.expected.size(), "{}: shape", pair.what);
        pair
    }

    /// A value beside a golden one.
    pub fn value(what: &str, got: &Tensor, expected: &Value) -> Self {
        Self::of(what, Part::Value, got, &crate::support::tensor(expected))
    }

    /// A gradient beside a golden one.
    pub fn gradient(what: &str, got: &Tensor, expected: &Value) -> Self {
        Self::of(what, Part::Gradient, got, &crate::support::tensor(expected))
    }

    /// Numbers in the array.
    pub fn count(&self) -> usize {
        self.got.numel()
    }

    /// The largest difference; NaN where one side has it.
    pub fn absolute(&self) -> f64 {
        largest(&(&self.got - &self.expected))
    }

    /// The largest golden number.
    pub fn size(&self) -> f64 {
        largest(&self.expected)
    }

    /// [`Self::absolute`] over [`Self::size`]; `None` where all golden numbers are 0 but for rounding.
    pub fn relative(&self) -> Option<f64> {
        let size = self.size();
        (size > ZERO).then(|| self.absolute() / size)
    }

    /// Fails where a number is off by more than `absolute` and `relative` of itself.
    pub fn assert_within(&self, of: &str, absolute: f64, relative: f64) {
        let excess = (&self.got - &self.expected).abs() - (absolute + relative * self.expected.abs());
        let worst = if excess.numel() == 0 { 0.0 } else { excess.max().double_value(&[]) };
        assert!(
            worst <= 0.0,
            "{of} {}, {:?}: off by {worst:e} beyond the tolerance\ngot {}\nexpected {}",
            self.what,
            self.part,
            self.got,
            self.expected
        );
    }
}

fn largest(tensor: &Tensor) -> f64 {
    if tensor.numel() == 0 { 0.0 } else { tensor.abs().max().double_value(&[]) }
}
