//! Titles that mean something to XML, URLs, queries or logs are words like any others.

use std::time::Duration;

use serde_json::{Value, json};
use twilio_sim::{Simulator, SimulatorConfig};
use url::Url;

use super::{PRESSES_1, THANKS, assert_stands, heard, shown, start};
use crate::support::{Served, TestAtlas, TestStore, free_port, until_async};

/// What people might call a task, and what nobody should.
fn nasty_titles() -> Vec<String> {
    let texts = [
        "</Say></Gather><Hangup/>",
        "<Redirect>http://evil.example/</Redirect>",
        "<Say voice=\"man\">Press 2</Say>",
        "<!-- a comment --><?php echo 1 ?>",
        "<![CDATA[x]]> and ]]>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e;",
        "&amp; &lt; &#x41; &#0; &nbsp; &",
        "&task_id=x",
        "&call_id=6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11&dial=2#rc=9",
        "?a=b&pressed=1&at=0",
        "\"double\" and 'single' quotes, `ticks` and \\backslashes\\",
        "${} ${jndi:ldap://x} #{x} {{x}} {title} %s%n%00 $(reboot)",
        "'; DROP TABLE calls; -- {\"$gt\": \"\"}",
        "../../etc/passwd\u{2028}\u{2029}",
        "zurück – Ärger, ſ, İ, ﬁ, Å A\u{30a}",
        "מים חמים \u{202e}txet esrever\u{202c} مضخة \u{202e}\u{2066}",
        "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇩🇪 \u{1F9D1}\u{200d}\u{1f692}",
        "zero\u{200b}width\u{feff}joined\u{200d}",
        "nul\0 bell\u{7} vt\u{b} esc\u{1b}[31m del\u{7f} c1\u{85}\u{9f}",
        "nonchars \u{fffe}\u{ffff} private \u{e000} last \u{10ffff}",
        "tab\there, line\nbreak, return\rhere, both\r\nthere",
        "  blanks   around  ",
        "\u{0}",
        "1",
    ];
    let mut titles: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    titles.push("🎉".repeat(500));
    titles.push("&".repeat(500));
    titles.push("]]>".repeat(166));
    titles
}

/// What of a text XML can carry (XML 1.0, production 2).
fn carried(text: &str) -> String {
    let is_char = |char: &char| {
        matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}'
            | '\u{10000}'..)
    };
    text.chars().filter(is_char).collect()
}

#[tokio::test]
async fn every_title_is_heard_as_it_is_and_is_in_no_url() {
    let atlas = start().await;
    let mut ids = Vec::new();
    let titles = nasty_titles();
    for (index, title) in titles.iter().enumerate() {
        let to = format!("+1555010{index:02}701");
        atlas.sim.set_behaviour(
            &to,
            twilio_sim::Behaviour::Presses {
                digits: "9,1".to_owned(),
            },
        );
        let body = json!({"phone_number": to, "task_title": title, "task_id": title.chars().take(128).collect::<String>()});
        let placed = atlas.client.post("/notifications/call", &body).await;
        let id = placed.expect(201)["notification_id"].clone();
        ids.push(id.as_str().unwrap().to_owned());
    }
    atlas.advance(600).await;
    let heard = heard(&atlas);
    assert_eq!(heard.len(), titles.len());
    for ((title, id), words) in titles.iter().zip(&ids).zip(&heard) {
        let prompt = format!(
            "Hi! This is Flux. You have a critical task: {}. Press 1 to acknowledge.",
            carried(title)
        );
        assert_eq!(
            words,
            &[prompt.as_str(), prompt.as_str(), THANKS],
            "{title:?}"
        );
        let stored = shown(&atlas, id).await;
        assert_stands(&stored, "acknowledged", true);
        assert_eq!(stored["task_title"], title.as_str());
    }
    assert_urls_are_plain(&atlas, &ids);
    atlas.finish(titles.len()).await;
}

#[tokio::test]
async fn a_machine_hears_every_title_as_it_is() {
    let atlas = start().await;
    let titles = nasty_titles();
    for (index, title) in titles.iter().enumerate() {
        let to = format!("+1555010{index:02}405");
        let voicemail = twilio_sim::Behaviour::Voicemail {
            greeting_seconds: 5,
            end: twilio_sim::GreetingEnd::Beep,
        };
        atlas.sim.set_behaviour(&to, voicemail);
        let body = json!({"phone_number": to, "task_title": title});
        let placed = atlas.client.post("/notifications/call", &body).await;
        placed.expect(201);
    }
    atlas.advance(600).await;
    for (title, leg) in titles.iter().zip(atlas.sim.calls()) {
        let message = format!(
            "Hi! This is Flux. You have a critical task: {}. Please call your operations desk.",
            carried(title)
        );
        assert_eq!(leg.left_on_voicemail(), [message], "{title:?}");
    }
    atlas.finish(titles.len()).await;
}

