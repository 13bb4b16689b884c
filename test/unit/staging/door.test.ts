import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersFor, chooseDoors, type Door } from '../../../src/core/staging/door';

const door = (name: string, home: string | undefined, more: Partial<Door> = {}): Door => ({
  name,
  sites: [],
  home,
  reach: 'door',
  ...more,
});
const archive = (name: string): Door => ({ name, sites: [], home: undefined, reach: 'archive' });
const gfal: Door = { name: 'gfal2', sites: [], home: undefined, reach: 'tools' };
const three = ['sara', 'juelich', 'poznan'];
const choose = (...given: Parameters<typeof chooseDoors>) => {
  const { chosen, open, unserved } = chooseDoors(...given);
  return {
    chosen: Object.fromEntries(chosen),
    open: Object.fromEntries([...open].map(([site, doors]) => [site, doors.map(({ name }) => name)])),
    unserved,
  };
};

test('each site by its own door, gfal2 for what has none', () => {
  const doors = [door('S', 'sara'), door('J', 'juelich'), gfal];
  assert.deepEqual(choose(three, doors), { chosen: { sara: 'S', juelich: 'J', poznan: 'gfal2' }, open: {}, unserved: [] });
  assert.deepEqual(choose(three, doors.slice(0, 2)), { chosen: { sara: 'S', juelich: 'J' }, open: {}, unserved: ['poznan'] });
  assert.deepEqual(choose(['', 'sara'], [door('S', 'sara')]).unserved, [''], 'the door of a site is not asked for files of nobody');
});

test('what the settings say comes before where an address belongs, and the preferred one before all', () => {
  const proxy = door('P', 'sara', { sites: ['juelich'] });
  assert.deepEqual(choose(['sara', 'juelich'], [door('S', 'sara'), door('J', 'juelich'), proxy]).chosen, { sara: 'S', juelich: 'P' });
  assert.deepEqual(choose(three, [door('S', 'sara'), gfal], { preferred: 'gfal2' }).chosen, {
    sara: 'gfal2',
    juelich: 'gfal2',
    poznan: 'gfal2',
  });
  assert.deepEqual(choose(['juelich'], [door('S', 'sara'), gfal], { preferred: 'S' }).chosen, { juelich: 'gfal2' }, 'not where it cannot');
});

test('a service of the archive and the door of a site stand alike; gfal2 stands behind both', () => {
  const { open } = choose(['sara', 'juelich'], [archive('StageIT'), door('S', 'sara'), gfal]);
  assert.deepEqual(open, { sara: ['StageIT', 'S'] });
});

test('of two doors to one storage the faster is asked where files are; a door of no site comes before gfal2', () => {
  const doors = [door('slow', 'sara', { pace: 2 }), door('fast', 'sara', { pace: 1 })];
  assert.deepEqual(choose(['sara'], doors).chosen, { sara: 'fast' });
  assert.deepEqual(choose(['sara'], [door('D', undefined, { pace: 1 }), gfal]).chosen, { sara: 'D' });
  assert.deepEqual(choose(['sara'], [door('D', undefined, { pace: 1 }), door('E', undefined, { pace: 2 })]).open, { sara: ['D', 'E'] });
  assert.deepEqual(choose(['sara'], [archive('StageIT'), door('D', undefined)]).open, { sara: ['StageIT', 'D'] });
  assert.deepEqual(choose(['sara', ''], [door('D', undefined)]).chosen, { sara: 'D', '': 'D' }, 'the only one is clear');
  assert.deepEqual(choose(['sara'], [archive('A'), door('D', undefined)], { answered: (_, all) => all[1]?.name }).chosen, { sara: 'D' });
});

test('one question for all sites: a service for all of them, or each its own door', () => {
  const { open } = chooseDoors(three, [archive('StageIT'), door('S', 'sara'), door('J', 'juelich')]);
  assert.deepEqual(
    answersFor(open).map((ways) => Object.fromEntries(ways)),
    [
      { sara: 'StageIT', juelich: 'StageIT' },
      { sara: 'S', juelich: 'J' },
    ],
  );
});
