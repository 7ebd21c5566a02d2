/** What has to come back from every tool that is asked, and is no part of the answer: a made-up crate, … */
export const CANARY_CRATE = { name: "supply-gate-canary", version: "1.0.0", id: "RUSTSEC-2000-9999" } as const;

/** … and for a service, which takes no made-up advisories, a package version that every registry knows to be vulnerable. */
export const CANARY_PACKAGE = { name: "lodash", version: "4.17.20", id: "GHSA-35jh-r3h4-6jhm" } as const;

/** The registry of a crate, as Cargo.lock and `cargo metadata` write it. */
export const CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index";

/** The advisory that hits the made-up crate, in RustSec's layout: TOML, then Markdown. */
export const CANARY_ADVISORY = `\`\`\`toml
[advisory]
id = "${CANARY_CRATE.id}"
package = "${CANARY_CRATE.name}"
date = "2000-01-01"

[versions]
patched = []
\`\`\`

# Has to be found

A made-up advisory about a made-up crate: who does not find it did not look.
`;

/** The same crate at the end of a Cargo.lock. */
export const CANARY_LOCKED = `
[[package]]
name = "${CANARY_CRATE.name}"
version = "${CANARY_CRATE.version}"
source = "${CRATES_IO}"
`;
