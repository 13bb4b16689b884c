import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseJson } from '../../../src/core/config/json';
import { attachmentLinks, hoverToken, remarksOf } from '../../../src/core/tokens/hover';
import { lintToken, type LintOptions } from '../../../src/core/tokens/rules/lint';
import { rules, type Rule } from '../../../src/core/tokens/rules/rule';
import { Chance } from '../../live/chance';
import { practiceDocuments } from '../../practice/poolTokens';

const now = Date.UTC(2026, 10, 17, 12);
const seconds = now / 1000;
const table: readonly (readonly [string, Rule])[] = Object.entries(rules);
const codesIn = (text: string, options: Partial<LintOptions> = {}) => lintToken(text, { now, ...options }).map(({ code }) => code);

/** What a pool holds, as the editor hands it to the rules. */
function savedAs(text: string): NonNullable<LintOptions['saved']> {
  const { _id: id, _rev: rev, _attachments: attachments } = JSON.parse(text) as Record<string, unknown>;
  return { id: String(id), isRead: (each) => each === rev, attachments: [attachments] };
}

function optionsFor({ code, saved }: Rule): LintOptions {
  return { now, ...(saved === undefined ? {} : { saved: savedAs(saved) }), ...(code === 'too-large' ? { most: 60 } : {}) };
}

describe('the rule table of tokens', () => {
  for (const [name, rule] of table) {
    it(`${name}: its example has this problem and no other`, () => {
      const found = lintToken(rule.example, optionsFor(rule));
      assert.deepEqual([...new Set(found.map(({ code }) => code))], [rule.code]);
      for (const { start, end, message, severity, fixes = [] } of found) {
        assert.ok(end > start && end <= rule.example.length, 'it has a place that can be seen');
        assert.equal(severity, rule.severity);
        for (const sentence of [message, rule.documentation]) {
          assert.match(sentence, /[.?]$/, sentence);
          assert.doesNotMatch(sentence, /!(\s|$)|please|successful/i, sentence);
        }
        for (const fix of fixes) {
          const mended = fix.edits.reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), rule.example);
          assert.ok(!lintToken(mended, optionsFor(rule)).some(({ code }) => code === rule.code), `${fix.title}: ${mended}`);
        }
      }
    });
  }

  it('each code stands for one rule, and is a word that stays', () => {
    const codes = table.map(([, { code }]) => code);
    assert.equal(new Set(codes).size, codes.length);
    for (const code of codes) assert.match(code, /^[a-z]+(-[a-z]+)*$/);
  });
});

