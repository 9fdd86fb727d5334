//! Cutting a long text into pieces that can be spoken one after the other.

/// Cuts a text into pieces of at most `limit` characters, which together are the text.
///
/// A cut comes after the last sentence end of a piece and the white space behind it, else after its last
/// white space, else where the piece is full. `limit` must not be zero: then there would be no piece.
pub(super) fn split_text(text: &str, limit: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((full, _)) = rest.char_indices().nth(limit) {
        let window = &rest[..full];
        let cut = sentence_cut(rest, full)
            .or_else(|| white_space_cut(window))
            .unwrap_or(full);
        if cut == 0 {
            break;
        }
        pieces.push(&rest[..cut]);
        rest = &rest[cut..];
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// Where the last sentence that lies wholly in the first `full` bytes ends, white space included.
fn sentence_cut(rest: &str, full: usize) -> Option<usize> {
    let mut cut = None;
    let mut sentence_may_end = false;
    for (index, character) in rest.char_indices() {
        let beyond = index >= full;
        if character.is_whitespace() {
            if sentence_may_end && !beyond {
                cut = Some(index + character.len_utf8());
            } else if sentence_may_end {
                // The sentence fills the piece to the last character.
                cut = Some(full);
            }
        } else if is_wide_sentence_end(character) {
            if !beyond {
                cut = Some(index + character.len_utf8());
            }
            sentence_may_end = true;
        } else if matches!(character, '.' | '!' | '?') {
            sentence_may_end = true;
        } else if !is_closing(character) {
            sentence_may_end = false;
        }
        if beyond {
            break;
        }
    }
    cut
}

fn white_space_cut(window: &str) -> Option<usize> {
    window
        .char_indices()
        .rev()
        .find(|(_, character)| character.is_whitespace())
        .map(|(index, character)| index + character.len_utf8())
}

/// Ends of sentences that need no white space behind them.
const fn is_wide_sentence_end(character: char) -> bool {
    matches!(character, '。' | '！' | '？' | '।')
}

/// Quotation marks and brackets that still belong to the sentence before them.
const fn is_closing(character: char) -> bool {
    matches!(
        character,
        '"' | '\'' | ')' | ']' | '”' | '’' | '»' | '」' | '』'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_within_the_limit_stays_whole() {
        assert_eq!(split_text("One. Two.", 9), ["One. Two."]);
        assert!(split_text("", 9).is_empty());
    }

    #[test]
    fn cuts_come_at_sentence_ends() {
        assert_eq!(
            split_text("One. Two! Three? Four", 12),
            ["One. Two! ", "Three? Four"]
        );
    }

    #[test]
    fn a_closing_quotation_mark_belongs_to_its_sentence() {
        assert_eq!(
            split_text("He said \"no.\" Then left.", 16),
            ["He said \"no.\" ", "Then left."]
        );
    }

    #[test]
    fn a_sentence_that_just_fits_is_not_cut_inside() {
        assert_eq!(split_text("Ab cd. Ef gh.", 6), ["Ab cd.", " Ef ", "gh."]);
    }

    #[test]
    fn a_point_inside_a_number_ends_no_sentence() {
        assert_eq!(
            split_text("pay 3.50 now please", 12),
            ["pay 3.50 ", "now please"]
        );
    }

    #[test]
    fn without_sentences_cuts_come_at_white_space() {
        assert_eq!(split_text("aaa bbb ccc", 7), ["aaa ", "bbb ccc"]);
    }

    #[test]
    fn without_white_space_cuts_come_between_characters() {
        assert_eq!(split_text("日本語日本語日", 3), ["日本語", "日本語", "日"]);
    }

    #[test]
    fn sentences_of_scripts_without_blanks_end_too() {
        assert_eq!(split_text("今日は。明日は雨", 5), ["今日は。", "明日は雨"]);
    }

    proptest::proptest! {
        #[test]
        fn the_pieces_together_are_the_text_and_none_is_too_long(
            text in "[ab.!? \n。é🎉\"]{0,200}", limit in 1_usize..40
        ) {
            let pieces = split_text(&text, limit);
            proptest::prop_assert_eq!(pieces.concat(), text.as_str());
            for piece in pieces {
                proptest::prop_assert!((1..=limit).contains(&piece.chars().count()));
            }
        }
    }
}
