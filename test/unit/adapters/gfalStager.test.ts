/** Recalls by gfal2 where gfal2 gives no token, refuses as a whole, or tells of files in its own way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Gfal, GfalRecall } from '../../../src/adapters/gfal';
import { createGfalStager } from '../../../src/adapters/gfalStager';
import type { LocalityAnswer } from '../../../src/core/ports';
import { fails, here, link, links } from './stage';
import { standing } from './doorStage';

interface Script {
  readonly recall?: GfalRecall;
  readonly files?: GfalRecall['files'];
  readonly seen?: Readonly<Record<string, LocalityAnswer>>;
}

/** gfal2 as the stager sees it; what was asked is kept. */
function stagerOn({ recall = { token: 't', files: [] }, files = [], seen = {} }: Script) {
  const asked: unknown[][] = [];
  const keep = <T>(value: T, ...call: unknown[]): Promise<T> => {
    asked.push(call);
    return Promise.resolve(value);
  };
  const gfal: Partial<Gfal> = {
    bringOnline: (urls, pinMs, requestMs) => keep(recall, 'online', urls, pinMs, requestMs),
    recallState: (urls, token) => keep(files, 'poll', urls, token),
    release: (urls, token) => keep(files, 'release', urls, token),
    abortRecall: (urls, token) => keep(files, 'abort', urls, token),
    locality: (some, { heard }) => {
      for (const each of some) if (seen[each] !== undefined) heard(each, seen[each]);
      return Promise.resolve();
    },
  };
  return { stager: createGfalStager({ name: 'gfal2', gfal: gfal as Gfal, pinMs: 1000, requestMs: 2000 }), asked };
}

const submit = { ...here, notify: false };

test('links go in the form of SRM, all of them and in their order, each time', async () => {
  const { stager, asked } = stagerOn({ files: [undefined, { code: 11, text: 'queued' }] });
  const id = await stager.submit(links(2), submit);
  assert.equal(await standing(stager, id, links(2)), 'running: online staging');
  await stager.abort(id, { ...here, links: links(2) });
  await stager.release?.(id, [link(0)], here).catch(() => undefined);
  const urls = links(2).map((each) => each.replace(':8443/', ':8443/srm/managerv2?SFN=/'));
  assert.deepEqual(asked, [
    ['online', urls, 1000, 2000],
    ['poll', urls, 't'],
    ['poll', urls, 't'],
    ['abort', urls, 't'],
    ['release', [urls[0]], 't'],
  ]);
});

test('no token, since all is online: looked at, never claimed', async () => {
  const seen = { [link(0)]: { locality: 'ONLINE' }, [link(1)]: { locality: 'NEARLINE' }, [link(2)]: { problem: 'Down.' } } as const;
  const { stager, asked } = stagerOn({ recall: { token: '', files: [undefined, undefined, undefined] }, seen });
  const id = await stager.submit(links(3), submit);
  assert.match(id, /^none-[0-9a-f]{16}$/);
  assert.equal(await standing(stager, id, links(3)), 'partial: online tape unknown');
  await stager.abort(id, { ...here, links: links(3) });
  assert.equal(await stager.requestToken(id, here), '');
  assert.equal(asked.length, 1, 'nothing is asked about a token that is none');
});

test('refused as a whole is no request; refused in part is one', async () => {
  const refused = { code: 13, text: 'Permission refused' };
  await fails(stagerOn({ recall: { token: '', files: [refused, refused] } }).stager.submit(links(2), submit), 'forbidden');
  const { stager } = stagerOn({ recall: { token: 't', files: [undefined, refused] }, files: [undefined, refused] });
  assert.equal(await standing(stager, await stager.submit(links(2), submit), links(2)), 'partial: online failed');
  await fails(stager.submit([], submit), 'rejected');
  await fails(stager.submit([link(0), link(1, 'srm.example.org:8443')], submit), 'rejected', /one site at a time/);
});

test('what is said to have come and has left the disk is seen, and what failed is looked at before it turns red', async () => {
  const failed = { code: 5, text: '[Tape REST API] Staging failed' };
  const seen = {
    [link(0)]: { locality: 'ONLINE_AND_NEARLINE' },
    [link(1)]: { locality: 'NEARLINE' },
    [link(2)]: { locality: 'ONLINE' },
    [link(3)]: { locality: 'NEARLINE' },
  } as const;
  const { stager } = stagerOn({ files: [undefined, undefined, failed, failed, undefined], seen });
  assert.equal(await standing(stager, 't', links(5)), 'partial: online expired online failed online');
  const running = stagerOn({ files: [undefined, { code: 11, text: 'queued' }, failed], seen }).stager;
  assert.equal(await standing(running, 't', links(3)), 'running: online staging online');
});

test('the words of a failure: lost, unavailable, cancelled in either spelling', async () => {
  const files = [
    { code: 2, text: '[Tape REST API] File locality reported as LOST (path=/f)' },
    { code: 11, text: 'queued' },
    { code: 22, text: '[Tape REST API] Unrecognized staging status: CANCELLED' },
    { code: 5, text: '[Tape REST API] File locality reported as UNAVAILABLE' },
  ];
  assert.equal(await standing(stagerOn({ files }).stager, 't', links(4)), 'running: lost staging cancelled unavailable');
  await fails(
    stagerOn({ files })
      .stager.poll([{ id: 't', links: [], online: 0 }], here)
      .then((answers) => Promise.reject(answers.get('t') as Error)),
    'rejected',
  );
});
