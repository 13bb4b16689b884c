import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GridError } from '../../../src/core/errors';
import * as sights from '../../ui/sandboxSights';
import { builtOf, publishedOf, recipe, stepsUpTo, told } from '../../ui/sandboxSights';

const sentence = ({ sight }: sights.Told): string => sight.sentence.map(({ text }) => text).join('');
const states = ({ sight }: sights.Told): string => sight.steps.map(({ state }) => state.charAt(0)).join('');
const offered = ({ sight }: sights.Told): readonly string[] =>
  sight.actions.map(
    ({ label, primary, disabled }) => `${label}${primary === true ? '!' : ''}${disabled === undefined ? '' : ` (${disabled})`}`,
  );

test('before anything was built: the whole way, what is asked for, and where it would go', () => {
  const plan = sights.plan();
  assert.equal(sentence(plan), 'Not built yet');
  assert.equal(states(plan), 'wwwwwwwwwww');
  assert.deepEqual(offered(plan), [
    'Build!',
    'Upload… (Build it first.)',
    'Set on tokens… (Upload it first: tokens name the place where it is.)',
  ]);
  assert.match(plan.sight.target.location ?? '', /\/sandbox\/pref3\/pref_cal-<SHA-256>\.tar$/);
  assert.deepEqual(
    plan.sight.sources.map(({ name, asked, moves, loose, commit }) => [name, asked, moves, loose, commit]),
    [
      ['GRID_Sandbox', 'main', true, false, undefined],
      ['prefactor', 'V3.2', true, false, undefined],
      ['LOFAR-grid-tools', 'b81e07d40c', false, false, undefined],
      ['losoto', 'default branch', true, true, undefined],
    ],
  );
  assert.deepEqual(
    plan.sight.findings.map(({ code, remedy }) => [code, remedy]),
    [['missing-field', undefined]],
  );
});

test('where it goes is asked when no setting says it, and no pool, no tokens', () => {
  const { sight } = told({ built: builtOf(), published: publishedOf(builtOf(), sights.now) }, { root: '', pools: 0 });
  assert.match(sight.actions[2]?.disabled ?? '', /no pool/);
  assert.equal(told({}, { root: '' }).sight.target.note, 'Upload asks where: grid.sandbox.root is not set, “loc” is pref3');
  assert.match(told({}, { root: 'ftp://host/x/' }).sight.target.note, /of a protocol that gfal2 does not upload by/);
  assert.deepEqual(
    told({}, { trusted: false }).sight.actions.map(({ disabled }) => disabled),
    Array.from({ length: 3 }, () => 'This workspace is in restricted mode.'),
  );
});

test('while it is built and uploaded one button in its place cancels', () => {
  assert.equal(sentence(sights.building()), 'Building: Clone prefactor');
  assert.equal(states(sights.building()), 'ddrwwwwwwww');
  assert.equal(offered(sights.building())[0], 'Cancel build');
  assert.deepEqual(sights.building().sight.findings, [], 'of a build that is under way nothing old is told');
  assert.equal(sentence(sights.uploading()), 'Built 14:29, uploading 65\u2009%');
  assert.equal(offered(sights.uploading())[1], 'Cancel upload');
  assert.equal(offered(sights.uploading())[0], 'Build (It is being uploaded.)');
});

test('what failed says the step, what to do, and its last lines', () => {
  const failed = sights.failed();
  assert.equal(sentence(failed), 'Build failed at “Clone prefactor”');
  assert.equal(states(failed), 'ddfwwwwwwww');
  assert.deepEqual(failed.sight.failure?.sentence, 'There is no branch or tag “V3.2” in prefactor. Was “V3.3” meant?');
  assert.equal(failed.sight.failure?.lines.at(-1), 'fatal: couldn’t find remote ref V3.2');
  assert.ok((failed.sight.failure?.lines.length ?? 9) <= 5);
});

