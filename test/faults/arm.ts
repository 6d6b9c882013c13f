import { armCrashPoint } from '../../src/crash-point.ts';

// The configuration refuses this variable in every city: only this entry of the fault tests reads it.
armCrashPoint(process.env.CRASH_AT ?? '');
Reflect.deleteProperty(process.env, 'CRASH_AT');