describe('problems of tokens', () => {
  it('tokens as the libraries write them have none but what they tell of themselves', () => {
    const told = new Set<string>(['library-mark', 'closed-without-code', 'code-as-text', 'done-before-lock']);
    for (const document of practiceDocuments(seconds).filter(({ _id: id }) => /^(t_|token_|pref_)/.test(String(id)))) {
      const loud = codesIn(JSON.stringify(document)).filter((code) => !told.has(code));
      assert.deepEqual(loud, [], JSON.stringify(document).slice(0, 300));
    }
  });

  it('what lacks is not told while the text cannot be read', () => {
    assert.deepEqual(codesIn('{ "type": "token", "lock": 0, '), []);
    assert.deepEqual(codesIn('{ "lo'), []);
    assert.deepEqual(codesIn(''), []);
  });

  it('fields misspelt near a known one that is not there', () => {
    const misspelt = (fields: string) =>
      lintToken(`{ "type": "token", "lock": 0, "done": 0, ${fields} }`, { now }).map(({ message }) => message);
    assert.match(misspelt('"exitcode": 1')[0] ?? '', /“exitcode”.*“exit_code”/);
    assert.match(misspelt('"STARTBS": "000"')[0] ?? '', /“STARTSB”/);
    assert.match(misspelt('"Pipeline_Step": "x"')[0] ?? '', /“PIPELINE_STEP”/);
    for (const own of ['"site": "sara"', '"exit_code": 1, "exitcode": 2', '"MSDATA": "x"', '"user": "ann"', '"cores": 4', '"seed": 1'])
      assert.deepEqual(misspelt(own), [], own);
    assert.ok(codesIn('{ "type": "token", "Lock": 0, "done": 0 }').includes('misspelt-field'));
  });

  it('the version that was read may be any of those that were', () => {
    const saved = savedAs('{ "_id": "a", "_rev": "2-y" }');
    assert.deepEqual(codesIn('{ "_id": "a", "_rev": "2-y", "type": "t", "lock": 0, "done": 0 }', { saved }), []);
    assert.deepEqual(codesIn('{ "_id": "a", "_rev": "1-x", "type": "t", "lock": 0, "done": 0 }', { saved }), ['changed-revision']);
  });

  it('attachments in another order are the same', () => {
    const saved = savedAs('{ "_id": "a", "_rev": "1-x", "_attachments": { "x": { "stub": true, "length": 3 }, "y": {} } }');
    const text =
      '{ "_id": "a", "_rev": "1-x", "type": "t", "lock": 0, "done": 0, "_attachments": { "y": {}, "x": { "length": 3, "stub": true } } }';
    assert.deepEqual(codesIn(text, { saved }), []);
  });

  it('nothing throws, whatever the text is', () => {
    const seed = Number(process.env.GRID_SEED ?? 11);
    const chance = new Chance(seed);
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      '\u0000',
      '\r\n',
      '1e999',
      '"lock"',
      '"_attachments"',
      '"times"',
      '//',
      '\ud800',
      '-1',
      'null',
      '"__proto__"',
    ] as const;
    const documents = practiceDocuments(seconds);
    for (let n = 0; n < 800; n++) {
      const document = documents[chance.whole(0, 200)] ?? {};
      let text = JSON.stringify(document, null, chance.odds(0.5) ? 2 : undefined);
      for (let k = chance.whole(0, 4); k > 0; k--) {
        const at = chance.whole(0, text.length);
        text = text.slice(0, at) + chance.one(pieces) + text.slice(at + chance.whole(0, 5));
      }
      const saved = { id: 'a', isRead: () => chance.odds(0.5), attachments: [undefined] };
      const found = lintToken(text, { now, saved });
      for (const { start, end } of found) assert.ok(start >= 0 && start < end && end <= text.length + 1, `GRID_SEED=${seed}: ${text}`);
      const tree = parseJson(text);
      for (let k = 0; k < 5; k++) hoverToken(tree, chance.whole(0, text.length), now);
      remarksOf(tree, now);
      attachmentLinks(tree);
    }
  });
});

