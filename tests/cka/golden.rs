//! CKA against its definitions written out in numpy.

use crate::support::{assert_number, flatten, golden, list, tensor, text};
use qpnet_lib::cka::{Gram, Jackknife, Minibatch, biased, debiased};

const TOLERANCE: f64 = 1e-10;

#[test]
fn cka_is_what_its_definitions_give() {
    for case in list(&golden("cka.json")["cases"]) {
        let (x, y, name) = (tensor(&case["x"]), tensor(&case["y"]), text(&case["name"]));
        let value = |found: Option<f64>| found.expect("defined");
        assert_number(name, value(biased(&x, &y).expect("biased")), &case["biased"], TOLERANCE, 0.0);
        assert_number(name, value(debiased(&x, &y).expect("debiased")), &case["debiased"], TOLERANCE, 0.0);

        let (n, half) = (x.size()[0], x.size()[0] / 2);
        let mut minibatch = Minibatch::default();
        for (start, length) in [(0, half), (half, n - half)] {
            let gram = |side: &tch::Tensor| Gram::new(&side.narrow(0, start, length)).expect("gram");
            minibatch.add(&gram(&x), &gram(&y)).expect("batch");
        }
        assert_number(name, value(minibatch.value()), &case["halves"], TOLERANCE, 0.0);
    }
}

#[test]
fn every_replicate_is_the_value_without_its_group() {
    for case in list(&golden("cka.json")["cases"]) {
        let gram = |side: &str| Gram::new(&tensor(&case[side])).expect("gram");
        let groups: Vec<usize> = flatten(&case["groups"]).0.iter().map(|&group| group as usize).collect();
        let found = Jackknife::debiased(&gram("x"), &gram("y"), &groups).expect("paired").expect("defined");
        assert_number("value", found.value, &case["debiased"], TOLERANCE, 0.0);
        assert_eq!(found.without.len(), list(&case["without"]).len());
        for (replicate, expected) in found.without.iter().zip(list(&case["without"])) {
            assert_number(text(&case["name"]), *replicate, expected, TOLERANCE, 0.0);
        }
    }
}
