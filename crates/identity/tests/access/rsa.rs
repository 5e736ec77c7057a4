//! Tokens that another implementation (OpenSSL) signed, with RSA and Ed25519 keys that were thrown away.

use std::fs;

use crate::tokens::Desk;

const JWKS: &str = r#"{"keys": [
{"kty": "RSA", "kid": "rsa", "n":
"3WasptoplKCnAf0gUba0rUwaVKGV-W3tGMGcti5E43uM4DEKX9i87SeMdONGfEKMHN7XyHvJdjmhaY5Tr88BpdT-qt386aZldVKeFqxo5uxKwUiWodlDhui-A99LizEmmTARReAa-XyYVrwOakjqM4BylsXmr01XJPWQIDkE4ahjkTBTW6rZyD9IcWh_uGHb31GeaGz45-6gYvv_jX0ppab8Ym3O1R6SW6QfMNJ3_Hu1iLZZH_V0XRIUyXD4ZwO9S4mbCSdvUPghAwo0uXf07xZMVvNYPDa6NvHgOQWz79jgZIqUa2ojwZH0QF1QNQ_1MUEGq4nGnP2jkafFXjEtUw", "e": "AQAB"}, 
{"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": "6vlYr7-zVm5nxf6Lnsfn_Sswg8VBUXZLYEzANehQurk"}]}"#;

const RS256: &str = "eyJhbGciOiAiUlMyNTYiLCAia2lkIjogInJzYSJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgImF1ZCI6ICJ6b3JnaW5\
    rb29wIiwgInN1YiI6ICJqYW5zZW4iLCAiZXhwIjogMzI1MDM2ODAwMDAsICJncm91cHMiOiAiaW5rb3BlcnMtdmd6In0.gYPRp5a\
    XAMN33_8UuCS3AwTQlC-56k4IqFVVi6eY2wYcKVwy0MoUn7GSv5N6GFDXRb3s0doPNYUyik6AqWtA-d4BT1Jul08vwIjVvWKacBE\
    03YB7iw6lg_3cbLAnud0_sG443J4U62KDzNqgYUhu4o7W8hlJV5R04yOKmWxf5vlbROSIawHmCVUlcM-sG-8pWGrVTwIa0WtTXBd\
    5RP5Gz6RCIGHwyjgvv4t6J4r82AQIcT_EFQ5-8MWWT9uV4UYxtlH8xKxM6tCBwqClUbzAtW2kLOtf-BuiOQh5Wll4DDehsd0zYX0\
    -UhPsuArU9jsi94yema2k9MBr2jNdyGiDgA";

const PS256: &str = "eyJhbGciOiAiUFMyNTYiLCAia2lkIjogInJzYSJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgImF1ZCI6ICJ6b3JnaW5\
    rb29wIiwgInN1YiI6ICJqYW5zZW4iLCAiZXhwIjogMzI1MDM2ODAwMDAsICJncm91cHMiOiAiaW5rb3BlcnMtdmd6In0.ohwrGC8\
    KfdoABXhLbfBl1Y1HFkFqZokPbZ4Erg-8pmvl6gVi18CxxufJpb3ftBWwm8fYsf9EfHxuXq3ADEXSVnyJsqxLslM5ktDfDmr5VWf\
    49pnJhDQxJlGtxrrDTRukkarfZaMuXPyjQYW7P6hrgsfhZh8Mno9AQd_uJoOLP_Nbmsp-FOmzhRQlslILD76FHoocVIvS5yr31oG\
    G1K3vfQzyWYB0E3ONYgTapInwUnrfrWR7nd-yHOLifzcurOwb7ZwK4cIiWLIilYr9WUoEcK3Yaz2RRJEMA1bMjfV3fc-FofBPm59\
    Rl81EmTEgz1pVWyxrYAa3m2_cR7BbiNMgtQ";

const EDDSA: &str = "eyJhbGciOiAiRWREU0EiLCAia2lkIjogImVkIn0.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgImF1ZCI6ICJ6b3JnaW5r\
    b29wIiwgInN1YiI6ICJqYW5zZW4iLCAiZXhwIjogMzI1MDM2ODAwMDAsICJncm91cHMiOiAiaW5rb3BlcnMtdmd6In0.jbCqZmIq\
    eaV87bCOVWIjLjjAgRDorWmh7dE9RtGpvjpIWsLWWUKtfBHWvXfpO92zTSV1QlSS7eDOvrSsd44IBg";

#[tokio::test]
async fn signatures_of_another_implementation_are_verified() {
    let desk = Desk::open_with("jwks.json", |_, folder| fs::write(folder.path().join("jwks.json"), JWKS).unwrap());
    for token in [RS256, PS256, EDDSA] {
        assert_eq!(desk.reason(token).await, "taken");
        let (signed, signature) = token.rsplit_once('.').unwrap();
        // Another first character of the signature.
        let other = if signature.starts_with('A') { 'B' } else { 'A' };
        let forged = format!("{signed}.{other}{}", &signature[1..]);
        assert_eq!(desk.reason(&forged).await, "TOKEN_SIGNATURE");
    }
    // The same key, the same signed text, but the signature of another scheme.
    let (signed, _) = RS256.rsplit_once('.').unwrap();
    let (_, other) = PS256.rsplit_once('.').unwrap();
    assert_eq!(desk.reason(&format!("{signed}.{other}")).await, "TOKEN_SIGNATURE");
}
