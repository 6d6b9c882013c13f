import type { BotCommand } from '@grammyjs/types';
import type { Params } from './params.ts';
import { asObject, asText } from './params.ts';
import { badRequest } from './refusal.ts';
import type { World } from './world.ts';

type CommandsCall = { readonly world: World; readonly params: Params };

const COMMANDS_MAX = 100;

/** Sets the bot's commands for one scope and language. An empty list removes them. */
export function setCommands({ world, params }: CommandsCall): true {
  const commands = asObject<BotCommand[]>(params.values.commands, 'commands') ?? [];
  if (!Array.isArray(commands)) throw badRequest('expected an Array of BotCommand');
  if (commands.length > COMMANDS_MAX) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  for (const { command, description } of commands) {
    if (!/^\/?[a-z0-9_]{1,32}$/.test(asText(command))) throw badRequest('BOT_COMMAND_INVALID');
    const length = asText(description).length;
    if (length < 1 || length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
  }
  const plain = commands.map(({ command, description }) => ({ command: command.replace(/^\//, ''), description }));
  world.setCommands(keyOf(params), plain);
  return true;
}

/** Returns the bot's commands for one scope and language. */
export function getCommands({ world, params }: CommandsCall): readonly BotCommand[] {
  return world.commands.get(keyOf(params)) ?? [];
}

/** Removes the bot's commands for one scope and language. */
export function deleteCommands({ world, params }: CommandsCall): true {
  world.setCommands(keyOf(params), []);
  return true;
}

function keyOf({ values }: Params): string {
  const language = asText(values.language_code);
  if (!/^([a-z]{2})?$/.test(language)) throw badRequest('invalid language code specified');
  const scope = asObject(values.scope, 'scope') ?? { type: 'default' };
  return JSON.stringify([scope, language]);
}
