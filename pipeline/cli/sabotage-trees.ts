import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CLEAN_PROJECT } from "../sabotage/clean-project.ts";
import { demoProject } from "./demo.ts";

/** The two small projects that are attacked by default: the demo, which fails, and a folder in which there is nothing to find. */
export interface Trees {
  readonly demo: Awaited<ReturnType<typeof demoProject>>;
  readonly clean: string;
}

/** Lays both out below `work`. */
export async function layOutTrees(work: string): Promise<Trees> {
  return { demo: await demoProject(join(work, "demo")), clean: cleanProject(join(work, "clean")) };
}

function cleanProject(folder: string): string {
  for (const [name, text] of Object.entries(CLEAN_PROJECT)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
