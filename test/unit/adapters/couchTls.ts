/** Asks pools for their facts and prints what became of it: a process of its own, since Node reads the authorities it trusts once, at its start. */
import { GridError } from '../../../src/core/errors';
import { here, poolAt } from './pool';

void (async () => {
  const outcomes: string[] = [];
  for (const url of process.argv.slice(2)) {
    try {
      outcomes.push(`ok ${(await poolAt(url).facts(here)).documents}`);
    } catch (error) {
      outcomes.push(error instanceof GridError ? `${error.kind} ${error.sentence}` : String(error));
    }
  }
  console.log(JSON.stringify(outcomes));
})();
