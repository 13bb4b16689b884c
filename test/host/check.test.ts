import assert from 'node:assert/strict';
import { Position, Range, type Uri, window, workspace, WorkspaceEdit, type CodeLens, type Hover, type InlayHint } from 'vscode';
import type { LocalityResult } from '../../src/core/staging/check';
import type { RequestResult } from '../../src/vscode/commands/meant';
import type { StageResult } from '../../src/vscode/commands/stage';
import type { TextResult } from '../../src/vscode/commands/copies';
import { eventually, execute, linksAt, practice, practiceDoor, sample, sara, write } from './practice';
import { gfalIsThere } from './storage.test';

const check = (uri: Uri, ...options: readonly object[]) => execute<LocalityResult>('grid.links.check', uri, ...options);
const refresh = () => execute<RequestResult>('grid.staging.refresh', {});
const set = (id: string, value: unknown) => workspace.getConfiguration().update(id, value, true);
const add = (name: string, kind: string, url: string) => execute('grid.staging.addStager', { name, kind, url, token: practiceDoor.token });

async function words(uri: Uri, from = 0, to = 10_000): Promise<Record<number, string>> {
  const hints = await execute<InlayHint[]>('vscode.executeInlayHintProvider', uri, new Range(from, 0, to, 1000));
  return Object.fromEntries(
    hints.map(({ position, label }) => [position.line, typeof label === 'string' ? label : label.map(({ value }) => value).join('')]),
  );
}

async function lens(uri: Uri): Promise<readonly string[]> {
  return (await execute<CodeLens[]>('vscode.executeCodeLensProvider', uri)).map(({ command }) => command?.title ?? '');
}

async function hover(uri: Uri, line: number): Promise<string> {
  const hovers = await execute<Hover[]>('vscode.executeHoverProvider', uri, new Position(line, 10));
  return hovers.flatMap(({ contents }) => contents.map((each) => (typeof each === 'string' ? each : each.value))).join('\n');
}

/** Two names of the practice door, and one where nobody answers. */
const threeSites = {
  near: { name: 'Near', hosts: ['127.0.0.1'], srm: '127.0.0.1:1', roots: ['/near'] },
  far: { name: 'Far', hosts: ['localhost'], srm: 'localhost:1', roots: ['/far'] },
  down: { name: 'Down', hosts: ['127.0.0.2'], srm: '127.0.0.2:1', roots: ['/down'] },
};
const { port } = new URL(practiceDoor.url);
const at = (host: string, root: string, observation: number, count: number) =>
  Array.from(
    { length: count },
    (_, n) => `dav://${host}:${port}/${root}/L${observation}_SB${String(n).padStart(3, '0')}_uv.MS_0123abcd.tar`,
  );

