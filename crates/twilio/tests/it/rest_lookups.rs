//! Looking numbers up over HTTP.

use atlas_twilio::rest::{LookupNumber, ReadError};
use atlas_twilio::vocabulary::{LookupPackage, NumberValidationError};

use crate::server::{Server, answer};

#[tokio::test]
async fn a_number_is_looked_up_at_the_version_two_path() {
    let body = r#"{"valid":false,"validation_errors":["TOO_SHORT"],"phone_number":"+1415",
        "caller_name":null,"url":"https://lookups.twilio.com/v2/PhoneNumbers/+1415"}"#;
    let server = Server::answering(&[answer("200 OK", "", body)]).await;
    let number = LookupNumber {
        country_code: Some("US".to_owned()),
        packages: vec![
            LookupPackage::CallerName,
            LookupPackage::Other("sim_swap".to_owned()),
        ],
        ..LookupNumber::new("+1415")
    };
    let client = server.client();
    let found = client.lookups().phone_number(&number).await.unwrap();
    let found = found.unwrap();
    assert!(!found.is_valid);
    assert_eq!(found.validation_errors, [NumberValidationError::TooShort]);
    assert_eq!(found.package(&LookupPackage::CallerName), None);
    let request = &server.requests()[0];
    assert!(
        request.starts_with(
            "GET /v2/PhoneNumbers/%2B1415?CountryCode=US&Fields=caller_name%2Csim_swap HTTP"
        ),
        "{request}"
    );
    assert!(request.contains("authorization: Basic "));
}

#[tokio::test]
async fn what_is_no_number_is_not_sent() {
    let server = Server::answering(&[]).await;
    let client = server.client();
    let outcome = client
        .lookups()
        .phone_number(&LookupNumber::new(".."))
        .await;
    assert!(matches!(outcome, Err(ReadError::Parameter(_))));
}
