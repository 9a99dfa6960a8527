// What the pages do beyond plain HTML and htmx: refresh the table, tell what changed, and keep addresses short.
'use strict';

(() => {
  const slowest = 5 * 60 * 1000;
  const byId = (id) => document.getElementById(id);
  const table = () => byId('availability');

  let timer = 0;
  let failures = 0;
  let due = 0;
  let stopped = false;
  let byPerson = false;

  function announce(words) {
    byId('announcer').textContent = words;
  }

  function notice(words) {
    const place = byId('notice');
    if (!place) return;
    place.replaceChildren();
    if (!words) return;
    const line = document.createElement('p');
    line.setAttribute('role', 'alert');
    line.textContent = words;
    place.append(line);
  }

  // Polling: only what is looked at, never two at once, slower after failures.

  function pause() {
    return table() ? Number(table().dataset.refreshSeconds) * 1000 : 0;
  }

  function plan(wait) {
    clearTimeout(timer);
    if (stopped || !wait) return;
    due = Date.now() + wait;
    timer = setTimeout(poll, wait);
  }

  function poll() {
    if (stopped || document.hidden || !table()) return;
    due = 0;
    htmx.trigger(table(), 'refresh');
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && pause() && Date.now() >= due) poll();
  });

  // Requests

  document.addEventListener('htmx:configRequest', (event) => {
    const { elt, parameters, headers } = event.detail;
    byPerson = elt.id !== 'availability';
    if (elt.id === 'filters' || elt.id === 'search') {
      for (const name of new Set([...parameters.keys()])) {
        const kept = parameters.getAll(name).filter((value) => value !== '');
        parameters.delete(name);
        kept.forEach((value) => parameters.append(name, value));
      }
    } else if (!byPerson) {
      headers['If-None-Match'] = `"${elt.dataset.version}"`;
    }
  });

  document.addEventListener('htmx:afterRequest', (event) => {
    const { xhr, elt } = event.detail;
    const answered = xhr.status >= 200 && xhr.status < 300 || xhr.status === 400;
    if (answered) {
      failures = 0;
      stopped = false;
      notice('');
      if (table()) plan(pause());
    } else if (elt.id === 'availability' || elt.id === 'filters' || elt.id === 'search') {
      failed(xhr);
    }
  });

  function failed(xhr) {
    if (xhr.status === 401) {
      stopped = true; // htmx follows HX-Redirect
      return;
    }
    failures += 1;
    stopped = xhr.status === 403 || xhr.status === 404;
    notice(wordsOf(xhr));
    const asked = Number(xhr.getResponseHeader('Retry-After')) * 1000 || 0;
    const slower = (pause() || 15000) * 2 ** Math.min(failures - 1, 6);
    plan(Math.min(slowest, Math.max(asked, slower)));
  }

  function wordsOf(xhr) {
    if (!xhr.status) return 'The connection is lost. What you see may be old; it is tried again by itself.';
    const answer = new DOMParser().parseFromString(xhr.responseText, 'text/html').querySelector('[role=alert]');
    return answer ? answer.textContent : 'The server cannot answer now. What you see may be old.';
  }

  // After a swap: one polite sentence, and the link that clears the filters.

  document.addEventListener('htmx:afterSwap', (event) => {
    const part = byId(event.detail.target.id);
    if (!part || !part.dataset.summary) return;
    const clear = document.querySelector('#filters .clear');
    if (clear) clear.hidden = !location.search && !document.querySelector('#filters :checked:not([value=""])');
    announce(byPerson ? part.dataset.summary : `The table has changed: ${part.dataset.summary}`);
  });

  // Keys and history

  document.addEventListener('keydown', (event) => {
    const search = byId('q');
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
    plan(pause());
    document.documentElement.dataset.ready = '';
  });
})();
