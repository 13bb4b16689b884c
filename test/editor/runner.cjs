// Stands between the extension host and the tests: VS Code is given this file as extensionTestsPath, and this file runs
// the tests of GRID_TEST_ENTRY. Two things make it necessary:
//   - an extension host that crashes is reported by VS Code for the web as exit code 0, so the outcome is told from here;
//   - the tests' output would arrive between the lines of the editor's own log, so it takes a way of its own.
// Plain CommonJS, because the extension host loads it without a loader.
const { connect } = require('node:net');
const { Writable } = require('node:stream');
const { format } = require('node:util');

exports.run = async () => {
  const line = connect(process.env.GRID_TEST_SOCKET);
  line.on('error', () => {}); // the program has gone, and this host will be ended by it
  const tell = (message) => line.write(`${JSON.stringify(message)}\n`);

  // By definition, not by assignment: the extension host has put setters there that ignore what they are given.
  for (const [name, stream] of Object.entries({ log: 'out', info: 'out', debug: 'out', warn: 'err', error: 'err' })) {
    Object.defineProperty(console, name, { value: (...args) => tell({ [stream]: `${format(...args)}\n` }), configurable: true });
  }
  Object.defineProperty(process, 'stdout', { value: streamTo((text) => tell({ out: text })), configurable: true });
  Object.defineProperty(process, 'stderr', { value: streamTo((text) => tell({ err: text })), configurable: true });

  let failure;
  try {
    await require(process.env.GRID_TEST_ENTRY).run();
  } catch (error) {
    failure = error ?? new Error('The tests failed.');
  }
  const heard = new Promise((resolve) => line.once('data', resolve).once('close', resolve));
  tell({ passed: failure === undefined });
  await heard; // else the window could tell its exit code before our words have arrived
  if (failure !== undefined) throw failure; // the extension host prints it
};

function streamTo(say) {
  return new Writable({
    write(chunk, _encoding, done) {
      say(chunk.toString());
      done();
    },
  });
}
