import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  buildSchema,
  type FieldNode,
  type GraphQLSchema,
  parse,
  type SelectionSetNode,
  validate,
  valueFromASTUntyped,
} from "graphql";
import { SHARED_DATA } from "../../support/shared-data.ts";

/** One field of a query with its arguments; an argument that was an id is the chain that the id stands for. */
export interface Call {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface FakeSession {
  readonly port: number;
  readonly token: string;
  /** Every chain that was asked for, with ids resolved. */
  readonly chains: Call[][];
  close(): Promise<void>;
}

/**
 * A loopback server that speaks the protocol of a Dagger session: it refuses what the engine's own schema does not know, hands out
 * ids, and asks `answer` for every other leaf. An Error is answered as the engine answers one.
 */
export async function startFakeSession(answer: (chain: readonly Call[]) => unknown): Promise<FakeSession> {
  const schema = buildSchema(readFileSync(join(SHARED_DATA, "dagger-0.21.8.graphqls"), "utf8"), {
    assumeValidSDL: true,
  });
  const chains: Call[][] = [];
  const ids = new Map<string, readonly Call[]>();
  const answerLeaf = (chain: Call[]): unknown => {
    chains.push(chain);
    const leaf = chain.at(-1)?.name ?? "";
    if (leaf !== "id" && leaf !== "sync") return answer(chain);
    const id = `id-${ids.size}`;
    ids.set(id, chain.slice(0, -1));
    return id;
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(respond(schema, JSON.parse(body).query, ids, answerLeaf)));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { port: (server.address() as AddressInfo).port, token: "token", chains, close };
}

type Ids = ReadonlyMap<string, readonly Call[]>;

function respond(schema: GraphQLSchema, query: string, ids: Ids, answer: (chain: Call[]) => unknown): object {
  const document = parse(query);
  const [problem] = validate(schema, document);
  if (problem !== undefined) return { errors: [{ message: `invalid query: ${problem.message}` }] };
  const [operation] = document.definitions;
  if (operation?.kind !== "OperationDefinition") return { errors: [{ message: "expected a query" }] };
  try {
    return { data: resolveSelection(operation.selectionSet, [], ids, answer) };
  } catch (error) {
    return { errors: [{ message: (error as Error).message }] };
  }
}

function resolveSelection(set: SelectionSetNode, chain: readonly Call[], ids: Ids, answer: (chain: Call[]) => unknown) {
  const result: Record<string, unknown> = {};
  for (const selection of set.selections) {
    if (selection.kind === "InlineFragment")
      Object.assign(result, resolveSelection(selection.selectionSet, chain, ids, answer));
    else if (selection.kind === "Field") {
      const next = extend(chain, selection, ids);
      const value =
        selection.selectionSet === undefined
          ? answer([...next])
          : resolveSelection(selection.selectionSet, next, ids, answer);
      result[(selection.alias ?? selection.name).value] = value;
    }
  }
  return result;
}

/** `node(id:)` goes on where the id was handed out. */
function extend(chain: readonly Call[], field: FieldNode, ids: Ids): readonly Call[] {
  const given = (field.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)] as const);
  const args = Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === "string" ? (ids.get(value) ?? value) : value]),
  );
  if (field.name.value === "node") return args["id"] as readonly Call[];
  return [...chain, { name: field.name.value, args }];
}
