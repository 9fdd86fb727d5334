//! The audio of a stream.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::StreamMessageError;

/// Audio as Media Streams carry it: mu-law (ITU-T G.711), 8000 samples a second, one byte each, mono.
///
/// ```
/// use atlas_twilio::media_streams::MulawAudio;
///
/// let audio = MulawAudio::from_samples(&[0; 160]);
/// assert_eq!(audio.duration_ms(), 20);
/// assert!(audio.samples().all(|sample| sample == 0));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MulawAudio(Vec<u8>);

impl MulawAudio {
    /// Samples in a second.
    pub const SAMPLE_RATE_HZ: u32 = 8000;

    /// Takes bytes that are mu-law already.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Encodes linear 16-bit samples; each loses what mu-law cannot tell.
    #[must_use]
    pub fn from_samples(samples: &[i16]) -> Self {
        Self(samples.iter().copied().map(encode).collect())
    }

    /// The bytes, without any header of a file format.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Decodes to linear 16-bit samples.
    pub fn samples(&self) -> impl Iterator<Item = i16> {
        self.0.iter().copied().map(decode)
    }

    /// How long it plays, in whole milliseconds.
    #[must_use]
    pub const fn duration_ms(&self) -> usize {
        self.0.len() / (Self::SAMPLE_RATE_HZ as usize / 1000)
    }

    pub(super) fn from_payload(payload: &str) -> Result<Self, StreamMessageError> {
        STANDARD
            .decode(payload)
            .map(Self)
            .map_err(StreamMessageError::Payload)
    }

    pub(super) fn to_payload(&self) -> String {
        STANDARD.encode(&self.0)
    }
}

impl fmt::Debug for MulawAudio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MulawAudio({} bytes)", self.0.len())
    }
}

/// What G.711 adds to a magnitude, so that every segment begins with a one.
const BIAS: u16 = 0x84;
/// The greatest magnitude there is a code for.
const CLIP: u16 = 32_635;

fn encode(sample: i16) -> u8 {
    let sign: u8 = if sample < 0 { 0x80 } else { 0 };
    let magnitude = sample.unsigned_abs().min(CLIP) + BIAS;
    // Between 0x84 and 0x7fff, so that the highest one is in bit 7 to 14.
    let segment = 8 - magnitude.leading_zeros();
    let [_, step] = (magnitude >> (segment + 3)).to_be_bytes();
    let [.., segment] = segment.to_be_bytes();
    !(sign | (segment << 4) | (step & 0x0f))
}

fn decode(byte: u8) -> i16 {
    let code = !byte;
    let segment = (code >> 4) & 0x07;
    let magnitude = (((i16::from(code) & 0x0f) << 3) + 0x84) << segment;
    let magnitude = magnitude - 0x84;
    if code & 0x80 == 0 {
        magnitude
    } else {
        -magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes_of_g711_are_met() {
        for (sample, byte) in [
            (0_i16, 0xff_u8),
            (-1, 0x7f),
            (32_635, 0x80),
            (i16::MAX, 0x80),
            (i16::MIN, 0x00),
            (1000, 0xce),
            (-1000, 0x4e),
        ] {
            assert_eq!(encode(sample), byte, "{sample}");
        }
        assert_eq!(decode(0x80), 32_124);
        assert_eq!(decode(0x00), -32_124);
        assert_eq!(decode(0xff), 0);
    }

    #[test]
    fn every_code_means_a_sample_that_has_this_code() {
        for byte in 0..=u8::MAX {
            // There are two codes for zero.
            if byte != 0x7f {
                assert_eq!(encode(decode(byte)), byte, "{byte:#x}");
            }
        }
    }

    #[test]
    fn no_sample_moves_by_more_than_half_a_step() {
        for sample in i16::MIN..=i16::MAX {
            let clipped = i32::from(sample).clamp(-32_635, 32_635);
            let distance = (i32::from(decode(encode(sample))) - clipped).abs();
            let half_a_step = (clipped.abs() + 132) / 32 + 1;
            assert!(distance <= half_a_step, "{sample}: {distance}");
        }
    }

    #[test]
    fn audio_does_not_show_in_debug_output() {
        let audio = MulawAudio::from_bytes(vec![77; 3]);
        assert_eq!(format!("{audio:?}"), "MulawAudio(3 bytes)");
    }
}
