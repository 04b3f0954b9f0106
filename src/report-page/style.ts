/** Colours are told apart by their signs as well; each pair of text and ground has a contrast of 4.5 or more. */
export const style = `
:root { color-scheme: light dark; --ground: #fff; --panel: #f4f6f8; --text: #1b2129; --dim: #545f6b; --line: #d3d9df;
  --link: #0b57b0; --ok: #14632f; --ok-ground: #e2f3e7; --bad: #a3121f; --bad-ground: #fde5e6; --warn: #7a4600;
  --warn-ground: #fdefd2; --before: #8794a3; --after: #0b57b0; --shade: #1b212955; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161b; --panel: #1b2129; --text: #e6eaee; --dim: #a4afba;
  --line: #39434e; --link: #82b7ff; --ok: #83d89e; --ok-ground: #173122; --bad: #ff9d9d; --bad-ground: #40191d;
  --warn: #f3c26b; --warn-ground: #3a2b10; --before: #7c8896; --after: #82b7ff; --shade: #000c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0 .75rem; max-width: 75ch; }
a { color: var(--link); }
code { font: .875em/1.4 ui-monospace, monospace; }
.dim { color: var(--dim); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1rem 0; padding: 0; }
.tiles div { display: flex; flex-direction: column; background: var(--panel); border-radius: .4rem; padding: .6rem .8rem; }
.tiles dt { color: var(--dim); font-size: .875rem; }
.tiles dd { order: -1; margin: 0; font-size: 1.35rem; font-weight: 600; }
.sign { font-weight: 600; }
.ok { color: var(--ok); } .failed, .unknown { color: var(--bad); } .overridden, .restart { color: var(--warn); }
.tiles .failed { background: var(--bad-ground); } .tiles .failed dt { color: var(--bad); }
.tiles .overridden, .tiles .restart { background: var(--warn-ground); }
.tiles .overridden dt, .tiles .restart dt { color: var(--warn); }
.box { overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0 1rem; }
@media screen { .box { background: linear-gradient(to left, var(--ground) 60%, transparent) right / 2.5rem 100% no-repeat local,
  linear-gradient(to left, var(--shade), transparent) right / 1.25rem 100% no-repeat scroll; } }
.scrolls { display: none; }
@media screen and (max-width: 45rem) { .scrolls { display: block; } }
.tall { max-height: 80vh; overflow-y: auto; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .875rem; }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { background: var(--panel); position: sticky; top: 0; z-index: 1; vertical-align: bottom; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.hosts tbody th, .matrix tbody th { position: sticky; left: 0; background: var(--ground); font-weight: 400;
  min-width: 8rem; max-width: 16rem; overflow-wrap: anywhere; border-right: 1px solid var(--line); }
.hosts thead th:first-child, .matrix thead td { position: sticky; left: 0; top: 0; z-index: 2; background: var(--panel);
  border-right: 1px solid var(--line); vertical-align: bottom; font-weight: 600; }
.hosts .status { min-width: 9rem; } .hosts .bar { width: 15%; min-width: 7rem; } .hosts td:nth-last-child(-n+3) { min-width: 6.5rem; } time { white-space: nowrap; }
.findings td:last-child { min-width: 10rem; } .findings details { border: 0; margin: 0; padding: 0; } .findings summary { padding: 0; }
@media (min-width: 45rem) { .hosts .status { min-width: 11rem; } .hosts tbody th, .matrix tbody th { min-width: 11rem; } }
@media screen and (max-width: 45rem) { .findings thead { display: none; } .findings tr, .findings td { display: block; }
  .findings tr { border-bottom: 1px solid var(--line); padding: .3rem 0; } .findings tr:last-child, .findings td { border-bottom: 0; }
  .findings td { padding: .15rem .6rem; } .findings td::before { content: attr(data-head); display: block; color: var(--dim); font-size: .8rem; } }
.findings td, .keys code { overflow-wrap: anywhere; } .findings code { overflow-wrap: break-word; } .findings td { max-width: 28rem; } .keys td { min-width: 5.5rem; } .keys th { white-space: nowrap; }
.mono td:first-child { font: .875em/1.6 ui-monospace, monospace; min-width: 11rem; overflow-wrap: anywhere; }
.matrix { width: auto; } .matrix thead td { text-align: left; }
.matrix thead th { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; vertical-align: top; padding: .4rem .2rem;
  font-weight: 400; border-bottom: 0; }
.matrix thead span { display: block; max-height: 18rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.matrix tbody td { text-align: center; min-width: 2rem; font-weight: 600; }
.matrix td i { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.matrix tbody td { position: relative; }
.k-applied { color: var(--ok); background: var(--ok-ground); } .k-unchanged, .k-kept { color: var(--ok); }
.k-overridden { color: var(--warn); background: var(--warn-ground); } .k-failed { color: var(--bad); background: var(--bad-ground); }
.k-missing, .k-otherNamespace { color: var(--dim); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; margin: .5rem 0; font-size: .875rem; }
.legend b { display: inline-block; min-width: 1.6rem; text-align: center; border-radius: .2rem; }
svg { display: block; width: 100%; height: 1.25rem; }
svg .before { fill: var(--before); } svg .after { fill: var(--after); } svg .over { fill: var(--bad); }
svg .limit { stroke: var(--text); stroke-width: 2; vector-effect: non-scaling-stroke; }
.legend svg { display: inline-block; width: 1.25rem; height: .8rem; vertical-align: baseline; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; padding: 0 .8rem; }
summary { cursor: pointer; padding: .5rem 0; }
details[open] { padding-bottom: .5rem; }
ul { margin: .25rem 0 .75rem; padding-left: 1.25rem; }
.filter { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; margin: 1rem 0; }
.filter input[type=search] { font: inherit; padding: .35rem .6rem; width: 18rem; max-width: 100%; border: 1px solid var(--dim);
  border-radius: .3rem; background: var(--ground); color: var(--text); }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
@media print { :root { --ground: #fff; --panel: #fff; --text: #000; --dim: #444; --line: #999; --link: #000; --ok: #14632f; --bad: #a3121f;
  --warn: #7a4600; --ok-ground: #fff; --bad-ground: #fff; --warn-ground: #fff; --after: #333; }
  html { font-size: 8.5pt; } body { max-width: none; padding: 0; } svg { min-width: 0; }
  .hosts .status, .hosts .bar { min-width: 0; } .hosts tbody th, .matrix tbody th { min-width: 8rem; } .filter { display: none; } .box, .tall { overflow: visible; max-height: none; }
  thead th, .hosts tbody th, .matrix tbody th, .hosts thead th:first-child, .matrix thead td { position: static; }
  details::details-content { content-visibility: visible; }
  tr, summary { break-inside: avoid; } .matrix td, .matrix th { padding: .1rem; min-width: 0; } }
`;
