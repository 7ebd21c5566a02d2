const WEIGHTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
};

/** The base score of a CVSS 3.0 or 3.1 vector, written from the standard (v3.1, section 7.1 and appendix A) for tests alone. */
export function baseScore(vector: string): number {
  const metrics = new Map(
    vector
      .split("/")
      .slice(1)
      .map((part) => part.split(":") as [string, string]),
  );
  const of = (name: string) => WEIGHTS[name]?.[metrics.get(name) ?? ""] ?? Number.NaN;
  const changed = metrics.get("S") === "C";
  const required = metrics.get("PR");
  const privileges = required === "N" ? 0.85 : required === "L" ? (changed ? 0.68 : 0.62) : changed ? 0.5 : 0.27;
  const base = 1 - (1 - of("C")) * (1 - of("I")) * (1 - of("A"));
  const impact = changed ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base;
  if (impact <= 0) return 0;
  const exploitability = 8.22 * of("AV") * of("AC") * privileges * of("UI");
  return roundedUp(Math.min((changed ? 1.08 : 1) * (impact + exploitability), 10));
}

function roundedUp(score: number): number {
  const whole = Math.round(score * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}
