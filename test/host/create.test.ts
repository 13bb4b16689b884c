import assert from 'node:assert/strict';
import { Uri, workspace } from 'vscode';
import type { CreateResult } from '../../src/vscode/commands/create';
import { execute, practiceDoor, practicePool, sample, sara, write } from './practice';

const { url, database, operator } = practicePool;

describe('creating tokens', () => {
  let links: Uri;
  const config = sample('pref_cal1.cfg');
  const create = (options: object) => execute<CreateResult>('grid.tokens.create', { pool: 'creation', config, links, ...options });

  before(async () => {
    await execute('grid.pool.add', { name: 'creation', url, database, ...operator });
    links = await write('srm_51.txt', sara(770001, 51));
  });
  after(() => execute('grid.pool.remove', { name: 'creation' }));

  it('51 subbands by ten: first a count, then six tokens with their links and the parset', async () => {
    const options = {
      slice: 10,
      type: 'host_run',
      attach: [sample('calibrator.parset')],
      set: { RESULTS_DIR: 'gsiftp://x.example.org/y' },
    };
    const dry = await create({ ...options, dryRun: true });
    assert.deepEqual([dry.created, dry.existed, dry.ids.length], [0, 0, 6]);
    assert.equal(await practicePool.document(dry.ids[0] ?? ''), undefined, 'a dry run writes nothing');
    const made = await create(options);
    assert.deepEqual(made, { created: 6, existed: 0, failed: [], ids: dry.ids });
    assert.match(made.ids[5] ?? '', /^t_host_run_L770001_\w+_SB050$/);
    const token = await practicePool.document(made.ids[5] ?? '');
    assert.equal(token?.type, 'host_run');
    assert.equal(token?.OBSID, 'L770001');
    assert.equal(token?.RESULTS_DIR, 'gsiftp://x.example.org/y');
    assert.deepEqual([token?.lock, token?.done, token?.scrub_count], [0, 0, 0]);
    assert.deepEqual(Object.keys(token?._attachments as object).sort(), ['calibrator.parset', 'srm.txt']);
  });

  it('again: only what is missing is made, and nothing is overwritten', async () => {
    const again = await create({ slice: 10, type: 'host_run' });
    assert.deepEqual([again.created, again.existed, again.failed.length], [0, 6, 0]);
    await practicePool.ask('PUT', `${database}/${encodeURIComponent(again.ids[2] ?? '')}`, {
      ...(await practicePool.document(again.ids[2] ?? '')),
      _deleted: true,
    });
    const rest = await create({ slice: 10, type: 'host_run' });
    assert.deepEqual([rest.created, rest.existed], [1, 5]);
  });

  it('addresses as text, and unsaved changes of the list, do as well', async () => {
    const result = await create({ config: config.toString(), links: links.toString(), type: 'by_text', dryRun: true });
    assert.equal(result.ids.length, 6);
    const untitled = await workspace.openTextDocument({ content: sara(770002, 3).join('\n') });
    assert.deepEqual((await create({ links: untitled.uri, type: 'open', dryRun: true })).ids.length, 1);
  });

  it('of the online part of a checked list only, by what has been told; refused where nothing was', async () => {
    const all = sara(770003, 20);
    const list = await write(
      'srm_part.txt',
      all.map((link) => `${link}  with a second column`),
    );
    await assert.rejects(create({ links: list, online: true }), /has not been checked in this window\. .* \[notFound\]$/);
    await practiceDoor.reset();
    await practiceDoor.seed(all);
    await execute('grid.staging.addStager', { name: 'Door', kind: 'tape', url: practiceDoor.url, token: practiceDoor.token });
    await execute('grid.links.check', list, {});
    await assert.rejects(create({ links: list, online: true }), /Nothing of srm_part\.txt is online: 20 on tape\. \[rejected\]$/);
    await practiceDoor.disk(all.slice(3, 15));
    await execute('grid.links.check', list, {});
    // A token made of a part of its files would be in the way of the whole one later.
    await assert.rejects(
      create({ links: list, online: true, type: 'part', slice: 10 }),
      /No token has all of its files online: 2 tokens wait for 8 files\. .* \[rejected\]$/,
    );
    const part = await create({ links: list, online: true, type: 'part', slice: 5 });
    assert.deepEqual(
      part.ids.map((id) => /SB\d+$/.exec(id)?.[0]),
      ['SB005', 'SB010'],
    );
    assert.equal(part.created, 2);
    await practiceDoor.disk(all);
    await execute('grid.links.check', list, {});
    const whole = await create({ links: list, online: true, type: 'part', slice: 5 });
    assert.deepEqual([whole.created, whole.existed], [2, 2], 'the rest, and nothing twice');
    await execute('grid.staging.removeStager', { name: 'Door' });
    await practiceDoor.reset();
  });

  it('what cannot be done is said before anything is written', async () => {
    await assert.rejects(create({ slice: 0 }), /cannot hold 0 subbands.* \[rejected\]$/);
    await assert.rejects(create({ slice: '10' }), /The option "slice" must be a number/);
    await assert.rejects(create({ set: { lock: 1 } }), /“lock” of a new token cannot be chosen/);
    await assert.rejects(create({ config: sample('nowhere.cfg') }), /nowhere.cfg cannot be read/);
    await assert.rejects(create({ config: await bad() }), /bad.cfg: Line 3, column 1/);
    await assert.rejects(create({ pool: 'elsewhere' }), /There is no pool “elsewhere”/);
    await assert.rejects(create({ dialect: 'ganga' }), /The dialect “ganga” is not known/);
  });
});

async function bad(): Promise<Uri> {
  const uri = Uri.joinPath(sample('x'), '..', 'bad.cfg');
  await workspace.fs.writeFile(uri, Buffer.from('Token:\n  a: [1\nSandbox: {}\n'));
  return uri;
}
