//! Being a part of another service, and the documentation.

use actix_web::test::TestRequest;
use actix_web::{App, web};

use crate::support::{World, ask, interface, signed};

#[actix_web::test]
async fn everything_works_below_a_prefix_of_another_service() {
    let state = World::new().state();
    let service = interface!(
        App::new()
            .route("/mine", web::get().to(async || "mine"))
            .service(web::scope("/elsewhere/atlas").configure(atlas_api::configure(state))),
    );
    assert_eq!(
        ask(&service, TestRequest::get().uri("/mine")).await.text(),
        "mine"
    );
    let answer = ask(&service, TestRequest::get().uri("/elsewhere/atlas/livez")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("x-request-id").is_some());
    let root = ask(&service, TestRequest::get().uri("/elsewhere/atlas/")).await;
    assert_eq!(root.json()["message"], "Atlas - Twilio Call Management API");
    let missing = ask(&service, TestRequest::get().uri("/elsewhere/atlas/nowhere")).await;
    assert_eq!(missing.problem().0, 404);
    let wrong = ask(&service, TestRequest::put().uri("/elsewhere/atlas/users")).await;
    assert_eq!(wrong.problem().0, 405);
    // The signature is over BASE_URL, whatever the mount is called inside.
    let request =
        signed("/twilio/recorded", &[("CallSid", "CA1")]).uri("/elsewhere/atlas/twilio/recorded");
    assert_eq!(ask(&service, request).await.status, 200);
    let outside = ask(&service, TestRequest::get().uri("/nowhere")).await;
    assert!(
        outside.header("x-request-id").is_none(),
        "the rest is not ours"
    );
}

#[actix_web::test]
async fn the_documentation_is_served_with_relative_links() {
    let state = World::new().state();
    let service =
        interface!(App::new().service(web::scope("/p").configure(atlas_api::configure(state))));
    for (path, base) in [("/p/docs", "docs/"), ("/p/docs/", "./")] {
        let answer = ask(&service, TestRequest::get().uri(path)).await;
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        let page = answer.text();
        assert!(page.contains(&format!("<base href=\"{base}\">")), "{page}");
        let links: Vec<&str> = ["src=\"", "href=\""]
            .iter()
            .flat_map(|attribute| page.split(attribute).skip(1))
            .map(|rest| rest.split('"').next().unwrap())
            .filter(|link| *link != base)
            .collect();
        assert!(links.len() > 4, "{links:?}");
        for link in links {
            let file = link.trim_start_matches("./");
            let answer = ask(&service, TestRequest::get().uri(&format!("/p/docs/{file}"))).await;
            assert_eq!(answer.status, 200, "{link}");
        }
    }
    let initializer = ask(
        &service,
        TestRequest::get().uri("/p/docs/swagger-initializer.js"),
    )
    .await;
    assert!(initializer.text().contains("\"../openapi.json\""));
    let missing = ask(&service, TestRequest::get().uri("/p/docs/x.js")).await;
    assert_eq!(missing.problem().0, 404);
    let document = ask(&service, TestRequest::get().uri("/p/openapi.json"))
        .await
        .json();
    assert_eq!(document["openapi"], "3.1.0");
}
