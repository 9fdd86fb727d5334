//! What is asked of Atlas by API, and what is pretended to come from Twilio.

use std::time::Duration;

use serde_json::{Value, json};

use crate::crash::support::{Client, NoAnswer};
use crate::people::Callees;
use crate::plan::{Act, Step};
use crate::world::{AUTH_TOKEN, World};

/// What a title may hold that is dangerous somewhere.
const TITLES: [&str; 4] = [
    "Restart the pump",
    "Pump 7 & 8 <overheat> \"now\" 'please'",
    "&task_id=x#${title}",
    "Насос 🔥 \u{202e}overheats\u{7}",
];
/// How far time goes on while something is asked for.
const MEANWHILE: Duration = Duration::from_millis(250);

/// Does one step.
pub(crate) async fn perform(world: &mut World, step: &Step, callees: &[Callees]) {
    match step {
        Step::Place(index) => place(world, *index, &callees[*index].number).await,
        Step::Pass(by) => world.pass(*by).await,
        Step::Disturb(when, deed) => world.disturb(*when, *deed).await,
        Step::Act(act, index) => {
            if let Some(id) = world.record.placed.get(index).cloned() {
                perform_act(world, *act, &id, &callees[*index].number).await;
            }
        }
    }
}

async fn place(world: &mut World, index: usize, number: &str) {
    let client = world.atlas.client.clone();
    let title = TITLES[index % TITLES.len()];
    let order = json!({"phone_number": number, "task_title": title, "task_id": index.to_string()});
    let placing = client.post("/notifications/call", &order);
    match world.pass_with(MEANWHILE, placing).await {
        Ok((201 | 202, body)) => {
            let id = body["notification_id"].as_str().expect("an id").to_owned();
            world.record.placed.insert(index, id);
        }
        Ok((429 | 500 | 503, _)) => {}
        Ok((status, problem)) => panic!("answered {status}: {problem}"),
        // It was killed meanwhile.
        Err(_) => {}
    }
}

async fn perform_act(world: &mut World, act: Act, id: &str, number: &str) {
    let client = world.atlas.client.clone();
    match act {
        Act::Acknowledge | Act::Cancel | Act::HangUp | Act::Retry => {
            let answer = world.pass_with(MEANWHILE, ask(&client, act, id)).await;
            let now = world.now();
            world.record.note(act, id, answer, now);
        }
        Act::GiveUpRedials => {
            let url = format!("http://127.0.0.1:{}/calls/{id}/retry", world.port);
            let giving_up = reqwest::Client::new().delete(url).send();
            // Whatever comes of it.
            let _answer = world.pass_with(MEANWHILE, giving_up).await;
        }
        Act::ForgedPress => press(world, id, number, "another-token", None).await,
        Act::MisboundPress => {
            let Some(sid) = sid_of_another(world, number) else {
                return;
            };
            if has_its_sid(&client.get(&format!("/notifications/{id}")).await) {
                press(world, id, number, AUTH_TOKEN, Some(sid)).await;
            }
        }
    }
}

/// Asks for something by API.
pub(crate) async fn ask(client: &Client, act: Act, id: &str) -> Result<(u16, Value), NoAnswer> {
    let (path, body) = match act {
        Act::Acknowledge => (
            format!("/notifications/{id}/acknowledge"),
            json!({"who": "operator", "why": "called by radio"}),
        ),
        Act::Cancel => (format!("/notifications/{id}/cancel"), json!({})),
        Act::HangUp => (format!("/calls/{id}/hangup"), json!({})),
        Act::Retry | Act::GiveUpRedials | Act::ForgedPress | Act::MisboundPress => {
            (format!("/calls/{id}/retry"), json!({}))
        }
    };
    client.post(&path, &body).await
}

/// Posts a press of key 1 on the first dial of a notification, which must not count.
async fn press(world: &World, id: &str, number: &str, token: &str, sid: Option<String>) {
    let path = format!("/notifications/call/gather?call_id={id}&dial=1&ask=1");
    let own = || {
        let calls = world.atlas.sim.calls();
        calls.into_iter().find(|call| call.to == number)
    };
    let Some(sid) = sid.or_else(|| own().map(|call| call.sid)) else {
        return;
    };
    let form = [
        ("CallSid", sid),
        ("CallStatus", "in-progress".to_owned()),
        ("Digits", "1".to_owned()),
    ];
    let signed: Vec<_> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let url = format!("{}{path}", world.door.url);
    let signature = atlas_twilio::webhook::sign(&url, &signed, token);
    let answer = world.atlas.client.post_form(&path, &form, &signature).await;
    let expected = if token == AUTH_TOKEN { 200 } else { 403 };
    assert_eq!(answer.ok(), Some(expected), "{path}");
}

/// The SID of a call to somebody else.
fn sid_of_another(world: &World, number: &str) -> Option<String> {
    let calls = world.atlas.sim.calls();
    let another = calls.into_iter().find(|call| call.to != number)?;
    Some(another.sid)
}

/// Whether Twilio itself has said which call the first dial is: what it has not said, a signed request
/// that names the dial may say.
fn has_its_sid(notification: &Value) -> bool {
    let steps = notification["proof"].as_array();
    steps.is_some_and(|steps| {
        steps.iter().any(|step| {
            let found = step["from"] == "Twilio's answer to GET Calls.json";
            step["step"] == "dialled" && step["dial_no"] == 1 && !found
        })
    })
}
