import { expect, it } from "vitest";
import requirements from "../../../../pipeline/pins/scancode-requirements.txt" with { type: "text" };
import tools from "../../../../pipeline/pins/tools.json" with { type: "json" };
import { ToolPins } from "../../../../schemas/pins.ts";
import { sha256 } from "./fakes.ts";

const pins = ToolPins.parse(tools);

it("pins the four scanners", () => {
  expect(Object.entries(pins.tools).map(([name, { version }]) => `${name} ${version}`)).toEqual([
    "gitleaks 8.30.1",
    "osv-scanner 2.4.0",
    "syft 1.52.0",
    "scancode 32.5.0",
  ]);
});

it("has version patterns that know what the tools say", () => {
  const said: Record<string, string> = {
    gitleaks: "8.30.1\n",
    "osv-scanner": "osv-scanner version: 2.4.0\nosv-scalibr version: 0.4.5\ncommit: n/a\nbuilt at: n/a\n",
    syft: "syft 1.52.0\n",
    scancode: "32.5.0\n",
  };
  for (const [name, { version, versionPattern }] of Object.entries(pins.tools)) {
    expect(new RegExp(versionPattern).exec(said[name] ?? "")?.[1]).toBe(version);
  }
});

it("pins the requirements by digest, and they pin every package by version and hash", () => {
  const route = pins.tools["scancode"]?.routes.find((candidate) => candidate.route === "pip");
  expect(route?.sha256).toBe(sha256(requirements));
  expect(requirements).not.toContain("://");
  const entries = requirements.replaceAll("\\\n", "").split("\n").slice(1).filter(Boolean);
  for (const entry of entries)
    expect(entry).toMatch(/^[a-z0-9-]+==\S+ (; [^\\]+? )?( {4}--hash=sha256:[0-9a-f]{64} ?)+$/);
  expect(entries.length).toBe(86);
});