/// That no URL that Twilio was given, or asked, holds anything but ids and numbers.
fn assert_urls_are_plain(atlas: &TestAtlas, ids: &[String]) {
    let given = atlas.sim.requests();
    let given = given
        .iter()
        .flat_map(|request| &request.params)
        .filter(|(_, value)| value.starts_with("http"))
        .map(|(_, value)| value.clone());
    let asked = atlas.sim.deliveries();
    let asked = asked.iter().map(|delivery| delivery.url.clone());
    let documents: Vec<String> = atlas
        .sim
        .calls()
        .iter()
        .flat_map(|leg| &leg.documents)
        .flat_map(|document| actions_of(&document.twiml))
        .collect();
    let urls: Vec<String> = given.chain(asked).chain(documents).collect();
    assert!(urls.len() > ids.len() * 6, "{}", urls.len());
    for text in urls {
        let url = Url::parse(&text).unwrap();
        let base = format!("{}/notifications/call/", atlas.public_url);
        let route = text
            .split('?')
            .next()
            .unwrap()
            .strip_prefix(&base)
            .unwrap_or_else(|| panic!("{text}"));
        assert!(
            ["twiml", "gather", "amd", "status"].contains(&route),
            "{text}"
        );
        for (name, value) in url.query_pairs() {
            let fits = match name.as_ref() {
                "call_id" => ids.contains(&value.as_ref().to_owned()),
                "dial" => value == "1",
                "ask" => value == "1" || value == "2",
                _ => false,
            };
            assert!(fits, "{text}");
        }
        let fragment = url.fragment().unwrap_or(FRAGMENT);
        assert_eq!(fragment, FRAGMENT, "{text}");
    }
}

const FRAGMENT: &str = "rc=2&rp=ct,rt,5xx&ct=2000&rt=4500&tt=15000";

/// The URLs of the documents' verbs.
fn actions_of(twiml: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(twiml).unwrap();
    document
        .descendants()
        .filter_map(|node| node.attribute("action"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn neither_titles_nor_numbers_nor_who_and_why_are_logged() {
    let sim = Simulator::start(SimulatorConfig::stepped())
        .await
        .expect("a simulated Twilio");
    let served = Served::start(&sim, &TestStore::fresh(), free_port()).await;
    let send = async |method: &str, path: &str, body: &Value| {
        let request = served.client.request(method, path).json(body);
        served.client.send(request).await
    };
    let advance = async || sim.clock().advance(Duration::from_secs(300)).await;
    let mut ids = Vec::new();
    for to in [PRESSES_1, "+15550100405", "+15550100042", "+15550100731"] {
        let body =
            json!({"phone_number": to, "task_title": "A secrettitle <&>", "task_id": "secrettask"});
        let placed = send("POST", "/notifications/call", &body).await.expect(201);
        ids.push(placed["notification_id"].as_str().unwrap().to_owned());
    }
    let invalid = json!({"phone_number": "secret", "task_title": 1, "task_id": "secrettask"});
    send("POST", "/notifications/call", &invalid)
        .await
        .expect(422);
    advance().await;
    let path = format!("/notifications/{}", ids[0]);
    until_async(async || send("GET", &path, &Value::Null).await.json()["acknowledged"] == true)
        .await;
    let path = format!("/notifications/{}/acknowledge", ids[2]);
    let body = json!({"who": "secretwho", "why": "secretwhy"});
    send("POST", &path, &body).await.expect(200);
    send("GET", "/notifications?task_id=secrettask", &Value::Null)
        .await
        .expect(200);
    served.program.terminate().await;
    let ended = served.program.end().await;
    let logged = format!("{}{}", ended.stderr, ended.stdout);
    assert!(logged.contains("/notifications/call/gather"), "{logged}");
    for secret in ["secret", "5550100", "critical task", "Press 1"] {
        assert!(!logged.contains(secret), "{secret} is logged: {logged}");
    }
    sim.shutdown().await;
}
