import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('./reencode-child.ts', import.meta.url));
/** Time limit of one photo; a slower one is an attack. */
const TIME_MAX_MS = 20_000;
/** Limit of the child's private memory in KiB. Node reserves some 650,000 of it without use. */
const MEMORY_MAX_KIB = 1_000_000;

export type Reencoded = { readonly bytes: Uint8Array } | { readonly problem: string };

/**
 * Re-encodes a photo as an upright JPEG without metadata, at most 2,048 pixels a side.
 * A child decodes it: a hostile file reaches neither this process's memory nor its secrets.
 * Throws if the child cannot start, which is worth a retry.
 */
export async function reencode(bytes: Uint8Array): Promise<Reencoded> {
  const { NODE_COMPILE_CACHE, PATH } = process.env;
  const child = spawn(...withMemoryLimit([process.execPath, CHILD]), {
    env: { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) },
    stdio: 'pipe',
    timeout: TIME_MAX_MS,
    killSignal: 'SIGKILL',
  });
  const [encoded, problem]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => encoded.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => problem.push(chunk));
  // A child that dies early closes the pipe; its exit says why.
  child.stdin.on('error', () => undefined).end(bytes);
  const [code, signal] = await once(child, 'close');
  if (code === 0) return { bytes: Buffer.concat(encoded) };
  return { problem: Buffer.concat(problem).toString().slice(0, 300) || `the decoder ended with ${signal ?? code}` };
}

/** Only Linux counts private memory under a limit of the shell; elsewhere the child's own limits must do. */
export function withMemoryLimit(command: readonly [string, ...string[]]): [string, string[]] {
  if (process.platform !== 'linux') return [command[0], command.slice(1)];
  return ['sh', ['-c', `ulimit -d ${MEMORY_MAX_KIB}; exec "$@"`, 'sh', ...command]];
}
