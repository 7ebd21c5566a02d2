/** A licence as metadata states it, where its form means an expression: Cargo's older `MIT/Apache-2.0` is a choice, a trove classifier names one. */
export function statedLicense({ raw, from }: { readonly raw: string; readonly from: string }): string {
  return from.startsWith("Cargo.toml#") ? raw.replace(/\s*\/\s*/g, " OR ") : (classifierLicense(raw) ?? raw);
}

/** The licence that a trove classifier names, where it names one; undefined for any other text, and for those that name a family. */
export function classifierLicense(text: string): string | undefined {
  if (!text.startsWith("License :: ")) return undefined;
  return CLASSIFIERS.get(text.slice(text.lastIndexOf(" :: ") + " :: ".length));
}

/** By the last part of the classifier. `BSD License` and `Apache Software License` name families: only the second has one member in use. */
const CLASSIFIERS: ReadonlyMap<string, string> = new Map([
  ["Apache Software License", "Apache-2.0"],
  ["CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "CC0-1.0"],
  ["GNU Affero General Public License v3", "AGPL-3.0-only"],
  ["GNU Affero General Public License v3 or later (AGPLv3+)", "AGPL-3.0-or-later"],
  ["GNU General Public License v2 (GPLv2)", "GPL-2.0-only"],
  ["GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"],
  ["GNU General Public License v3 (GPLv3)", "GPL-3.0-only"],
  ["GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later"],
  ["GNU Lesser General Public License v2 (LGPLv2)", "LGPL-2.0-only"],
  ["GNU Lesser General Public License v2 or later (LGPLv2+)", "LGPL-2.0-or-later"],
  ["GNU Lesser General Public License v3 (LGPLv3)", "LGPL-3.0-only"],
  ["GNU Lesser General Public License v3 or later (LGPLv3+)", "LGPL-3.0-or-later"],
  ["ISC License (ISCL)", "ISC"],
  ["MIT License", "MIT"],
  ["MIT No Attribution License (MIT-0)", "MIT-0"],
  ["Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"],
  ["Python Software Foundation License", "PSF-2.0"],
  ["The Unlicense (Unlicense)", "Unlicense"],
  ["zlib/libpng License", "Zlib"],
]);
