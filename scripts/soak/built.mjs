/** A module of test/support, as it was compiled. */
export function built(file) {
  return import(new URL(`../../build/test/support/${file}.js`, import.meta.url).href);
}
