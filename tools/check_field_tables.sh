#!/usr/bin/env bash
# Reads the real tables of CheXpert, NIH ChestX-ray14 and PadChest, which the package torchxrayvision ships, with the
# shipped manifests, and compares their counts. Installs nothing; no part of continuous integration.
#
#   tools/check_field_tables.sh [PROGRAM]      # target/debug/qpnet without
set -euo pipefail

program=$(realpath "${1:-target/debug/qpnet}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip --quiet --disable-pip-version-check download --no-deps --dest . torchxrayvision==1.5.7
python3 -m zipfile -e torchxrayvision-1.5.7-py3-none-any.whl package
tables=package/torchxrayvision/data

mkdir -p root/chexpert root/nih-chestxray14 root/padchest
mv "$tables/chexpert_train.csv.gz" root/chexpert/train.csv # packed or not, it is one table
mv "$tables/Data_Entry_2017_v2020.csv.gz" root/nih-chestxray14/
mv "$tables"/PADCHEST_*.csv.gz root/padchest/

failed=0
# The line of a subgroup begins with its name, its patients and its images.
expect() { # DATA LINE
    if grep -qE "^ *$2( |\$)" "$1.txt"; then
        echo "$1: $2"
    else
        echo "$1: expected a line that begins with: $2" >&2
        failed=1
    fi
}
for data in chexpert nih-chestxray14 padchest; do
    "$program" data show "$data" --data-root root >"$data.txt"
done
expect chexpert 'Scheme age in 90777 labelled rows'
expect chexpert '>80 +5610 +15576'
expect nih-chestxray14 'Scheme age in 112120 labelled rows'
expect nih-chestxray14 '18-60 +[0-9]+ +82629'
expect nih-chestxray14 '>60 +[0-9]+ +24089'
expect nih-chestxray14 'male +16630 +63340'
expect nih-chestxray14 'female +14175 +48780'
expect padchest 'Scheme age in 94637 labelled rows'
expect padchest '18-70 +42656 +60880'
expect padchest '>70 +18644 +29194'
exit $failed
