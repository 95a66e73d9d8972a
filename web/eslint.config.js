import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['node_modules/'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: 'module' },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      curly: ['error', 'multi-line'],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-throw-literal': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
      'no-useless-assignment': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
    },
  },
  { files: ['*.js'], languageOptions: { globals: globals['shared-node-browser'] } },
  { files: ['page/**/*.js'], languageOptions: { globals: globals.browser } },
  { files: ['worker/**/*.js', 'engine/**/*.js', 'storage/**/*.js'], languageOptions: { globals: globals.worker } },
  { files: ['service-worker.js', 'service-worker/**/*.js'], languageOptions: { globals: globals.serviceworker } },
];
