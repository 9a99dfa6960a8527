// Keeps a table or list in step with its form: refreshes it, retries failed requests, and marks it while it is behind.
'use strict';

(() => {
  const longest = 5 * 60 * 1000;
  const usual = 15 * 1000;
  const soon = 2 * 1000; // while a person is waiting
  const failureEvents = ['htmx:sendError', 'htmx:timeout', 'htmx:responseError'];
  const temporary = [408, 425, 429];

  let form = null;
  let answered = ''; // the query that the part on the screen answers
  let lastChosen = null;
  let timer = 0;
  let due = 0;
  let failures = 0;
  let stopped = false;

  const part = () => document.querySelector(form.getAttribute('hx-target'));
  const pause = () => Number(part().dataset.refreshSeconds || 0) * 1000;
  const isBehind = () => queries.current(form) !== answered;
  const isOurs = (detail) => form && [form.id, part().id].includes(detail.requestConfig?.elt.id);

  function mark() {
    if (isBehind()) part().setAttribute('aria-busy', 'true');
    else part().removeAttribute('aria-busy');
  }

  // Automatic requests: only while the page is visible, ever more slowly after failures, and never while another request
  // is in flight: hx-sync drops it then, and the response to the other one schedules the next.

  function schedule(wait) {
    clearTimeout(timer);
    due = stopped || !wait ? 0 : Date.now() + wait;
    if (due) timer = setTimeout(refresh, wait);
  }

  function refresh() {
    if (stopped || document.hidden) return;
    for (const name of ['hx-push-url', 'hx-replace-url']) {
      if (form.hasAttribute(name)) part().setAttribute(name, String(isBehind()));
    }
    htmx.trigger(part(), 'refresh');
  }

  function submit() {
    form.requestSubmit();
  }

  // Requests and responses

  document.addEventListener('htmx:configRequest', ({detail}) => {
    if (!form || ![form.id, part().id].includes(detail.elt.id)) return;
    const {parameters, headers} = detail;
    for (const name of new Set([...parameters.keys()])) {
      const values = parameters.getAll(name).filter((value) => value !== '');
      parameters.delete(name);
      values.forEach((value) => parameters.append(name, value));
    }
    const known = part().dataset.version;
    if (known && detail.elt.id === part().id && !isBehind()) headers['If-None-Match'] = `"${known}"`;
  });

  document.addEventListener('htmx:beforeSwap', ({detail}) => {
    if (!isOurs(detail) || !detail.shouldSwap || detail.serverResponse.includes(` id="${part().id}"`)) return;
    detail.shouldSwap = false; // not the server's: a captive portal's, for example
    detail.isError = true;
  });

  document.addEventListener('htmx:afterRequest', ({detail}) => {
    if (isOurs(detail) && detail.successful) succeeded(detail);
  });

  function succeeded({xhr, requestConfig}) {
    const query = queries.fromEntries(requestConfig.parameters.entries());
    const byPerson = requestConfig.elt.id === form.id || query !== answered;
    answered = query;
    failures = 0;
    stopped = false;
    if (notices.clear()) (lastChosen || form.elements[0]).focus();
    mark();
    if (xhr.status !== 204) announce(byPerson);
    schedule(isBehind() ? soon : pause());
  }

  function announce(byPerson) {
    const {summary} = part().dataset;
    if (summary) notices.announce(byPerson ? summary : `The table has changed: ${summary}`);
    const clear = form.querySelector('.clear');
    if (clear) clear.hidden = !answered;
  }

  for (const name of failureEvents) {
    document.addEventListener(name, ({detail}) => {
      if (isOurs(detail)) failed(detail.xhr);
    });
  }

  function failed(xhr) {
    failures += 1;
    stopped = xhr.status >= 400 && xhr.status < 500 && !temporary.includes(xhr.status);
    if (stopped) {
      if (xhr.status === 401) return; // htmx follows HX-Redirect
      queries.restore(form, answered);
      mark();
      notices.alert(reason(xhr));
    } else {
      notices.alert(words(xhr), submit);
    }
    const requested = Number(xhr.getResponseHeader('Retry-After')) * 1000 || 0;
    const first = Math.min(pause() || usual, isBehind() ? soon : longest);
    const slower = first * 2 ** Math.min(failures - 1, 8);
    const jitter = 1 + Math.random() / 4; // tables must not all retry at once
    schedule(Math.min(longest, Math.max(requested, slower)) * jitter);
  }

  function words(xhr) {
    if (!isBehind()) return `${reason(xhr)} What you see may be out of date. Trying again automatically.`;
    return `${unanswered()} ${reason(xhr)} Trying again automatically.`;
  }

  function unanswered() {
    const {q} = form.elements;
    const isEmpty = part().querySelector('[data-empty]');
    if (q) {
      const search = q.value ? `search for “${q.value}”` : 'show all students';
      return `Could not ${search}; ${isEmpty ? 'what is below is' : 'the students below are'} from the search before.`;
    }
    const chosen = queries.added(form, answered).join(', ') || 'your choice';
    return `Could not apply ${chosen}; ${isEmpty ? 'what is below is' : 'the classes below are those'} from before.`;
  }

  function reason(xhr) {
    if (!xhr.status) return 'The connection is lost.';
    const answer = new DOMParser().parseFromString(xhr.responseText, 'text/html').querySelector('[role=alert]');
    return answer ? answer.textContent : 'The server cannot answer now.';
  }

  // Changes of the form, the page and the connection

  function changed(event) {
    if (!form || event.target.form !== form) return;
    lastChosen = event.target;
    mark();
  }

  document.addEventListener('input', changed);
  document.addEventListener('change', changed);

  document.addEventListener('visibilitychange', () => {
    if (form && !document.hidden && due && Date.now() >= due) refresh();
  });

  window.addEventListener('online', () => {
    if (form && failures) schedule(1); // at once, or as soon as the page is visible
  });

  document.addEventListener('DOMContentLoaded', () => {
    form = document.querySelector('form[hx-target]');
    if (!form) return;
    answered = queries.initial(form);
    mark();
    if (isBehind()) submit(); // chosen before scripts ran
    else schedule(pause());
  });
})();
