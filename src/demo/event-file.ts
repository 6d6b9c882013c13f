import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Returns the events, one a line, that earlier runs appended to a file. Makes its folder. */
export function keptEvents(file: string): readonly unknown[] {
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) return [];
  const kept = readFileSync(file, 'utf8');
  // A kill may leave half a line. It is cut off so that the next event does not continue it.
  const whole = kept.slice(0, kept.lastIndexOf('\n') + 1);
  if (whole !== kept) writeFileSync(file, whole);
  return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}
