//! What happens in the demo, and what must have happened at its end.

use std::error::Error;
use std::time::Duration;

use serde_json::{Value, json};
use twilio_sim::{CallReport, HeardKind, Simulator};

use super::client::Client;

/// How often a call is asked whether it has finished, in real time.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

const SCRIPT: &str = "Hello Ann, this is the clinic. Your appointment is on Monday at nine. \
                      After the beep, please say whether you can come.";

const CALLS: &str = "/calls/outbound";
const NOTIFICATIONS: &str = "/notifications/call";
const NOTIFICATIONS_READ: &str = "/notifications";

/// The whole story, told.
pub(super) struct Story {
    pub(super) chapters: Vec<Chapter>,
}

/// One call and what came of it.
pub(super) struct Chapter {
    pub(super) title: &'static str,
    /// Where it was asked for.
    pub(super) path: &'static str,
    pub(super) request: Value,
    /// The call as the API shows it at the end.
    pub(super) call: Value,
    /// The same as a notification, where it is one.
    pub(super) notification: Option<Value>,
    /// Its feedback, where somebody gave some.
    pub(super) feedback: Option<Value>,
    /// What the simulated Twilio saw of it, one for each dial.
    pub(super) dials: Vec<CallReport>,
    pub(super) expectations: Vec<Expectation>,
}

/// Something that must be so at the end, and whether it is.
pub(super) struct Expectation {
    pub(super) what: &'static str,
    pub(super) holds: bool,
}

struct Plan {
    title: &'static str,
    path: &'static str,
    request: Value,
    expect: fn(&Value, &[CallReport]) -> Vec<Expectation>,
}

impl Story {
    pub(super) async fn tell(
        client: &Client,
        simulator: &Simulator,
    ) -> Result<Self, Box<dyn Error>> {
        let progress = super::show::Progress::start();
        progress.step("storing a user");
        let user = client
            .post(
                "/users",
                &json!({
                    "name": "Ann O'Neil",
                    "email": "ann@example.com",
                    "phone_number": "+15550100042",
                    "external_id": "patient-17"
                }),
            )
            .await?;
        let plans = plans(&user["id"]);
        let mut placed = Vec::new();
        for plan in &plans {
            progress.step("placing calls");
            let answer = client.post(plan.path, &plan.request).await?;
            let id = match plan.path {
                NOTIFICATIONS => &answer["notification_id"],
                _ => &answer["call_id"],
            };
            placed.push(text(id).to_owned());
        }
        let mut chapters = Vec::new();
        for (plan, call_id) in plans.into_iter().zip(&placed) {
            progress.step(plan.title);
            let call = finished(client, call_id).await?;
            let dials = reports_of(simulator, &call);
            let mut expectations = (plan.expect)(&call, &dials);
            let notification = match plan.path {
                NOTIFICATIONS => Some(
                    client
                        .get(&format!("{NOTIFICATIONS_READ}/{call_id}"))
                        .await?,
                ),
                _ => None,
            };
            expectations.extend(notification.as_ref().map(acknowledged));
            let Plan {
                title,
                path,
                request,
                ..
            } = plan;
            chapters.push(Chapter {
                title,
                path,
                request,
                call,
                notification,
                feedback: None,
                dials,
                expectations,
            });
        }
        progress.step("giving feedback");
        if let Some((first, call_id)) = chapters.first_mut().zip(placed.first()) {
            let path = format!("/calls/{call_id}/feedback");
            let scores = json!({
                "call_quality": 5, "agent_helpfulness": 4, "resolution": 5, "call_ease": 5,
                "overall_satisfaction": 5, "notes": "Clear and short."
            });
            client.patch(&path, &scores).await?;
            let feedback = client.get(&path).await?;
            first.expectations.push(Expectation {
                what: "the feedback is kept",
                holds: feedback["overall_satisfaction"] == 5
                    && feedback["notes"] == "Clear and short.",
            });
            first.feedback = Some(feedback);
        }
        progress.end();
        Ok(Self { chapters })
    }
}

