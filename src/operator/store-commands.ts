import { connect, StoreAway, untilConnected } from '../store/connect.ts';
import { auditMirrorOf, checkAuditMirror } from '../store/records/audit-chain.ts';
import type { InvariantCheck } from '../store/records/invariants.ts';
import { enterSafeMode, loadStorePosition } from '../store/safe-mode.ts';
import { changeDataKey } from '../store/start/data-key.ts';
import { checkStore, gateFor } from '../store/start/gate.ts';
import type { Store } from '../store/store.ts';
import { checkChannels } from './check-channels.ts';
import type { Command } from './command.ts';
import { withCity, withStore } from './command.ts';
import { findDamage } from './damage.ts';
import { INVARIANTS } from './invariants.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  does: 'checks the store against the start gate and the platforms of the channels, and names each cure',
  run: (config) =>
    withStore(config, async (url) => {
      const redis = connect(url);
      const findings = await untilConnected(redis)
        .then(() => checkStore(redis, gateFor(config, url), Date.now()))
        .finally(() => redis.disconnect());
      for (const { level, what, cure } of findings) console.log(`${level === 'refuse' ? '✗' : '!'} ${what} ${cure}`);
      if (findings.length === 0) console.log('✓ The store passes the start gate.');
      const channels = await checkChannels(config);
      for (const { ok, text } of channels) console.log(`${ok ? '✓' : '✗'} ${text}`);
      return findings.every(({ level }) => level !== 'refuse') && channels.every(({ ok }) => ok);
    }),
};

/** Runs a check; a record that it cannot read is a fault of the data, not of the check. */
async function tried(check: InvariantCheck, store: Store): Promise<readonly string[]> {
  return check(store).catch((error: unknown) => {
    if (error instanceof StoreAway) throw error;
    return [`${check.name}: ${error instanceof Error ? error.message : error}`];
  });
}

export const verifyCommand: Command = {
  name: 'verify',
  does: 'checks that all data of the city are consistent',
  run: (config) =>
    withCity(config, async (store) => {
      const mirror = auditMirrorOf(config.dataDir, config.city);
      const checks = [...INVARIANTS.map((check) => tried(check, store)), checkAuditMirror(store, mirror)];
      const wrong = (await Promise.all(checks)).flat();
      for (const line of wrong) console.log(`✗ ${line}`);
      if (wrong.length === 0) console.log('✓ All data are consistent.');
      return wrong.length === 0;
    }),
};

export const repairCommand: Command = {
  name: 'repair',
  usage: '[<key> | all]',
  does: 'lists damaged records with the cure of each; with a key, or all, applies it',
  run: (config, [which]) =>
    withCity(config, async (store) => {
      const damage = await findDamage(store);
      const chosen = damage.filter(({ key }) => which === 'all' || key === which);
      if (which !== undefined && which !== 'all' && chosen.length === 0) {
        console.error(`${which} is not damaged. Without a key, repair lists what is.`);
        return false;
      }
      for (const { key, fault, cure, repair } of which === undefined ? damage : chosen) {
        if (which !== undefined) await repair?.(Date.now());
        const sign = which === undefined || !repair ? '✗' : '✓';
        console.log(`${sign} ${key}: ${fault}\n  ${repair ? 'Cure' : 'No cure here'}: ${cure}`);
      }
      if (damage.length === 0) console.log('✓ Nothing is damaged.');
      return which === undefined ? damage.length === 0 : chosen.every(({ repair }) => repair);
    }),
};

export const changeKeyCommand: Command = {
  name: 'change-key',
  does: 'puts the sealed data under NEW_DATA_KEY, which is DATA_KEY from then on',
  run: (config) => {
    const { newDataKey } = config;
    if (newDataKey === undefined) {
      console.error('Set NEW_DATA_KEY beside the present DATA_KEY: NEW_DATA_KEY=… npm run anlin -- change-key');
      return Promise.resolve(false);
    }
    return withCity(config, async (store) => {
      await changeDataKey(store, newDataKey);
      console.log('Done. Set DATA_KEY in .env to the new key before the next start; a running bot goes on meanwhile.');
      return true;
    });
  },
};

export const safeModeCommand: Command = {
  name: 'safe-mode',
  does: 'stops all sending until an organiser ends it: for a backup on a machine that never saw newer data',
  run: (config) =>
    withCity(config, async (store) => {
      await enterSafeMode(store, (await loadStorePosition(store)).restores);
      console.log('The city is in safe mode: nothing is sent by itself. An organiser of the whole city ends it: /safe');
      return true;
    }),
};
