import { readFileSync } from 'node:fs';
import { anchorOf } from '../src/anchor-of.mjs';

const sidebar = JSON.parse(readFileSync(`${import.meta.dirname}/../pages/sidebar.json`, 'utf8'));

/** @type {import('vitepress').UserConfig} */
export default {
  title: 'Turnwise',
  description: 'Tool-calling agents on open-weight models that take strict turns',
  srcDir: 'pages',
  cleanUrls: true,
  // The headings have the same anchors as on GitHub, which the tests of the links use.
  markdown: { anchor: { slugify: anchorOf } },
  themeConfig: {
    search: { provider: 'local' },
    outline: 'deep',
    nav: [
      { text: 'Guide', link: '/guide/' },
      { text: 'API', link: '/api/' },
    ],
    sidebar,
  },
};
