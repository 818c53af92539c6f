#!/usr/bin/env bash
# huggingface_hub 2.4.0: a model card of two subgroups gives both results to the first.
#
# Guess: results of two data sets ("HAM10000 women", "HAM10000 men", with other `dataset_args`) stand in the card as
# two entries of the model index, and come back as they went in.
# Behaviour: results are grouped by task and by type, configuration, split and revision of the data set. Its name
# and its arguments are not part of the key: the second metric is listed under the first data set's name, and the
# AUC of the men reads as one of the women, in the file and after loading it. `dataset_split` or `dataset_config`
# keeps them apart.
# Output (2026-11-29):
#   written: [('HAM10000 women', 'female', 0.91), ('HAM10000 men', 'male', 0.8)]
#   read:    [('HAM10000 women', 'female', 0.91), ('HAM10000 women', 'female', 0.8)]
#   with a split of its own: [('HAM10000 women', 'female', 0.91), ('HAM10000 men', 'male', 0.8)]
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check huggingface_hub==2.4.0
cd "$dir"
venv/bin/python - <<'PYTHON'
from huggingface_hub import EvalResult, ModelCard, ModelCardData

def result(name, sex, value, **more):
    return EvalResult(task_type="image-classification", dataset_type="ham10000", dataset_name=name,
                      dataset_args={"sex": sex}, metric_type="auc", metric_name="AUC", metric_value=value, **more)

def through_a_card(results):
    data = ModelCardData(model_name="lesions", eval_results=results)
    card = ModelCard(f"---\n{data.to_yaml()}\n---\n# lesions\n")
    return [(r.dataset_name, r.dataset_args["sex"], r.metric_value) for r in card.data.eval_results]

women, men = ("HAM10000 women", "female", 0.91), ("HAM10000 men", "male", 0.80)
came = through_a_card([result(*women), result(*men)])
print("written:", [women, men])
print("read:   ", came)
apart = through_a_card([result(*women, dataset_split="women"), result(*men, dataset_split="men")])
print("with a split of its own:", apart)
assert came == [women, ("HAM10000 women", "female", 0.80)], "changed"
assert apart == [women, men], "changed"
PYTHON
