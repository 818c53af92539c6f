//! Tables as they come: padded, packed, without a header, stacked, joined.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use qpnet_lib::data::{CohortError, Manifest, Survey, survey};

use crate::toy::{MANIFEST, Toy, assert_says, text};

/// The toy's tables alone; counted by sex.
fn counted(toy: &Toy) -> Result<Survey, CohortError> {
    survey(&Manifest::parse("toy.toml", &toy.manifest)?, "sex", Some(toy.root.path()))
}

fn images(survey: &Survey) -> Vec<usize> {
    survey.subgroups.iter().map(|group| group.images).collect()
}

/// 40 patients with two rows each, without pictures.
fn rows() -> Toy {
    let mut toy = Toy::empty();
    fs::create_dir_all(toy.path("toy")).expect("mkdir");
    for at in 0..80 {
        let patient = at / 2;
        let (sex, dx) = (["m", "f"][patient % 2], ["good", "bad"][patient / 2 % 2]);
        toy.rows.push(format!("s{at},p{patient:02},{dx},{sex},{}", 20 + at));
    }
    toy
}

#[test]
fn blanks_around_words_do_not_count_and_other_slips_are_named() {
    let mut toy = rows();
    toy.header = "id,patient ,dx, sex,age";
    toy.rows[2] = "s2,p01 ,bad,f ,22".replace("bad", "good");
    toy.rows[3] = "s3,P01,good,F,23".to_owned();
    toy.rows[4] = "s4,p02,bad,x,24".to_owned();
    toy.rows[5] = "s5,p02,bad,,25".to_owned();
    toy.save();
    let found = counted(&toy).expect("counted");
    assert_eq!(images(&found), [38, 39], "s3 and s4, s5 are in no subgroup");
    assert_eq!(found.subgroups[1].patients, 20, "\"p01 \" is p01");
    let notes = found.notes.join("\n");
    assert_says(
        &notes,
        &["1 fields of column \"patient\" have blanks around their word", "(first in row 4)"],
    );
    let line =
        "in no subgroup of scheme sex: sex = \"F\" 1 (like \"f\" but for blanks, case or zeros), \"x\" 1";
    assert_says(&notes, &[line]);
    let said = text(&toy.qpnet(&["data", "verify", "toy.toml"]));
    assert_says(
        &said,
        &["patients that differ by blanks, case or leading zeros only: \"P01\" and \"p01\"", line],
    );
    // A split that parts them is told, and ends with 1.
    let part = |at: usize| if at == 3 { "test" } else { "train" };
    let split: String = (0..80).map(|at| format!("s{at},{}\n", part(at))).collect();
    fs::write(toy.path("split.csv"), format!("sample_id,part\n{split}")).expect("split");
    let (code, found) = toy.json(&["data", "leaks", "toy.toml", "--split", "split.csv"]);
    assert_eq!((code, &found["like_patients"][0]["ids"]), (Some(1), &serde_json::json!(["P01", "p01"])));
    let said = text(&toy.qpnet(&["data", "leaks", "toy.toml", "--split", "split.csv"]));
    assert_says(&said, &["1 sets of patients in more than one part whose ids differ", "\"P01\", \"p01\""]);
}