describe('pointing at a token', () => {
  const hover = (document: object, word: string): string => {
    const text = JSON.stringify(document, null, 2);
    const at = text.indexOf(word) + 1;
    assert.ok(at > 0, word);
    const found = hoverToken(parseJson(text), at, now);
    return found === undefined ? '' : [found.title, found.doc, ...found.facts].filter((each) => each !== '').join(' | ');
  };
  const error = {
    _id: 'a',
    type: 'x',
    lock: seconds - 7200,
    done: seconds - 3600,
    output: 22,
    scrub_count: 1,
    times: { running: seconds - 60 },
  };

  it('a time: as a date, and how long ago', () => {
    assert.match(hover(error, String(error.lock)), /^lock \| 17 Nov 2026 10:00:00 UTC, \d\d:\d\d, 2 h ago\. \| Error: /);
    assert.match(hover(error, String(error.times.running)), /^times › running \| 17 Nov 2026 11:59:00 UTC, \d\d:\d\d, 1 min ago\.$/);
    assert.match(hover({ type: 'x', lock: (seconds - 60) * 1000, done: 0 }, '"lock"'), /Read as milliseconds: 17 Nov 2026 11:59:00 UTC/);
    assert.doesNotMatch(hover({ type: 'x', lock: 99, done: 99 }, '99'), /1970/);
  });

  it('the state in words, with the reason', () => {
    assert.match(hover(error, '"done"'), /Error: the data was not staged \(22\)\. Retry once staged\./);
    assert.match(
      hover({ type: 'x', lock: 0, done: 0, scrub_count: 2 }, '"lock"'),
      /To do: no pilot has it, and it is not closed; it was put back 2 times\./,
    );
    assert.match(
      hover({ type: 'x', lock: seconds - 22_800, done: 0, hostname: 'wn-3', slurm_job_id: '42_1' }, '"lock"'),
      /Locked: a pilot on wn-3, job 42_1, has it for 6 h 20 min, and it is not closed yet\./,
    );
    assert.match(hover({ type: 'x', lock: '0', done: 0 }, '"lock"'), /Unclassified: “lock” is no number, so no view shows it\./);
    assert.match(hover({ type: 'x', lock: 0, scrub_count: 0 }, '"lock"'), /Unclassified: “done” is missing/);
    assert.match(hover({ type: 'x', lock: 0, done: seconds }, '"done"'), /“done” is set though “lock” is 0/);
    assert.match(hover({ type: 'x', lock: -1, done: -1 }, '"lock"'), /Error: -1 in “lock” and “done” is how the library marks/);
    assert.match(hover({ ...error, output: 0 }, '"output"'), /Done: closed with the code 0\./);
    assert.match(hover({ ...error, output: '', status: 'done' }, '"done"'), /Done: closed, and its status says so\./);
    assert.match(hover({ ...error, output: '' }, '"done"'), /closed without a code/);
    assert.match(hover({ ...error, output: 57 }, '"output"'), /ended with the code 57, to which it gives its own meaning/);
  });

  it('a code by its time and by its field; one of the run before', () => {
    assert.match(
      hover({ ...error, lock: 1_450_000_000, done: 1_450_000_100, output: 20 }, '"output"'),
      /the download failed, or the pipeline is not known \(20\)/i,
    );
    assert.match(hover({ ...error, output: undefined, exit_code: 137 }, '"exit_code"'), /killed \(SIGKILL\)/i);
    assert.match(
      hover({ ...error, lock: seconds - 60, done: 0 }, '"output"'),
      /Locked: .* \| The code of the last run: the data was not staged \(22\)/,
    );
  });

  it('attachments, the revision, and what a field is for', () => {
    const document = {
      _id: 'a',
      _rev: '12-abc',
      type: 'x',
      scrub_count: 0,
      _attachments: { 'a/b': { content_type: 'image/png', length: 68_000 } },
    };
    assert.equal(hover(document, '"a/b"'), '_attachments › a/b | image/png, 68\u2009kB');
    assert.match(hover(document, '"_rev"'), /Written 12 times\./);
    assert.match(hover(document, '"scrub_count"'), /How often the token was put back/);
    assert.match(hover(document, '"_attachments"'), /1 file/);
    assert.equal(hover({ own: 1 }, '"own"'), '');
    assert.deepEqual(
      attachmentLinks(parseJson(JSON.stringify(document))).map(({ name }) => name),
      ['a/b'],
    );
  });

  it('times in the text get their words behind them', () => {
    const text = JSON.stringify({
      lock: seconds - 3600,
      done: 0,
      created: seconds - 1.5,
      times: { a: seconds, b: '' },
      error: [{ time: seconds }],
      x: seconds,
    });
    const remarks = remarksOf(parseJson(text), now);
    assert.equal(remarks.length, 4);
    assert.match(remarks[0]?.text ?? '', /^\d\d:\d\d, 1 h ago$/);
    assert.equal(text.slice(0, remarks[0]?.offset).endsWith(String(seconds - 3600)), true);
  });
});
