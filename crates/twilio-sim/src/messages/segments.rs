//! How many messages a text takes on the way. Source: Twilio, "What is a segment?"; 3GPP TS 23.038.

/// The characters of the GSM 7-bit default alphabet.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Those of its extension table, which take two places.
const GSM_EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Counts the segments of a text: 160 places of GSM-7, or 153 each when there are several; 70 or 67 of
/// UCS-2 as soon as one character is not in GSM-7.
pub(crate) fn segment_count(text: &str) -> u32 {
    let places = text.chars().map(|letter| {
        if GSM.contains(letter) {
            Some(1)
        } else if GSM_EXTENSION.contains(letter) {
            Some(2)
        } else {
            None
        }
    });
    let (units, single, several) = match places.sum::<Option<usize>>() {
        Some(places) => (places, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    let count = if units <= single {
        1
    } else {
        units.div_ceil(several)
    };
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Replaces typographic characters by those of GSM-7, as `SmartEncoded` asks for.
pub(crate) fn smart_encoded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{2018}' | '\u{2019}' | '\u{201b}' => plain.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201f}' => plain.push('"'),
            '\u{2010}'..='\u{2015}' => plain.push('-'),
            '\u{2026}' => plain.push_str("..."),
            '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => plain.push(' '),
            letter => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted_in_the_smallest_alphabet_that_has_them() {
        let cases = [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            ("ł".repeat(70), 1),
            ("ł".repeat(71), 2),
            ("👍".repeat(35), 1),
            ("👍".repeat(36), 2),
            (format!("{}ł", "a".repeat(70)), 2),
        ];
        for (text, expected) in cases {
            assert_eq!(segment_count(&text), expected, "{text}");
        }
    }

    #[test]
    fn smart_encoding_makes_one_segment_of_typographic_texts() {
        let text = format!("“{}…”", "a".repeat(100));
        assert_eq!(segment_count(&text), 2);
        assert_eq!(segment_count(&smart_encoded(&text)), 1);
    }
}
