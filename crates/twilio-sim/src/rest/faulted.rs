//! Answers that go wrong on purpose.

use std::sync::Arc;
use std::time::Duration;

use super::access::Access;
use super::reply::Reply;
use super::{Asked, Outcome, param, route};
use crate::fault::{FaultKind, Occasion, Victim};
use crate::world::Shared;

/// Answers a request, with the fault a test has set for it.
pub(super) async fn answer(
    shared: &Arc<Shared>,
    access: Access<'_>,
    path: &str,
    asked: &Asked,
) -> Outcome {
    let Some(fault) = strike(shared, path, asked) else {
        return route(shared, access, path, asked).await;
    };
    match fault {
        FaultKind::Answer {
            http_status,
            code,
            retry_after_seconds,
            executed,
        } => {
            execute(shared, access, path, asked, executed).await;
            let reply = Reply::error(http_status, code, "Simulated failure");
            match retry_after_seconds {
                Some(seconds) => reply.header("Retry-After", seconds.to_string()).into(),
                None => reply.into(),
            }
        }
        FaultKind::ResetConnection { executed } => {
            execute(shared, access, path, asked, executed).await;
            Outcome::DropConnection
        }
        FaultKind::NoAnswer { executed } => {
            execute(shared, access, path, asked, executed).await;
            Outcome::NoAnswer
        }
        FaultKind::SlowAnswer { by_ms } => {
            let outcome = route(shared, access, path, asked).await;
            tokio::time::sleep(Duration::from_millis(by_ms)).await;
            outcome
        }
        FaultKind::DropCallback
        | FaultKind::RepeatCallback { .. }
        | FaultKind::DelayCallback { .. }
        | FaultKind::SwapCallback
        | FaultKind::ForgeSignature
        | FaultKind::SlowDocument { .. }
        | FaultKind::RepeatDocumentRequest { .. }
        | FaultKind::HangUp { .. } => route(shared, access, path, asked).await,
    }
}

async fn execute(
    shared: &Arc<Shared>,
    access: Access<'_>,
    path: &str,
    asked: &Asked,
    executed: bool,
) {
    if executed {
        drop(route(shared, access, path, asked).await);
    }
}

fn strike(shared: &Shared, path: &str, asked: &Asked) -> Option<FaultKind> {
    let below = below_account(path);
    let mut world = shared.world();
    let call_sid = below.split('/').nth(1).unwrap_or_default();
    let call_sid = call_sid.strip_suffix(".json").unwrap_or(call_sid);
    let of_call = world.call(call_sid).map(|call| call.request.to.clone());
    let number = of_call
        .or_else(|| param(&asked.params, "To").map(ToOwned::to_owned))
        .unwrap_or_default();
    let kind = format!("{} {}", asked.method, without_sids(below));
    world.faults.strike(
        shared.random(),
        &Occasion {
            victim: Victim::Request,
            number: &number,
            request: Some((&asked.method, below)),
            name: (&number, &kind),
        },
    )
}

/// The part of a path after the account: `Calls.json` of `/2010-04-01/Accounts/AC…/Calls.json`.
fn below_account(path: &str) -> &str {
    path.splitn(5, '/').nth(4).unwrap_or_default()
}

/// A path with `*` in place of every SID, so that requests of one kind share a name.
fn without_sids(path: &str) -> String {
    let segment = |segment: &str| {
        let (name, extension) = segment.split_once('.').unwrap_or((segment, ""));
        match (is_sid(name), extension) {
            (false, _) => segment.to_owned(),
            (true, "") => "*".to_owned(),
            (true, extension) => format!("*.{extension}"),
        }
    };
    path.split('/')
        .map(segment)
        .collect::<Vec<String>>()
        .join("/")
}

fn is_sid(text: &str) -> bool {
    text.len() == 34
        && text.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && text.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_one_kind_share_a_name() {
        let sid = "CA0123456789abcdef0123456789abcdef";
        let path = format!("/2010-04-01/Accounts/AC1/Calls/{sid}/Recordings/{sid}.json");
        assert_eq!(
            without_sids(below_account(&path)),
            "Calls/*/Recordings/*.json"
        );
        assert_eq!(without_sids(sid), "*");
        assert_eq!(below_account("/2010-04-01/Accounts/AC1.json"), "");
    }
}
