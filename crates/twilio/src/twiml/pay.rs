//! `<Pay>` and `<Prompt>`: a payment by keys (<https://www.twilio.com/docs/voice/twiml/pay>).

use super::element::{children, element};
use super::values::{Language, Text, Url, Whole, Words, words};
use super::{Parameter, Pause, Play, Say};
use crate::http_method::HttpMethod;

element! {
    /// Asks for the data of a card or bank account, and pays with them or keeps a token.
    ///
    /// The data pass by: neither the document nor the action sees them.
    Pay = "Pay" {
        /// How the data are entered: `dtmf`.
        "input" set input(PayInput): PayInput;
        /// The URL that is asked with the outcome; without one the next verb runs.
        "action" checked action(&str): Url;
        /// What bank account it is.
        "bankAccountType" set bank_account_type(BankAccountType): BankAccountType;
        /// Where news of the payment go.
        "statusCallback" checked status_callback(&str): Url;
        /// The method for news of the payment; POST without.
        "statusCallbackMethod" set status_callback_method(HttpMethod): HttpMethod;
        /// Seconds of waiting for a key; 5 without.
        "timeout" checked timeout_seconds(u32): Whole<1, 600>;
        /// How often each of the data is asked for, 1 to 10; once without.
        "maxAttempts" checked max_attempts(u32): Whole<1, 10>;
        /// Whether the security code is asked for; it is without.
        "securityCode" set security_code(bool): bool;
        /// Whether the postal code is asked for, or the code itself.
        "postalCode" checked postal_code(&str): Text<16>;
        /// How long the postal code is at least.
        "minPostalCodeLength" checked min_postal_code_length(u32): Whole<0, 16>;
        /// The connector that knows who is paid.
        "paymentConnector" checked payment_connector(&str): Text<128>;
        /// How it is paid; by card without.
        "paymentMethod" set payment_method(PaymentMethod): PaymentMethod;
        /// What token is kept, when nothing is paid.
        "tokenType" set token_type(TokenType): TokenType;
        /// How much is paid, such as `20.45`; 0 or nothing to keep a token.
        "chargeAmount" checked charge_amount(&str): Text<32>;
        /// In which currency; `usd` without.
        "currency" checked currency(&str): Text<8>;
        /// What it is for.
        "description" checked description(&str): Text<1024>;
        /// Which cards are taken; `visa`, `mastercard` and `amex` without.
        "validCardTypes" list valid_card_types(&[CardType]): Words<CardType>;
        /// The language spoken; `en-US` without.
        "language" checked language(&str): Language;
    }
    children {
        /// What is said instead of Twilio's words, and what is passed on.
        parts: PayPart
    }
}

children! {
    /// What may stand in a [`Pay`].
    PayPart {
        /// What is said in one place.
        PayPrompt(PayPrompt),
        /// What is passed on to who is paid.
        Parameter(Parameter),
    }
}

element! {
    /// What is said in one step of a [`Pay`]; written `<Prompt>`.
    PayPrompt = "Prompt" {
        /// The step.
        "for" set step(PayStep): PayStep;
        /// The mistakes it is said after, such as `timeout`, with blanks between.
        "errorType" checked error_types(&str): Text<256>;
        /// The cards it is said for.
        "cardType" list card_types(&[CardType]): Words<CardType>;
        /// The attempts it is said in; the first is 1.
        "attempt" list attempts(&[u32]): Words<u32>;
        /// Whether the data are asked for twice, and must be the same.
        "requireMatchingInputs" set require_matching_inputs(bool): bool;
    }
    children {
        /// What is said.
        prompts: PayPromptPart
    }
}

children! {
    /// What may be heard in a [`PayPrompt`].
    PayPromptPart {
        /// A text.
        Say(Say),
        /// An audio file.
        Play(Play),
        /// Silence.
        Pause(Pause),
    }
}

words! {
    /// How the data of a payment are entered.
    PayInput {
        /// By keys.
        Dtmf = "dtmf",
    }
}

words! {
    /// What bank account is paid from.
    BankAccountType {
        /// A person's current account.
        ConsumerChecking = "consumer-checking",
        /// A person's savings account.
        ConsumerSavings = "consumer-savings",
        /// A company's current account.
        CommercialChecking = "commercial-checking",
    }
}

words! {
    /// How something is paid.
    PaymentMethod {
        /// From a bank account.
        AchDebit = "ach-debit",
        /// By card.
        CreditCard = "credit-card",
    }
}

words! {
    /// What token is kept.
    TokenType {
        /// For one payment.
        OneTime = "one-time",
        /// For any number.
        Reusable = "reusable",
        /// For a method of payment.
        PaymentMethod = "payment-method",
    }
}

words! {
    /// A kind of card.
    CardType {
        /// Visa.
        Visa = "visa",
        /// Mastercard.
        Mastercard = "mastercard",
        /// American Express.
        Amex = "amex",
        /// Maestro.
        Maestro = "maestro",
        /// Discover.
        Discover = "discover",
        /// Optima.
        Optima = "optima",
        /// JCB.
        Jcb = "jcb",
        /// Diners Club.
        DinersClub = "diners-club",
        /// EnRoute.
        EnRoute = "enroute",
    }
}

words! {
    /// A step of a [`Pay`].
    PayStep {
        /// The number of the card.
        PaymentCardNumber = "payment-card-number",
        /// When the card expires.
        ExpirationDate = "expiration-date",
        /// The security code of the card.
        SecurityCode = "security-code",
        /// The postal code of its owner.
        PostalCode = "postal-code",
        /// Twilio pays.
        PaymentProcessing = "payment-processing",
        /// The number of the bank account.
        BankAccountNumber = "bank-account-number",
        /// The number of the bank.
        BankRoutingNumber = "bank-routing-number",
    }
}

impl Pay {
    /// Asks for the data of a card.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for Pay {
    fn default() -> Self {
        Self::new()
    }
}

impl PayPrompt {
    /// Says what is added, in one step.
    #[must_use]
    pub fn new(step: PayStep) -> Self {
        Self::blank().step(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_checked() {
        assert!(Pay::new().max_attempts(0).is_err());
        assert!(Pay::new().max_attempts(11).is_err());
        assert!(Pay::new().timeout_seconds(0).is_err());
        assert!(Pay::new().charge_amount("").is_err());
    }
}
