//! What a change of a call writes: the fields that differ, and nothing that Atlas does not know.

use atlas_domain::TenantId;
use atlas_domain::call::Call;
use mongodb::bson::{Array, Bson, Document, doc};

use super::load::Loaded;
use super::{attempts, dials, notification, record};
use crate::mongo::legacy::adopt;

/// The update that makes the loaded document that of `next`; `None` when there is nothing to do.
pub(super) fn update(tenant: &TenantId, loaded: &Loaded, next: &Call) -> Option<Document> {
    // What changes nothing has no revision of its own to be guarded by, and takes no old row over.
    if loaded.call == *next {
        return None;
    }
    let before = &loaded.document;
    let after = rewritten(before, tenant, &loaded.call, next);
    match &loaded.old {
        Some(old) => adopt::difference(old, &after),
        None => difference(before, &after),
    }
}

/// The document as it is to be: everything Atlas knows is that of `next`, everything else stays.
fn rewritten(document: &Document, tenant: &TenantId, before: &Call, next: &Call) -> Document {
    let mut rewritten = document.clone();
    for name in record::FIELDS {
        rewritten.remove(name);
    }
    rewritten.extend(record::encode(tenant, next));
    if let (Some(known), Some(feedback)) = (document.get("feedback"), rewritten.get("feedback")) {
        let merged = merged(known, feedback, &record::FEEDBACK_FIELDS);
        rewritten.insert("feedback", merged);
    }
    let known = entries(document, "dials");
    rewritten.insert("dials", dials::rewritten(known, &before.dials, next));
    let known = entries(document, "attempts");
    rewritten.insert(
        "attempts",
        attempts::rewritten(known, &before.attempts, next),
    );
    if let Some(one) = next.notification() {
        rewritten.insert("notification", notification::encode(one));
    }
    rewritten
}

fn entries<'document>(document: &'document Document, name: &str) -> &'document [Bson] {
    match document.get(name) {
        Some(Bson::Array(entries)) => entries,
        Some(_) | None => &[],
    }
}

/// `encoded`, with what `known` has beside the `fields` that Atlas knows.
pub(in crate::mongo) fn merged(known: &Bson, encoded: &Bson, fields: &[&str]) -> Bson {
    let (Bson::Document(known), Bson::Document(encoded)) = (known, encoded) else {
        return encoded.clone();
    };
    let mut merged = known.clone();
    for name in fields {
        merged.remove(name);
    }
    merged.extend(encoded.clone());
    Bson::Document(merged)
}

/// The update that makes `after` of `before`.
fn difference(before: &Document, after: &Document) -> Option<Document> {
    let mut update = Update::default();
    let owned = record::FIELDS
        .into_iter()
        .chain(["dials", "attempts", "notification"]);
    for name in owned {
        update.compare(name, before.get(name), after.get(name));
    }
    update.into_document()
}

#[derive(Default)]
struct Update {
    set: Document,
    unset: Document,
    push: Document,
}

impl Update {
    /// Adds what makes `after` of `before`, at this path.
    fn compare(&mut self, path: &str, before: Option<&Bson>, after: Option<&Bson>) {
        match (before, after) {
            (before, Some(after)) if before == Some(after) => {}
            (Some(before), Some(after)) => {
                if let Some(entries) = appended(before, after) {
                    self.push.insert(path, doc! { "$each": entries });
                } else if let Some(inside) = Inside::both(path, before, after) {
                    self.compare_inside(path, &inside);
                } else {
                    self.set.insert(path, after);
                }
            }
            (None, Some(after)) => {
                self.set.insert(path, after);
            }
            (Some(_), None) => {
                self.unset.insert(path, "");
            }
            (None, None) => {}
        }
    }

    fn compare_inside(&mut self, path: &str, inside: &Inside<'_>) {
        for name in inside.names {
            let path = format!("{path}.{name}");
            self.compare(&path, inside.before.get(name), inside.after.get(name));
        }
    }

    fn into_document(self) -> Option<Document> {
        let operators = [
            ("$set", self.set),
            ("$unset", self.unset),
            ("$push", self.push),
        ];
        let update: Document = operators
            .into_iter()
            .filter(|(_, fields)| !fields.is_empty())
            .map(|(operator, fields)| (operator.to_owned(), Bson::Document(fields)))
            .collect();
        (!update.is_empty()).then_some(update)
    }
}

