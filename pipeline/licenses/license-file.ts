const WORDS =
  /^(?:licen[cs]es?|copying|notices?|unlicen[cs]e)(?![a-z])|[-_.](?:licen[cs]e|copying|notice)(?:\.[a-z]+)?$/i;

const CODE =
  /\.(?:[cm]?[jt]sx?|json5?|map|py|pyi?|rb|rs|go|c|cc|cpp|h|hpp|java|kt|cs|php|sh|ps1|css|scss|ya?ml|toml|xml|svg|png|gif|jpe?g|snap|lock|proto|tmpl)$/i;

/** Whether a file's name, without folders, is that of a licence text or notice. */
export function isLicenseName(name: string): boolean {
  return WORDS.test(name) && !CODE.test(name);
}

/** Whether a path lies where a package's own licence files lie: at its root, in `LICENSES/`, or in a wheel's own folder. */
export function isAtRoot(path: string): boolean {
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
  return folder === "" || /^licen[cs]es$/i.test(folder) || /^[^/]+\.dist-info(?:\/licenses(?:\/.*)?)?$/.test(folder);
}
