import { existsSync } from 'node:fs';
import { BadConfig, readConfig } from './config.ts';
import { apiKeyCommand, hookCommand, inviteCommand } from './operator/access-commands.ts';
import { importCommand, undoCommand, versionsCommand } from './operator/city-commands.ts';
import type { Command } from './operator/command.ts';
import { exitWith } from './operator/exit.ts';
import { jobsCommand } from './operator/jobs-command.ts';
import {
  broadcastsCommand,
  capCommand,
  figuresCommand,
  questionnaireCommand,
  surveysCommand,
} from './operator/report-commands.ts';
import { standardsCommand } from './operator/standards-command.ts';
import {
  changeKeyCommand,
  doctorCommand,
  repairCommand,
  safeModeCommand,
  verifyCommand,
} from './operator/store-commands.ts';
import { tryCommand } from './operator/try-command.ts';

/** The operator's tool: `npm run anlin -- <command>`. */
const COMMANDS: readonly Command[] = [
  importCommand,
  undoCommand,
  versionsCommand,
  inviteCommand,
  apiKeyCommand,
  hookCommand,
  figuresCommand,
  broadcastsCommand,
  capCommand,
  questionnaireCommand,
  surveysCommand,
  standardsCommand,
  jobsCommand,
  changeKeyCommand,
  safeModeCommand,
  doctorCommand,
  verifyCommand,
  repairCommand,
  tryCommand,
];

/** sysexits.h: the command was used wrongly; the configuration is wrong. */
const EX_USAGE = 64;
const EX_CONFIG = 78;

// Files that a command creates are for their owner only.
process.umask(0o077);

await main(process.argv[2] ?? '');

async function main(name: string): Promise<void> {
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) {
    for (const { name: one, usage = '', does } of COMMANDS)
      console.error(`npm run anlin -- ${`${one} ${usage}`.trimEnd()}\n    ${does}`);
    return exitWith(EX_USAGE);
  }
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    await exitWith((await command.run(readConfig(process.env), process.argv.slice(3))) ? 0 : 1);
  } catch (error) {
    console.error(`anlin: ${error instanceof Error ? error.message : error}`);
    await exitWith(error instanceof BadConfig ? EX_CONFIG : 1);
  }
}
