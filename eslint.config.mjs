import js from '@eslint/js';
import ts from 'typescript-eslint';

/** Import rules of the house; `test/unit/house/layers.test.ts` checks the same on the resolved graph. */
const never = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: patterns.map(([regex, message]) => ({ regex, message })) }] },
});

export default ts.config(
  { ignores: ['dist/', '.build/', '.practice/', '.vscode-test/', 'node_modules/', 'test/fixtures/'] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.mjs'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only: a thing has one name everywhere.' },
      ],
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  never(
    ['src/core/**'],
    [
      ['^node:', 'core is pure: no node.'],
      ['^vscode$', 'core is pure: no vscode.'],
      ['(^|/)(adapters|vscode|shared)(/|$)', 'core imports core only.'],
    ],
  ),
  never(
    ['src/adapters/**'],
    [
      ['^vscode$', 'adapters run without an editor.'],
      ['(^|/)vscode/', 'adapters import core and node only.'],
    ],
  ),
  {
    files: ['src/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['execSync', 'execFileSync', 'spawnSync', 'readFileSync', 'writeFileSync', 'readdirSync', 'statSync', 'existsSync'].map(
          (property) => ({
            property,
            message: 'Synchronous calls freeze the editor.',
          }),
        ),
      ],
    },
  },
  {
    // Plain scripts: no types to check, and their output is the console. ESLint and VS Code's own config want a default export.
    files: ['**/*.mjs', '**/*.cjs', 'test/editor/code'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        AbortSignal: 'readonly',
        fetch: 'readonly',
        require: 'readonly',
        exports: 'readonly',
        module: 'readonly',
        __dirname: 'readonly',
      },
    },
    rules: { 'no-console': 'off', '@typescript-eslint/no-empty-function': 'off', '@typescript-eslint/no-require-imports': 'off' },
  },
  { files: ['eslint.config.mjs', 'webview/assets.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  never(
    ['webview/**'],
    [
      ['^node:|^vscode$', 'A panel runs in a page: no node, no editor.'],
      ['(^|/)(adapters|vscode)(/|$)', 'Panels know the grid by what the host sends: shared, and the pure words of core.'],
    ],
  ),
  {
    files: ['webview/**'],
    ignores: ['webview/ui.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^@(vscode|microsoft)/', message: 'The toolkit is reached through ui.ts.' }] },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-console': 'off',
      // node:test's `test()` and `describe()` return promises that the runner awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              name: ['test', 'it', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach'],
              package: 'node:test',
            },
          ],
        },
      ],
    },
  },
);
