//! `<Enqueue>` and `<Leave>` (<https://www.twilio.com/docs/voice/twiml/enqueue>).

use super::element::{children, element};
use super::findings::{Findings, SCHEMA};
use super::problem::text_of;
use super::values::{Text, Url, WaitUrl, Whole};
use super::{Problem, TwimlError};
use crate::http_method::HttpMethod;

element! {
    /// Puts the call into a queue, or hands it to TaskRouter.
    Enqueue = "Enqueue" {
        /// The URL that is asked when the call leaves the queue; without one the next verb runs.
        "action" checked action(&str): Url;
        /// How many calls may wait, at least one; 1000 without.
        "maxQueueSize" checked max_queue_size(u32): Whole<1, { u32::MAX }>;
        /// The method the action is asked with; POST without.
        "method" set method(HttpMethod): HttpMethod;
        /// What is heard meanwhile: a document, or nothing for an empty text; music without.
        "waitUrl" checked wait_url(&str): WaitUrl;
        /// The method of [`wait_url`](Self::wait_url); POST without.
        "waitUrlMethod" set wait_url_method(HttpMethod): HttpMethod;
        /// The workflow of TaskRouter that takes the call, `WW…`.
        "workflowSid" checked workflow_sid(&str): Text<34>;
    }
    children {
        /// The queue, or the task.
        parts: EnqueuePart
    }
    rules look_at
}

children! {
    /// What an [`Enqueue`] holds.
    EnqueuePart with texts Name(Text<64>) {
        /// A task for TaskRouter.
        Task(Task),
    }
}

element! {
    /// A task for TaskRouter.
    Task = "Task" {
        /// How urgent it is; more is more urgent.
        "priority" set priority(u32): u32;
        /// How many seconds it is kept.
        "timeout" set timeout_seconds(u32): u32;
    }
    text {
        /// What is known about it, as JSON.
        required attributes: Text<4096>
    }
}

element! {
    /// Leaves the queue the call waits in, and goes on after its [`Enqueue`]; for documents of a
    /// [`wait_url`](Enqueue::wait_url).
    Leave = "Leave" {}
}

impl Enqueue {
    /// Waits in the queue of this name, of 1 to 64 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::TooLong`] otherwise.
    pub fn new(queue: &str) -> Result<Self, TwimlError> {
        let name: Option<Text<64>> = text_of("Enqueue", queue)?;
        Ok(Self::blank().with_all(name))
    }

    /// Gives a task to TaskRouter, which needs a [`workflow_sid`](Self::workflow_sid).
    #[must_use]
    pub fn task(task: Task) -> Self {
        Self::blank().with(task)
    }
}

impl Task {
    /// A task with what is known about it, as JSON of at most 4096 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::TooLong`] otherwise.
    pub fn new(attributes: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            attributes: text_of("Task", attributes)?,
            ..Self::blank()
        })
    }
}

impl Leave {
    /// Leaves the queue.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for Leave {
    fn default() -> Self {
        Self::new()
    }
}

fn look_at(enqueue: &Enqueue, found: &mut Findings<'_>) {
    let mut refuse = |attribute, problem| found.refuse(SCHEMA, "Enqueue", attribute, problem);
    match enqueue.parts.len() {
        0 if enqueue.workflow_sid.is_none() => refuse(None, Problem::Missing),
        0 | 1 => {}
        count => refuse(None, Problem::TooMany { count, maximum: 1 }),
    }
    let has_task = enqueue
        .parts
        .iter()
        .any(|part| matches!(part, EnqueuePart::Task(_)));
    if has_task && enqueue.workflow_sid.is_none() {
        refuse(
            None,
            Problem::Needs {
                other: "workflowSid",
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::Response;
    use super::*;

    fn written(enqueue: Enqueue) -> Result<String, Problem> {
        let document = Response::new().with(enqueue);
        document.to_xml().map_err(|error| error.problem)
    }

    #[test]
    fn a_call_waits_in_one_queue_or_for_a_task() {
        assert!(Enqueue::new(&"x".repeat(64)).is_ok());
        assert!(Enqueue::new(&"x".repeat(65)).is_err());
        assert!(Enqueue::new("a").unwrap().max_queue_size(0).is_err());
        assert!(written(Enqueue::new("support").unwrap()).is_ok());
        let task = || Task::new("{}").unwrap();
        let needs = Problem::Needs {
            other: "workflowSid",
        };
        assert_eq!(written(Enqueue::task(task())), Err(needs));
        let with_workflow = Enqueue::task(task()).workflow_sid("WW1").unwrap();
        assert!(written(with_workflow.clone()).is_ok());
        let two = written(with_workflow.with(task()));
        assert_eq!(
            two,
            Err(Problem::TooMany {
                count: 2,
                maximum: 1
            })
        );
    }
}
