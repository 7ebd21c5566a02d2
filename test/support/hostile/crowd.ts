import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Hostile } from "./hostile.ts";

/** Many files without content, a thousand in each folder. */
export function crowd(count: number): Hostile {
  return {
    name: `${count} empty files`,
    make({ root }) {
      for (let made = 0; made < count; made++) {
        const folder = join(root, "crowd", String(Math.floor(made / 1000)));
        if (made % 1000 === 0) mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, String(made)), "");
      }
    },
  };
}
