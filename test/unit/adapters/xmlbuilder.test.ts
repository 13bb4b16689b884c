import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import * as ours from '../../../src/adapters/xmlbuilder';

const theirs = createRequire(createRequire(__filename).resolve('xmlrpc/lib/serializer.js'))('xmlbuilder') as {
  create(name: string, options: object): ReturnType<typeof ours.create>;
};

type Step = readonly ['ele' | 'txt' | 'text' | 'd' | 'up', string];
const text = fc.string({
  unit: fc.oneof(fc.constantFrom('<', '>', '&', ']', '\r', '\n', '"', '\u{1F600}', 'é', '\u0001'), fc.string({ maxLength: 1 })),
});
const steps = fc.array(
  fc.oneof(
    fc.tuple(fc.constant('ele' as const), fc.constantFrom('value', 'member', 'dateTime.iso8601')),
    fc.tuple(
      fc.constantFrom('txt' as const, 'text' as const),
      text.filter((value) => value !== ''),
    ),
    // Of several ends of a section the package escapes the first only.
    fc.tuple(
      fc.constant('d' as const),
      text.filter((value) => value.split(']]>').length < 3 && value !== ''),
    ),
    fc.tuple(fc.constant('up' as const), fc.constant('')),
  ),
);

function written(create: (name: string) => ReturnType<typeof ours.create>, all: readonly Step[]): string {
  try {
    let at = create('methodCall');
    let depth = 0;
    for (const [verb, word] of all) {
      if (verb === 'up') {
        if (depth > 0) at = at.up();
        depth = Math.max(0, depth - 1);
      } else if (verb === 'ele') {
        at = at.ele(word);
        depth++;
      } else at[verb](word);
    }
    return at.doc().toString();
  } catch {
    return 'refused';
  }
}

test('writes what the package writes, and refuses what it refuses', () => {
  fc.assert(
    fc.property(steps, (all) => {
      assert.equal(
        written(ours.create, all),
        written((name) => theirs.create(name, { version: '1.0', allowSurrogateChars: true }), all),
      );
    }),
  );
});

test('several ends of a section in one text stay text', () => {
  assert.equal(ours.create('a').d(']]>]]>').toString(), '<a><![CDATA[]]]]><![CDATA[>]]]]><![CDATA[>]]></a>');
});
