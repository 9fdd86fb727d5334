//! Every sentence that somebody hears who is rung about a task.

/// Asks for the key press that acknowledges.
pub(super) fn prompt(sender: &str, title: &str) -> String {
    format!("Hi! This is {sender}. You have a critical task: {title}. Press 1 to acknowledge.")
}

/// What is left on an answering machine.
pub(super) fn machine_message(sender: &str, title: &str) -> String {
    format!(
        "Hi! This is {sender}. You have a critical task: {title}. \
         Please call your operations desk."
    )
}

/// Ends a call in which nobody acknowledged.
pub(super) const NOT_ACKNOWLEDGED: &str = "No acknowledgment received. Goodbye.";
/// Spoken only after the acknowledgement is committed.
pub(super) const ACKNOWLEDGED: &str = "Thank you. Task acknowledged. Goodbye.";
/// What everybody else hears then.
pub(super) const ALREADY_ACKNOWLEDGED: &str = "This task is already acknowledged. Goodbye.";
/// Nobody has to do anything any more.
pub(super) const CANCELED: &str = "This task was canceled. Goodbye.";
/// There is no such notification, or it was not this call that rang for it.
pub(super) const UNKNOWN: &str = "This task is not known. Please call your operations desk.";
/// Spoken while the acknowledgement is being committed.
pub(super) const HOLD: &str = "Please hold while we confirm your key press.";
/// The last words while it still is not.
pub(super) const NOT_CONFIRMED: &str =
    "We could not confirm your acknowledgement yet. Please call your operations desk.";
/// Asked when a key was pressed where a machine was thought to be.
pub(super) const ONCE_MORE: &str = "Press 1 once more to acknowledge.";