describe('where files are', () => {
  beforeEach(() => practiceDoor.reset());
  after(async () => {
    await practiceDoor.reset();
    await execute('workbench.action.closeAllEditors');
    for (const { stager, id } of (await refresh().catch(() => ({ requests: [] }))).requests)
      await execute('grid.staging.forget', { stager, id });
    for (const name of ['Door', 'Grid tools']) await execute('grid.staging.removeStager', { name }).catch(() => undefined);
    await set('grid.links.sites', undefined);
  });

  it('without a stager that can tell, says which can', async () => {
    const names = (workspace.getConfiguration().get<{ name: string }[]>('grid.staging.stagers') ?? []).map(({ name }) => name);
    assert.deepEqual(names, ['Practice']);
    await assert.rejects(check(sample('srm_sara.txt'), {}), /Practice cannot tell where files are\. Add a tape, .* \[rejected\]$/);
    await assert.rejects(check(sample('srm_sara.txt'), { stager: 'Practice' }), /Practice cannot tell.* \[rejected\]$/);
    await assert.rejects(check(sample('srm_sara.txt'), { stager: 'Nobody' }), / \[notFound\]$/);
    await add('Door', 'tape', practiceDoor.url);
  });

  it('asks a door for the path of each link, counts each once, and changes nothing', async () => {
    const [a = '', b = '', c = '', d = ''] = sara(910_001, 4);
    await practiceDoor.seed([a, b, c]);
    await practiceDoor.disk([a]);
    await practiceDoor.locality('SB001', 'LOST');
    const other = a.replace('srm://srm.grid.sara.nl:8443', 'gsiftp://gridftp.grid.sara.nl:2811');
    const list = await write('srm_four.txt', [`${a}\tsecond column`, '# remark', b, 'no link', c, d, a, other]);
    const expected = {
      total: 5,
      counts: { ONLINE_AND_NEARLINE: 2, LOST: 1, NEARLINE: 1 },
      percentStaged: 40,
      files: [
        { link: a, locality: 'ONLINE_AND_NEARLINE' },
        { link: b, locality: 'LOST' },
        { link: c, locality: 'NEARLINE' },
        { link: other, locality: 'ONLINE_AND_NEARLINE' },
      ],
      failed: [{ link: d, message: 'Door has no such file.' }],
    };
    assert.deepEqual(await check(list, {}), expected, 'the only one that can tell needs no name');
    assert.deepEqual(await check(list), expected, "a person's call returns the same");
    const [call] = await practiceDoor.calls('archiveinfo');
    assert.ok((JSON.parse(call?.body ?? '{}') as { paths: string[] }).paths.every((path) => path.startsWith('/pnfs/grid.sara.nl/')));
    const kinds = new Set((await practiceDoor.calls('GET')).concat(await practiceDoor.calls('stage')).map((entry) => entry.call));
    assert.deepEqual([...kinds], [], 'no file was opened or recalled');
    await assert.rejects(check(list, { stagers: 'Door' }), /option "stagers" is not known/);
  });

  it('lines show what was found, in words, in the line of facts, and when pointed at; an edited line is silent', async () => {
    const links = sara(910_002, 6);
    await practiceDoor.seed(links.slice(0, 5));
    await practiceDoor.disk(links.slice(0, 2));
    await practiceDoor.locality('SB003', 'UNAVAILABLE');
    await practiceDoor.locality('SB004', 'NONE');
    const list = await write('srm_shown.txt', links);
    const editor = await window.showTextDocument(list);
    assert.ok((await lens(list)).includes('Check'));
    assert.deepEqual(await words(list), {});
    await check(list, {});
    const shown = { 2: 'on tape', 3: 'unavailable', 4: 'empty file', 5: 'failed, no such file' };
    await eventually('the words stand behind the lines', async () => Object.keys(await words(list)).length === 4);
    assert.deepEqual(await words(list), shown);
    assert.deepEqual(await words(list, 3, 4), { 3: 'unavailable', 4: 'empty file' }, 'only what is asked for');
    const [summary, stage] = await lens(list);
    assert.match(summary ?? '', /^6 links · L910002 · SARA · .* · 2 online, 1 on tape, 1 unknown, 1 unavailable, 1 failed at \d\d:\d\d$/);
    assert.equal(stage, 'Stage 1…');
    assert.match(await hover(list, 0), /\$\(grid-full\) \*\*L910002 SB000\*\* at SARA is online, checked \d\d:\d\d/);
    assert.match(await hover(list, 3), /is unavailable, checked \d\d:\d\d\. Its disk or tape is out of order/);
    assert.match(await hover(list, 5), /could not be checked at \d\d:\d\d: Door has no such file/);

    const edit = new WorkspaceEdit();
    edit.insert(list, new Position(0, 0), `# a remark\n`);
    edit.replace(list, editor.document.lineAt(2).range, links[2]?.replace('SB002', 'SB099') ?? '');
    assert.ok(await workspace.applyEdit(edit));
    assert.deepEqual(await words(list), { 4: 'unavailable', 5: 'empty file', 6: 'failed, no such file' });
    await eventually('the line of facts follows', async () => (await lens(list))[0]?.includes('2 online, 1 unknown, 1 unavailable'));

    await practiceDoor.seed([links[5] ?? '']);
    const row = links[5] ?? '';
    await execute('grid.links.checkLink', row, list.toString());
    assert.deepEqual(await words(list), { 4: 'unavailable', 5: 'empty file', 6: 'on tape' }, 'one line was checked again');
    await execute('workbench.action.files.revert');
  });

  it('what was found is exported: one state as a list, all as table and as JSON', async () => {
    const links = sara(910_003, 3);
    await practiceDoor.seed(links);
    await practiceDoor.disk(links.slice(0, 1));
    const list = await write('srm_export.txt', links);
    const text = (options: object) => execute<TextResult>('grid.links.exportChecked', list, options);
    await assert.rejects(text({}), /has not been checked in this window\. .* \[notFound\]$/);
    await check(list, {});
    assert.equal(
      (await text({ state: 'tape' })).text,
      links
        .slice(1)
        .map((link) => `${link}\n`)
        .join(''),
    );
    assert.match(
      (await text({ format: 'csv' })).text,
      /^link,state,locality,message,checked\r\n\S+SB000\S+,online,ONLINE_AND_NEARLINE,,\d{4}-/,
    );
    assert.equal((JSON.parse((await text({ format: 'json' })).text) as { percentStaged: number }).percentStaged, 33.3);
    await assert.rejects(text({ state: 'frozen' }), / \[rejected\]$/);
  });

  it('a door that answers half, in another order, with a page, or nobody knows the token: each file has its reason', async () => {
    const links = sara(910_004, 2500);
    await practiceDoor.seed(links);
    const list = await write('srm_faults.txt', links);
    await practiceDoor.fault({ kind: 'half', method: 'archiveinfo', times: 3 });
    const half = await check(list, {});
    assert.deepEqual([half.total, half.files.length + half.failed.length, half.files.length > 1000], [2500, 2500, true]);
    await practiceDoor.heal();
    await practiceDoor.fault({ kind: 'page', method: 'archiveinfo', times: 100 });
    const page = await check(list, {});
    assert.deepEqual([page.files.length, page.failed.length, page.percentStaged], [0, 2500, 0]);
    await practiceDoor.heal();
    await execute('grid.staging.signIn', { name: 'Door', token: 'nobody' });
    const refused = await check(list, {});
    assert.match(refused.failed[0]?.message ?? '', /refused the token/);
    await execute('grid.staging.signIn', { name: 'Door', token: practiceDoor.token });
    assert.equal((await check(list, {})).counts.NEARLINE, 2500);
  }).timeout(60_000);

  it('2 500 files of 3 sites, some lost, some unavailable, one door down: every file has its state or its reason, and what is on tape ends online', async function () {
    if (!(await gfalIsThere())) return this.skip();
    this.timeout(180_000);
    await execute('grid.staging.addStager', { name: 'Grid tools', kind: 'gfal', url: '' });
    await set('grid.links.sites', threeSites);
    const near = at('127.0.0.1', 'near', 910_010, 1100);
    const far = at('localhost', 'far', 910_011, 900);
    const down = at('127.0.0.2', 'down', 910_012, 500);
    const links = [...near, ...far, ...down];
    await practiceDoor.seed([...near, ...far]);
    await practiceDoor.disk([...near.slice(0, 700), ...far.slice(0, 600)]);
    for (const n of [701, 702, 703]) await practiceDoor.locality(`L910010_SB${n}_`, 'LOST');
    for (const n of [10, 610]) await practiceDoor.locality(`L910011_SB${String(n).padStart(3, '0')}_`, 'UNAVAILABLE');
    const list = await write('srm_sites.txt', links);
    await window.showTextDocument(list);
    const result = await check(list, { stager: 'Grid tools' });
    assert.equal(result.total, 2500);
    assert.deepEqual(result.counts, { ONLINE_AND_NEARLINE: 1299, NEARLINE: 696, LOST: 3, UNAVAILABLE: 2 });
    assert.equal(result.percentStaged, 51.9);
    assert.equal(result.failed.length, 500);
    assert.deepEqual([...result.files, ...result.failed].map(({ link }) => link).sort(), [...links].sort(), 'each file once');
    for (const { link, message } of result.failed) {
      assert.ok(link.startsWith('dav://127.0.0.2'), link);
      assert.match(message, /\w+ \w+.*\.$/);
    }
    await eventually('the words stand behind the lines', async () => (await words(list, 2499, 2499))[2499] === 'failed, no answer');
    assert.deepEqual(await words(list, 699, 705), {
      700: 'on tape',
      701: 'lost',
      702: 'lost',
      703: 'lost',
      704: 'on tape',
      705: 'on tape',
    });
    assert.match((await lens(list))[0] ?? '', /1\u2009?299 online, 696 on tape, 2 unavailable, 500 failed, 3 lost at /);

    const { requests, failed } = await execute<StageResult>('grid.staging.stageOnTape', list, { stager: 'Grid tools' });
    assert.equal(failed, undefined);
    assert.deepEqual(
      requests.map(({ site, links: count }) => [site, count]),
      [
        ['near', 397],
        ['far', 299],
      ],
    );
    await eventually(
      'both requests are done',
      async () => (await refresh()).requests.filter(({ stager, state }) => stager === 'Grid tools' && state === 'done').length === 2,
    );
    await eventually('the gutter has followed the desk', async () => (await words(list, 700, 700))[700] === undefined);
    await eventually('the line of facts, too', async () =>
      ((await lens(list))[0] ?? '').includes('1995 online, 2 unavailable, 500 failed, 3 lost at '),
    );
    const after = await check(list, { stager: 'Grid tools' });
    assert.equal(after.counts.ONLINE_AND_NEARLINE, 1995);
    assert.deepEqual(await execute<StageResult>('grid.staging.stageOnTape', list, { stager: 'Grid tools' }), { requests: [], skipped: 0 });
    await set('grid.links.sites', undefined);
  });

  it('each site of a mixed list is checked and staged by its own door, and what no stager serves says so', async () => {
    await set('grid.links.sites', threeSites);
    const far = { name: 'Far door', kind: 'dcache', url: `http://localhost:${port}/api/v1`, token: practiceDoor.token };
    await execute('grid.staging.removeStager', { name: 'Grid tools' }).catch(() => undefined);
    await execute('grid.staging.addStager', far);
    const [near, away, down] = [
      at('127.0.0.1', 'near', 910_020, 3),
      at('localhost', 'far', 910_021, 2),
      at('127.0.0.2', 'down', 910_022, 1),
    ];
    await practiceDoor.seed([...near, ...away]);
    await practiceDoor.disk([...near.slice(0, 1)]);
    const list = await write('srm_doors.txt', [...near, ...down, ...away]);
    const unserved = { link: down[0], message: 'No stager that can tell serves Down. Add a tape, dCache or gfal2 stager.' };
    const { counts, failed } = await check(list, {});
    assert.deepEqual([counts, failed], [{ ONLINE_AND_NEARLINE: 1, NEARLINE: 4 }, [unserved]]);
    const asked = (await practiceDoor.calls('archiveinfo')).map(({ body }) => (JSON.parse(body) as { paths: string[] }).paths.length);
    assert.deepEqual(asked.sort(), [2, 3], 'each door about its own');
    assert.deepEqual((await check(list)).failed, [unserved], 'a person is not asked');
    await assert.rejects(
      execute('grid.staging.stage', list, {}),
      /Several stagers could be meant: Practice, Door and Far door\. .*"sites"/,
    );

    await execute('grid.staging.addStager', { ...far, sites: ['far'] });
    await execute('grid.staging.addStager', {
      name: 'Door',
      kind: 'tape',
      url: practiceDoor.url,
      token: practiceDoor.token,
      sites: ['near'],
    });
    const rows = ({ requests }: StageResult) => requests.map(({ stager, site, links }) => [stager, site, links]);
    await execute('grid.staging.removeStager', { name: 'Practice' });
    const staged = await execute<StageResult>('grid.staging.stage', list, {});
    assert.deepEqual(rows(staged), [
      ['Door', 'near', 3],
      ['Far door', 'far', 2],
    ]);
    assert.deepEqual([staged.skipped, staged.failed], [1, [{ link: down[0], message: 'Not sent: no stager serves Down.' }]]);
    for (const { stager, id } of staged.requests) await execute('grid.staging.abort', { stager, id });
    for (const { stager, id } of staged.requests) await execute('grid.staging.forget', { stager, id });
    const rest = await execute<StageResult>('grid.staging.stageOnTape', list, {});
    assert.deepEqual(rows(rest), [
      ['Door', 'near', 2],
      ['Far door', 'far', 2],
    ]);
    for (const { stager, id } of rest.requests) await execute('grid.staging.forget', { stager, id });
    await execute('grid.staging.addStager', {
      name: 'Practice',
      kind: 'lta',
      url: practice.url,
      user: practice.user,
      password: practice.password,
    });
    await execute('grid.staging.removeStager', { name: 'Far door' });
    await add('Door', 'tape', practiceDoor.url);
    await execute('grid.staging.addStager', { name: 'Grid tools', kind: 'gfal', url: '' });
    await set('grid.links.sites', undefined);
  });

  it('several doors of no known site: a program has to name one; gfal2 is not among them', async () => {
    await add('Second door', 'tape', practiceDoor.url);
    const list = await write('srm_which.txt', linksAt('sara', 910_005, 1));
    await assert.rejects(check(list, {}), /Several stagers could be meant: Door and Second door\. .* \[rejected\]$/);
    await set('grid.staging.defaultStager', 'Door');
    assert.equal((await check(list, {})).total, 1);
    await set('grid.staging.defaultStager', undefined);
    await execute('grid.staging.removeStager', { name: 'Second door' });
    assert.equal((await check(list, {})).total, 1);
  });

  it('a list of a hundred thousand keeps its words right while lines come and go', async function () {
    this.timeout(120_000);
    const links = Array.from(
      { length: 100_000 },
      (_, n) => `/pnfs/grid.sara.nl/data/lofar/L${920_000 + Math.floor(n / 500)}_SB${String(n % 500).padStart(3, '0')}_uv.MS_0123abcd.tar`,
    );
    await practiceDoor.seed(links);
    await practiceDoor.disk(links.filter((_, n) => n % 3 === 0));
    const list = await write('srm_large.txt', links);
    await window.showTextDocument(list);
    const { counts, percentStaged } = await check(list, { stager: 'Door' });
    assert.deepEqual([counts, percentStaged], [{ ONLINE_AND_NEARLINE: 33_334, NEARLINE: 66_666 }, 33.3]);
    await eventually('the words are there', async () => (await words(list, 99_998, 99_998))[99_998] === 'on tape');
    const edit = new WorkspaceEdit();
    edit.insert(list, new Position(0, 0), '# one\n# two\n');
    assert.ok(await workspace.applyEdit(edit));
    assert.deepEqual(await words(list, 50_000, 50_003), { 50_001: 'on tape', 50_002: 'on tape' });
    await execute('workbench.action.files.revert');
    await practice.reset();
  });
});
