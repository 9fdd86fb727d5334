//! Test credentials: requests are checked and answered as if they were done, and nothing happens.
//!
//! Source: Twilio, "Test Credentials": no callbacks, and nothing but creating calls and messages (20008).

use serde_json::Value;

use super::refusal::Refusal;
use super::reply::Reply;
use super::{Asked, Outcome, create_call, create_message, lookup, param};
use crate::config::{DEFAULT_FROM_NUMBER, TestCredentials};
use crate::world::Shared;

/// Answers a request made with test credentials.
pub(super) fn answer(
    shared: &Shared,
    test: &TestCredentials,
    path: &str,
    asked: &Asked,
) -> Outcome {
    if let Some(number) = lookup::number_in(path) {
        return lookup::fetch(shared, &number, asked).into();
    }
    let base = format!("/2010-04-01/Accounts/{}/", test.account_sid);
    let Some(tail) = path.strip_prefix(&base) else {
        return Reply::not_found(path).into();
    };
    let from = param(&asked.params, "From");
    let made = match tail {
        "Calls.json" if asked.is_post() => {
            create_call::dry_run(shared, &asked.params).and_then(|body| {
                // Numbers of the account are unknown here: only the magic one may call.
                only_magic(from, body, 21210)
            })
        }
        "Messages.json" if asked.is_post() => create_message::dry_run(shared, &asked.params)
            .and_then(|body| only_magic(from, body, 21606)),
        _ => {
            let text = "Resource not accessible with Test Account Credentials";
            return Reply::error(403, 20008, text).into();
        }
    };
    match made {
        Ok(body) => Reply::json(201, of_account(body, shared, test)).into(),
        Err(refusal) => refusal.reply().into(),
    }
}

fn only_magic(from: Option<&str>, body: Value, code: u32) -> Result<Value, Refusal> {
    match from {
        None | Some(DEFAULT_FROM_NUMBER) => Ok(body),
        Some(from) => {
            let text = format!("The number {from} is not one of the test account.");
            Err(Refusal::new(code, text))
        }
    }
}

/// The same with the SID of the test account wherever that of the account stands.
fn of_account(body: Value, shared: &Shared, test: &TestCredentials) -> Value {
    match body {
        Value::String(text) => text
            .replace(&shared.config.account_sid, &test.account_sid)
            .into(),
        Value::Object(map) => {
            let fields = map.into_iter();
            let moved = fields.map(|(name, value)| (name, of_account(value, shared, test)));
            Value::Object(moved.collect())
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) => other,
    }
}
