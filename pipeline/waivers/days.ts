const DAY_MS = 86_400_000;

/** Whole days from one date (`YYYY-MM-DD`, UTC) to another; negative when that lies before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** The date so many days after another. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The UTC date of an instant. */
export function dateOf(instant: string): string {
  return instant.slice(0, 10);
}
