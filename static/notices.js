// Messages of a page: one alert above the table or list, and polite announcements for screen readers.
'use strict';

window.notices = (() => {
  const byId = (id) => document.getElementById(id);

  // An alert with the same words stays as it is, so that it is announced once.
  function alert(text, retry) {
    const place = byId('notice');
    if (place.querySelector('[role=alert]')?.textContent === text) return;
    const line = document.createElement('p');
    line.setAttribute('role', 'alert');
    line.textContent = text;
    const box = document.createElement('div');
    box.append(line);
    if (retry) box.append(retryButton(retry));
    place.replaceChildren(box);
  }

  function retryButton(retry) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Try again';
    button.addEventListener('click', retry);
    return button;
  }

  // Remove the alert; return whether the focus was in it.
  function clear() {
    const place = byId('notice');
    const hadFocus = place.contains(document.activeElement);
    place.replaceChildren();
    return hadFocus;
  }

  function announce(text) {
    byId('announcer').textContent = text;
  }

  return {alert, clear, announce};
})();
