//! The list of clauses that a back end runs.

/// Where the list is, and where the clauses are.
const LIST: &str = include_str!("../../src/contract.rs");
const CLAUSES: [(&str, &str); 8] = [
    ("calls", include_str!("../../src/contract/calls.rs")),
    ("directory", include_str!("../../src/contract/directory.rs")),
    (
        "idempotency",
        include_str!("../../src/contract/idempotency.rs"),
    ),
    ("listing", include_str!("../../src/contract/listing.rs")),
    (
        "notifications",
        include_str!("../../src/contract/notifications.rs"),
    ),
    (
        "recordings",
        include_str!("../../src/contract/recordings.rs"),
    ),
    ("store", include_str!("../../src/contract/store.rs")),
    ("users", include_str!("../../src/contract/users.rs")),
];

#[test]
fn every_clause_is_in_the_list() {
    let mut missing = Vec::new();
    let mut found = 0;
    for (subject, source) in CLAUSES {
        for line in source.lines() {
            let Some(rest) = line.strip_prefix("pub async fn ") else {
                continue;
            };
            let name = rest.split('(').next().unwrap();
            let entry = format!(" {subject}::{name},\n");
            found += 1;
            if !LIST.contains(&entry) {
                missing.push(entry);
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
    assert!(found > 50, "only {found} clauses were found");
}
