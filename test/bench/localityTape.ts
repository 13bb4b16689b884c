/** A thousand files asked through archiveinfo of the Tape REST API; where that is is found once an hour, in the first round here. */
import { createTape } from '../../src/adapters/tape';
import type { Figure } from './figure';
import { measureLocality } from './locality';

export function measure(): Promise<Figure> {
  return measureLocality(({ url }) => {
    const tape = createTape({ name: 'Door', url, secret: () => Promise.resolve({ token: 'a-token' }) });
    return { source: { name: 'Door', locality: (links, options) => tape.locality(links, options) }, end: () => Promise.resolve() };
  });
}
