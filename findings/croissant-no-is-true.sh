#!/usr/bin/env bash
# mlcroissant 1.1.1: a column that says "no" is read as True when the metadata declare it `sc:Boolean`.
#
# Guess: "no" is False, or the record is refused because it is no Boolean.
# Behaviour: any text that is not empty becomes True ("no", "n", "female"), without a word; a column of "False" and
# "True" only is right, since the table's reader has turned it into Booleans before. The rate of a finding becomes
# 1.
# Output (2026-11-29):
#   malignant, in the file: ['no', 'no', 'yes', 'no']
#   malignant, as read:     [True, True, True, True]
#   biopsied (False, False, True, False): [False, False, True, False]
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check mlcroissant==1.1.1
cd "$dir"
venv/bin/python - <<'PYTHON'
import hashlib, json, logging
import mlcroissant as mlc

logging.disable(logging.CRITICAL)
rows = [("a", "no", "False"), ("b", "no", "False"), ("c", "yes", "True"), ("d", "no", "False")]
table = "image,malignant,biopsied\n" + "".join(",".join(r) + "\n" for r in rows)
open("lesions.csv", "w").write(table)

def field(name, kind):
    return {"@type": "cr:Field", "@id": f"lesions/{name}", "name": name, "dataType": kind,
            "source": {"fileObject": {"@id": "lesions.csv"}, "extract": {"column": name}}}

context = {"@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/",
           "cr": "http://mlcommons.org/croissant/", "dct": "http://purl.org/dc/terms/",
           "column": "cr:column", "conformsTo": "dct:conformsTo", "extract": "cr:extract", "field": "cr:field",
           "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "fileObject": "cr:fileObject",
           "recordSet": "cr:recordSet", "source": "cr:source"}
json.dump({"@context": context, "@type": "sc:Dataset", "name": "lesions", "description": "four lesions",
           "conformsTo": "http://mlcommons.org/croissant/1.0", "license": "none", "url": "none",
           "distribution": [{"@type": "cr:FileObject", "@id": "lesions.csv", "name": "lesions.csv",
                             "contentUrl": "lesions.csv", "encodingFormat": "text/csv",
                             "sha256": hashlib.sha256(table.encode()).hexdigest()}],
           "recordSet": [{"@type": "cr:RecordSet", "@id": "lesions", "name": "lesions",
                          "field": [field("image", "sc:Text"), field("malignant", "sc:Boolean"),
                                    field("biopsied", "sc:Boolean")]}]}, open("metadata.json", "w"))
records = list(mlc.Dataset(jsonld="metadata.json").records("lesions"))
malignant = [r["lesions/malignant"] for r in records]
biopsied = [r["lesions/biopsied"] for r in records]
print("malignant, in the file:", [r[1] for r in rows])
print("malignant, as read:    ", malignant)
print("biopsied (False, False, True, False):", [bool(b) for b in biopsied])
assert malignant == [True] * 4, "changed"
assert biopsied == [False, False, True, False], "changed"
PYTHON
