/** Files that the bundle embeds as text: `import driver from "./driver.py" with { type: "text" }`. */
declare module "*.py" {
  const text: string;
  export default text;
}
declare module "*.txt" {
  const text: string;
  export default text;
}
