//! The sound of a recording, whole or in part. Source: Twilio, Recordings resource, "media formats".

use super::reply::Reply;
use super::{Asked, param};
use crate::audio;
use crate::world::Shared;

/// `GET /Recordings/{RE}` with no ending or `.wav` or `.mp3`.
pub(super) fn fetch(shared: &Shared, file: &str, asked: &Asked) -> Reply {
    let (sid, ending) = file.split_once('.').unwrap_or((file, "wav"));
    let found = {
        let world = shared.world();
        let recording = world.recording(sid).filter(|found| found.has_media());
        recording.map(|recording| (recording.duration_ms, recording.options.channels.count()))
    };
    let Some((duration_ms, channels)) = found else {
        return not_found(shared, file);
    };
    let channels = match param(&asked.params, "RequestedChannels") {
        None => channels,
        Some("1") => 1,
        Some("2") if channels == 2 => 2,
        Some(_) => {
            let message = format!("This recording has {channels} channel(s)");
            return Reply::error(400, 20001, &message);
        }
    };
    let (content_type, sound) = match ending {
        "wav" => ("audio/x-wav", audio::wav(duration_ms, channels)),
        "mp3" => ("audio/mpeg", audio::mp3(duration_ms)),
        _ => return not_found(shared, file),
    };
    cut(content_type, sound, asked.range.as_deref())
}

fn not_found(shared: &Shared, file: &str) -> Reply {
    Reply::not_found(&shared.path_of(&format!("Recordings/{file}")))
}

/// Answers a range of bytes (RFC 9110, section 14); several at once are answered with the whole.
fn cut(content_type: &'static str, bytes: Vec<u8>, range: Option<&str>) -> Reply {
    let length = bytes.len();
    let whole = |bytes| Reply::media(200, content_type, bytes).header("Accept-Ranges", "bytes");
    let Some(spec) = range.and_then(|range| range.strip_prefix("bytes=")) else {
        return whole(bytes);
    };
    match read_range(spec, length) {
        Range::Ignored => whole(bytes),
        Range::Unsatisfiable => Reply::media(416, content_type, Vec::new())
            .header("Content-Range", format!("bytes */{length}")),
        Range::Part(first, last) => {
            let part = bytes.get(first..=last).unwrap_or_default().to_vec();
            Reply::media(206, content_type, part)
                .header("Accept-Ranges", "bytes")
                .header("Content-Range", format!("bytes {first}-{last}/{length}"))
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// Not one well-formed range: the header is ignored.
    Ignored,
    Unsatisfiable,
    /// First and last byte, both included.
    Part(usize, usize),
}

fn read_range(spec: &str, length: usize) -> Range {
    let Some((first, last)) = spec.trim().split_once('-') else {
        return Range::Ignored;
    };
    match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first > last => Range::Ignored,
        (Ok(first), _) if first >= length => Range::Unsatisfiable,
        (Ok(first), Ok(last)) => Range::Part(first, last.min(length - 1)),
        (Ok(first), Err(_)) if last.is_empty() => Range::Part(first, length - 1),
        (Err(_), Ok(0)) if first.is_empty() => Range::Unsatisfiable,
        (Err(_), Ok(_)) if first.is_empty() && length == 0 => Range::Unsatisfiable,
        (Err(_), Ok(suffix)) if first.is_empty() => {
            Range::Part(length.saturating_sub(suffix), length - 1)
        }
        (Ok(_) | Err(_), Ok(_) | Err(_)) => Range::Ignored,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_rfc_9110() {
        let cases = [
            ("0-9", Range::Part(0, 9)),
            ("90-", Range::Part(90, 99)),
            ("90-200", Range::Part(90, 99)),
            ("-10", Range::Part(90, 99)),
            ("-200", Range::Part(0, 99)),
            ("100-", Range::Unsatisfiable),
            ("-0", Range::Unsatisfiable),
            ("9-1", Range::Ignored),
            ("0-1,3-4", Range::Ignored),
            ("x-y", Range::Ignored),
            ("", Range::Ignored),
        ];
        for (spec, expected) in cases {
            assert_eq!(read_range(spec, 100), expected, "{spec:?}");
        }
    }
}
