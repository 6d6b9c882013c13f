import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('./samples/', import.meta.url);

/** The drawn photos that a phone can send, by name; ./drawings/ has the sketches of which they were made. */
export const SAMPLE_NAMES: readonly string[] = readdirSync(FOLDER).map((file) => file.replace(/\.jpg$/, ''));

/** A drawn hazard; undefined if there is none of this name. */
export function samplePhoto(name: string): Buffer | undefined {
  return SAMPLE_NAMES.includes(name) ? readFileSync(new URL(`${name}.jpg`, FOLDER)) : undefined;
}
