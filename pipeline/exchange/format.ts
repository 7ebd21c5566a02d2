import type { Waiver } from "../../schemas/waivers.ts";

/** Something that did not come along. `waiver` is its place in the list that was given; null: it is about the whole document. */
export interface Loss {
  readonly waiver: number | null;
  /** `broader`: what is written covers more than the waiver; `not-written`, `not-read`: nothing of it came along; else the field that is lost. */
  readonly what: "broader" | "not-written" | "not-read" | "where" | "sha256";
  readonly why: string;
}

/** Texts and losses of one way through. */
export interface Compiled {
  readonly text: string;
  readonly losses: readonly Loss[];
}

export interface Imported {
  readonly waivers: readonly Waiver[];
  readonly losses: readonly Loss[];
}

/** What a document does not say and a waiver needs; `places` are the packages in which an advisory was found, by any of its ids. */
export interface ImportDefaults extends Pick<Waiver, "owner" | "approver" | "created" | "expires"> {
  readonly places: (id: string) => readonly string[];
}

/** Who writes a document, and the instant that stands for now. */
export interface CompileContext {
  readonly author: string;
  readonly asOf: string;
}

/** A format by which waivers are exchanged; both ways are pure, and the same input gives the same bytes. */
export interface Format {
  /** @throws never: what can't be said is a loss */
  readonly compile?: (waivers: readonly Waiver[], context: CompileContext) => Compiled;
  /** @throws GateError DOCUMENT_INVALID for what is no document of that format */
  readonly read: (text: string, name: string, defaults: ImportDefaults) => Imported;
}
