import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadlineSentence, firstDeadline, nearness, nextStep, type Deadline } from '../../../src/core/staging/deadline';
import { proxyEnds, proxyProblem, type ProxyFacts } from '../../../src/core/staging/proxy';

const hour = 3_600_000;
const now = 1_700_000_000_000;
const pin: Deadline = { kind: 'pin', at: now + 72 * hour, of: 'Request 17' };
const macaroon: Deadline = { kind: 'macaroon', at: now + 11 * hour + 20 * 60_000, of: 'SURF' };
const proxy: Deadline = { kind: 'proxy', at: now - 5 * 60_000, of: '/tmp/x509up_u1000' };

test('the first end, how near it is, and when to look again', () => {
  assert.equal(firstDeadline([pin, macaroon]), macaroon);
  assert.equal(firstDeadline([pin, macaroon, proxy]), proxy);
  assert.equal(firstDeadline([]), undefined);
  assert.equal(firstDeadline([{ ...pin, at: NaN }, pin]), pin);
  assert.deepEqual(
    [-1, 0, 1, 2, 2.1, 12, 12.1, 48, 48.1].map((hours) => nearness(now + hours * hour, now)),
    ['over', 'over', 'soon', 'soon', 'today', 'today', 'near', 'near', 'far'],
  );
  assert.equal(nextStep([pin], now), pin.at - 48 * hour);
  assert.equal(nextStep([pin, macaroon], now), macaroon.at - 2 * hour);
  assert.equal(nextStep([proxy], now), undefined);
  for (const each of [pin, macaroon]) {
    const step = nextStep([each], now) ?? 0;
    assert.notEqual(nearness(each.at, step), nearness(each.at, now), 'the step is where it changes');
  }
});

test('sentences', () => {
  assert.deepEqual(
    [pin, macaroon, proxy, { ...proxy, kind: 'attributes' as const, at: now + hour }].map((each) => deadlineSentence(each, now)),
    [
      'The pin of Request 17 ends in 3 d.',
      'The macaroon of SURF ends in 11 h 20 min.',
      'The grid proxy ended 5 min ago.',
      'The VO attributes of the grid proxy end in 1 h.',
    ],
  );
});

const facts: ProxyFacts = { path: '/tmp/p', subject: '/CN=a/CN=1', identity: '/CN=a', ends: now + 10 * hour, exposed: false };

test('what keeps a proxy from being used, the worst first', () => {
  const vo = (ends: number, name = 'lofar') => ({ ...facts, attributes: { vo: name, names: [`/${name}`], ends } });
  assert.equal(proxyProblem(facts, now, 10 * hour, 'lofar'), undefined, 'attributes that cannot be learned are no reproach');
  assert.equal(proxyProblem(vo(now + 5 * hour), now, 4 * hour, 'lofar'), undefined);
  assert.equal(proxyEnds(vo(now + 5 * hour)), now + 5 * hour);
  const told = [
    proxyProblem({ ...facts, ends: now, exposed: true }, now),
    proxyProblem({ ...facts, exposed: true }, now),
    proxyProblem(facts, now, 11 * hour),
    proxyProblem({ ...facts, attributes: null }, now, 0, 'lofar'),
    proxyProblem(vo(now + hour, 'atlas'), now, 0, 'lofar'),
    proxyProblem(vo(now - hour), now),
    proxyProblem(vo(now + hour), now, 2 * hour),
  ];
  assert.deepEqual(
    told.map((error) => error?.kind),
    ['expired', 'forbidden', 'expired', 'auth', 'auth', 'expired', 'expired'],
  );
  for (const error of told) assert.match(error?.sentence ?? '', /\.$/);
  assert.match(told[6]?.message ?? '', /VO attributes of the grid proxy end in 1 h; 2 h are needed/);
});