test('errors of the check are the findings of a build that was refused', () => {
  const problems = [{ code: 'no-master', severity: 'error', file: 'master.sh', message: 'There is no master.sh.' }];
  const error = new GridError('rejected', 'There is no master.sh.', { cause: { problems } });
  const { sight } = told({ error, steps: stepsUpTo('check', { state: 'failed' }, 'pack') });
  assert.deepEqual(
    sight.findings.map(({ code, severity }) => [code, severity]),
    [['no-master', 'error']],
  );
});

test('built: what differs from the published version, with the one step that comes next', () => {
  assert.equal(sentence(sights.built()), 'Built 14:32, never published');
  const differing = sights.differing();
  assert.equal(sentence(differing), 'Built 14:29, 3 changed, 1 new, 1 removed since it was published');
  assert.deepEqual(offered(differing), ['Build', 'Upload…!', 'Set on tokens… (Upload it first: what is in place is another version.)']);
  assert.equal(differing.sight.sources[1]?.before?.slice(0, 10), '71aa0c5e22');
  assert.equal(differing.sight.sources[0]?.before, undefined);
  const { content } = differing;
  assert.ok(content !== undefined);
  const marked = (mark: string): readonly string[] => content.paths.filter((_, at) => content.marks.charAt(at) === mark);
  assert.deepEqual(marked('r'), ['bin/aoflagger-2.sh']);
  assert.deepEqual(marked('n'), ['prefactor/scripts/transfer_gains_RMextract.py']);
  assert.equal(content.before[content.paths.indexOf('master.sh')], 3900);
  assert.ok(content.paths.includes('MANIFEST.json'));
  assert.deepEqual(content.notes[content.paths.indexOf('LOFAR-grid-tools/bin/upload_results.sh')], {
    text: 'CRLF line ends',
    tone: 'warning',
  });
});

test('published: compared with the version before, and tokens come next', () => {
  const published = sights.published();
  assert.equal(sentence(published), 'Published 14:32');
  assert.equal(offered(published)[2], 'Set on tokens…!');
  assert.match(published.content?.against ?? '', /^against the version before, of Tue/);
  assert.match(published.sight.target.note, /^in place since/);
});

test('a step that has changed since is told, and its steps are those of the plan', () => {
  const changed = { ...recipe, repositories: recipe.repositories.slice(0, 2) };
  const seen = told({ built: builtOf(), steps: stepsUpTo('pack', { state: 'done' }, 'pack') }, { recipe: changed });
  assert.equal(sentence(seen), 'Built 14:29, the step has changed since');
  assert.ok(seen.sight.steps.every(({ state }) => state === 'waiting'));
  assert.equal(seen.sight.steps.length, 9);
  assert.equal(offered(seen)[0], 'Build!');
});

test('a window that was closed in the middle, and a pool that was silent', () => {
  const { sight } = sights.interrupted();
  assert.deepEqual(
    sight.notices.map(({ id }) => id),
    ['interrupted', 'unpruned'],
  );
  assert.equal(sentence(sights.interrupted()), 'Built 14:29, upload cancelled');
});

test('scripts that were converted are named, and can be left as they are where no recipe says it', () => {
  const { manifest } = builtOf();
  const files = manifest.files.map((file) =>
    file.path.endsWith('upload_results.sh') ? { ...file, lineEnds: 'converted' as const } : file,
  );
  const built = builtOf({ ...manifest, files }, { problems: [] });
  const [notice] = told({ built, lineEnds: true }).sight.notices;
  assert.match(notice?.sentence ?? '', /upload_results\.sh\. Their sources are as they were\.$/);
  assert.deepEqual(
    notice?.answers.map(({ label }) => label),
    ['Pack as they are'],
  );
  assert.deepEqual(told({ built, lineEnds: true }, { recipe: { ...recipe, lineEnds: true } }).sight.notices[0]?.answers, []);
});

test('many faults of one kind are one finding', () => {
  const [finding] = sights.many(2000).sight.findings;
  assert.deepEqual([finding?.code, finding?.more, finding?.others.length, finding?.remedy], ['crlf', 29, 29, 'Convert and rebuild…']);
});
