// SPDX-License-Identifier: MIT
import { parse } from "@supply-gate-demo/parser";

export function prices(text: string): number[] {
  return parse(text).map(Number);
}
