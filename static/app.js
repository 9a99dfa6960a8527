// Keys, pages that come back from the browser's memory, and the sign that scripts run.
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
  if (event.persisted) location.reload(); // after a sign-out, Back must show nothing personal
});

document.addEventListener('DOMContentLoaded', () => {
  document.documentElement.dataset.ready = '';
});
