// Copies the third-party files the pages use from node_modules into varde/web/ui/static/ui/vendor,
// builds the theme, writes the icon templates and records package, version, licence and checksum.
//
//   npm ci && npm run vendor
//
// The results are committed: neither node nor node_modules is needed to run Varde.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const ui = join(root, 'varde/web/ui');
const vendor = join(ui, 'static/ui/vendor');
const icons = join(ui, 'templates/ui/icon');

/** @type {{ file: string, package: string, version: string, licence: string, sha256: string }[]} */
const record = [];

/** @param {string} name */
function manifest(name) {
  return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
}

/**
 * Writes one file and records where it came from.
 * @param {string} target path from the repository's root
 * @param {string} source package name
 * @param {string | Buffer} content
 */
function put(target, source, content) {
  const path = join(root, target);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  const { version, license } = manifest(source);
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  record.push({ file: target, package: source, version, licence: license, sha256 });
}

/** A source map that is not there only gives an error in the browser's console. @param {string} text */
function withoutSourceMap(text) {
  return text.replace(/\n?\/[/*]# sourceMappingURL=.*?(\*\/)?\s*$/, '\n');
}

/** @param {string} name @param {string} file */
function read(name, file) {
  return readFileSync(join(modules, name, file), 'utf8');
}

function vendorPath(/** @type {string} */ file) {
  return `varde/web/ui/static/ui/vendor/${file}`;
}

function buildTheme() {
  const work = mkdtempSync(join(tmpdir(), 'varde-theme-'));
  const cli = join(modules, '.bin/designsystemet');
  try {
    const config = JSON.parse(readFileSync(join(ui, 'designsystemet.config.json'), 'utf8'));
    delete config.$schema;
    writeFileSync(join(work, 'designsystemet.config.json'), JSON.stringify(config));
    const options = { cwd: work, stdio: /** @type {const} */ ('ignore') };
    execFileSync(cli, ['tokens', 'create'], options);
    execFileSync(cli, ['tokens', 'build', '-t', 'design-tokens', '-o', 'theme'], options);
    return readFileSync(join(work, 'theme/varde.css'), 'utf8');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Inter with optical size, latin and latin-ext (Northern Sámi: đ ŋ š ŧ ž), under the name the theme uses. */
function vendorInter() {
  const name = '@fontsource-variable/inter';
  const css = read(name, 'opsz.css');
  const blocks = [];
  for (const subset of ['latin-ext', 'latin']) {
    const file = `inter-${subset}-opsz-normal.woff2`;
    const start = css.indexOf(`/* inter-${subset}-opsz-normal */`);
    const block = css.slice(start, css.indexOf('}', start) + 1);
    blocks.push(block.replaceAll('Inter Variable', 'Inter').replace('./files/', './fonts/').replace('woff2-variations', 'woff2'));
    put(vendorPath(`fonts/${file}`), name, readFileSync(join(modules, name, 'files', file)));
  }
  put(vendorPath('inter.css'), name, `${blocks.join('\n\n')}\n`);
}

/** Inter for PDF, which takes no woff2 and no variable typeface. */
function vendorPaperFonts() {
  for (const [file, weight] of [['Inter-Regular.ttf', '400Regular'], ['Inter-Bold.ttf', '700Bold']]) {
    const name = '@expo-google-fonts/inter';
    put(`varde/paper/fonts/${file}`, name, readFileSync(join(modules, name, weight, `Inter_${weight}.ttf`)));
  }
}

/** Template name: Aksel's name. Drawn by us: see OWN_ICONS. */
const AKSEL_ICONS = {
  'arrow-left': 'ArrowLeft', 'arrow-right': 'ArrowRight', 'arrow-up': 'ArrowUp', bell: 'Bell', calendar: 'Calendar',
  chart: 'TrendUp', check: 'Checkmark', 'check-circle': 'CheckmarkCircle', 'chevron-down': 'ChevronDown',
  'chevron-left': 'ChevronLeft', 'chevron-right': 'ChevronRight', cigarette: 'NoSmoking', clipboard: 'ClipboardCheckmark', clock: 'Clock',
  close: 'XMark', cog: 'Cog', document: 'FileText', download: 'Download', envelope: 'EnvelopeClosed', eye: 'Eye',
  filter: 'Filter', footprint: 'Footprint', glass: 'Glass', globe: 'Globe', hand: 'HandHeart', heart: 'Heart', home: 'House', hospital: 'Hospital',
  info: 'InformationSquare', lock: 'PadlockLocked', logout: 'Leave', medicine: 'MedicineBottle', message: 'Chat', note: 'NotePencil',
  pencil: 'Pencil', person: 'Person', phone: 'Phone', plus: 'Plus', printer: 'PrinterSmall', refresh: 'ArrowsCirclepath',
  search: 'MagnifyingGlass', task: 'Tasklist', thermometer: 'MedicalThermometer', trash: 'Trash', undo: 'ArrowUndo',
  users: 'PersonGroup', video: 'Video', warning: 'ExclamationmarkTriangle',
};

const STROKE = 'stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"';
const OWN_ICONS = {
  'finger-meter': '<path d="M3 9.5h7M3 15h7"/><rect x="9" y="6" width="12" height="12.5" rx="3"/><path d="M11.8 12.5h1.7l1.2-2.6 1.7 4.6 1-2h1"/>',
  'blood-pressure': '<rect x="3" y="4" width="8" height="10" rx="2"/><path d="M5.5 8h3M7 14v2.5a3 3 0 0 0 3 3h2a3 3 0 0 0 3-3V14"/><circle cx="16.5" cy="9.5" r="4.2"/><path d="m16.5 9.5 1.6-1.8"/>',
  keyboard: '<rect x="2.5" y="5.5" width="19" height="13" rx="2"/><path d="M6 9.5h.01M9 9.5h.01M12 9.5h.01M15 9.5h.01M18 9.5h.01M6 12.5h.01M9 12.5h.01M12 12.5h.01M15 12.5h.01M18 12.5h.01M8 15.5h8"/>',
  lungs: '<path d="M12 3v8.5M12 9.5 9.2 12M12 9.5l2.8 2.5"/><path d="M8.5 5.5c-2.6 1.4-5.5 6.6-5.5 11 0 2.6 1.2 4 3 4 2.4 0 3.8-1.3 3.8-3.8V8c0-1.9-.3-3-1.3-2.5Z"/><path d="M15.5 5.5c2.6 1.4 5.5 6.6 5.5 11 0 2.6-1.2 4-3 4-2.4 0-3.8-1.3-3.8-3.8V8c0-1.9.3-3 1.3-2.5Z"/>',
  scale: '<rect x="3.5" y="3.5" width="17" height="17" rx="3"/><path d="M7 10.5a6.5 6.5 0 0 1 10 0l-2.5 2.5h-5Z"/><path d="m12 13 1.3-3.2"/>',
};

function writeIcons() {
  mkdirSync(icons, { recursive: true });
  const open = '<svg class="v-icon" viewBox="0 0 24 24" fill="none" aria-hidden="true" focusable="false"';
  for (const [name, aksel] of Object.entries(AKSEL_ICONS)) {
    const inner = read('@navikt/aksel-icons', `dist/svg/${aksel}.svg`).replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>[\s\S]*$/, '').trim();
    const black = /#(?:000000|23262A|202733|000)\b|black/gi;
    writeFileSync(join(icons, `${name}.html`), `${open}>${inner.replace(black, 'currentColor')}</svg>\n`);
  }
  for (const [name, inner] of Object.entries(OWN_ICONS)) {
    writeFileSync(join(icons, `${name}.html`), `${open} ${STROKE}>${inner}</svg>\n`);
  }
}

/** Licence texts as the packages give them; Aksel's package has none, its licence is MIT. */
function vendorLicences() {
  for (const name of ['@digdir/designsystemet', '@digdir/designsystemet-css', '@digdir/designsystemet-web', '@fontsource-variable/inter']) {
    copyFileSync(join(modules, name, 'LICENSE'), join(vendor, 'licences', `${basename(name)}.txt`));
  }
  copyFileSync(join(modules, '@expo-google-fonts/inter/LICENSE_FONT'), join(root, 'varde/paper/fonts/OFL.txt'));
  const holder = 'Copyright (c) NAV (Arbeids- og velferdsdirektoratet)';
  const mit = read('@digdir/designsystemet-css', 'LICENSE').replace(/Copyright.*/, holder);
  writeFileSync(join(vendor, 'licences/aksel-icons.txt'), mit);
}

rmSync(vendor, { recursive: true, force: true });
mkdirSync(join(vendor, 'licences'), { recursive: true });
put(vendorPath('designsystemet.css'), '@digdir/designsystemet-css', withoutSourceMap(read('@digdir/designsystemet-css', 'dist/src/index.css')));
put(vendorPath('designsystemet-web.js'), '@digdir/designsystemet-web', withoutSourceMap(read('@digdir/designsystemet-web', 'dist/umd/index.js')));
put(vendorPath('varde-theme.css'), '@digdir/designsystemet', buildTheme());
vendorInter();
vendorPaperFonts();
put('tests/journeys/axe.min.js', 'axe-core', read('axe-core', 'axe.min.js'));
writeIcons();
vendorLicences();
const { version, license } = manifest('@navikt/aksel-icons');
record.push({ file: 'varde/web/ui/templates/ui/icon/', package: '@navikt/aksel-icons', version, licence: license, sha256: '' });
record.sort((a, b) => a.file.localeCompare(b.file));
writeFileSync(join(vendor, 'vendor.json'), `${JSON.stringify(record, null, 2)}\n`);
for (const row of record) console.log(`${row.file}  ${row.package} ${row.version}  ${row.licence}`);
