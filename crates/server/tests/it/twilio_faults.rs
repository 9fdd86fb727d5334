//! The Twilio client against everything that the simulated Twilio can do to it: what the client says of an
//! outcome is what really happened.

use std::time::Duration;

use atlas_twilio::rest::{
    CallInstructions, Client, ClientConfig, CreateCall, Credentials, ListCalls, ReadError,
    RetryPolicy, UnknownOutcome, UpdateCall, WriteError,
};
use secrecy::ExposeSecret as _;
use twilio_sim::{Fault, FaultKind, Simulator, SimulatorConfig};

const BUSY: &str = "+15550100004";
/// How long the client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the client is to say of a request that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Done,
    Refused(u32),
    NotSent,
    NoAnswer,
    ServerError(u16),
    Other,
}

fn verdict<T>(outcome: &Result<T, WriteError>) -> Verdict {
    match outcome {
        Ok(_) => Verdict::Done,
        Err(WriteError::Refused(refusal)) => Verdict::Refused(refusal.code.unwrap_or_default()),
        Err(WriteError::NotSent { .. }) => Verdict::NotSent,
        Err(WriteError::Unknown(UnknownOutcome::NoAnswer { .. })) => Verdict::NoAnswer,
        Err(WriteError::Unknown(UnknownOutcome::NoVerdict { http_status, .. })) => {
            Verdict::ServerError(*http_status)
        }
        Err(WriteError::Parameter(_) | WriteError::Unknown(UnknownOutcome::Unreadable { .. })) => {
            Verdict::Other
        }
    }
}

/// Everything that can befall a request, and what the client must say of one that changes something.
fn faults() -> Vec<(FaultKind, Verdict)> {
    let answer = |http_status, code, executed| FaultKind::Answer {
        http_status,
        code,
        retry_after_seconds: (http_status == 429).then_some(1),
        executed,
    };
    let mut faults = vec![
        (answer(429, 20429, false), Verdict::Refused(20429)),
        (answer(400, 21211, false), Verdict::Refused(21211)),
        (answer(401, 20003, false), Verdict::Refused(20003)),
        (FaultKind::SlowAnswer { by_ms: 20 }, Verdict::Done),
        (FaultKind::SlowAnswer { by_ms: 5_000 }, Verdict::NoAnswer),
    ];
    for executed in [false, true] {
        faults.extend([
            (answer(500, 20500, executed), Verdict::ServerError(500)),
            (answer(503, 20503, executed), Verdict::ServerError(503)),
            (FaultKind::ResetConnection { executed }, Verdict::NoAnswer),
            (FaultKind::NoAnswer { executed }, Verdict::NoAnswer),
        ]);
    }
    faults
}

/// Whether a request that a fault befalls takes effect.
const fn takes_effect(fault: FaultKind) -> bool {
    if let FaultKind::Answer { executed, .. }
    | FaultKind::ResetConnection { executed }
    | FaultKind::NoAnswer { executed } = fault
    {
        executed
    } else {
        // It is only answered late.
        true
    }
}

async fn start() -> (Simulator, Client) {
    let sim = Simulator::start(SimulatorConfig::stepped()).await.unwrap();
    let client = client_of(&sim, sim.url());
    (sim, client)
}

fn client_of(sim: &Simulator, url: &str) -> Client {
    let token = sim.config().auth_token.expose_secret();
    let credentials = Credentials::AuthToken(token.to_owned().into());
    let account_sid = sim.config().account_sid.parse().unwrap();
    Client::new(ClientConfig {
        base_url: Some(url.to_owned()),
        connect_timeout: PATIENCE / 2,
        request_timeout: PATIENCE,
        retry: RetryPolicy::never(),
        ..ClientConfig::new(account_sid, credentials)
    })
    .unwrap()
}

fn order() -> CreateCall {
    let document = CallInstructions::Twiml("<Response><Pause length=\"600\"/></Response>".into());
    CreateCall::builder(BUSY, "+15005550006", document)
        .build()
        .unwrap()
}

