//! The numbers that behave in a known way, as listed in the crate manual.

use std::time::Duration;

use super::{Behaviour, Callee, GreetingEnd, HangsUp};

/// All numbers of the table start with this: US numbers kept for fiction, which nobody owns.
const PREFIX: &str = "+1555010";
/// When an impatient callee presses; the shortest words take longer.
const EARLY: Duration = Duration::from_millis(400);
/// How long a phone rings that is answered late; Twilio's own `Timeout` is 60 s.
const LATE: Duration = Duration::from_secs(45);

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
            .or_else(|| presser(last_two)),
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

/// The numbers `+155501007XY` that press at a time of their own.
fn presser(last_two: &str) -> Option<Behaviour> {
    let (kind, digit) = last_two.split_at_checked(1)?;
    let presses = Callee {
        digits: digit.to_owned(),
        ..Callee::default()
    };
    let callee = match kind {
        "4" => Callee {
            presses_after: Some(EARLY),
            ..presses
        },
        "5" => Callee {
            digits: format!("{digit}{digit},"),
            presses_after: Some(EARLY),
            ..presses
        },
        "6" => Callee {
            digits: String::new(),
            presses_too_late: digit.to_owned(),
            ..presses
        },
        "7" => Callee {
            hangs_up: HangsUp::OncePressed,
            ..presses
        },
        "8" => Callee {
            rings_for: LATE,
            ..presses
        },
        _ => return None,
    };
    Some(Behaviour::Custom(callee))
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
        let presses_1 = Callee {
            digits: "1".into(),
            ..Callee::default()
        };
        let too_late = Callee {
            presses_too_late: "1".into(),
            ..Callee::default()
        };
        let and_hangs_up = Callee {
            hangs_up: HangsUp::OncePressed,
            ..presses_1.clone()
        };
        let answers_late = Callee {
            rings_for: LATE,
            ..presses_1
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
            ("+15550100761", Behaviour::Custom(too_late)),
            ("+15550100771", Behaviour::Custom(and_hangs_up)),
            ("+15550100781", Behaviour::Custom(answers_late)),
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
