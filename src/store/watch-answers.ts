import type { Command, Redis } from 'ioredis';

/**
 * Ends a connection that brings nothing for `silenceMs` after a command: a dropped NAT entry or a failover may swallow all
 * packets. Commands with a limit keep it.
 *
 * After a stall of this process its timers fire before its sockets are read. So the event loop reads once more before a
 * limit counts; ioredis's own limits would miss the answers that wait in the socket, and the store would seem away.
 */
export function watchAnswers(node: Redis, silenceMs: number): void {
  let stream: Redis['stream'] | undefined;
  let isOwed = false;
  const hear = () => {
    isOwed = false;
  };
  const silence = setTimeout(() => {
    setImmediate(() => {
      if (isOwed) stream?.destroy(new Error(`Redis was silent for ${silenceMs} ms.`));
    });
  }, silenceMs).unref();
  const send = node.sendCommand;
  node.sendCommand = (command, ...rest) => {
    if (node.stream && node.stream !== stream) {
      stream = node.stream;
      stream.on('data', hear);
      hear();
    }
    if (!isOwed) silence.refresh();
    isOwed = true;
    command.setTimeout = failLate;
    return send.call(node, command, ...rest);
  };
}

/** ioredis's `setTimeout`; it clears the timer of this name once the command has its answer. */
function failLate(this: Command, ms: number): void {
  // biome-ignore lint/complexity/useLiteralKeys: the types call it private.
  this['_commandTimeoutTimer'] ??= setTimeout(() => {
    setImmediate(() => {
      if (!this.isResolved) this.reject(new Error('Command timed out'));
    });
  }, ms);
}
