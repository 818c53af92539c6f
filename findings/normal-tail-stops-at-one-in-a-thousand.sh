#!/usr/bin/env bash
# simple-statistics 7.12.1 (JavaScript): no two-sided p of a normal test is ever below 0.002.
#
# Guess: `cumulativeStdNormalProbability` is the normal distribution to some six digits, in the tails as well.
# Behaviour: it looks z up in a printed table: z is rounded to two digits, and beyond 3.09 the answer is 0.999 (0.001 on
# the other side) however far one goes. A difference of two subgroups with z = 8 has p = 0.002, and after Bonferroni's
# correction for 26 or more comparisons nothing can be significant.
# Output (2026-11-29):
#   z 1.96: p 0.0500, by integration 0.0500
#   z 3: p 0.00260, by integration 0.00270
#   z 3.5: p 0.00200, by integration 0.000465
#   z 5: p 0.00200, by integration 5.73e-7
#   z 8: p 0.00200, by integration 1.24e-15
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund simple-statistics@7.12.1
node - <<'NODE'
const assert = require('assert'), { cumulativeStdNormalProbability: cdf } = require('simple-statistics');
// The upper tail by Simpson's rule, over 12 standard deviations.
const tail = (z) => {
  const steps = 4000, h = 12 / steps, density = (x) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(z) + density(z + 12);
  for (let i = 1; i < steps; i++) sum += (i % 2 ? 4 : 2) * density(z + i * h);
  return sum * h / 3;
};
for (const z of [1.96, 3, 3.5, 5, 8]) {
  const p = 2 * (1 - cdf(z)), own = 2 * tail(z);
  console.log(`z ${z}: p ${p.toPrecision(3)}, by integration ${own.toPrecision(3)}`);
  if (z > 3.1) assert(Math.abs(p - 0.002) < 1e-12 && own < 0.0005, 'changed');
  else assert(Math.abs(p - own) < 2e-4, 'changed');
}
NODE