#[test]
fn whole_numbers_and_yes_and_no_are_read_in_every_shape() {
    let mut toy = rows();
    toy.manifest = MANIFEST.replace("[\"bad\"]", "[\"1\"]").replace("[\"good\"]", "[\"0\"]");
    let shapes = |row: &str| row.replace(",bad,", ",1.0,").replace(",good,", ",0,");
    toy.rows = toy.rows.iter().map(|row| shapes(row)).collect();
    toy.save();
    assert_eq!(counted(&toy).expect("floats").subgroups[0].positives, 20);
    let findings =
        "kind = \"multi-label\"\ncolumns = [\"dx\", \"age\"]\nuncertain = \"ignore\"\nblank = \"zeros\"";
    let label = "column = \"dx\"\npositive = [\"1\"]\nnegative = [\"0\"]";
    assert!(toy.manifest.contains(label));
    toy.manifest = toy.manifest.replace(label, findings);
    let yes = |at: usize| ["TRUE", "no", "-1", "", "0.0"][at % 5];
    toy.rows = (0..80).map(|at| format!("s{at},p{},{},{},1", at / 2, yes(at), ["m", "f"][at % 2])).collect();
    toy.save();
    let found = counted(&toy).expect("words");
    assert_eq!(found.subgroups[0].per_class, [8, 40]);
    assert_eq!(
        (&found.subgroups[0].unknown.blank, &found.subgroups[0].unknown.uncertain),
        (&vec![8, 0], &vec![8, 0])
    );
    toy.rows[1] = "s1,p0,NA,f,1".to_owned();
    toy.manifest = toy.manifest.replace("missing = [\"NA\"]", "missing = []");
    toy.save();
    let error = counted(&toy).expect_err("NA").to_string();
    assert_says(&error, &["row 3: column \"dx\" has \"NA\"", "missing = [\"NA\"] in [table]"]);
}

#[test]
fn packed_tables_and_tables_without_a_header_are_read() {
    let toy = rows();
    toy.save();
    let expected = images(&counted(&toy).expect("plain"));
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(toy.table().as_bytes()).expect("memory");
    fs::write(toy.path("toy/toy.csv"), gzip.finish().expect("memory")).expect("write");
    assert_eq!(images(&counted(&toy).expect("packed")), expected);
    fs::write(toy.path("toy/toy.csv"), "PK\x03\x04 and so on").expect("write");
    assert_says(&counted(&toy).expect_err("zip").to_string(), &["toy.csv: row 1: is a zip archive"]);
    fs::write(toy.path("toy/toy.csv"), toy.table().replace(',', ";")).expect("write");
    assert_says(&counted(&toy).expect_err("semicolons").to_string(), &["no column \"id\""]);

    let mut bare = rows();
    bare.manifest =
        MANIFEST.replace("missing =", "header = [\"id\", \"patient\", \"dx\", \"sex\", \"age\"]\nmissing =");
    fs::write(bare.path("toy/toy.csv"), bare.rows.join("\n")).expect("write");
    assert_eq!(images(&counted(&bare).expect("no header")), expected);
    bare.rows[5] += ",1";
    fs::write(bare.path("toy/toy.csv"), bare.rows.join("\n")).expect("write");
    assert_says(&counted(&bare).expect_err("six").to_string(), &["row 6: has 6 fields; expected 5"]);
}

#[test]
fn rows_are_lines_of_the_file_whatever_ends_them() {
    let plain = rows();
    for ending in ["\n", "\r\n"] {
        for (quoted, blank) in [(false, false), (true, false), (false, true), (true, true)] {
            for mark in ["", "\u{feff}"] {
                let mut toy = rows();
                toy.manifest = MANIFEST.to_owned();
                let header = if quoted { "id,patient,dx,sex,age,remark" } else { plain.header };
                // A remark of two lines in every fifth row, two empty lines after the third.
                let mut lines = vec![format!("{mark}{header}")];
                for (at, row) in plain.rows.iter().enumerate() {
                    let row =
                        if at == 70 { row.replace("good", "odd").replace("bad", "odd") } else { row.clone() };
                    let remark = match quoted {
                        true if at % 5 == 0 => format!(",\"seen{ending}twice, \"\"so\"\"\""),
                        true => ",".to_owned(),
                        false => String::new(),
                    };
                    lines.push(row + &remark);
                    if blank && at == 2 {
                        lines.extend([String::new(), String::new()]);
                    }
                }
                let text = lines.join(ending) + ending;
                let line = 1 + text[..text.find(",odd,").expect("there")].matches('\n').count();
                fs::write(toy.path("toy/toy.csv"), &text).expect("write");
                let error = counted(&toy).expect_err("odd").to_string();
                assert_says(&error, &[&format!("toy.csv: row {line}: column \"dx\" has \"odd\"")]);
                // A record of too few fields, and a quote that is never closed.
                let short = text.replacen("s75,", "s75", 1);
                let line = 1 + short[..short.find("s75p").expect("there")].matches('\n').count();
                fs::write(toy.path("toy/toy.csv"), &short).expect("write");
                let error = counted(&toy).expect_err("short").to_string();
                assert_says(&error, &[&format!("toy.csv: row {line}: has ")]);
                let open = text.replacen("s75,", "\"s75,", 1);
                fs::write(toy.path("toy/toy.csv"), &open).expect("write");
                let error = counted(&toy).expect_err("open").to_string();
                assert_says(&error, &[&format!("toy.csv: row {line}: ")]);
            }
        }
    }
}