/// Waits until nothing more can come: the call has finished, and its last recording too.
async fn finished(client: &Client, call_id: &str) -> Result<Value, Box<dyn Error>> {
    loop {
        let call = client.get(&format!("/calls/{call_id}")).await?;
        if call["finished"] == true {
            let path = format!("/calls/{call_id}/recordings");
            let recordings = client.get(&path).await?;
            let settled = recordings["data"].as_array().is_none_or(|recordings| {
                recordings.iter().all(|recording| {
                    recording["status"] != "processing"
                        && !recording["transcription_status"].is_null()
                })
            });
            if settled {
                return client.get(&format!("/calls/{call_id}")).await;
            }
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

fn reports_of(simulator: &Simulator, call: &Value) -> Vec<CallReport> {
    let dials = call["dials"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    dials
        .iter()
        .filter_map(|dial| simulator.call(dial["twilio_sid"].as_str()?))
        .collect()
}

fn plans(user_id: &Value) -> Vec<Plan> {
    vec![
        Plan {
            title: "A call that is answered, recorded and transcribed",
            path: CALLS,
            request: json!({"to": "+15550100042", "user_id": user_id, "script": SCRIPT}),
            expect: |call, dials| {
                vec![
                    is("it is completed", call["status"] == "completed"),
                    is("it has a recording", call["recording_url"].is_string()),
                    is(
                        "it has a transcription",
                        call["transcription_text"].is_string(),
                    ),
                    is(
                        "consent was asked first, then the script was spoken, then the beep came",
                        heard_in_order(dials),
                    ),
                ]
            },
        },
        Plan {
            title: "A call that is busy, then answered when it is redialled",
            path: CALLS,
            request: json!({
                "to": "+15550100601", "user_id": user_id, "script": "Hello again.",
                "recording_enabled": false, "retry_limit": 2, "retry_delay_sec": 60
            }),
            expect: |call, dials| {
                vec![
                    is(
                        "the first dial is busy, the second completed",
                        statuses(call) == ["busy", "completed"],
                    ),
                    is(
                        "the second dial came a minute after the first ended",
                        apart(dials),
                    ),
                    is(
                        "only the answered dial spoke",
                        dials.iter().filter(|dial| !dial.said().is_empty()).count() == 1,
                    ),
                ]
            },
        },
        Plan {
            title: "A call that nobody answers",
            path: CALLS,
            request: json!({
                "to": "+15550100005", "user_id": user_id, "retry_limit": 1, "retry_delay_sec": 60
            }),
            expect: |call, dials| {
                vec![
                    is(
                        "both dials end unanswered",
                        statuses(call) == ["no-answer", "no-answer"],
                    ),
                    is(
                        "nothing was spoken",
                        dials.iter().all(|dial| dial.said().is_empty()),
                    ),
                ]
            },
        },
        Plan {
            title: "A call that is hung up while consent is asked for",
            path: CALLS,
            request: json!({"to": "+15550100003", "user_id": user_id, "script": "Never heard."}),
            expect: |call, dials| {
                vec![
                    is(
                        "it is completed after one dial",
                        statuses(call) == ["completed"],
                    ),
                    is(
                        "nothing was recorded",
                        call["recording_url"].is_null()
                            && dials.iter().all(|dial| dial.recordings.is_empty()),
                    ),
                    is(
                        "the script was not spoken",
                        dials
                            .iter()
                            .all(|dial| !dial.said().contains(&"Never heard.")),
                    ),
                ]
            },
        },
        Plan {
            title: "A critical task: a wrong key first, then the one that acknowledges",
            path: NOTIFICATIONS,
            request: json!({
                "phone_number": "+15550100731", "task_id": "ops-4711",
                "task_title": "Restart the pump"
            }),
            expect: |call, dials| {
                vec![
                    is("one dial was enough", statuses(call) == ["completed"]),
                    is(
                        "the task was read twice, then the key press was thanked for",
                        thanked(dials),
                    ),
                ]
            },
        },
    ]
}

fn thanked(dials: &[CallReport]) -> bool {
    let prompt =
        "Hi! This is Flux. You have a critical task: Restart the pump. Press 1 to acknowledge.";
    let said = dials.first().map(CallReport::said).unwrap_or_default();
    said == [prompt, prompt, "Thank you. Task acknowledged. Goodbye."]
}

fn acknowledged(notification: &Value) -> Expectation {
    let by_key = json!({"via": "keypress", "dial_no": 1, "digits": "1"});
    is(
        "it is acknowledged, by the 1 that was pressed in dial 1",
        notification["status"] == "acknowledged" && notification["acknowledged_by"] == by_key,
    )
}

fn is(what: &'static str, holds: bool) -> Expectation {
    Expectation { what, holds }
}

fn statuses(call: &Value) -> Vec<&str> {
    let dials = call["dials"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    dials.iter().map(|dial| text(&dial["status"])).collect()
}

fn heard_in_order(dials: &[CallReport]) -> bool {
    let Some(dial) = dials.first() else {
        return false;
    };
    let said = dial.said();
    said.first()
        .is_some_and(|first| first.starts_with("This call may be recorded"))
        && said.get(1) == Some(&SCRIPT)
        && dial
            .heard
            .last()
            .is_some_and(|heard| heard.kind == HeardKind::Beep)
}

fn apart(dials: &[CallReport]) -> bool {
    let ended = dials
        .first()
        .and_then(|dial| dial.history.last())
        .map(|change| change.at);
    let begun = dials.get(1).map(|dial| dial.created_at);
    match (ended, begun) {
        (Some(ended), Some(begun)) => (60..=61).contains(&(begun - ended).whole_seconds()),
        _ => false,
    }
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
