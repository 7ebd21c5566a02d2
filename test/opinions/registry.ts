import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/** One advisory as a registry's bulk endpoint says it. */
export interface BulkAdvisory {
  readonly id: number;
  readonly url: string;
  readonly title: string;
  readonly severity: string;
  readonly vulnerable_versions: string;
  readonly cwe: readonly string[];
  readonly cvss: { readonly score: number; readonly vectorString: string | null };
}

/** A registry on the loopback that knows these advisories, and what it was asked. */
export interface Registry {
  readonly url: string;
  readonly asked: Readonly<Record<string, readonly string[]>>[];
  close(): void;
}

/** @param status of the advisory endpoint; 200 when it works */
export async function startRegistry(
  advisories: Readonly<Record<string, readonly BulkAdvisory[]>>,
  versions: Readonly<Record<string, readonly string[]>>,
  status = 200,
): Promise<Registry> {
  const asked: Record<string, string[]>[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const name = decodeURIComponent((request.url ?? "").slice(1));
      response.setHeader("content-type", "application/json");
      if (request.method !== "POST") return response.end(JSON.stringify(packument(name, versions[name] ?? [])));
      asked.push(JSON.parse(inflated(Buffer.concat(parts))));
      response.statusCode = status;
      const known = Object.entries(advisories).filter(([each]) => Object.hasOwn(asked.at(-1) ?? {}, each));
      return response.end(JSON.stringify(status === 200 ? Object.fromEntries(known) : {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, asked, close: () => server.close() };
}

function packument(name: string, versions: readonly string[]): object {
  return {
    name,
    "dist-tags": { latest: versions.at(-1) },
    versions: Object.fromEntries(versions.map((version) => [version, { name, version, dist: {} }])),
  };
}

function inflated(body: Buffer): string {
  return (body[0] === 0x1f ? gunzipSync(body) : body).toString("utf8");
}
