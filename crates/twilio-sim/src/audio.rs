//! Recordings as sound: real WAV and MP3 files of the right length that hold nothing worth hearing.

/// Samples per second of a telephone line, and of Twilio's recordings.
const SAMPLE_RATE: u32 = 8_000;
/// Bytes per second of 16-bit mono at that rate.
const BYTE_RATE: u32 = SAMPLE_RATE * 2;

/// Samples in one MPEG-2.5 layer III frame (ISO/IEC 13818-3).
const MP3_SAMPLES_PER_FRAME: u64 = 576;
/// Bytes in one frame at 32 kbit/s and 8 kHz: 72 * 32000 / 8000.
const MP3_FRAME_BYTES: usize = 288;
/// MPEG-2.5, layer III, no CRC, 32 kbit/s, 8 kHz, no padding, mono.
const MP3_FRAME_HEADER: [u8; 4] = [0xFF, 0xE3, 0x48, 0xC0];

/// Makes a WAV file (PCM, 8 kHz, 16 bit, mono) of exactly this many milliseconds: a quiet low tone.
pub(crate) fn wav(duration_ms: u64) -> Vec<u8> {
    let samples = u32::try_from(duration_ms.saturating_mul(u64::from(SAMPLE_RATE)) / 1000)
        .unwrap_or(u32::MAX)
        .min((u32::MAX - 36) / 2);
    let data_bytes = samples * 2;
    let mut file = Vec::with_capacity(44 + usize::try_from(data_bytes).unwrap_or_default());
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + data_bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes()); // PCM
    file.extend_from_slice(&1_u16.to_le_bytes()); // mono
    file.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    file.extend_from_slice(&BYTE_RATE.to_le_bytes());
    file.extend_from_slice(&2_u16.to_le_bytes()); // bytes per sample
    file.extend_from_slice(&16_u16.to_le_bytes()); // bits per sample
    file.extend_from_slice(b"data");
    file.extend_from_slice(&data_bytes.to_le_bytes());
    for sample in 0..samples {
        file.extend_from_slice(&triangle(sample).to_le_bytes());
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
        let file = wav(3_250);
        assert_eq!(file.len(), 44 + 3_250 * 16);
        assert_eq!(&file[..4], b"RIFF");
        assert_eq!(u32::from_le_bytes(file[40..44].try_into().unwrap()), 52_000);
        assert_eq!(u32::from_le_bytes(file[4..8].try_into().unwrap()), 52_036);
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
