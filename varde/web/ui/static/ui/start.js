// Tells the style sheets that script runs, before the first paint.
document.documentElement.dataset.js = "";
