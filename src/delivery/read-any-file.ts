import type { Channel, ReadFile } from '../channels/channel.ts';
import { readFileRef } from '../channels/channel.ts';

/** Largest file that goes from one channel to another. */
const FILE_MAX_BYTES = 10 * 1024 * 1024;

/** Reads files of all channels by their references: `stored:` ones from this server, others through their channel. */
export function readAnyFile(channels: () => readonly Channel[], readStored: ReadFile): ReadFile {
  return async (file) => {
    const { scheme, id } = readFileRef(file);
    if (scheme === 'stored') return readStored(id);
    const channel = channels().find((one) => one.scheme === scheme);
    if (!channel?.fetch) throw new Error(`No channel has the file ${scheme}:….`);
    return channel.fetch(id, FILE_MAX_BYTES);
  };
}
