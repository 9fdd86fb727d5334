//! When nothing goes wrong, everybody is rung as often as they must be, and ends as they act.

use super::Remains;
use crate::people::Kind;
use crate::row::Row;

pub(super) fn violations(remains: &Remains<'_>) -> Vec<String> {
    if !remains.plan.is_calm() {
        return Vec::new();
    }
    let placed = remains.record.placed.iter();
    placed
        .filter(|(index, _)| !remains.plan.is_acted_on(**index))
        .filter_map(|(index, id)| {
            let kind = remains.plan.callees[*index].kind;
            let wrong = wrong_with(remains, kind, remains.row(id)?)?;
            Some(format!("{kind:?} in calm weather: {wrong}"))
        })
        .collect()
}

fn wrong_with(remains: &Remains<'_>, kind: Kind, row: &Row) -> Option<String> {
    let settings = &remains.plan.settings;
    let every_time = 1 + settings.retry_limit;
    let detected = settings.machine_detection != "off";
    let (status, dials) = match kind {
        Kind::PressesDuringTheWords
        | Kind::PressesAfterTheWords
        | Kind::PressesTwice
        | Kind::PressesAndHangsUp => ("acknowledged", 1),
        Kind::WrongKeysOnly => ("unacknowledged", every_time),
        Kind::ListensOnly if detected => ("unacknowledged", every_time),
        Kind::ListensOnly
        | Kind::Busy
        | Kind::DoesNotAnswer
        | Kind::VoicemailWithBeep
        | Kind::VoicemailWithSilence
        | Kind::Fax => ("not_reached", every_time),
        // It depends on when they do it.
        Kind::PressesAtTheSecondPrompt
        | Kind::PressesAtTheLastMoment
        | Kind::PressesTooLate
        | Kind::AnswersLate
        | Kind::BusyFirst
        | Kind::WrongKeyThenRight
        | Kind::HangsUp
        | Kind::Talkative
        | Kind::Silent
        | Kind::CannotBeConnected
        | Kind::CurtVoicemail
        | Kind::MachineWithTone => return None,
    };
    let rung = u32::try_from(row.dials().count()).unwrap_or(u32::MAX);
    if row.status() != status || rung != dials {
        let shown = row.status();
        return Some(format!(
            "{shown} after {rung} dials, not {status} after {dials}"
        ));
    }
    let heard_by_machines = remains
        .calls
        .iter()
        .filter(|call| call.to == row.number())
        .flat_map(|call| call.left_on_voicemail())
        .filter(|words| words.ends_with("Please call your operations desk."));
    let voicemail = kind == Kind::VoicemailWithBeep || kind == Kind::VoicemailWithSilence;
    let left = u32::try_from(heard_by_machines.count()).unwrap_or(u32::MAX);
    (voicemail && detected && left != dials)
        .then(|| format!("{left} messages were left, not {dials}"))
}
