import { decide, flowsNeeded } from '../../src/conversation/decide.ts';
import type { TurnContext } from '../../src/conversation/turn-context.ts';
import { open as openProduct } from '../anlin.ts';
import { anew, inboundOf } from '../read-turn.ts';
import type { Environment, Subject } from '../subject.ts';
import { openReplay } from './replayed-floor.ts';

/**
 * The replayed floor behind the product's own decisions. Each update is read and decided as in the product, in the state of
 * the recorded talk; what is then committed and sent is the recording. What the product costs above it is to load,
 * to encode records and messages, and to keep its promises beyond the commit.
 */
export async function open(environment: Environment): Promise<Subject> {
  const product = await openProduct(environment);
  const { replay, ...floor } = await openReplay({ ...environment, recorded: product.recorded });
  const contexts = new Map<number, TurnContext[]>();
  return {
    ...floor,
    async prepare(chats) {
      for (const chat of chats)
        contexts.set(
          chat,
          product.turns.map(({ context }) => anew(context)),
        );
    },
    async take(json, chat, messages) {
      const context = contexts.get(chat)?.shift();
      if (!context) throw new Error('The talk is longer than the recorded one.');
      const inbound = inboundOf(json);
      flowsNeeded(inbound, context);
      const decided = decide(inbound, context);
      if (decided.messages.length === 0) throw new Error(`The product would not answer this update: ${json}`);
      await replay(Number(inbound.id.split(':').at(-1)), chat, messages);
    },
    async close() {
      await floor.close();
      await product.close();
    },
  };
}
