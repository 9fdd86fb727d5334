//! What became of a run, in words.

use std::fmt::Write as _;

use twilio_sim::{CallReport, Simulator};

/// A line for each call, what each callee heard, and the counts.
pub(crate) fn summary(sim: &Simulator) -> String {
    let calls = sim.calls();
    let mut text = String::new();
    for call in &calls {
        line(&mut text, call);
    }
    for refused in sim.refused_calls() {
        let _ = writeln!(
            text,
            "calls[{}] refused with {}: {}",
            refused.index, refused.code, refused.message
        );
    }
    let dropped = sim
        .deliveries()
        .iter()
        .filter(|delivery| delivery.answer_status().is_none())
        .count();
    // Writing to a text cannot fail.
    let _ = writeln!(
        text,
        "{} calls, {} requests made ({dropped} without an answer), {} alerts",
        calls.len(),
        sim.deliveries().len(),
        sim.alerts().len(),
    );
    for alert in sim.alerts() {
        let url = alert.url.as_deref().unwrap_or_default();
        let _ = writeln!(
            text,
            "  {} {}: {} {url}",
            alert.call_sid, alert.code, alert.message
        );
    }
    text
}

fn line(text: &mut String, call: &CallReport) {
    let seconds = call.duration_seconds.unwrap_or_default();
    let _ = writeln!(text, "{} {} {} {seconds} s", call.sid, call.to, call.status);
    for words in call.said() {
        let _ = writeln!(text, "  heard: {words}");
    }
    if !call.keys_pressed.is_empty() {
        let _ = writeln!(text, "  pressed: {}", call.keys_pressed);
    }
}
