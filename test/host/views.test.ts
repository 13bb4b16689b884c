import assert from 'node:assert/strict';
import type { ViewsResult } from '../../src/vscode/commands/views';
import { execute, practicePool } from './practice';

const { url, database, operator } = practicePool;
const pool = 'views';
const install = (options: object) => execute<ViewsResult>('grid.views.installStandard', { pool, ...options });
const create = (options: object) =>
  execute<ViewsResult>('grid.views.create', {
    pool,
    design: 'pref_cal1_L701238',
    name: 'late',
    condition: 'doc.lock > 0 && doc.done == 0',
    ...options,
  });
const rowsOf = async (view: string) =>
  (
    (await practicePool.ask('GET', `${database}/_design/${view.replace('/', '/_view/')}?reduce=false`)) as {
      rows: { id: string; value: unknown }[];
    }
  ).rows;

describe('views of the pool', () => {
  before(() => execute('grid.pool.add', { name: pool, url, database, ...operator }));
  after(() => execute('grid.pool.remove', { name: pool }));

  it('the standard set of GRID_LRT is written once, in one revision', async () => {
    const names = ['todo', 'locked', 'done', 'error', 'overview_view'].map((name) => `host_type/${name}`);
    assert.deepEqual((await install({ type: 'host_type', dialect: 'lrt' })).views, names);
    assert.deepEqual((await install({ type: 'host_type', dialect: 'lrt' })).views, names);
    assert.match((await practicePool.document('_design/host_type'))?._rev as string, /^1-/);
  });

  it('the set of PiCaS is there already; a view with another text is left and named', async () => {
    assert.equal((await install({ dialect: 'picas', type: 'token' })).differing, undefined);
    await create({ design: 'host_type', name: 'error', condition: 'doc.output > 0', replace: true });
    const kept = await install({ type: 'host_type', dialect: 'lrt' });
    assert.deepEqual(kept.differing, ['error']);
    assert.ok(!kept.views.includes('host_type/error'));
    assert.equal((await install({ type: 'host_type', dialect: 'lrt', replace: true })).differing, undefined);
  });

  it('a view of one’s own lists what its condition says, for the type of its design document', async () => {
    assert.deepEqual(await create({ emit: 'doc._id, doc.hostname' }), { views: ['pref_cal1_L701238/late'] });
    const rows = await rowsOf('pref_cal1_L701238/late');
    assert.ok(rows.length > 0);
    assert.ok(rows.every(({ value }) => typeof value === 'string'));
    await assert.rejects(
      create({ condition: 'doc.lock > 5' }),
      /There is a view pref_cal1_L701238\/late with another text.* \[conflict\]$/,
    );
    assert.deepEqual(await create({ name: 'by_step', condition: 'doc.PIPELINE_STEP == "pref_cal1"', overview: true }), {
      views: ['pref_cal1_L701238/by_step'],
    });
  });

  it('a condition that the server could not run is refused with its place', async () => {
    await assert.rejects(create({ name: 'a', condition: 'doc.lock = 0' }), /The condition cannot be sent, at “=”/);
    await assert.rejects(create({ name: 'a', condition: 'doc.lock > 0 &&' }), / \[rejected\]$/);
    await assert.rejects(create({ name: 'a', condition: 'doc.tags.includes("x")' }), /includes/);
    await assert.rejects(create({ name: 'a', emit: 'doc._id, ' }), /The emit cannot be sent/);
    await assert.rejects(create({ design: 'grid-workbench' }), /kept by Grid Workbench itself/);
  });

  it('a view is taken away, and the others stay', async () => {
    await execute('grid.views.delete', { pool, design: 'pref_cal1_L701238', name: 'late' });
    const { views } = (await practicePool.document('_design/pref_cal1_L701238')) as { views: object };
    assert.deepEqual(Object.keys(views).sort(), ['by_step', 'done', 'error', 'locked', 'overview_total', 'todo']);
    await assert.rejects(execute('grid.views.delete', { pool, design: 'pref_cal1_L701238', name: 'late' }), / \[notFound\]$/);
  });
});
