/** A thousand files asked through the gfal2 bridge, its start included. */
import { join } from 'node:path';
import { openGfal } from '../../src/adapters/gfal';
import type { Figure } from './figure';
import { measureLocality } from './locality';

const script = join(import.meta.dirname, '../../src/worker/gfal_bridge.py');

export function measure(): Promise<Figure> {
  return measureLocality(({ env }) => {
    const gfal = openGfal({ script, threads: 16, env });
    return { source: gfal, end: () => gfal.close() };
  });
}
