"""A table of 20,000 rows, two to three a patient, written to standard output: for timing. Seeded; the same everywhere."""

import random

draw = random.Random(20260101)
print("subgroup,patient,malignant,p")
written, patient = 0, 0
while written < 20_000:
    patient += 1
    group = "less-prevalent" if draw.random() < 0.25 else "dominant"
    sick = draw.random() < 0.2
    level = draw.gauss(0.45 if sick else 0.3, 0.1)
    for _ in range(min(draw.choice((2, 3)), 20_000 - written)):
        score = min(max(draw.gauss(level, 0.08), 0.0), 1.0)
        print(f"{group},{patient},{int(sick)},{score:.4f}")
        written += 1
