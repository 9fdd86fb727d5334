//! Dialling people: their phones ring, the first who is ready is connected, the others are hung up.

use super::super::document::{Base, Callee, Dial, RecordFrom};
use super::super::run::resolve;
use super::{Dialled, recording, talk};
use crate::call::{
    Call, CallRequest, Child, ChildStage, DetectionReport, DocumentSource, Interruption, Leg,
    LegEnd, MachineDetection, start,
};
use crate::record::CallStatus;

/// Dials all at once, or one after the other when the Dial is sequential.
pub(super) async fn dial(leg: &mut Leg, dial: &Dial, callees: &[Callee], base: &Base) -> Dialled {
    let from = caller_id(leg, dial);
    let mut recording_sid = recording::begin(leg, dial, base, RecordFrom::Ringing).await;
    let together = if dial.sequential {
        1
    } else {
        callees.len().max(1)
    };
    let mut last = Dialled {
        outcome: Ok(()),
        status: CallStatus::Failed.as_str(),
        call: None,
        bridged: false,
        recording_sid: None,
    };
    for group in callees.chunks(together) {
        let children: Vec<String> = group
            .iter()
            .filter(|callee| can_be_called(leg, callee))
            .map(|callee| place(leg, dial, callee, base, &from))
            .collect();
        let ready = until_one_is_ready(leg, &children).await;
        let (outcome, met) = match ready {
            Err(end) => (Err(end), None),
            Ok(None) => (Ok(()), None),
            Ok(Some(child_sid)) => {
                let others = children.iter().filter(|sid| **sid != child_sid);
                hang_up(leg, others);
                meet(leg, &child_sid);
                if recording_sid.is_none() {
                    recording_sid = recording::begin(leg, dial, base, RecordFrom::Answer).await;
                }
                (talk(leg, dial).await, Some(child_sid))
            }
        };
        hang_up(leg, &children);
        until_all_are_over(leg, &children).await;
        let bridged = met.is_some();
        if let Some(sid) = met.or_else(|| last_to_end(leg, &children)) {
            let (status, seconds) = result_of(leg, &sid);
            last.status = status.as_str();
            last.call = Some((sid, seconds));
        }
        last.bridged = bridged;
        last.outcome = outcome;
        if bridged || last.outcome.is_err() {
            break;
        }
    }
    recording::end(leg, recording_sid.as_ref());
    last.recording_sid = recording_sid;
    last
}

/// The number the callees see: the one asked for when it may be shown, else the caller's own.
fn caller_id(leg: &Leg, dial: &Dial) -> String {
    let (from, to) = {
        let world = leg.shared.world();
        let request = world.call(&leg.sid).map(|call| call.request.clone());
        request.map_or_else(Default::default, |request| (request.from, request.to))
    };
    let Some(asked) = &dial.caller_id else {
        return from;
    };
    let config = &leg.shared.config;
    let owned = config.from_numbers.contains(asked)
        || (config.magic_numbers && asked == crate::config::DEFAULT_FROM_NUMBER);
    if owned || *asked == from || *asked == to || asked.starts_with("client:") {
        return asked.clone();
    }
    leg.alert(13214, "Dial: invalid callerId value", None);
    from
}

/// Twilio's magic numbers cannot be called. Source: Twilio, errors 13224, 13225 and 13227.
fn can_be_called(leg: &Leg, callee: &Callee) -> bool {
    if !leg.shared.config.magic_numbers {
        return true;
    }
    let (code, message) = match callee.address.as_str() {
        "+15005550001" | "+15005550002" => (13224, "Dial: number is unsupported or invalid"),
        "+15005550003" => (13227, "Dial: no permission to call this country"),
        "+15005550004" => (13225, "Dial: number is on the blocklist"),
        _ => return true,
    };
    leg.alert(code, message, None);
    false
}

