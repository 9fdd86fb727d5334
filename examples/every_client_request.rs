//! Sends every kind of request that the REST client can send to a simulated Twilio.
//!
//! `make openapi-check` holds what arrives there against Twilio's own description of its API. The
//! arguments are the simulator's address, the account SID, its token and a number of the account.

use std::error::Error;
use std::process::ExitCode;

use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::rest::{
    AnsweringMachineDetection, AsyncAmd, CallInstructions, CallRecording, CallSettings, Client,
    ClientConfig, CreateCall, Credentials, DateFilter, ListCallRecordings, ListCalls, LookupNumber,
    MachineDetection, MediaFormat, MediaRequest, RecordingChannels, RecordingStatusCallbackEvent,
    RecordingTrack, RecordingTrim, StatusCallbackEvent, UpdateCall,
};
use atlas_twilio::sid::CallSid;
use futures_util::TryStreamExt as _;

type Failure = Box<dyn Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    match run(std::env::args().skip(1).collect()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "a request failed");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Vec<String>) -> Result<(), Failure> {
    let [url, account_sid, token, from] = arguments.as_slice() else {
        return Err("usage: every-client-request URL ACCOUNT_SID TOKEN FROM".into());
    };
    let credentials = Credentials::AuthToken(token.as_str().into());
    let config = ClientConfig {
        base_url: Some(url.clone()),
        ..ClientConfig::new(account_sid.parse()?, credentials)
    };
    let client = Client::new(config)?;
    client.account().await?;
    client
        .lookups()
        .phone_number(&LookupNumber::new("+14159929960"))
        .await?;
    place_calls(&client, from).await?;
    let calls = list_calls(&client, from).await?;
    change_calls(&client, &calls).await?;
    read_recordings(&client, &calls).await
}

/// Creates calls with every parameter.
async fn place_calls(client: &Client, from: &str) -> Result<(), Failure> {
    let callback = "https://app.example/callback";
    let recording = CallRecording {
        channels: Some(RecordingChannels::Dual),
        track: Some(RecordingTrack::Both),
        trim: Some(RecordingTrim::DoNotTrim),
        status_callback: Some(callback.to_owned()),
        status_callback_method: Some(HttpMethod::Post),
        status_callback_events: vec![
            RecordingStatusCallbackEvent::InProgress,
            RecordingStatusCallbackEvent::Completed,
            RecordingStatusCallbackEvent::Absent,
        ],
        recording_configuration_id: Some("configuration".to_owned()),
    };
    let order = CreateCall::builder(
        "+15550100042",
        from,
        CallInstructions::Url {
            url: "https://app.example/voice".to_owned(),
            method: Some(HttpMethod::Get),
        },
    )
    .fallback_url("https://app.example/fallback")
    .fallback_method(HttpMethod::Get)
    .status_callback(callback)
    .status_callback_method(HttpMethod::Post)
    .status_callback_events(&[
        StatusCallbackEvent::Initiated,
        StatusCallbackEvent::Ringing,
        StatusCallbackEvent::Answered,
        StatusCallbackEvent::Completed,
    ])
    .timeout_seconds(20)
    .time_limit_seconds(600)
    .send_digits("12wW#")
    .record(recording)
    .caller_id("+15550100044")
    .call_reason("A test")
    .call_token("token")
    .byoc("BY00000000000000000000000000000001".parse()?)
    .sip_auth("user", "password")
    .client_notification_url(callback)
    .build()?;
    client.calls().create(&order).await?;
    for detection in [MachineDetection::Enable, MachineDetection::DetectMessageEnd] {
        let detection = AnsweringMachineDetection {
            timeout_seconds: Some(20),
            speech_threshold_ms: Some(2000),
            speech_end_threshold_ms: Some(1000),
            silence_timeout_ms: Some(4000),
            asynchronous: Some(AsyncAmd {
                status_callback: callback.to_owned(),
                status_callback_method: Some(HttpMethod::Post),
            }),
            ..AnsweringMachineDetection::new(detection)
        };
        let document = CallInstructions::Twiml("<Response><Pause/></Response>".into());
        let order = CreateCall::builder("+15550100043", from, document)
            .machine_detection(detection)
            .build()?;
        client.calls().create(&order).await?;
    }
    Ok(())
}

/// Lists calls with every filter; returns the SIDs of all.
async fn list_calls(client: &Client, from: &str) -> Result<Vec<CallSid>, Failure> {
    let day = time::macros::date!(2026 - 01 - 02);
    for filter in [
        DateFilter::On(day),
        DateFilter::Before(day),
        DateFilter::OnOrAfter(day),
    ] {
        let filter = ListCalls {
            to: Some("+15550100042".into()),
            from: Some(from.into()),
            parent_call_sid: Some("CA00000000000000000000000000000001".parse()?),
            status: Some("completed".into()),
            start_time: Some(filter),
            end_time: Some(filter),
            page_size: Some(20),
        };
        client.calls().list(&filter).await?;
    }
    let two_at_a_time = ListCalls {
        page_size: Some(2),
        ..ListCalls::default()
    };
    let calls: Vec<_> = client.calls().stream(&two_at_a_time).try_collect().await?;
    Ok(calls.into_iter().map(|call| call.sid).collect())
}

/// Changes calls in every way; a change the state of a call forbids is sent all the same.
async fn change_calls(client: &Client, calls: &[CallSid]) -> Result<(), Failure> {
    let [first, second, ..] = calls else {
        return Err("there are fewer than two calls".into());
    };
    client.calls().fetch(first).await?;
    let settings = CallSettings {
        fallback_url: Some("https://app.example/fallback".to_owned()),
        fallback_method: Some(HttpMethod::Post),
        status_callback: Some("https://app.example/callback".to_owned()),
        status_callback_method: Some(HttpMethod::Get),
        time_limit_seconds: Some(300),
    };
    let redirect = UpdateCall::Url {
        url: "https://app.example/changed".to_owned(),
        method: Some(HttpMethod::Post),
        settings: settings.clone(),
    };
    client
        .calls()
        .update(first, &UpdateCall::Settings(settings))
        .await?;
    for change in [redirect, UpdateCall::twiml("<Response/>")] {
        if client.calls().update(first, &change).await.is_ok() {
            return Err("a queued call was redirected".into());
        }
    }
    client.calls().update(first, &UpdateCall::Cancel).await?;
    client.calls().hang_up(second).await?;
    client.calls().delete(first).await?;
    Ok(())
}

async fn read_recordings(client: &Client, calls: &[CallSid]) -> Result<(), Failure> {
    let recording = "RE00000000000000000000000000000001".parse()?;
    client.recordings().fetch(&recording).await?;
    for call in calls {
        client
            .recordings()
            .list_for_call(call, &ListCallRecordings::default())
            .await?;
    }
    for format in [MediaFormat::Wav, MediaFormat::Mp3] {
        client
            .recordings()
            .media(&recording, &MediaRequest::new(format))
            .await?;
    }
    Ok(())
}
