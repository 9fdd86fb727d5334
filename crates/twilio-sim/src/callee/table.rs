//! The numbers that behave in a known way, as listed in the crate manual.

use std::time::Duration;

use super::{Behaviour, Callee, GreetingEnd};

/// All numbers of the table start with this: US numbers kept for fiction, which nobody owns.
const PREFIX: &str = "+1555010";
/// When an impatient callee presses; the shortest words take longer.
const EARLY: Duration = Duration::from_millis(400);

pub(super) fn behaviour_of(number: &str) -> Behaviour {
    number
        .strip_prefix(PREFIX)
        .filter(|code| code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(coded)
        .unwrap_or_default()
}

/// Reads the last four digits of a number.
fn coded(code: &str) -> Option<Behaviour> {
    let (first, last_three) = code.split_at_checked(1)?;
    let (group, last_two) = code.split_at_checked(2)?;
    let number = last_two.parse::<u32>().ok()?;
    match first {
        "3" => {
            return Some(Behaviour::Fails {
                sip_code: last_three.parse().ok()?,
            });
        }
        "7" => {
            return Some(Behaviour::Presses {
                digits: format!("{last_three},"),
            });
        }
        _ => {}
    }
    match group {
        "00" => special(number),
        "01" => Some(Behaviour::Talks { seconds: number }),
        "02" => Some(Behaviour::RingsFor { seconds: number }),
        "04" => Some(Behaviour::Voicemail {
            greeting_seconds: number,
            end: GreetingEnd::Beep,
        }),
        "05" => Some(Behaviour::Voicemail {
            greeting_seconds: number,
            end: GreetingEnd::Silence,
        }),
        "06" => Some(Behaviour::BusyThenAnswers { times: number }),
        "07" => keys(last_two)
            .map(|digits| Behaviour::Presses { digits })
            .or_else(|| early(last_two)),
        "09" => Some(Behaviour::Person),
        "08" => Some(Behaviour::HangsUpAfter { seconds: number }),
        _ => None,
    }
}

fn special(number: u32) -> Option<Behaviour> {
    match number {
        1 => Some(Behaviour::Silent),
        3 => Some(Behaviour::HangsUpDuringFirstWords),
        4 => Some(Behaviour::Busy),
        5 => Some(Behaviour::NoAnswer),
        6 => Some(Behaviour::Fax),
        _ => None,
    }
}

/// The numbers `+155501007XY` that press while the prompt is still spoken.
fn early(last_two: &str) -> Option<Behaviour> {
    let (kind, digit) = last_two.split_at_checked(1)?;
    let digits = match kind {
        "4" => digit.to_owned(),
        "5" => format!("{digit}{digit},"),
        _ => return None,
    };
    Some(Behaviour::Custom(Callee {
        digits,
        presses_after: Some(EARLY),
        ..Callee::default()
    }))
}

/// What the numbers `+155501007XY` press.
fn keys(last_two: &str) -> Option<String> {
    let (kind, digit) = last_two.split_at_checked(1)?;
    match (kind, digit) {
        ("0", digit) => Some(digit.to_owned()),
        ("1", "0") => Some("#".to_owned()),
        ("1", "1") => Some("*".to_owned()),
        ("2", digit) => Some(format!(",{digit}")),
        ("3", digit) => Some(format!("9,{digit}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_manual_holds() {
        let presses = |digits: &str| Behaviour::Presses {
            digits: digits.into(),
        };
        let early = |digits: &str| {
            Behaviour::Custom(Callee {
                digits: digits.into(),
                presses_after: Some(EARLY),
                ..Callee::default()
            })
        };
        let rows = [
            ("+15550100001", Behaviour::Silent),
            ("+15550100003", Behaviour::HangsUpDuringFirstWords),
            ("+15550100004", Behaviour::Busy),
            ("+15550100005", Behaviour::NoAnswer),
            ("+15550100145", Behaviour::Talks { seconds: 45 }),
            ("+15550100230", Behaviour::RingsFor { seconds: 30 }),
            ("+15550100006", Behaviour::Fax),
            (
                "+15550100412",
                Behaviour::Voicemail {
                    greeting_seconds: 12,
                    end: GreetingEnd::Beep,
                },
            ),
            (
                "+15550100507",
                Behaviour::Voicemail {
                    greeting_seconds: 7,
                    end: GreetingEnd::Silence,
                },
            ),
            ("+15550100602", Behaviour::BusyThenAnswers { times: 2 }),
            ("+15550100701", presses("1")),
            ("+15550100710", presses("#")),
            ("+15550100711", presses("*")),
            ("+15550100721", presses(",1")),
            ("+15550100731", presses("9,1")),
            ("+15550107123", presses("123,")),
            ("+15550100741", early("1")),
            ("+15550100752", early("22,")),
            ("+15550100805", Behaviour::HangsUpAfter { seconds: 5 }),
            ("+15550103503", Behaviour::Fails { sip_code: 503 }),
            ("+15550100901", Behaviour::Person),
            ("+15550100042", Behaviour::default()),
            ("+15550100799", Behaviour::default()),
            ("+4930123456", Behaviour::default()),
        ];
        for (number, expected) in rows {
            assert_eq!(behaviour_of(number), expected, "{number}");
        }
    }
}
