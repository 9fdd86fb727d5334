//! The numbered files, as they are embedded in the program.

use mongodb::bson::Document;
use sha2::{Digest, Sha256};

use super::MigrationError;
use super::steps::Step;

macro_rules! file {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../migrations/mongo/",
                $name,
                ".json"
            )),
        )
    };
}

/// A file is never changed once it has been released: databases remember its checksum.
const FILES: &[(&str, &str)] = &[
    file!("0001_collections"),
    file!("0002_old_unique_indexes"),
    file!("0003_old_rows"),
    file!("0004_indexes"),
    file!("0005_validators"),
    file!("0006_notifications"),
];

/// One numbered file.
#[derive(Debug)]
pub(super) struct MigrationFile {
    pub(super) number: i32,
    /// Its name without the ending, such as `0001_collections`.
    pub(super) name: String,
    /// The SHA-256 of its text, in hexadecimal digits.
    pub(super) checksum: String,
    pub(super) steps: Vec<Step>,
}

/// The files of this program, in order.
pub(super) fn embedded() -> Result<Vec<MigrationFile>, MigrationError> {
    FILES
        .iter()
        .map(|(name, text)| MigrationFile::read(name, text))
        .collect()
}

impl MigrationFile {
    fn read(name: &str, text: &str) -> Result<Self, MigrationError> {
        let malformed = |detail: String| MigrationError::Malformed {
            name: name.to_owned(),
            detail,
        };
        let number = name
            .split_once('_')
            .and_then(|(number, _)| number.parse().ok())
            .ok_or_else(|| malformed("its name does not begin with a number".to_owned()))?;
        // Read as a document, not as a JSON value: the order of its keys counts.
        let content: Document =
            serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
        let steps = content
            .get_array("steps")
            .map_err(|error| malformed(error.to_string()))?
            .iter()
            .map(|step| {
                let step = step.as_document();
                step.ok_or_else(|| "a step is no document".to_owned())
                    .and_then(Step::read)
            })
            .collect::<Result<_, _>>()
            .map_err(malformed)?;
        Ok(Self {
            number,
            name: name.to_owned(),
            checksum: checksum(text),
            steps,
        })
    }
}

fn checksum(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_embedded_in_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/mongo");
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let embedded: Vec<_> = FILES
            .iter()
            .map(|(name, _)| format!("{name}.json"))
            .collect();
        assert_eq!(embedded, names);
    }

    #[test]
    fn every_file_can_be_read_and_is_numbered_from_one_without_a_gap() {
        let numbers: Vec<_> = embedded().unwrap().iter().map(|file| file.number).collect();
        let expected: Vec<_> = (1..).take(FILES.len()).collect();
        assert_eq!(numbers, expected);
    }

    #[test]
    fn what_is_no_migration_is_refused_by_name() {
        let cases = [
            ("collections", r#"{"steps": []}"#),
            ("0001_a", "[]"),
            ("0001_a", r#"{"steps": {}}"#),
            ("0001_a", r#"{"steps": [1]}"#),
            ("0001_a", r#"{"steps": [{}]}"#),
            ("0001_a", r#"{"steps": [{"drop": "users"}]}"#),
            ("0001_a", r#"{"steps": [{"create": 1}]}"#),
        ];
        for (name, text) in cases {
            let error = MigrationFile::read(name, text).unwrap_err();
            assert!(error.to_string().contains(name), "{text}: {error}");
        }
    }

    #[test]
    fn a_checksum_is_the_sha_256_of_the_text() {
        // `printf abc | sha256sum`
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(checksum("abc"), expected);
    }
}
