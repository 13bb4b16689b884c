/** Words, letters and the document inside `response`, without a server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileReports, needsLetters, readResponse, readSaid, readState, type Recalled } from '../../../src/adapters/stageitReport';
import { requestStates, type RequestState } from '../../../src/core/staging/state';
import { link, links } from './stage';

const none = new Map<string, string>();

test('words mean states, in any case and spelling; the word counts before the letter', () => {
  const told: readonly (readonly [unknown, unknown, RequestState, string])[] = [
    ['new', 'N', 'submitted', 'new'],
    ['Scheduled', '', 'scheduled', 'Scheduled'],
    ['scheduded', '', 'scheduled', 'scheduded'],
    ['in_progress', '', 'running', 'in_progress'],
    [' IN PROGRESS ', 'S', 'running', 'IN PROGRESS'],
    ['success', 'C', 'done', 'success'],
    ['partial success', '', 'partial', 'partial success'],
    ['partial-success', '', 'partial', 'partial-success'],
    ['failed', '', 'failed', 'failed'],
    ['aborted', '', 'aborted', 'aborted'],
    ['on hold', '', 'onHold', 'on hold'],
    [null, 'S', 'scheduled', 'scheduled'],
    [undefined, 'A', 'aborted', 'aborted'],
    ['', 'C', 'done', 'completed'],
    ['', 'Q', 'unknown', 'Q'],
    ['musing', 'S', 'scheduled', 'musing'],
    ['musing', 'Q', 'unknown', 'musing'],
    [7, null, 'unknown', '7'],
    [{}, [], 'unknown', ''],
    [null, null, 'unknown', ''],
  ];
  for (const [currentStatus, currentStatusCode, state, word] of told)
    assert.deepEqual(readState(readSaid({ currentStatus, currentStatusCode }), none), { state, word }, JSON.stringify(currentStatus));
});

test("the service's own explanation of a letter counts before ours, and is asked for only when it is needed", () => {
  const letters = new Map([
    ['C', 'Partial success'],
    ['S', 'snoozing'],
  ]);
  assert.deepEqual(readState({ word: '', letter: 'C' }, letters), { state: 'partial', word: 'Partial success' });
  assert.deepEqual(readState({ word: '', letter: 'S' }, letters), { state: 'unknown', word: 'snoozing' });
  assert.equal(needsLetters({ word: 'new', letter: 'N' }, none), false);
  assert.equal(needsLetters({ word: '', letter: '' }, none), false);
  assert.equal(needsLetters({ word: '', letter: 'N' }, none), true);
  assert.equal(needsLetters({ word: '', letter: 'S' }, letters), false);
});

const empty: Recalled = { online: [], progressing: [], errors: new Map() };

test('the document is read in every form it has been seen or feared in', () => {
  const told: readonly (readonly [unknown, Recalled | undefined])[] = [
    [null, empty],
    [undefined, empty],
    ['', empty],
    ['  ', empty],
    ['null', empty],
    ['{}', empty],
    [{}, empty],
    ['{"online":null,"progressing":"x","errors":[]}', empty],
    ['{"online":["a"],"progressing":["b",7],"errors":{"c":"why"}}', { online: ['a'], progressing: ['b'], errors: new Map([['c', 'why']]) }],
    [{ online: ['a'] }, { ...empty, online: ['a'] }],
    ['{"errors":["c"]}', { ...empty, errors: new Map([['c', '']]) }],
    [
      '{"errors":{"c":["one","two"],"d":{"message":"three"},"e":null,"f":7}}',
      {
        ...empty,
        errors: new Map([
          ['c', 'one two'],
          ['d', 'three'],
          ['e', ''],
          ['f', ''],
        ]),
      },
    ],
    ['{"online":["a"', undefined],
    ['OK', undefined],
    ['[]', undefined],
    [17, undefined],
    [true, undefined],
  ];
  for (const [response, wanted] of told) assert.deepEqual(readResponse(response), wanted, JSON.stringify(response));
});

test('a reason is one line, without secrets, and not endless', () => {
  const errors = { a: 'srm \n error,\tauthz=abcdef', b: 'x'.repeat(1000) };
  const read = readResponse({ errors })?.errors;
  assert.equal(read?.get('a'), 'srm error, authz=[redacted]');
  assert.equal(read.get('b')?.length, 301);
});

test('what the document does not list is told by the state of the request', () => {
  const wanted: Record<RequestState, string> = {
    draft: 'unknown',
    submitting: 'unknown',
    submitted: 'queued',
    scheduled: 'queued',
    running: 'queued',
    onHold: 'queued',
    done: 'unknown',
    partial: 'failed',
    failed: 'failed',
    aborted: 'cancelled',
    unknown: 'unknown',
  };
  const recalled: Recalled = { online: [link(0)], progressing: [link(1)], errors: new Map([[link(2), 'why']]) };
  for (const state of requestStates) {
    const files = fileReports(links(4), state, recalled);
    const ended = ['done', 'partial', 'failed', 'aborted'].includes(state);
    assert.deepEqual(
      [...files.values()],
      [{ state: 'online' }, { state: ended ? wanted[state] : 'staging' }, { state: 'failed', message: 'why' }, { state: wanted[state] }],
      state,
    );
  }
});

test('online counts before failed before staging', () => {
  const recalled: Recalled = {
    online: [link(0)],
    progressing: links(2),
    errors: new Map([
      [link(0), 'x'],
      [link(1), ''],
    ]),
  };
  assert.deepEqual([...fileReports(links(2), 'running', recalled).values()], [{ state: 'online' }, { state: 'failed' }]);
});

test('links are found in another spelling, and not on another host', () => {
  const path = '/pnfs/grid.sara.nl/data/x.tar';
  const mine = `srm://srm.grid.sara.nl:8443${path}`;
  const spellings = [
    `srm://srm.grid.sara.nl${path}`,
    `srm://srm.grid.sara.nl:8443/srm/managerv2?SFN=${path}`,
    `srm://SRM.grid.sara.nl:8443/${path}`,
  ];
  for (const online of spellings)
    assert.equal(fileReports([mine], 'running', { ...empty, online: [online] }).get(mine)?.state, 'online', online);
  const twin = `srm://other.example:8443${path}`;
  const files = fileReports([mine, twin], 'running', { ...empty, online: [spellings[0] ?? ''] });
  assert.deepEqual(
    [...files.values()].map(({ state }) => state),
    ['online', 'queued'],
  );
  assert.deepEqual([...fileReports([mine], 'running', { ...empty, online: ['srm://x/y', ''] }).keys()], [mine]);
});

test('ten thousand links in another spelling are matched at once', () => {
  const many = links(10_000);
  const online = many.map((each) => each.replace(':8443', ''));
  const files = fileReports(many, 'done', { ...empty, online });
  assert.equal([...files.values()].filter(({ state }) => state === 'online').length, 10_000);
});
