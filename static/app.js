// Keys, pages restored by the browser, and the mark that scripts are running.
'use strict';

document.addEventListener('keydown', (event) => {
  const search = document.getElementById('q');
  const typing = event.target.closest('input, textarea, select, [contenteditable]');
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || typing || !search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload(); // after signing out, Back must not show anything personal
});

document.addEventListener('DOMContentLoaded', () => {
  document.documentElement.dataset.ready = '';
});