/// How many calls the journal says have come into being.
fn calls_in_journal(sim: &Simulator) -> usize {
    let journal = sim.journal();
    let queued = |line: &&str| line.contains(r#""what":"status","status":"queued""#);
    journal.lines().filter(queued).count()
}

#[tokio::test]
async fn what_the_client_says_of_a_create_is_what_the_journal_says() {
    for (fault, expected) in faults() {
        let (sim, client) = start().await;
        sim.add_fault(Fault::next_create(fault)).unwrap();
        let outcome = client.calls().create(&order()).await;
        assert_eq!(verdict(&outcome), expected, "{fault:?}: {outcome:?}");
        let made = calls_in_journal(&sim);
        assert_eq!(made, usize::from(takes_effect(fault)), "{fault:?}");
        assert_eq!(made, sim.calls().len(), "{fault:?}");
        match expected {
            Verdict::Done => assert_eq!(made, 1, "{fault:?}: done, and there is no call"),
            Verdict::Refused(_) | Verdict::NotSent => {
                assert_eq!(made, 0, "{fault:?}: said to be nothing, and it rings");
            }
            Verdict::NoAnswer | Verdict::ServerError(_) | Verdict::Other => {
                let found = client.calls().list(&ListCalls::default()).await.unwrap();
                assert_eq!(found.items.len(), made, "{fault:?}: looking tells");
            }
        }
        let next = client.calls().create(&order()).await;
        assert_eq!(
            verdict(&next),
            Verdict::Done,
            "{fault:?}: it was one request only"
        );
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn what_the_client_says_of_an_update_is_what_became_of_the_call() {
    for (fault, expected) in faults() {
        let (sim, client) = start().await;
        let call = client.calls().create(&order()).await.unwrap();
        let on_updates = Fault::next(1, fault).on_number(BUSY);
        sim.add_fault(on_updates.on_route("POST Calls/*.json"))
            .unwrap();
        let outcome = client.calls().update(&call.sid, &UpdateCall::Cancel).await;
        assert_eq!(verdict(&outcome), expected, "{fault:?}: {outcome:?}");
        sim.run_until_idle().await;
        let status = sim.calls()[0].status.to_string();
        let became = if takes_effect(fault) {
            "canceled"
        } else {
            "busy"
        };
        assert_eq!(status, became, "{fault:?}");
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn a_read_that_fails_says_how() {
    for (fault, expected) in faults() {
        let (sim, client) = start().await;
        let call = client.calls().create(&order()).await.unwrap();
        let on_reads = Fault::next(1, fault).on_route("GET Calls/*.json");
        sim.add_fault(on_reads).unwrap();
        let outcome = client.calls().fetch(&call.sid).await;
        let said = match &outcome {
            Ok(found) => {
                assert!(found.is_some(), "{fault:?}");
                Verdict::Done
            }
            Err(ReadError::Refused(refusal)) => Verdict::Refused(refusal.code.unwrap_or_default()),
            Err(ReadError::NoAnswer { .. }) => Verdict::NoAnswer,
            Err(ReadError::Unavailable { http_status, .. }) => Verdict::ServerError(*http_status),
            Err(ReadError::NotSent { .. }) => Verdict::NotSent,
            Err(ReadError::Parameter(_) | ReadError::Unreadable { .. }) => Verdict::Other,
        };
        assert_eq!(said, expected, "{fault:?}: {outcome:?}");
        assert!(client.calls().fetch(&call.sid).await.unwrap().is_some());
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn without_anybody_listening_nothing_was_sent() {
    let (sim, _) = start().await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let client = client_of(&sim, &address);
    let outcome = client.calls().create(&order()).await;
    assert_eq!(verdict(&outcome), Verdict::NotSent, "{outcome:?}");
    sim.shutdown().await;
}
