import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import type { Egress } from "../engine.ts";
import { askInside, type Sandbox } from "./sandbox.ts";

/**
 * Tries from inside the sandbox to reach a listener of ours on the loopback address, and an address that exists nowhere
 * (TEST-NET-1, RFC 5737). Proved only if the listener answers outside, both attempts fail inside with the errors of a network
 * namespace without a route, and the listener saw nobody else.
 */
export async function probeEgress(sandbox: Sandbox): Promise<Egress> {
  let visitors = 0;
  const server = createServer((socket) => {
    visitors += 1;
    socket.destroy();
  });
  try {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const argv = ["/probe/node", "-e", CONNECT, String(port)];
    const answer = await askInside(sandbox, argv, [{ from: process.execPath, to: "/probe/node" }]);
    await visit(port);
    return answer.stdout === "ECONNREFUSED ENETUNREACH" && visitors === 1 ? "blocked (proved)" : "not proved";
  } catch {
    // No listener, or nobody reaches it from outside: nothing is proved.
    return "not proved";
  } finally {
    server.close();
  }
}

const CONNECT = `
const attempt = (host, port) => new Promise((resolve) => {
  const socket = require("node:net").connect({ host, port, timeout: 2000 });
  const end = (answer) => { socket.destroy(); resolve(answer); };
  socket.on("connect", () => end("connected")).on("error", (error) => end(error.code)).on("timeout", () => end("timeout"));
});
Promise.all([attempt("127.0.0.1", Number(process.argv[1])), attempt("192.0.2.1", 9)])
  .then((answers) => process.stdout.write(answers.join(" ")));
`;

/** The same attempt from outside: an address that nobody reaches would prove nothing. */
async function visit(port: number): Promise<void> {
  const socket = connect({ host: "127.0.0.1", port });
  await once(socket, "close");
}