/// Makes the call to a callee; it is dialled at once, calls made by Dial do not queue.
fn place(leg: &Leg, dial: &Dial, callee: &Callee, base: &Base, from: &str) -> String {
    let whisper = callee.whisper.as_ref().and_then(|(url, method)| {
        resolve(leg, Some(url), base).map(|url| DocumentSource::Fetch(url, *method))
    });
    let callback = callee.status_callback.as_ref();
    let request =
        CallRequest {
            to: callee.address.clone(),
            from: from.to_owned(),
            document: whisper,
            fallback: None,
            status_callback: callback.and_then(|callback| {
                resolve(leg, Some(&callback.url), base).map(|url| (url, callback.method))
            }),
            status_events: callback.map_or_else(Vec::new, |callback| callback.events.clone()),
            timeout_seconds: dial.timeout_seconds,
            send_digits: callee.send_digits.clone(),
            time_limit_seconds: dial.time_limit_seconds,
            record: None,
            machine_detection: callee.detection.as_ref().map(|detection| MachineDetection {
                settings: detection.settings,
                report: DetectionReport::Asynchronous(detection.callback.as_ref().and_then(
                    |(url, method)| resolve(leg, Some(url), base).map(|url| (url, *method)),
                )),
            }),
        };
    let sid = leg.shared.new_sid_of(&leg.sid, "CA");
    let mut call = Call::new(sid.clone(), request, leg.now_ms());
    call.child = Some(Child {
        parent_sid: leg.sid.clone(),
        stage: ChildStage::OnTheWay,
    });
    start(&leg.shared, call, leg.now_ms());
    sid
}

/// Waits until a child can be connected, or until none can be any more.
async fn until_one_is_ready(leg: &mut Leg, children: &[String]) -> Result<Option<String>, LegEnd> {
    loop {
        leg.look()?;
        let stages: Vec<Option<ChildStage>> =
            children.iter().map(|sid| stage_of(leg, sid)).collect();
        let ready = stages
            .iter()
            .position(|stage| *stage == Some(ChildStage::Ready));
        if let Some(sid) = ready.and_then(|index| children.get(index)) {
            return Ok(Some(sid.clone()));
        }
        if !stages.contains(&Some(ChildStage::OnTheWay)) {
            return Ok(None);
        }
        leg.doze(None).await;
    }
}

/// Connects the call to a child.
fn meet(leg: &Leg, child_sid: &str) {
    let mut world = leg.shared.world();
    world.bridge(&leg.sid, child_sid);
    if let Some(child) = world
        .call_mut(child_sid)
        .and_then(|call| call.child.as_mut())
    {
        child.stage = ChildStage::Met;
    }
    drop(world);
    leg.shared.poke_call(child_sid);
}

/// Ends the children that are still there.
fn hang_up<'a>(leg: &Leg, children: impl IntoIterator<Item = &'a String>) {
    for sid in children {
        if stage_of(leg, sid).is_none_or(|stage| stage == ChildStage::Gone) {
            continue;
        }
        if let Some(call) = leg.shared.world().call_mut(sid) {
            call.interruption = Some(Interruption::End);
        }
        leg.shared.poke_call(sid);
    }
}

/// Waits for the ends that are under way, so that the result of the Dial is known.
async fn until_all_are_over(leg: &mut Leg, children: &[String]) {
    let over =
        |leg: &Leg, sid: &String| stage_of(leg, sid).is_none_or(|stage| stage == ChildStage::Gone);
    while !children.iter().all(|sid| over(leg, sid)) {
        leg.rest().await;
    }
}

/// How far a child is; `None` when it is over.
fn stage_of(leg: &Leg, sid: &str) -> Option<ChildStage> {
    let world = leg.shared.world();
    let call = world.call(sid).filter(|call| !call.status.is_terminal())?;
    call.child.as_ref().map(|child| child.stage)
}

fn last_to_end(leg: &Leg, children: &[String]) -> Option<String> {
    let world = leg.shared.world();
    let ended = |sid: &&String| world.call(sid).and_then(|call| call.ended_ms);
    children.iter().max_by_key(ended).cloned()
}

/// A child that was given something else to do has been answered and is over for the Dial.
fn result_of(leg: &Leg, sid: &str) -> (CallStatus, u64) {
    let world = leg.shared.world();
    let call = world.call(sid);
    let status = call
        .map(|call| call.status)
        .filter(|status| status.is_terminal())
        .unwrap_or(CallStatus::Completed);
    let seconds = call.and_then(Call::duration_seconds).unwrap_or_default();
    (status, seconds)
}
