import { describe, expect, it } from "vitest";
import { caseNames, type Recording, recordedCase, replay } from "../support/replay.ts";

type Mutation = readonly [name: string, change: (recording: Recording) => Recording];
type Entry = Record<string, unknown>;

const ended = (more: Partial<Recording["exit"]>) => (recording: Recording) => ({
  ...recording,
  exit: { ...recording.exit, ...more },
});
const written = (change: (text: string) => string) => (recording: Recording) => ({
  ...recording,
  outputs: Object.fromEntries(Object.entries(recording.outputs).map(([name, text]) => [name, change(text)])),
});
/** Changes every object of a JSON text that has the field. */
const without = (field: string) =>
  written((text) =>
    JSON.stringify(JSON.parse(text), (_key, value: unknown) => {
      if (typeof value !== "object" || value === null || !(field in value)) return value;
      return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field));
    }),
  );

const ENDS: readonly Mutation[] = [
  ["another exit status", ended({ status: 2 })],
  ["a signal", ended({ status: null, signal: "SIGSEGV" })],
  ["no start", ended({ status: null, spawnError: "ENOENT" })],
  ["another version", ended({ toolVersion: "0.0.1" })],
  ["no version", ended({ toolVersion: null })],
  ...(["wall", "cpu", "memory", "output", "cancel"] as const).map(
    (killedBy): Mutation => [`the ${killedBy} limit`, ended({ killedBy, timedOut: killedBy === "wall" })],
  ),
  ["output that was cut", ended({ stdoutBytesCut: 1 })],
  ["errors that were cut", ended({ stderrBytesCut: 1 })],
];

const REPORTS: readonly Mutation[] = [
  ["no report", (recording) => ({ ...recording, outputs: {} })],
  ["an empty report", written(() => "")],
  ["half a report", written((text) => text.slice(0, text.length / 2))],
  ["a report of null", written(() => "null")],
  ["a report of nothing", written((text) => (text.startsWith("[") ? "[]" : '{"results": []}'))],
];

const OF_KIND: Readonly<Record<"secret_scan" | "vuln_scan", readonly Mutation[]>> = {
  secret_scan: [
    ["an error line", (recording) => ({ ...recording, stderr: "0:00AM ERR could not read a file\n" })],
    ["a skipped file", (recording) => ({ ...recording, stderr: "0:00AM WRN skipping file: too large\n" })],
    ["the status of no findings", ended({ status: 0 })],
    ...["RuleID", "Description", "File", "StartLine", "EndColumn", "Secret"].map(
      (field): Mutation => [`a report without ${field}`, without(field)],
    ),
    [
      "a report without what stands in our own configuration",
      written((text) =>
        JSON.stringify((JSON.parse(text) as Entry[]).filter(({ File }) => File !== "config/gitleaks.toml")),
      ),
    ],
  ],
  vuln_scan: [
    ["an error line", (recording) => ({ ...recording, stderr: `could not load db\n${recording.stderr}` })],
    ["no database", (recording) => ({ ...recording, stderr: "" })],
    ["the status of nothing to scan", ended({ status: 128 })],
    [
      "the status of the other result",
      (recording) => ended({ status: recording.exit.status === 0 ? 1 : 0 })(recording),
    ],
    ...["results", "source", "packages", "package", "name", "version", "ecosystem"].map(
      (field): Mutation => [`a report without ${field}`, without(field)],
    ),
  ],
};

const MUTATIONS = [
  ...caseNames("secret_scan").map((name) => ["secret_scan", name] as const),
  ...caseNames("vuln_scan").map((name) => ["vuln_scan", name] as const),
];

describe.each(MUTATIONS)("%s of %s is incomplete and never PASSED with", (kind, name) => {
  const { planned, recording } = recordedCase(kind, name);
  const wrote = Object.keys(recording.outputs).length > 0;
  // With nothing to scan there is no report, and none is missed; how the run ended still counts.
  it.each(wrote ? [...ENDS, ...REPORTS, ...OF_KIND[kind]] : ENDS)("%s", (_what, change) => {
    const { verdict, job } = replay(planned, change(recording));
    expect(job.state).toBe("incomplete");
    expect(job.problems).not.toEqual([]);
    expect(verdict.verdict).not.toBe("PASSED");
    expect(verdict.incomplete.length).toBeGreaterThan(0);
  });
});

describe("vuln_scan with findings that the report drops", () => {
  it("is incomplete: the status says that there are some", () => {
    const { planned, recording } = recordedCase("vuln_scan", "malware");
    expect(replay(planned, without("vulnerabilities")(recording)).job.state).toBe("incomplete");
  });
});
