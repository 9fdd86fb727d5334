//! Twilio's demo document, which needs no network here.

use twilio_sim::{DEMO_WORDS, DeliveryOutcome, HeardKind};

use crate::app::Bench;

const MUSIC: &str = "http://demo.twilio.com/docs/classic.mp3";

#[tokio::test]
async fn the_demo_document_says_that_it_works_and_plays_music() {
    let bench = Bench::fast().await;
    for (url, music) in [
        ("http://demo.twilio.com/docs/voice.xml", MUSIC),
        ("http://demo.twilio.com/docs/voice.xml#rc=2", MUSIC),
        (
            "https://demo.twilio.com/docs/voice.xml?a=b",
            "https://demo.twilio.com/docs/classic.mp3",
        ),
    ] {
        for method in ["POST", "GET"] {
            let given = [("Url", url), ("Method", method)];
            let sid = bench.call_with("+15550100042", &given).await;
            bench.sim.run_until_idle().await;
            let call = bench.sim.call(&sid).unwrap();
            assert_eq!(call.said(), [DEMO_WORDS], "{method} {url}");
            let music = music.to_owned();
            assert_eq!(call.heard[1].kind, HeardKind::Played { url: music });
            assert_eq!(call.status.to_string(), "completed");
        }
    }
    assert!(bench.alert_codes().is_empty());
    assert_eq!(bench.app.received("/voice").len(), 0);
    let asked = bench.sim.deliveries();
    let documents = asked.iter().filter(|asked| asked.url.contains("voice.xml"));
    for report in documents {
        assert!(!report.signature.is_empty());
        let DeliveryOutcome::Answered { status, body } = &report.outcome else {
            panic!("{report:?}");
        };
        assert!(*status == 200 && body.contains(DEMO_WORDS), "{body}");
    }
}

#[tokio::test]
async fn its_music_can_be_a_document_by_itself() {
    let bench = Bench::fast().await;
    let sid = bench.call_with("+15550100042", &[("Url", MUSIC)]).await;
    bench.sim.run_until_idle().await;
    let heard = bench.sim.call(&sid).unwrap().heard;
    let url = MUSIC.to_owned();
    assert_eq!(heard[0].kind, HeardKind::Played { url });
    assert!(bench.alert_codes().is_empty());
}
