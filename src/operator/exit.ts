/** Ends the process after everything printed has left it: a slow reader of a pipe would lose the rest. */
export async function exitWith(code: number): Promise<never> {
  // A reader that has gone away (`| head`) wants no more.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(code));
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
  process.exit(code);
}
