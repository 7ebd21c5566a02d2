/**
 * The module that a file got by its address belongs to: what stands before and after the `@` of the first part that has a version,
 * or the whole address without one. Without scheme, user, password, query.
 */
export function remoteModule(url: string): { readonly name: string; readonly version: string } {
  const place = url.replace(/^[a-z][a-z+.-]*:\/\/(?:[^/@]*@)*/i, "").replace(/[?#].*$/s, "");
  const [, name = place, version = ""] = /^([^/]+\/(?:[^/]+\/)*?[^/@]+)@([^/]+)/.exec(place) ?? [];
  return { name, version };
}