#[test]
fn stacked_tables_are_one_and_say_where_a_row_stands() {
    let mut toy = rows();
    toy.manifest =
        MANIFEST.replace("files = [\"toy.csv\"]", "stack = [\"a.csv\", \"b.csv\"]\nstack_column = \"from\"");
    let write = |toy: &Toy, below: &str| {
        fs::write(toy.path("toy/a.csv"), format!("{}\n{}\n", toy.header, toy.rows[..60].join("\n")))
            .expect("a");
        fs::write(toy.path("toy/b.csv"), format!("{below}\n{}\n", toy.rows[60..].join("\n"))).expect("b");
    };
    write(&toy, toy.header);
    assert_eq!(images(&counted(&toy).expect("stacked")), [40, 40]);
    toy.rows[61] = toy.rows[61].replace("good", "odd").replace("bad", "odd");
    write(&toy, toy.header);
    let error = counted(&toy).expect_err("odd").to_string();
    // Row 3 of b.csv, whose header is row 62.
    assert_says(&error, &["a.csv with b.csv from row 62 on: row 64: column \"dx\" has \"odd\""]);
    write(&toy, "id,patient,dx,gender,age");
    let error = counted(&toy).expect_err("columns").to_string();
    assert_says(&error, &["b.csv: row 1", "do not have the same columns: \"sex\""]);
    let both = toy.manifest.replace("stack =", "files = [\"a.csv\"]\nstack =");
    let error = Manifest::parse("toy.toml", &both).expect_err("both").to_string();
    assert_says(&error, &["toy.toml: table: has both files and stack"]);
}

#[test]
fn joined_tables_may_share_columns_that_agree() {
    let mut toy = rows();
    let join = "[[table.join]]\nfiles = [\"who.csv\"]\non = \"patient\"\n";
    toy.manifest = MANIFEST.replace("[columns]", &format!("{join}\n[columns]"));
    toy.rows[3] = "s3,p01,good,,23".to_owned();
    toy.save();
    let who = |odd: &str| -> String {
        let sex = |patient: usize| if patient == 7 { odd } else { ["m", "f"][patient % 2] };
        (0..40).map(|patient| format!("p{patient:02},{},1\n", sex(patient))).collect()
    };
    let write = |header: &str, odd: &str| {
        fs::write(toy.path("toy/who.csv"), format!("{header}\n{}", who(odd))).expect("who");
    };
    write("patient,sex,more", "f");
    assert_eq!(images(&counted(&toy).expect("they agree, and one fills a gap")), [40, 40]);
    write("patient,sex,more", "m");
    let error = counted(&toy).expect_err("they differ").to_string();
    assert_says(
        &error,
        &["toy.csv: row 16: column \"sex\" has \"f\", and \"m\" in row 9 of", "columns = [...]"],
    );
    let chosen =
        |more: &str| Manifest::parse("toy.toml", &toy.manifest.replace(join, &format!("{join}{more}\n")));
    for more in ["columns = [\"more\"]", "rename = { sex = \"their sex\" }"] {
        let found = survey(&chosen(more).expect("manifest"), "sex", Some(toy.root.path())).expect(more);
        assert_eq!(images(&found), [40, 39], "{more}");
    }
    let error = survey(&chosen("columns = [\"mor\"]").expect("manifest"), "sex", Some(toy.root.path()));
    assert_says(&error.expect_err("unknown").to_string(), &["no column \"mor\"", "did you mean \"more\"?"]);
}
