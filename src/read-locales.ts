import { readdirSync, readFileSync } from 'node:fs';

/** The wording of each language, by namespace. */
export type Locales = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** Reads all files of locales/. A bundle has them in one file, see scripts/bundle.ts. */
export function readLocales(folder: URL): Locales {
  const languages = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Object.fromEntries(languages.map(({ name }) => [name, readNamespaces(new URL(`${name}/`, folder))]));
}

function readNamespaces(root: URL): Record<string, object> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(
    files.map((file) => [
      file.replaceAll('\\', '/').replace(/\.json$/, ''),
      JSON.parse(readFileSync(new URL(file, root), 'utf8')),
    ]),
  );
}
