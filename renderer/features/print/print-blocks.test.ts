import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { printBlocks } from './print-blocks.tsx';

const print = (text: string): string => renderToStaticMarkup(printBlocks(text));

test.each([
  ['A *true* and **strong** word.', '<p>A <em>true</em> and <strong>strong</strong> word.</p>'],
  ['# Dusk\n\nText.', '<h2>Dusk</h2><p>Text.</p>'],
  ['One.\n\n* * *\n\nTwo.', '<p>One.</p><p class="print-break">* * *</p><p>Two.</p>'],
  ['> A letter\n> goes on.\n>\n> And ends.', '<blockquote><p>A letter\ngoes on.</p><p>And ends.</p></blockquote>'],
  ['3. three\n4. four', '<ol start="3"><li><p>three</p></li><li><p>four</p></li></ol>'],
  ['See [the sea](https://example.org "x") and ![a gull](g.png).', '<p>See the sea and a gull.</p>'],
  ['No \\*mark\\* here, `code` there.', '<p>No *mark* here, <code>code</code> there.</p>'],
  ['```\nx < y\n```', '<pre>x &lt; y</pre>'],
  ['One[^b] two[^a] three[^no].\n\n[^a]: A *note*.\n\n    And more.\n[^b]: Another.', '<p>One<sup>1</sup> two<sup>2</sup> three[^no].</p><ol class="print-notes"><li value="1"><p>Another.</p></li><li value="2"><p>A <em>note</em>.</p><p>And more.</p></li></ol>'],
  ['a<br>b &amp; c', '<p>a&lt;br&gt;b &amp;amp; c</p>'],
])('%j is set as a page sets it', (text, html) => {
  expect(print(text)).toBe(html);
});

test('every word of a text is on the page', () => {
  const text = 'Setext\n======\n\nOne\ntwo **three *four* five** six.\n\n- seven\n  - eight\n\n<div>nine</div>\n\n    ten';
  const words = print(text).replace(/<[^>]*>/g, ' ').match(/[a-z]+/gi) ?? [];
  for (const word of 'Setext One two three four five six seven eight nine ten'.split(' ')) expect(words).toContain(word);
});
