/** A thousand files asked through the gfal2 bridge, its start included. */
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { openGfal } from '../../src/adapters/gfal';
import { BridgeProcess } from '../../src/adapters/gfalBridge';
import type { Figure } from './figure';
import { measureLocality, type LocalityBench } from './locality';

const script = join(import.meta.dirname, '../../src/worker/gfal_bridge.py');
const threads = 16;

export function measure(): Promise<Figure> {
  return measureLocality(({ env }) => {
    const gfal = openGfal({ script, threads, env });
    return { source: gfal, end: () => gfal.close() };
  }, oneByOne);
}

/** What it takes where the door has no way to tell of many files at once, as over SRM. */
async function oneByOne({ env }: LocalityBench, links: readonly string[]): Promise<string> {
  const begin = performance.now();
  const bridge = new BridgeProcess({ script, threads, env });
  const signal = AbortSignal.timeout(300_000);
  setMaxListeners(0, signal); // each question under way listens
  const answers = await Promise.all(links.map((url) => bridge.ask({ do: 'locality', repeatable: true, fields: { url } }, signal)));
  await bridge.close();
  if (!answers.every((answer) => 'ok' in answer && answer.ok === 'NEARLINE')) throw new Error('not all were told one by one');
  return `; one file a question: ${Math.round(performance.now() - begin)} ms`;
}
