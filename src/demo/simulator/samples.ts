import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('./samples/', import.meta.url);

/** Names of the sample photos that a phone can send. They were drawn from the sketches in ./drawings/. */
export const SAMPLE_NAMES: readonly string[] = readdirSync(FOLDER).map((file) => file.replace(/\.jpg$/, ''));

/** Reads a sample photo; undefined if the name is unknown. */
export function samplePhoto(name: string): Buffer | undefined {
  return SAMPLE_NAMES.includes(name) ? readFileSync(new URL(`${name}.jpg`, FOLDER)) : undefined;
}
