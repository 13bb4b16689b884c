/** The ways to grid storage: gfal2 for what is asked and changed, copies for what comes and goes; both signed where there is a token. */
import { env } from 'node:process';
import type { Gfal } from '../adapters/gfal';
import type { BridgeOptions } from '../adapters/gfalBridgeChild';
import { openGfalCopy, type GfalCopy } from '../adapters/gfalCopy';
import { openSignedCopy, signedGfal } from '../adapters/gfalSigned';
import type { Bearers } from './bearers';
import { gfalPython } from './settings';
import type { Stagers } from './stagers';

export interface StorageDoors {
  readonly gfal: Gfal;
  readonly copy: GfalCopy;
}

export interface StoragePorts {
  readonly stagers: Pick<Stagers, 'bridgeOptions'>;
  readonly bearers: () => Promise<Bearers>;
}

/** For one piece of work: what signs questions is looked up once for each host; a copy, which may come hours later, looks again. */
export function openStorageDoors(gfal: Gfal, bearers: Pick<Bearers, 'of'>, bridge: BridgeOptions): StorageDoors {
  const tokenOf = (location: string) => bearers.of(location);
  const python = gfalPython();
  const copy = openGfalCopy(python === '' ? {} : { env: { ...env, GFAL_PYTHONBIN: python } });
  return { gfal: signedGfal(gfal, tokenOf), copy: openSignedCopy({ bridge, copy, tokenOf }) };
}