/// A document inside a call's that is compared field by field: what Atlas does not know there is
/// not touched.
struct Inside<'document> {
    names: &'static [&'static str],
    before: &'document Document,
    after: &'document Document,
}

impl<'document> Inside<'document> {
    fn both(path: &str, before: &'document Bson, after: &'document Bson) -> Option<Self> {
        let (_, names) = notification::FIELDS
            .into_iter()
            .find(|(known, _)| *known == path)?;
        Some(Self {
            names,
            before: before.as_document()?,
            after: after.as_document()?,
        })
    }
}

/// What was put at the end of an array that is else the same.
fn appended(before: &Bson, after: &Bson) -> Option<Array> {
    let rest = after
        .as_array()?
        .strip_prefix(before.as_array()?.as_slice())?;
    (!rest.is_empty()).then(|| rest.to_vec())
}

#[cfg(test)]
mod tests {
    use atlas_domain::call::{
        self, AskedBy, CallEvent, CallPurpose, CallStatus, EventIdentity, NewCall, Placed,
        RetryPlan, StatusUpdate,
    };
    use atlas_domain::notification::{DeliveryOutcome, Notification};
    use atlas_domain::{DialNo, Timestamp};

    use super::*;

    fn call() -> Call {
        let new = NewCall {
            call_id: "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse().unwrap(),
            user_id: None,
            user_external_id: None,
            to_number: "+15550100042".parse().unwrap(),
            from_number: "+15005550006".parse().unwrap(),
            purpose: CallPurpose::Script,
            script: None,
            recording_enabled: true,
            retry_plan: RetryPlan::default(),
        };
        let accepted = CallEvent::Placed {
            dial_no: DialNo::FIRST,
            outcome: Placed::Accepted {
                sid: "CA1".parse().unwrap(),
            },
            asked_by: AskedBy::Caller,
        };
        let begun = Call::begin(new, Timestamp::EPOCH);
        call::apply(&begun, &accepted, Timestamp::EPOCH).call
    }

    /// A notification that somebody has just answered.
    fn notification() -> Call {
        let task = Notification::new(None, "Restart the pump".parse().unwrap());
        Call {
            purpose: CallPurpose::Notification(task),
            ..call()
        }
    }

    fn pressed() -> CallEvent {
        CallEvent::KeyPressed {
            sid: "CA1".parse().unwrap(),
            dial_no: None,
            digits: "1".parse().unwrap(),
            confirmed: false,
            pressed_at: Timestamp::EPOCH,
            deliver: true,
        }
    }

    fn update_of(status: CallStatus, sequence: u32) -> CallEvent {
        CallEvent::StatusReceived(StatusUpdate {
            sid: "CA1".parse().unwrap(),
            dial_no: None,
            status,
            identity: EventIdentity::Sequence(sequence),
            carrier_time: None,
            duration_seconds: None,
            sip_response_code: None,
            answered_by: None,
        })
    }

    fn loaded(call: &Call) -> Loaded {
        Loaded::read(record::new_document(&TenantId::default(), call)).unwrap()
    }

    fn names(update: &Document, operator: &str) -> Vec<String> {
        let mut names: Vec<_> = update
            .get_document(operator)
            .map(|fields| fields.keys().cloned().collect())
            .unwrap_or_default();
        names.sort();
        names
    }

    #[test]
    fn a_repeated_status_writes_its_attempt_and_what_counts_changes() {
        let ringing = update_of(CallStatus::Ringing, 1);
        let before = call::apply(&call(), &ringing, Timestamp::EPOCH).call;
        let later = Timestamp::from_unix_millis(5).unwrap();
        let again = update_of(CallStatus::Ringing, 2);
        let after = call::apply(&before, &again, later).call;
        let update = update(&TenantId::default(), &loaded(&before), &after).unwrap();
        assert_eq!(
            names(&update, "$set"),
            ["attempt_count", "revision", "updated_at"]
        );
        assert_eq!(names(&update, "$push"), ["attempts"]);
        assert_eq!(names(&update, "$unset"), Vec::<String>::new());
    }

    #[test]
    fn work_that_is_not_due_any_more_is_unset() {
        let busy = update_of(CallStatus::Busy, 1);
        let before = call::apply(&call(), &busy, Timestamp::EPOCH).call;
        let given_up = CallEvent::RedialsGivenUp;
        let after = call::apply(&before, &given_up, Timestamp::EPOCH).call;
        let update = update(&TenantId::default(), &loaded(&before), &after).unwrap();
        assert_eq!(names(&update, "$set"), ["redials_given_up", "revision"]);
        assert_eq!(names(&update, "$unset"), ["due_at"]);
    }

