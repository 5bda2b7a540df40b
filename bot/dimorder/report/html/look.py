"""How the page looks: one accent, one alarm; everything else is ink and paper. Contrasts are AA in light and dark."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fcfcfa; --raised: #f3f4f1; --ink: #1a2023; --soft: #545e64; --rule: #d9ddd9; --line: #8a9499;
  --accent: #0a636d; --wash: #e1eeee; --alarm: #a0321a; --alarm-wash: #f9e9e4;
  --text: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", "Liberation Mono", "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181b; --raised: #1c2125; --ink: #e7eaeb; --soft: #a6b0b6; --rule: #333a3f; --line: #7c878d;
    --accent: #62c6cf; --wash: #153338; --alarm: #f29b82; --alarm-wash: #3a221b;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.6 var(--text); font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
.sheet { max-width: 62rem; margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 2.5rem) 4rem; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .2em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
h1, h2, h3 { line-height: 1.2; font-weight: 620; letter-spacing: -.012em; text-wrap: balance; }
h1 { font-size: clamp(1.9rem, 5vw, 2.6rem); margin: 0; }
h2 { font-size: 1.35rem; margin: 0 0 1rem; }
h3, h2.small { font-size: 1.02rem; margin: 1.8rem 0 .5rem; }
p { margin: 0 0 .8rem; max-width: 44rem; }
code { font-family: var(--mono); font-size: .88em; font-variant-ligatures: none; }
.brand { font-size: .85rem; color: var(--soft); letter-spacing: .04em; margin: 0 0 2.2rem; }
.brand b { color: var(--accent); font-weight: 650; }

.verdict { display: grid; grid-template-columns: auto 1fr; gap: .3rem 1.3rem; align-items: center; }
.verdict .said { grid-column: 2; font-size: 1.15rem; color: var(--ink); margin: 0; }
.verdict .of { grid-column: 1 / -1; margin: .9rem 0 0; max-width: none; color: var(--soft); }
.verdict .of code { color: var(--ink); font-size: .95em; }
.sign { width: clamp(2.8rem, 9vw, 3.9rem); height: auto; display: block; }
.sign path { fill: none; stroke-linecap: round; stroke-linejoin: round; }
.sign .outer { stroke-width: 3; stroke: currentColor; }
.sign .inner { stroke-width: 4.5; stroke: currentColor; }
.sign.good { color: var(--accent); }
.sign.good .outer { fill: var(--accent); }
.sign.good .inner { stroke: var(--paper); }
.sign.bad { color: var(--alarm); }
.sign.bad .outer { fill: var(--alarm); }
.sign.bad .inner { stroke: var(--paper); }
.sign.open .outer { stroke-dasharray: 5 4.2; }
.small-sign .sign { width: 1.15em; display: inline-block; vertical-align: -.18em; margin-right: .45em; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 0; margin: 2rem 0 0;
  border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); }
.figures > div { display: flex; flex-direction: column-reverse; justify-content: flex-end;
  padding: 1rem 1.2rem 1rem 0; }
.figures dt { color: var(--soft); font-size: .87rem; line-height: 1.4; }
.figures dd { margin: 0; font-size: 1.65rem; font-weight: 600; letter-spacing: -.015em; line-height: 1.3; }
.figures dd small { font-size: .58em; font-weight: 450; color: var(--soft); letter-spacing: 0; }
.assumed { border-left: 4px double var(--ink); padding: .1rem 0 .1rem 1rem; margin: 1.6rem 0 0; }
.assumed p, .assumed ul { margin: 0; }
.assumed p { font-weight: 600; }
.reasons { margin: 1.3rem 0 0; }
.loud { margin-top: 1.2rem;  font-weight: 650; color: var(--alarm); }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1.5rem 2.5rem; }
.two h2.small { margin-top: 0; }

nav { margin: 2.2rem 0 0; font-size: .92rem; }
nav ul { max-width: none; list-style: none; display: flex; flex-wrap: wrap; gap: .35rem 1.3rem; margin: 0; padding: 0; }
section { margin-top: 3.4rem; scroll-margin-top: 1rem; }
ul { margin: 0 0 .8rem; padding-left: 1.15rem; max-width: 46rem; }
li { margin: .25rem 0; padding-left: .15rem; }
li::marker { color: var(--soft); }
ul.proven { list-style: none; padding-left: 0; }
ul.proven li { padding-left: 1.5rem; position: relative; }
ul.proven li::before { content: "✓"; position: absolute; left: 0; color: var(--accent); font-weight: 700; }
ul.untold { list-style: none; padding-left: 0; }
ul.untold li { padding-left: 1.5rem; position: relative; }
ul.untold li::before { content: "–"; position: absolute; left: .1rem; color: var(--soft); font-weight: 700; }
.command { background: var(--raised); border: 1px solid var(--rule); border-radius: 6px; padding: .8rem 1rem;
  margin: .6rem 0 1rem;
  overflow-x: auto; white-space: pre-wrap; font-size: .95rem; line-height: 1.5; }
.soft { color: var(--soft); font-size: .92rem; }

table { border-collapse: collapse; width: 100%; font-size: .92rem; line-height: 1.45; }
.scroll { overflow-x: auto; }
.scroll table { min-width: 34rem; overflow-wrap: normal; }
.scroll td, .scroll th { overflow-wrap: break-word; }
caption { text-align: left; color: var(--soft); font-size: .87rem; padding: 0 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .42rem 1.2rem .42rem 0;
  border-bottom: 1px solid var(--rule); font-weight: 400; }
thead th { color: var(--soft); font-size: .84rem; vertical-align: bottom; border-bottom-color: var(--line); }
td:last-child, th:last-child { padding-right: 0; }
.number { text-align: right; white-space: nowrap; }
table, .scroll, .facts { margin-bottom: 1rem; }
.scroll table { margin-bottom: 0; }
details { margin: 1rem 0 0; }
summary { cursor: pointer; color: var(--accent); font-size: .92rem; width: fit-content; padding: .15rem 0; }
details[open] summary { margin-bottom: .6rem; }
.facts { margin: 0; }
.facts > div { display: grid; grid-template-columns: minmax(7rem, 11rem) 1fr; gap: .2rem 1.2rem; padding: .42rem 0;
  border-bottom: 1px solid var(--rule); }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; }

figure { margin: 0 0 1.2rem; }
figcaption { color: var(--soft); font-size: .9rem; line-height: 1.5; margin-top: .7rem; max-width: 44rem; }
svg { display: block; overflow: visible; }
svg text { font: 12px var(--text); fill: var(--soft); }
.plot { display: grid; grid-template-columns: auto 1fr; }
.grid { stroke: var(--rule); }
.limit { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 6 4; }
svg .limit-label { fill: var(--ink); font-weight: 600; }
.stem { stroke-width: 1.5; opacity: .45; }
line.mark { stroke: var(--accent); }
line.over { stroke: var(--alarm); }
circle.mark, rect.mark { fill: var(--accent); }
circle.over, rect.over { fill: var(--alarm); }
circle.over { stroke: var(--alarm); }
rect.faint { fill: var(--paper); stroke: var(--ink); stroke-dasharray: 3 2; }
.point { fill-opacity: .62; }
.point.over { fill-opacity: 0; stroke-opacity: .8; stroke-width: 1.1; }
.cross { stroke: var(--ink); stroke-width: 1.5; }
.point.filled { fill-opacity: .62; stroke-opacity: 0; }
.track { fill: var(--rule); opacity: .55; }
svg .row-label { font-size: 14px; fill: var(--ink); }
svg .row-figure { font-size: 14px; fill: var(--ink); font-weight: 600; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); gap: 1.4rem 1.6rem; }
.square { background: var(--raised); border-radius: 4px; overflow: hidden; }
.diagonal { stroke: var(--line); stroke-dasharray: 2 4; }
.panel-title { margin: .45rem 0 0; font-size: .87rem; color: var(--soft); line-height: 1.35; }
.panel:is(.mark, .filled) .panel-title { color: var(--ink); font-weight: 600; }
.thumbnails { display: flex; flex-wrap: wrap; gap: 1.2rem 1.7rem; }
.thumb { display: grid; gap: .3rem; justify-items: center; }
.arrow { color: var(--soft); line-height: 1; font-size: .9rem; }
.thumb .panel-title { margin: 0; }
.ground { fill: var(--raised); }
.positive { fill: var(--accent); }
.negative { fill: none; stroke: var(--ink); stroke-width: .07; }
.corner { fill: var(--paper); stroke: var(--ink); stroke-width: .06; }
.numbers { font: .82rem/1.5 var(--mono); white-space: pre; }
.matrices { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1.5rem 2rem;
  margin-top: 1rem; }
.matrices .scroll table { min-width: 0; }
.matrix { font-size: .82rem; }
.matrix th, .matrix td { text-align: center; padding: .26rem .3rem; border: 0; }
.matrix .corner-head { font-size: .74rem; }
.matrix tbody th { color: var(--soft); }
.depth-0 { color: var(--soft); }
.depth-1 { background: color-mix(in srgb, var(--accent) 12%, transparent); }
.depth-2 { background: color-mix(in srgb, var(--accent) 20%, transparent); }
.depth-3 { background: color-mix(in srgb, var(--accent) 28%, transparent); }
.depth-4, .depth-5 { background: var(--wash); box-shadow: inset 0 0 0 1.5px var(--accent); font-weight: 600; }

.file { margin: 2.4rem 0 0; }
.file h3 { margin: 0 0 .2rem; font-size: 1rem; }
.finding { border-top: 1px solid var(--rule); padding: .9rem 0 .8rem; display: grid; gap: .35rem; }
.finding p { margin: 0; }
.badge { display: inline-block; font-size: .8rem; font-weight: 600; border: 1.5px solid currentColor;
  border-radius: 3px; padding: 0 .45em; margin-right: .55em; }
.badge.error { color: var(--paper); background: var(--alarm); border-color: var(--alarm); }
.badge.warning { color: var(--alarm); }
.badge.info { color: var(--soft); border-style: dashed; }
.where { color: var(--soft); font-size: .9rem; }
.source { background: var(--raised); border-radius: 4px; padding: .55rem .8rem; margin: .2rem 0; overflow-x: auto;
  white-space: pre; font: .86rem/1.5 var(--mono); }
.source .at { color: var(--soft); user-select: none; }
.source mark { background: var(--alarm-wash); color: inherit; text-decoration: underline wavy var(--alarm);
  text-underline-offset: .25em; }
.diff ins { text-decoration: none; background: var(--wash); }
.diff del { text-decoration: none; background: var(--alarm-wash); }
footer { margin-top: 4rem; padding-top: 1.2rem; border-top: 1px solid var(--rule); color: var(--soft);
  font-size: .87rem; }

@media (max-width: 34rem) {
  .figures { grid-template-columns: 1fr 1fr; }
  .figures dd { font-size: 1.35rem; }
  .facts > div { grid-template-columns: 1fr; gap: 0; }
  section { margin-top: 2.6rem; }
  .panels { grid-template-columns: 1fr 1fr; gap: 1.1rem; }
  .scroll table { min-width: 0; }
  table:not(.matrix), table:not(.matrix) :is(caption, tbody, tr, th, td) { display: block; }
  table:not(.matrix) thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table:not(.matrix) tr { padding: .55rem 0; border-bottom: 1px solid var(--rule); }
  table:not(.matrix) :is(th, td) { border: 0; padding: .08rem 0; text-align: left; white-space: normal; }
  table:not(.matrix) th { font-weight: 600; }
  table:not(.matrix) td::before { content: attr(data-head) ": "; color: var(--soft); }
  table:not(.matrix) td:empty { display: none; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  :root {
    --paper: #fff; --raised: #f4f4f2; --ink: #000; --soft: #444; --rule: #ccc; --line: #777;
    --accent: #0a636d; --wash: #e1eeee; --alarm: #a0321a; --alarm-wash: #f9e9e4;
  }
  @page { margin: 16mm 15mm; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10.5pt; }
  .sheet { max-width: none; padding: 0; }
  nav, .skip { display: none; }
  section { margin-top: 1.8rem; }
  h2, h3, summary { break-after: avoid; }
  figure, tr, .finding, .thumb, .panel, .figures, .two > div, .command { break-inside: avoid; }
  tbody tr:first-child { break-before: avoid; }
  .scroll { overflow: visible; }
  .scroll table { min-width: 0; }
  details::details-content { content-visibility: visible; block-size: auto; }
  summary { list-style: none; color: var(--soft); }
}
"""
