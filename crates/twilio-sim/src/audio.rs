//! Recordings as sound: real WAV and MP3 files of the right length that hold nothing worth hearing.

/// Samples per second of a telephone line, and of Twilio's recordings.
const SAMPLE_RATE: u32 = 8_000;
/// Bytes of one sample of one channel.
const SAMPLE_BYTES: u16 = 2;

/// Samples in one MPEG-2.5 layer III frame (ISO/IEC 13818-3).
const MP3_SAMPLES_PER_FRAME: u64 = 576;
/// Bytes in one frame at 32 kbit/s and 8 kHz: 72 * 32000 / 8000.
const MP3_FRAME_BYTES: usize = 288;
/// MPEG-2.5, layer III, no CRC, 32 kbit/s, 8 kHz, no padding, mono.
const MP3_FRAME_HEADER: [u8; 4] = [0xFF, 0xE3, 0x48, 0xC0];

/// Makes a WAV file (PCM, 8 kHz, 16 bit, one channel or two) of exactly this many milliseconds: a quiet
/// low tone, an octave higher in the second channel.
pub(crate) fn wav(duration_ms: u64, channels: u16) -> Vec<u8> {
    let frame_bytes = SAMPLE_BYTES * channels;
    let samples = u32::try_from(duration_ms.saturating_mul(u64::from(SAMPLE_RATE)) / 1000)
        .unwrap_or(u32::MAX)
        .min((u32::MAX - 36) / u32::from(frame_bytes));
    let data_bytes = samples * u32::from(frame_bytes);
    let mut file = Vec::with_capacity(44 + usize::try_from(data_bytes).unwrap_or_default());
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + data_bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes()); // PCM
    file.extend_from_slice(&channels.to_le_bytes());
    file.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    file.extend_from_slice(&(SAMPLE_RATE * u32::from(frame_bytes)).to_le_bytes());
    file.extend_from_slice(&frame_bytes.to_le_bytes());
    file.extend_from_slice(&16_u16.to_le_bytes()); // bits per sample
    file.extend_from_slice(b"data");
    file.extend_from_slice(&data_bytes.to_le_bytes());
    for sample in 0..samples {
        for channel in 1..=u32::from(channels) {
            file.extend_from_slice(&triangle(sample.wrapping_mul(channel)).to_le_bytes());
        }
    }
    file
}

/// Makes an MP3 stream (MPEG-2.5 layer III, 32 kbit/s, 8 kHz, mono) of silence, at least this long and
/// less than one frame (72 ms) longer.
pub(crate) fn mp3(duration_ms: u64) -> Vec<u8> {
    let samples = duration_ms.saturating_mul(u64::from(SAMPLE_RATE)) / 1000;
    let frames = usize::try_from(samples.div_ceil(MP3_SAMPLES_PER_FRAME)).unwrap_or_default();
    let mut file = vec![0; frames.saturating_mul(MP3_FRAME_BYTES)];
    for frame in file.chunks_exact_mut(MP3_FRAME_BYTES) {
        // Side information and main data of zeros are a frame of silence.
        frame[..MP3_FRAME_HEADER.len()].copy_from_slice(&MP3_FRAME_HEADER);
    }
    file
}

/// A triangular tone of 200 Hz.
fn triangle(sample: u32) -> i16 {
    let phase = i16::try_from(sample % 40).unwrap_or_default();
    let height = if phase < 20 { phase - 10 } else { 30 - phase };
    height * 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wav_file_has_the_length_it_says() {
        let file = wav(3_250, 1);
        assert_eq!(file.len(), 44 + 3_250 * 16);
        assert_eq!(&file[..4], b"RIFF");
        assert_eq!(u32::from_le_bytes(file[40..44].try_into().unwrap()), 52_000);
        assert_eq!(u32::from_le_bytes(file[4..8].try_into().unwrap()), 52_036);
        let dual = wav(3_250, 2);
        assert_eq!(dual.len(), 44 + 3_250 * 32);
        assert_eq!(u16::from_le_bytes(dual[22..24].try_into().unwrap()), 2);
        assert_eq!(u32::from_le_bytes(dual[28..32].try_into().unwrap()), 32_000);
    }

    #[test]
    fn an_mp3_stream_is_whole_frames_of_the_right_length() {
        let file = mp3(3_000);
        assert_eq!(file.len() % MP3_FRAME_BYTES, 0);
        assert_eq!(file.len() / MP3_FRAME_BYTES, 42); // 42 * 72 ms = 3.024 s
        assert!(
            file.chunks(MP3_FRAME_BYTES)
                .all(|frame| frame[..4] == MP3_FRAME_HEADER)
        );
        assert!(mp3(0).is_empty());
    }
}