    #[test]
    fn an_acknowledgement_and_its_outbox_entry_are_one_write() {
        let before = notification();
        let after = call::apply(&before, &pressed(), Timestamp::EPOCH).call;
        let update = update(&TenantId::default(), &loaded(&before), &after).unwrap();
        let expected = [
            "dials",
            "due_at",
            "notification.acknowledged",
            "notification.acknowledgement",
            "notification.delivery",
            "revision",
        ];
        assert_eq!(names(&update, "$set"), expected);
    }

    #[test]
    fn a_delivery_writes_its_own_state_and_nothing_of_dials_or_attempts() {
        let before = call::apply(&notification(), &pressed(), Timestamp::EPOCH).call;
        let outcomes = [
            (
                DeliveryOutcome::Failed {
                    reason: "no answer".to_owned(),
                    retry_after: None,
                },
                [
                    "due_at",
                    "notification.delivery.last_error",
                    "notification.delivery.next_try_at",
                ]
                .as_slice(),
                [].as_slice(),
            ),
            (
                DeliveryOutcome::Delivered,
                // What is due next is to ask how the dial stands.
                &[
                    "due_at",
                    "notification.delivery.at",
                    "notification.delivery.state",
                ],
                &["notification.delivery.next_try_at"],
            ),
        ];
        for (outcome, set, unset) in outcomes {
            let tried = CallEvent::DeliveryTried { outcome };
            let after = call::apply(&before, &tried, Timestamp::EPOCH).call;
            let update = update(&TenantId::default(), &loaded(&before), &after).unwrap();
            let mut expected = set.to_vec();
            expected.extend(["notification.delivery.tries", "revision"]);
            assert_eq!(names(&update, "$set"), expected);
            assert_eq!(names(&update, "$unset"), unset);
        }
    }

    #[test]
    fn a_call_as_it_is_stored_needs_no_update() {
        let call = call();
        assert_eq!(update(&TenantId::default(), &loaded(&call), &call), None);
    }

    #[test]
    fn what_changes_nothing_writes_nothing_whatever_else_the_document_says() {
        let call = call();
        let mut document = record::new_document(&TenantId::default(), &call);
        document.insert("attempt_count", 7_i64);
        let loaded = Loaded::read(document).unwrap();
        assert_eq!(update(&TenantId::default(), &loaded, &call), None);
    }

    #[test]
    fn an_update_never_touches_the_lease_or_a_field_of_others() {
        let before = call();
        let mut document = record::new_document(&TenantId::default(), &before);
        document.insert("crm", "case 17");
        document.insert("lease", doc! { "owner": "somebody", "fence": 7_i64 });
        let loaded = Loaded::read(document).unwrap();
        let busy = update_of(CallStatus::Busy, 1);
        let after = call::apply(&before, &busy, Timestamp::EPOCH).call;
        let update = update(&TenantId::default(), &loaded, &after).unwrap();
        for operator in ["$set", "$unset", "$push"] {
            for name in names(&update, operator) {
                assert!(name != "crm" && name != "lease", "{operator} {name}");
            }
        }
    }

    #[test]
    fn nonsense_in_a_document_of_this_shape_is_reported_without_its_content() {
        let whole = record::new_document(&TenantId::default(), &call());
        let spoilt = [
            ("call_id", Bson::from("secret")),
            ("created_at", Bson::from("secret")),
            ("recording_enabled", Bson::from("secret")),
            ("retry_limit", Bson::from(99)),
            ("dials", Bson::from("secret")),
            ("dials", Bson::from(vec![doc! { "dial_no": 0 }])),
            ("attempts", Bson::from(vec!["secret"])),
            ("feedback", Bson::from(doc! { "call_quality": 6 })),
            ("purpose", Bson::from("document")),
            ("purpose", Bson::from("notification")),
            ("revision", Bson::from(-1)),
            ("revision", Bson::from(1.5)),
        ];
        for (name, value) in spoilt {
            let mut document = whole.clone();
            document.insert(name, value);
            let error = record::read(&document).unwrap_err().to_string();
            assert!(error.contains("cannot be read"), "{name}: {error}");
            assert!(!error.contains("secret"), "{name}: {error}");
        }
    }
}
